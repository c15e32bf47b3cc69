"""Names, emails and phone numbers as people type them, and how they are found again."""

from unittest.mock import patch

import phonenumbers
import pytest
from email_validator import EmailNotValidError, validate_email
from hypothesis import example, given
from hypothesis import strategies as st
from phonenumbers import PhoneNumberFormat, PhoneNumberType

from data import checks
from data.checks import phones
from data.lifecycle import Channel

PHONE = "+12025550143"


@pytest.mark.parametrize(
    "typed",
    [
        "(202) 555-0143",
        "202.555.0143",
        "1-202-555-0143",
        " +1 202 555 0143  ",
        "tel:+1-202-555-0143",
        "Tel: 202 555 0143",
        "whatsapp:+12025550143",
        "\u200f\u202a+1\u00a0202\u00a0555\u00a00143\u202c",
        "٢٠٢٥٥٥٠١٤٣",
        "２０２－５５５－０１４３",
        "'+12025550143",
        "12025550143.0",
        "001 202 555 0143",
        "202‑555‑0143",
    ],
)
def test_a_phone_number_in_any_format_becomes_e164(typed: str) -> None:
    assert checks.phone(typed, "US") == checks.Checked(PHONE)


def test_a_national_number_is_read_in_the_region_given() -> None:
    assert checks.phone("030 901820", "DE").value == "+4930901820"
    assert checks.phone("030 901820", "US").value == ""
    assert checks.phone("+44 (0)20 7183 8750", "US").value == "+442071838750"


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("", "is empty"),
        ("   ", "is empty"),
        ("+", "is not a phone number"),
        ("202555014", "too short"),
        ("555-0143", "lacks its area code"),
        ("+1 202 555 01431", "too long"),
        ("+1 000 000 0000", "cannot be a number"),
        ("+999 1234567", "country code that does not exist"),
        ("1-800-FLOWERS", "letters"),
        ("+12025550143a", "letters"),
        ("ask Ann", "letters"),
        ("202-555-0143 ext. 5", "extension"),
        ("202-555-0143, 202-555-0199", "more than one phone number"),
        ("+12025550143 +12025550199", "more than one phone number"),
        ("202-555-0143 or 202-555-0199", "more than one phone number"),
        ("1.20256E+10", "spreadsheet shortened"),
        ("7" * 40, "too many digits"),
    ],
)
def test_a_wrong_phone_number_is_told_what_is_wrong(typed: str, says: str) -> None:
    checked = checks.phone(typed, "US")
    assert checked.value == ""
    assert says in (checked.trouble or "")


def test_a_digit_too_many_is_never_sent_abroad_but_asked_about() -> None:
    """+20 255501433 is a number in Egypt; the person meant one in Washington."""
    assert checks.phone("+20255501433", "US").value == "+20255501433"
    checked = checks.phone("20255501433", "US")
    assert checked.value == ""
    assert "+20 2 55501433" in (checked.trouble or "")


@given(st.text(max_size=60))
def test_any_text_gets_a_number_or_a_sentence(typed: str) -> None:
    for checked in (checks.phone(typed, "US"), checks.email(typed), checks.name(typed)):
        assert bool(checked.value) is (checked.trouble is None)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Ann.Lee@Example.COM ", "ann.lee@example.com"),
        ("mailto:ann@example.com", "ann@example.com"),
        ("Ann Lee <ann@example.com>", "ann@example.com"),
        ("ann@example.com;", "ann@example.com"),
        ("ann@example.com.", "ann@example.com"),
        ("ann\u200b@example.com", "ann@example.com"),
        ("o'brien+x@example.com", "o'brien+x@example.com"),
        ("ann@münchen.example.com", "ann@xn--mnchen-3ya.example.com"),
    ],
)
def test_an_email_is_lower_cased_and_tidied(typed: str, kept: str) -> None:
    assert checks.email(typed) == checks.Checked(kept)


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ("", "is empty"),
        ("ann", "must have an @-sign"),
        ("ann@example", "should have a period"),
        ("ann lee@example.com", "a space inside"),
        ("a@example.com, b@example.com", "more than one email"),
        ("a..b@example.com", "two periods"),
        ("jürgen@example.com", "before the @-sign"),
        ("a" * 70 + "@example.com", "not an email address"),
    ],
)
def test_a_wrong_email_is_told_what_is_wrong(typed: str, says: str) -> None:
    checked = checks.email(typed)
    assert checked.value == ""
    assert says in (checked.trouble or "")
    assert says == "more than one email" or "ann@example.com" in (checked.trouble or "")


@given(st.text("ab1._+-'", max_size=70), st.sampled_from(["example.com", "a-.com", "x", "EXAMPLE.org", "ex..com", ""]))
def test_the_quick_way_for_plain_emails_agrees_with_the_library(local: str, domain: str) -> None:
    typed = f"z{local}z@{domain}z"
    try:
        expected = validate_email(typed, check_deliverability=False, strict=True).normalized.lower()
    except EmailNotValidError:
        expected = ""
    assert checks.email(typed).value == expected


