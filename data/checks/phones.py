"""Phone numbers as people type them, made E.164, with the trouble named when that cannot be done."""

import re
from functools import cache

import phonenumbers
from phonenumbers import NumberParseException, PhoneMetadata, PhoneNumberFormat, ValidationResult

from data.checks.typed import LONGEST, Checked, ascii_digits, one_line, shortened

_NORTH_AMERICAN = re.compile(r"(?:\+?1[ .\-]?)?\(?([2-9][0-9]{2})\)?[ .\-]?([0-9]{3})[ .\-]?([0-9]{4})")
_DIGITS = re.compile(r" *(?!.*\.0$)\+?[0-9 ().\-]*[0-9] *")
_FORMER = (  # today's form, and the one that WhatsApp may still tell of whoever signed up by it
    (re.compile(r"\+52(\d{10})"), r"+521\1"),
    (re.compile(r"\+55(\d\d)9([689]\d{7})"), r"+55\1\2"),
)


def former(address: str) -> list[str]:
    """Older forms of an E.164 number, if there are any."""
    return [form.sub(before, address) for form, before in _FORMER if form.fullmatch(address)]


def phone(text: str, region: str = "US") -> Checked:
    """A phone number in E.164, typed in any format; without a country code it is read as one of `region`."""
    if len(text) > LONGEST:
        return Checked(trouble=f"“{shortened(text)}” is too long for a phone number. Write it like +1 202 555 0143.")
    typed, trouble = _typed(text)
    if trouble:
        return Checked(trouble=trouble)
    if known := _at_home(typed, region):
        return Checked(known)
    try:
        # "00" is dialled for "abroad" in most of the world and starts no number at home anywhere.
        number = phonenumbers.parse(re.sub(r"^00(?=[1-9])", "+", typed), region)
    except NumberParseException as reason:
        return Checked(trouble=_unreadable(typed, reason.error_type))
    if number.extension:
        return Checked(
            trouble=f"“{shortened(typed)}” has an extension, which a message cannot reach; give a direct number."
        )
    # Asking about home first saves the library its search for the region; most numbers are from home.
    if not (phonenumbers.is_valid_number_for_region(number, region) or phonenumbers.is_valid_number(number)):
        return Checked(trouble=_impossible(typed, number, region))
    return Checked(phonenumbers.format_number(number, PhoneNumberFormat.E164))


def _at_home(typed: str, region: str) -> str:
    """E.164 of a number that is plainly one of `region`, where it is in North America; "" for the library to say.

    Most of a long list is like that, and the library takes thirty times as long to find the same.
    """
    found = _NORTH_AMERICAN.fullmatch(typed)
    numbers = _home_numbers(region) if found else None
    national = "".join(found.groups()) if found else ""
    return f"+1{national}" if numbers and numbers.fullmatch(national) else ""


@cache
def _home_numbers(region: str) -> re.Pattern[str] | None:
    metadata = PhoneMetadata.metadata_for_region(region)
    if metadata is None or metadata.country_code != 1 or metadata.fixed_line is None:
        return None
    return re.compile(metadata.fixed_line.national_number_pattern or "", re.ASCII)


def _typed(text: str) -> tuple[str, str | None]:
    if _DIGITS.fullmatch(text):  # most of a long list, and nothing in it to look into
        return text.strip(), None
    typed = _phone_text(text)
    return typed, _not_a_phone(typed)


def _phone_text(text: str) -> str:
    # A leading apostrophe is a spreadsheet's mark for "text"; a trailing .0 is what a column of floats leaves behind.
    typed = ascii_digits(one_line(text)).lstrip("'`’").strip(" ,;")
    typed = re.sub(r"^(?:tel|phone|mobile|callto|sms|whatsapp)\s*:\s*", "", typed, flags=re.IGNORECASE)
    return re.sub(r"^(\+?\d{7,})\.0$", r"\1", typed)


def _not_a_phone(typed: str) -> str | None:
    if not typed:
        return "The phone number is empty. Write it like +1 202 555 0143."
    if re.fullmatch(r"\+?\d([.,]\d+)?e\+?\d+", typed, re.IGNORECASE):
        return (
            f"A spreadsheet shortened this number to “{typed}”, its digits are lost; format the column as text first."
        )
    if len(re.findall(r"\+\d", typed)) > 1 or re.search(r"\d{3}\W*(?:[;,|&]|\bor\b)\W*\d{3}", typed, re.IGNORECASE):
        return f"There is more than one phone number in “{shortened(typed)}”; keep one."
    letters = re.search(r"[^\W\d_]+", re.sub(r"(?:;?\s*ext(?:ension|n)?\.?|#|x)\s*=?:?\s*\d+$", "", typed, flags=re.I))
    if letters:
        return f"There are letters in “{shortened(typed)}” ({shortened(letters[0])}); write the number in digits only."
    return None


def _unreadable(typed: str, error: int) -> str:
    shown = shortened(typed)
    return {
        NumberParseException.INVALID_COUNTRY_CODE: f"“{shown}” starts with a country code that does not exist; "
        "write + and the country code first, like +1 202 555 0143.",
        NumberParseException.TOO_LONG: f"“{shown}” has too many digits for a phone number; keep one number only.",
        NumberParseException.TOO_SHORT_NSN: f"“{shown}” is too short; write the whole number with its area code.",
        NumberParseException.TOO_SHORT_AFTER_IDD: f"“{shown}” is too short; write the whole number with its area code.",
    }.get(error, f"“{shown}” is not a phone number. Write it like +1 202 555 0143.")


def _impossible(typed: str, number: phonenumbers.PhoneNumber, region: str) -> str:
    shown, where = shortened(typed), _place(typed, number, region)
    reason = phonenumbers.is_possible_number_with_reason(number)
    hint = _hint(typed, region)
    if reason == ValidationResult.IS_POSSIBLE_LOCAL_ONLY:
        return f"“{shown}” lacks its area code; write the whole number.{hint}"
    if reason == ValidationResult.TOO_SHORT:
        return f"“{shown}” is too short for a number in {where}; write the whole number with its area code.{hint}"
    if reason == ValidationResult.TOO_LONG:
        return f"“{shown}” is too long for a number in {where}; check the digits.{hint}"
    return f"“{shown}” cannot be a number in {where}; check the digits.{hint}"


def _place(typed: str, number: phonenumbers.PhoneNumber, region: str) -> str:
    code = number.country_code or 0
    return f"{region} (+{code})" if not typed.startswith("+") else f"the country +{code}"


def _hint(typed: str, region: str) -> str:
    # Never assumed: one digit too many in a US number is often a valid number in Egypt.
    if typed.startswith("+") or typed.startswith("0"):
        return "" if typed.startswith("+") else f" For a number outside {region}, start with + and the country code."
    try:
        abroad = phonenumbers.parse("+" + typed, None)
    except NumberParseException:
        return ""
    if not phonenumbers.is_valid_number(abroad):
        return ""
    return f" If you mean {phonenumbers.format_number(abroad, PhoneNumberFormat.INTERNATIONAL)}, write it with the +."
