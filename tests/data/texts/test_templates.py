"""A template's text, what is wrong with it, and what a person receives."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.lifecycle import Channel
from data.texts.segments import count
from data.texts.starters import STARTERS
from data.texts.templates import (
    FIELDS,
    TEXT_LIMIT,
    Missing,
    Rendered,
    Unfit,
    fields_in,
    problems,
    render,
    subject_problems,
)

VALUES = {
    "first_name": "Ann",
    "name": "Ann Lee",
    "business": "Harbour Dental",
    "sender": "Sam",
    "link": "https://r.example.com/abcdefgh",
}


def test_fields_are_found_once_and_in_order() -> None:
    assert fields_in("{business} {first_name|there} { link } {business}") == ("business", "first_name", "link")


def test_values_fallbacks_and_plain_text_come_out_as_written() -> None:
    assert render("Hi {first_name|there}, {business} 100% %s", VALUES) == Rendered("Hi Ann, Harbour Dental 100% %s")
    assert render("Hi {first_name|there}!", {}) == Rendered("Hi there!")
    assert render("Hi { first_name | dear guest }!", {"first_name": "  "}) == Rendered("Hi dear guest!")


@pytest.mark.parametrize("values", [{}, {"first_name": ""}, {"first_name": " \u00a0"}])
def test_a_missing_value_without_a_fallback_blocks_and_is_named(values: dict[str, str]) -> None:
    found = render("Hi {first_name}, {link} {first_name}", values)
    assert found == Missing(("first_name", "link"))
    assert "{first_name} and {link}" in found.sentence


def test_an_empty_fallback_blocks_too() -> None:
    assert render("Hi {first_name|}, welcome", {}) == Missing(("first_name",))


def test_a_value_is_never_expanded_again() -> None:
    sly = {"first_name": "{link}", "link": r"\1 {0} {first_name}"}
    assert render("{first_name} {link}", sly) == Rendered(r"{link} \1 {0} {first_name}")


def test_nothing_of_python_is_reachable_from_a_template() -> None:
    for text in ("{first_name.__class__}", "{0}", "{first_name!r}", "{first_name[0]}"):
        assert isinstance(render(text, VALUES), Missing)


@pytest.mark.parametrize("text", ["Hi {first_name", "Hi first_name}", "Hi {{first_name}}", "{a{b}}", "}{"])
def test_a_stray_brace_never_reaches_a_customer(text: str) -> None:
    assert isinstance(render(text, VALUES), Unfit)
    assert any("brace" in sentence for sentence in problems(text + " {link}", Channel.SMS))


def test_a_text_is_capped() -> None:
    assert isinstance(render("x" * 101, {}, limit=100), Unfit)
    assert isinstance(render("{name}" * 30, {"name": "n" * 1000}), Unfit)
    assert render("{name}", {"name": "n" * 2001}) == Unfit("{name} would be 2,001 characters long; 2,000 is the most.")
    assert render("{name}" * 50, {"name": "ab"}, limit=100) == Rendered("ab" * 50)


@pytest.mark.parametrize(
    "name",
    [
        "{link} {sender|x} {{business}}",
        r"\g<0> \1 %s %(name)s {0} {first_name.__class__}",
        "<script>alert(1)</script><img src=x onerror=alert(1)>",
        "\u202eeeL nnA\u202c أحمد",
        "\u2066شركة\u2069 🎉\x00",
        "${jndi:ldap://a} `id` $(id)",
    ],
)
def test_a_hostile_name_comes_out_letter_for_letter(name: str) -> None:
    assert render("Hi {name}, see {link}", VALUES | {"name": name}) == Rendered(f"Hi {name}, see {VALUES['link']}")


def test_a_name_of_ten_megabytes_is_refused_and_never_copied_into_the_text() -> None:
    huge = "n" * 10_000_000
    assert isinstance(render("{name}" * 1000, {"name": huge}), Unfit)
    assert isinstance(render("{name}", {"name": huge}, limit=20_000_000), Unfit)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "is empty"),
        (" \n", "is empty"),
        ("Hello", "no {link}"),
        ("{firstname} {link}", "did you mean {first_name}?"),
        ("{First_Name} {link}", "did you mean {first_name}?"),
        ("{frist_name} {link}", "did you mean {first_name}?"),
        ("{review link} {link}", "did you mean {link}?"),
        ("{company} {link}", "did you mean {business}?"),
        ("{zzzz} {link}", "there are {first_name}, {name}"),
        ("{} {link}", "field without a name"),
        ("{name|} {link}", "fallback of {name} is empty"),
        ("{link|our page}", "takes no fallback"),
        ("{{name}} {link}", "single braces"),
        ("Hi {name, see {link}", "near “Hi {name"),
        ("x" * 1600 + "{link}", "1600 is the most"),
    ],
)
def test_a_wrong_template_is_told_what_is_wrong(text: str, says: str) -> None:
    assert says in " ".join(problems(text, Channel.SMS))


@pytest.mark.parametrize("mark", ["\u202e", "\u2066", "\0", "\x07", "\x0b", "\x85"])
def test_a_mark_that_nobody_sees_is_refused(mark: str) -> None:
    (found,) = problems(f"Hi there, how was {mark}it? {{link}}", Channel.SMS)
    assert found.startswith(f"There is a hidden mark (U+{ord(mark):04X}) near “re, how was it?")
    assert subject_problems(f"How was {mark}it?")


@pytest.mark.parametrize(
    "text", ["Wie war’s? 👩\u200d👧\n\t{link}\r\n", "איך היה?\u200f {link}", "می\u200cخواهم {link}"]
)
def test_marks_that_languages_need_are_not(text: str) -> None:
    assert problems(text, Channel.EMAIL) == []


def test_a_subject_has_rules_of_its_own() -> None:
    assert subject_problems("How was {business}?") == []
    assert "empty" in subject_problems(" ")[0]
    assert "more than one line" in subject_problems("a\nb")[0]
    assert "does not work" in subject_problems("see {link}")[0]
    assert "150" in subject_problems("x" * 151)[0]


@pytest.mark.parametrize("starter", STARTERS, ids=lambda starter: starter.name)
def test_the_starters_are_ready_and_clean(starter) -> None:
    assert problems(starter.text, starter.channel) == []
    assert "business" in fields_in(starter.text)
    assert not any(word in starter.text.lower() for word in ("star", "discount", "gift", "voucher", "5", "positive"))
    assert "sender" not in fields_in(starter.text)
    if starter.channel is Channel.EMAIL:
        assert subject_problems(starter.subject) == []
    else:
        assert starter.subject == ""
        assert "Reply STOP" in starter.text
    rendered = render(starter.text, VALUES | {"first_name": ""})
    assert isinstance(rendered, Rendered)
    if starter.channel is Channel.SMS:
        assert count(rendered.text).segments == 1


def test_every_channel_has_a_starter() -> None:
    assert {starter.channel for starter in STARTERS} == set(Channel)
    assert len({starter.name for starter in STARTERS}) == len(STARTERS)


_PIECES = st.sampled_from(["{", "}", "|", "first_name", "link", "{name|x}", "{link}", " ", "Hi", "\n", "é"])


@given(st.lists(_PIECES, max_size=20).map("".join), st.dictionaries(st.sampled_from(sorted(FIELDS)), st.text()))
def test_what_has_no_problems_goes_out_or_names_what_is_missing(text: str, values: dict[str, str]) -> None:
    rendered = render(text, values)
    if not problems(text, Channel.SMS):
        assert isinstance(rendered, Rendered | Missing)
    if isinstance(rendered, Rendered) and not any("{" in value or "}" in value for value in values.values()):
        assert "{" not in rendered.text
        assert "}" not in rendered.text
    assert len(text) <= TEXT_LIMIT[Channel.SMS]
