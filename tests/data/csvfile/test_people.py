"""Rows of one file that are the same person are told so, and an address that is nobody's own joins nobody."""

import time

from tests.data.csvfile.test_rows import judged


def told(*rows: str, **rules) -> list[tuple[str, str, str | None]]:
    """Phone, email and what is said of each row of Name, Phone, Email and Channel."""
    text = "\n".join(["Name,Phone,Email,Channel", *rows])
    return [(one.phone[-2:], one.email, one.trouble or one.note) for one in judged(text, **rules)]


def test_an_email_beside_several_phones_is_left_out_and_said() -> None:
    found = told(*(f"P{place} Lee,+1 202 555 10{place},till@example.com," for place in range(10, 30)))
    note = "Left out: This email address stands on 20 lines, beside different phone numbers."
    assert found == [(str(place), "", note) for place in range(10, 30)]


def test_a_phone_of_a_household_is_left_out_where_each_has_an_email() -> None:
    rows = ("Ann Lee,2025550143,ann@x.com,", "Bo Lee,+1 (202) 555-0143,bo@x.com,")
    note = "Left out: This phone number stands on 2 lines, beside different email addresses."
    assert told(*rows) == [("", "ann@x.com", note), ("", "bo@x.com", note)]
    # By SMS there is only one of it.
    assert told(*rows, default_channel="sms")[1][2] == "Same phone number as line 2."


def test_one_person_under_two_channels_is_told_the_line_of_the_first() -> None:
    found = told("Ann Lee,2025550143,ann@x.com,SMS", "Ann Lee,2025550143,ann@x.com,Email", ",,ann@x.com,")
    assert [said for *_, said in found] == [None, *["Same email address as line 2."] * 2]


def test_one_person_with_two_phones_is_asked_once_by_a_shared_email_too() -> None:
    assert told("Ann Lee,2025550143,a@x.com,", "ann lee,2025550144,A@x.com,")[1][2] == "Same person as line 2."
    found = told("Ann Lee,2025550143,a@x.com,", "ann lee,2025550144,A@x.com,", "Bo Lee,2025550145,a@x.com,")
    assert [said for *_, said in found if said and said.startswith("Same")] == ["Same person as line 2."]


def test_the_key_of_a_row_does_not_hang_on_what_else_is_in_the_file() -> None:
    text = "Name,Phone,Email\nAnn Lee,2025550143,a@x.com\n"
    assert judged(text)[0].row_key == judged(f"{text}Bo Lee,2025550144,a@x.com\n")[0].row_key


def test_ten_thousand_rows_of_one_email_take_a_second() -> None:
    rows = [
        f"P{place} Lee,(202) {230 + place // 10_000}-{place % 10_000:04},no@example.com," for place in range(10_000)
    ]
    began = time.process_time()
    assert told(*rows)[-1][2]
    assert time.process_time() - began < 2