@pytest.mark.parametrize("text", [" " * 40_000 + "x", "1" * 40_000 + "x", "123,|" * 10_000, "a@" + "a." * 20_000])
def test_a_text_far_too_long_for_an_address_is_told_so(text: str) -> None:
    assert "is too long for a phone number" in (checks.phone(text).trouble or "")
    assert "is too long for an email address" in (checks.email(text).trouble or "")


def test_a_channel_takes_its_own_address() -> None:
    assert checks.address_for(Channel.SMS, PHONE, "a@example.com").value == PHONE
    assert checks.address_for(Channel.EMAIL, PHONE, "a@example.com").value == "a@example.com"
    assert "WhatsApp message needs a phone" in (checks.address_for(Channel.WHATSAPP, "", "a@example.com").trouble or "")
    assert "needs an email" in (checks.address_for(Channel.EMAIL, PHONE, "").trouble or "")


def test_the_search_text_is_lower_case_and_also_without_accents() -> None:
    assert checks.search_terms("Ann LEE", "Ann@example.com", PHONE) == "ann lee\nann@example.com\n12025550143"
    assert "jose pena" in checks.search_terms("José Peña", "", "")


@pytest.mark.parametrize(
    "typed", ["(202) 555-0143", "+1 202-555-0143", "202.555.0143", "001 202 555 0143", "555-0143", "(202) 5", "+1202"]
)
def test_a_phone_is_found_however_it_is_typed(typed: str) -> None:
    digits = checks.search_query(typed).digits
    assert digits
    assert digits in checks.search_terms("", "", PHONE)


def _finds(query: checks.SearchQuery, e164: str) -> bool:
    kept = checks.search_terms("", "", e164)
    return query.number == int(e164[1:]) or any(one in kept for one in query.needles)


@pytest.mark.parametrize(
    "typed", ["0049 30 901820", "0049 030 901820", "+49 (0)30 901820", "030 901820", "030/9018", "+49 (0)30 90"]
)
def test_a_trunk_zero_does_not_hide_a_number(typed: str) -> None:
    for region in ("US", "DE"):
        assert _finds(checks.search_query(typed, region), "+4930901820")


@pytest.mark.parametrize("typed", ["Ann", "ann@example.com", "12", "+", "0000", "flat 202 555", ""])
def test_what_is_no_phone_searches_by_text_alone(typed: str) -> None:
    assert checks.search_query(f" {typed} ") == checks.SearchQuery(typed.lower())


_KINDS = [PhoneNumberType.MOBILE, PhoneNumberType.FIXED_LINE]


@given(st.sampled_from(sorted(phonenumbers.SUPPORTED_REGIONS)), st.sampled_from(_KINDS), st.integers(0, 999))
def test_every_country_finds_its_numbers_in_every_format(region: str, kind: int, ending: int) -> None:
    example = phonenumbers.example_number_for_type(region, kind)
    if example is None:
        return
    number = phonenumbers.PhoneNumber()
    number.merge_from(example)
    number.national_number = (example.national_number or 0) // 1000 * 1000 + ending
    if not phonenumbers.is_valid_number(number):
        return
    e164 = phonenumbers.format_number(number, PhoneNumberFormat.E164)
    national = phonenumbers.format_number(number, PhoneNumberFormat.NATIONAL)
    abroad = phonenumbers.format_number(number, PhoneNumberFormat.INTERNATIONAL)
    link = phonenumbers.format_number(number, PhoneNumberFormat.RFC3966)
    everywhere = [e164, abroad, link, abroad.replace(" ", "."), "00" + abroad[1:], e164[1:]]
    typed = [(text, home) for text in everywhere for home in ("US", region)]
    for text, home in [*typed, (national, region), (national.replace(" ", "."), region)]:
        assert _finds(checks.search_query(text, home), e164), (text, home)


@given(
    st.sampled_from(["", "1", "+1", "+", "001", "0"]),
    st.integers(2_000_000_000, 9_999_999_999),
    st.sampled_from(["{}{}{}", "({}) {}-{}", "{} {} {}", "{}.{}.{}", "{} - {}-{}"]),
    st.sampled_from(["US", "CA", "JM", "GB"]),
)
@example("", 2025550143, "({}) {}-{}", "US")
@example("+", 2025550143, "{}{}{}", "US")
def test_the_short_way_with_north_american_numbers_says_what_the_library_says(
    head: str, number: int, form: str, region: str
):
    digits = str(number)
    typed = head + form.format(digits[:3], digits[3:6], digits[6:])
    short = phones.phone(typed, region)
    with patch.object(phones, "_at_home", return_value=""):
        assert phones.phone(typed, region) == short


@given(st.text(max_size=30), st.text(max_size=30), st.text(max_size=30))
def test_a_text_has_all_bits_of_what_it_holds(before: str, held: str, after: str) -> None:
    bits = checks.search_bits(held)
    assert checks.search_bits(before + held + after) & bits == bits
    assert 0 <= bits < 2**61


def test_few_other_texts_have_all_bits_of_what_is_searched_for() -> None:
    texts = [checks.search_terms(f"Person {n}", f"someone.{n}@example.com", "") for n in range(1000)]
    wanted = checks.search_bits("mueller")
    assert sum(checks.search_bits(text) & wanted == wanted for text in texts) < 50
