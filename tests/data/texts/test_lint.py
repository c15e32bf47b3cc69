"""The linter: what is refused, what is only unwise, and what is innocent however much it looks alike."""

import pytest

from data.lifecycle import Channel
from data.texts.lint import look, refusals
from data.texts.lint_rules import RULES, Severity
from data.texts.starters import STARTERS
from data.texts.templates import TEXT_LIMIT
from tests.data.texts import lint_other_languages as others
from tests.data.texts import lint_whole_texts as whole
from tests.data.texts.lint_texts import GUILTY, INNOCENT

LINK = "https://go.example.com/r/1b4nz-abcdefgh"
FRAME = "{{business}}: {text} {{link}}\nReply STOP to opt out"


def codes(text: str, channel: Channel = Channel.SMS, subject: str = "", business: str = "Cafe") -> set[str]:
    return {one.code for one in look(channel, text, subject, business, LINK)}


def refused(text: str, **how) -> set[str]:
    return {one.code for one in refusals(Channel.SMS, text, None, how.get("business", "Cafe"))}


@pytest.mark.parametrize(("code", "text"), GUILTY + others.GUILTY)
def test_the_guilty_are_refused_with_their_words(code: str, text: str):
    found = [one for one in refusals(Channel.SMS, FRAME.format(text=text), None, "Cafe") if one.code == code]

    assert [one.code for one in found] == [code]
    assert found[0].words
    assert found[0].suggestion


@pytest.mark.parametrize("text", INNOCENT + others.INNOCENT)
def test_the_innocent_pass(text: str):
    assert refused(FRAME.format(text=text)) == set()


@pytest.mark.parametrize(("code", "text"), whole.GUILTY, ids=[text for _, text in whole.GUILTY])
def test_whole_guilty_texts_are_refused(code: str, text: str):
    assert code in refused(f"Hi {{first_name|there}}, {{business}} here. {text} Reply STOP to opt out")


@pytest.mark.parametrize(("code", "text"), whole.UNSURE + others.UNSURE)
def test_what_may_be_innocent_is_only_warned_about(code: str, text: str):
    sent = f"Hi {{first_name|there}}, {{business}} here. {text} Reply STOP to opt out"

    assert code in codes(sent)
    assert refused(sent) == set()


@pytest.mark.parametrize("text", others.STARS_OF_ITS_OWN)
def test_a_hotels_own_stars_are_not_even_warned_about(text: str):
    assert "stars" not in codes(FRAME.format(text=text))


def test_a_refusal_is_told_rather_than_a_warning_of_the_same_rule():
    text = FRAME.format(text="Tap the fifth star. Leave us a 5-star review")
    (found,) = [one for one in look(Channel.SMS, text, "", "Cafe", LINK) if one.code == "stars"]

    assert (found.severity, found.words) == (Severity.REFUSE, "5-star review")


@pytest.mark.parametrize("text", whole.INNOCENT)
def test_whole_innocent_texts_pass(text: str):
    assert refused(text) == set()


@pytest.mark.parametrize("starter", STARTERS, ids=lambda one: one.name)
def test_the_starters_have_no_finding(starter):
    assert look(starter.channel, starter.text, starter.subject, "Harbour Dental", LINK) == ()


def test_every_rule_of_the_table_has_a_guilty_text():
    refusing = {rule.code for rule in RULES if rule.severity is Severity.REFUSE}

    assert {code for code, _ in GUILTY} == refusing


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("{business}: how was it?\nReply STOP to opt out", "form"),
        ("{business}: how was it? {link}", "opt_out"),
        ("{business}: STOP by and tell us {link}", "opt_out"),
        ("How was it? {link} Reply STOP to opt out", "business"),
        ("{busines}: how was it? {link} Reply STOP to opt out", "form"),
    ],
)
def test_what_is_missing_is_refused(text: str, code: str):
    assert code in refused(text)


def test_a_name_written_out_says_who_asks_and_may_be_anything():
    text = "Hi from The Gift Card Raffle Company, how was it? {link} Reply STOP to opt out"

    assert refused(text, business="The Gift Card Raffle Company") == set()
    assert refused(text, business="Cafe") == {"incentive", "business"}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("how was it? " + "word " * 80, "segments"),
        ("it’s us, how was it?", "ucs2"),
        ("HOW WAS YOUR VISIT TO OUR PLACE TODAY", "capitals"),
        ("how was it!!", "shouting"),
        ("how! was! it!", "shouting"),
        ("see www.example.com", "address"),
        ("see cafe.example.com/menu", "address"),
    ],
)
def test_the_unwise_is_warned_about_and_not_refused(text: str, code: str):
    whole = FRAME.format(text=text)

    assert code in codes(whole)
    assert refused(whole) == set()


def test_an_email_may_be_long_but_is_warned_about_and_needs_no_stop():
    text = "{business} asks: how was it? {link} " + "word " * 450

    assert codes(text, Channel.EMAIL, "How was it?") == {"long"}


def test_the_characters_that_cost_are_named():
    (found,) = [
        one for one in look(Channel.SMS, FRAME.format(text="it’s “us”"), "", "Cafe", LINK) if one.code == "ucs2"
    ]

    assert found.words == "’ “ ”"


def test_a_subject_is_looked_through_too():
    text = "{business} asks: how was it? {link}"

    assert codes(text, Channel.EMAIL, "10% off for your review") == {"incentive"}


def test_an_email_address_and_a_short_address_are_told_apart():
    assert "address" not in codes(FRAME.format(text="write to ann@example.com"))
    assert codes(FRAME.format(text="see bit.ly/a")) == {"shortener"}


def test_a_text_that_grows_beyond_the_limit_when_it_is_filled_in_is_refused():
    text = "{business}, {name}: {link} Reply STOP to opt out ".ljust(TEXT_LIMIT[Channel.SMS], "a")

    assert len(text) == TEXT_LIMIT[Channel.SMS]
    (found,) = [one for one in look(Channel.SMS, text, "", "Cafe", LINK) if one.severity is Severity.REFUSE]
    assert "1636 characters; 1600 is the most" in found.sentence


@pytest.mark.parametrize(
    "piece", ["leave ", "if you ", "give us a ", "a.b.", "{", "😞", "free gift ", "http://", "mention "]
)
def test_a_hostile_text_is_looked_through(piece: str):
    look(Channel.EMAIL, (piece * 20_000)[:20_000], "s", "Cafe", LINK)
