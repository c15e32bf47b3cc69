"""Links that survive the way to a phone."""

from data import texts

DRAWN = [texts.new_token() for _ in range(5000)]


def test_a_link_ends_with_a_letter_or_digit_or_phones_cut_it():
    assert all(token.isascii() and token.isalnum() for token in DRAWN)


def test_a_token_cannot_be_guessed_and_is_as_long_as_previews_say():
    assert len(set("".join(DRAWN))) ** len(DRAWN[0]) >= 2**47
    assert {len(token) for token in DRAWN} == {len(texts.PREVIEW)}
    assert len(set(DRAWN)) == len(DRAWN)


def test_what_stands_for_no_name_gives_way_to_the_fallback():
    template = {"channel": "email", "subject": "{first_name|You}", "body": "Hi {name|there}, {link}"}
    written = [texts.write(template, name, "Sam", "Shop", "L") for name in ("NULL", "http://evil.example", "Ann Lee")]
    assert written == [
        texts.Text("Hi there, L", "You"),
        texts.Text("Hi there, L", "You"),
        texts.Text("Hi Ann Lee, L", "Ann"),
    ]
