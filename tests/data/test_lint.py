"""The linter: what is refused, what is only unwise, and what is innocent however much it looks alike."""

import pytest

from data.lifecycle import Channel
from data.lint import look, refusals
from data.lint_rules import RULES, Severity
from data.starters import STARTERS

LINK = "https://go.example.com/r/1b4nz-abcdefgh"
FRAME = "{{business}}: {text} {{link}}\nReply STOP to opt out"

GUILTY = [
    ("stars", "Please leave us a 5-star review"),
    ("stars", "Would you give us five stars?"),
    ("stars", "Rate us 5 stars on Google"),
    ("stars", "We hope we earned your 5 stars"),
    ("stars", "LEAVE US FIVE STARS"),
    ("stars", "Leave us ⭐⭐⭐⭐⭐"),
    ("stars", "Please rate us 10/10"),
    ("stars", "Why not give us 5 stars?"),
    ("stars", "Don't forget to leave a five star rating"),
    ("stars", "5 stars would mean the world to us"),
    ("stars", "An honest 5\u2011star review helps"),
    ("positive", "Please leave us a positive review"),
    ("positive", "A great review would help us a lot"),
    ("positive", "We would appreciate a glowing testimonial"),
    ("positive", "Leave a positive review, we read them all"),
    ("positive", "Please rate us highly"),
    ("positive", "Say something nice about us"),
    ("positive", "Tell others how great we are"),
    ("incentive", "Leave a review and get 10% off your next visit"),
    ("incentive", "Review us and receive a free coffee"),
    ("incentive", "Write a review for a chance to win"),
    ("incentive", "We send you a gift card for your review"),
    ("incentive", "Get a $5 credit when you leave a review"),
    ("incentive", "Everybody who reviews us enters our raffle"),
    ("incentive", "A small gift for every review"),
    ("incentive", "Use the coupon inside after your review"),
    ("incentive", "A dis\u200bcount awaits you"),
    ("incentive", "We donate $1 for every review"),
    ("incentive", "Earn loyalty points with your review"),
    ("staff", "Please mention {sender} in your review"),
    ("staff", "Mention Anna if you can"),
    ("staff", "Write a review and mention your technician"),
    ("staff", "{sender} would love a shout-out"),
    ("staff", "Tell them Marco sent you"),
    ("staff", "Say who helped you"),
    ("staff", "Leave a review for {sender|our team}"),
    ("staff", "Include your server's name"),
    ("gating", "If you were happy, leave us a review"),
    ("gating", "If you're satisfied with our work, tell others"),
    ("gating", "If everything went well, we would like a review"),
    ("gating", "Happy with our work? Leave us a review"),
    ("gating", "Tell others; if not happy, contact us first"),
    ("gating", "Did you like it? Review us. If not, call us"),
    ("gating", "Leave a review only if you loved it"),
    ("gating", "If you were disappointed, please tell us privately"),
    ("gating", "Before you leave a bad review, call us"),
    ("gating", "Reply with a number from 1 to 5"),
    ("gating", "Please talk to us first"),
    ("shortener", "Review us: https://bit.ly/3abc"),
    ("shortener", "Review us at tinyurl.com/cafe"),
    ("shortener", "see t.co/xyz"),
    ("shortener", "see www.rebrand.ly/a"),
]

INNOCENT = [
    "How many stars would you give the sky?",
    "Thank you for staying at our five-star hotel. How was it?",
    "Thank you for choosing our 4-star resort",
    "We saw the stars with you last night. How was the tour?",
    "You do not have to leave a five star review, an honest one is what helps",
    "We never ask for 5 stars",
    "Your visit on 10/10, how was it?",
    "We welcome every review, positive or negative",
    "A good or bad review, both help",
    "Would you recommend us?",
    "We hope the day was good. Would you share how it went?",
    "Thank you for your great feedback last time. How was it today?",
    "We hope you found the free parking",
    "There is free parking behind the house. How was your visit?",
    "Feel free to say what you like",
    "If you have a free minute, tell us how it went",
    "Thank you for visiting our gift shop",
    "We hope the gift you bought was liked",
    "We do not offer discounts for reviews",
    "Our prize-winning wines: how did you like them?",
    "Your feedback helps us win new customers",
    "How was the food at our discount store?",
    "It was {sender} from our team who wrote you",
    "Hi, this is {sender}. How was your visit?",
    "There is no need to mention names",
    "Not to mention the weather, how was it?",
    "As I mentioned, Anna will call you about the invoice",
    "How was your appointment on Monday?",
    "If you have a minute, tell us how it went",
    "Whether you were happy or not, tell us",
    "If you were happy or unhappy, tell others",
    "Only if you want to, tell others how it went",
    "If it is a good time, tell us how it went",
    "We reply within 1 to 5 days. How was it?",
    "Happy new year! How was your visit?",
    "Questions? If you have trouble with the link, reply to this message",
    "If not, no problem",
    "Thank you for shopping at stop.company",
    "slow.ly brewed coffee: how was it?",
    "Thanks for the big tip! Come back any time. How did we do?",
    "An honest opinion of any kind helps",
]


def codes(text: str, channel: Channel = Channel.SMS, subject: str = "", business: str = "Cafe") -> set[str]:
    return {one.code for one in look(channel, text, subject, business, LINK)}


def refused(text: str, **how) -> set[str]:
    return {one.code for one in refusals(Channel.SMS, text, None, how.get("business", "Cafe"))}


@pytest.mark.parametrize(("code", "text"), GUILTY, ids=[text for _, text in GUILTY])
def test_the_guilty_are_refused_with_their_words(code: str, text: str):
    found = [one for one in refusals(Channel.SMS, FRAME.format(text=text), None, "Cafe") if one.code == code]

    assert [one.code for one in found] == [code]
    assert found[0].words
    assert found[0].suggestion


@pytest.mark.parametrize("text", INNOCENT)
def test_the_innocent_pass(text: str):
    assert refused(FRAME.format(text=text)) == set()


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


@pytest.mark.parametrize("piece", ["leave ", "if you ", "give us a ", "a.b.", "{", "free gift ", "http://", "mention "])
def test_a_hostile_text_is_looked_through(piece: str):
    look(Channel.EMAIL, (piece * 20_000)[:20_000], "s", "Cafe", LINK)
