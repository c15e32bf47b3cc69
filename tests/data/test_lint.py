"""What a template may say, in examples; the innocent ones matter as much as the guilty."""

import pytest

from data.lifecycle import Channel
from data.lint import lint
from data.starters import STARTERS

END = " {business} {link} Reply STOP to opt out"

GUILTY = [
    ("stars", "Please leave us a 5-star review!"),
    ("stars", "Give us five stars today"),
    ("stars", "We would love ⭐⭐⭐⭐⭐ from you"),
    ("stars", "a 5 star rating would help"),
    ("positive", "Would you write a positive review?"),
    ("positive", "Please share some nice words in a review: leave us great feedback"),
    ("positive", "Positive reviews help us grow"),
    ("incentive", "Leave a review and get 10% off"),
    ("incentive", "Review us for a $5 gift card"),
    ("incentive", "Every reviewer gets a voucher"),
    ("incentive", "Write a review for a chance to win a TV"),
    ("incentive", "Free coffee for your review"),
    ("incentive", "Tell us and collect your coupon"),
    ("incentive", "review us and we will send you a free gift"),
    ("staff", "Please mention Sarah in your review"),
    ("staff", "Mention {sender} if you can"),
    ("staff", "Please mention your technician"),
    ("staff", "Thank the person who helped you by name"),
    ("gating", "If you were happy, leave a review"),
    ("gating", "If you loved it, tell the world"),
    ("gating", "Only if you are satisfied, please review us"),
    ("gating", "If not satisfied, please contact us first"),
    ("gating", "Unhappy? Please call us before you write"),
    ("shortener", "Review: https://bit.ly/abc"),
    ("shortener", "tinyurl.com/xyz"),
    ("other_link", "See https://example.com/menu"),
    ("shouting", "PLEASE LEAVE US A REVIEW NOW"),
    ("exclamation", "Thank you!! How was it?"),
]
INNOCENT = [
    "Hi {first_name|there}, how was your visit?",
    "Free parking was a promise; how did it go?",
    "Thank you for visiting our gift shop. How was it?",
    "It takes 5 minutes. How did we do?",
    "We watched the stars above us with you last night. How was the tour?",
    "An honest opinion of any kind helps others choose",
    "Good or bad, tell us how it went",
    "Thank you for staying at Five Oaks Inn, how was it?",
    "How was your appointment with {sender}?",
    "{sender} from our team asks: how did it go?",
    "Would you tell others how it went?",
    "We would like to hear from everybody, happy or not",
    "Your feedback helps us get better",
    "Let us know if anything went wrong",
    "Did the delivery arrive on time?",
    "It was great to see you again. How was dinner?",
    "Good morning! How was your stay?",
    "Please name the city you stayed in",
    "Thanks for joining the win-win workshop series, how was the session?",
]


def codes(text: str, channel: Channel = Channel.SMS) -> set[str]:
    return {one.code for one in lint(text + END, channel, "Cafe")}


@pytest.mark.parametrize(("code", "text"), GUILTY)
def test_the_guilty_are_named(code, text):
    (found,) = [one for one in lint(text + END, Channel.SMS, "Cafe") if one.code == code]
    assert found.words
    assert found.suggestion


@pytest.mark.parametrize("text", INNOCENT)
def test_the_innocent_pass(text):
    assert codes(text) == set()


@pytest.mark.parametrize("starter", STARTERS, ids=lambda one: one.name)
def test_our_own_starters_are_beyond_reproach(starter):
    assert lint(starter.text, starter.channel, "Cafe", starter.subject) == []


@pytest.mark.parametrize(
    ("text", "channel", "code"),
    [
        ("Hi, how was {business}? Reply STOP", Channel.SMS, "link"),
        ("How was it? {link} Reply STOP", Channel.SMS, "business"),
        ("How was {business}? {link}", Channel.SMS, "opt_out"),
        ("How was {business}? {link} Reply STOP " + "word " * 80, Channel.SMS, "parts"),
        ("How was {business} – really? {link} Reply STOP …", Channel.SMS, "unicode"),
        ("How was {business}? {link}" + " word" * 500, Channel.EMAIL, "long"),
    ],
)
def test_what_is_missing_or_dear(text, channel, code):
    assert code in {one.code for one in lint(text, channel, "Cafe")}


def test_the_business_may_be_named_in_full_and_an_email_needs_no_stop():
    assert lint("How was it at Cafe? {link}", Channel.EMAIL, "Cafe") == []


def test_what_refuses_comes_first_and_an_endless_text_takes_no_time():
    found = lint("PLEASE LEAVE US A REVIEW!! 5 stars " + "mention " * 2000, Channel.SMS, "Cafe")
    assert [one.refuses for one in found] == sorted((one.refuses for one in found), reverse=True)
