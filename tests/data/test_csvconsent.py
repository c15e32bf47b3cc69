"""Who said no in a CSV is not asked, however the file says it; what cannot be read counts as a no."""

import pytest

from data.csvconsent import about_consent
from data.csvrejects import rejects_csv
from data.csvrows import check_rows
from tests.data.test_csvrows import file, guessed, judged

ANN, BO = "Ann Lee,+1 202 555 0143", "Bo Ray,+1 202 555 0144"


def troubles(heading: str, *cells: str) -> list[str | None]:
    people = (f"P{place},+1202555{1000 + place},{cell}" for place, cell in enumerate(cells))
    return [row.trouble for row in judged("\n".join([f"Name,Phone,{heading}", *people]))]


@pytest.mark.parametrize(
    ("heading", "no", "yes"),
    [
        ("Unsubscribed", "yes", "no"),
        ("SMS opt-in", "No", "Yes"),
        ("Consent", "no", "x"),
        ("Do not contact", "TRUE", "FALSE"),
        ("Status", "Unsubscribed", "Subscribed"),
        ("DND", "SMS", ""),
        ("Email opt out", "1.0", "0.0"),
        ("Marketing consent", "declined", "granted"),
        ("HasOptedOutOfEmail", "✓", ""),
        ("No consent", "yes", "no"),
        ("Accepts SMS Marketing", "0", "1"),
        ("Newsletter", "off", "on"),
        ("Subscription status", "opted-out", "opted-in"),
        ("Opt out", "Opted out", "Opted in"),
        ("Werbeeinwilligung", "Nein", "Ja"),
        ("Abgemeldet", "ja", "nein"),
    ],
)
def test_a_no_is_rejected_and_a_yes_is_not(heading: str, no: str, yes: str):
    assert troubles(heading, no, yes) == [f"They said no: “{no}” under “{heading}”.", None]


@pytest.mark.parametrize("heading", ["Unsubscribed", "Consent", "Opt-in"])
def test_what_cannot_be_read_is_rejected(heading: str):
    sentence = f"“maybe 7” under “{heading}” cannot be read as a yes or a no; write one of them."
    assert troubles(heading, "maybe 7") == [sentence]


def test_an_empty_cell_is_no_consent_but_no_refusal_either():
    assert troubles("Consent", "", "yes") == ["Nothing is said under “Consent”; write yes for who agreed.", None]
    assert troubles("Unsubscribed", "", "yes")[0] is None


def test_consent_for_another_channel_is_not_taken_for_one():
    assert "cannot be read" in str(troubles("Consent", "email")[0])


def test_every_column_about_consent_counts():
    rows = judged(f"Name,Phone,Email opt out,SMS opt-in\n{ANN},no,no\n{BO},no,yes")
    assert [row.trouble for row in rows] == ["They said no: “no” under “SMS opt-in”.", None]
    assert [row.agreed for row in rows] == [None, "SMS opt-in: yes"]


def test_who_said_no_on_one_line_is_not_asked_by_another():
    rows = judged(f"Name,Phone,Consent\n{ANN},yes\nAnn L,(202) 555-0143,no\n{BO},yes")
    assert [row.trouble for row in rows] == ["They said no on line 3.", "They said no: “no” under “Consent”.", None]


def test_how_or_when_they_agreed_is_no_answer():
    text = f"Name,Phone,Consent,Consent source,Opt-in date,Subscriber ID\n{ANN},yes,web form,2026-01-01,7"
    assert guessed(text).consent == (2,)


def test_a_status_of_something_else_is_left_alone():
    assert guessed(f"Name,Phone,Status\n{ANN},Completed\n{BO},Paid").consent == ()


def test_a_reject_takes_its_reason_along():
    found = file(f"Name,Phone,Consent\n{ANN},no")
    rows = [row for part in check_rows(found, guessed(f"Name,Phone,Consent\n{ANN},no")) for row in part]
    assert "They said no: “no” under “Consent”." in rejects_csv(found.headers, rows).decode("utf-8-sig")


def test_a_column_that_refuses_anywhere_seems_to_be_about_consent():
    found = file(f"Name,Phone,Opt-in,Stage,Colour\n{ANN},no,Lead,red\n{BO},yes,Unsubscribed,blue")
    assert about_consent(found.headers, found.rows) == (2, 3)
