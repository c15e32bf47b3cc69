"""Who said no in a CSV is not asked, however the file says it; what cannot be read counts as a no."""

import pytest

from data.csvfile.consent import about_consent, yes_or_no
from data.csvfile.rejects import rejects_csv
from data.csvfile.rows import check_rows
from tests.data.csvfile.test_rows import file, guessed, judged

ANN, BO = "Ann Lee,+1 202 555 0143", "Bo Ray,+1 202 555 0144"


def troubles(heading: str, *cells: str) -> list[str | None]:
    people = (f'P{at},+1202555{1000 + at},p{at}@example.com,"{cell}"' for at, cell in enumerate(cells))
    channel = "email" if "mail" in heading.casefold() else "auto"
    rows = judged("\n".join([f"Name,Phone,Email,{heading}", *people]), default_channel=channel)
    return [row.trouble for row in rows]


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
        ("Newsletter abonniert", "Nein", "Ja"),
        ("Werbung erlaubt", "nein", "ja"),
        ("Einverständnis", "Nein", "Ja"),
        ("Akzeptiert E-Mail-Marketing", "Nein", "Ja"),
        ("Keine Einwilligung", "ja", "nein"),
        ("Abonné à la newsletter", "non", "oui"),
        ("Accepte le marketing par e-mail", "non", "oui"),
        ("Acepta publicidad", "no", "sí"),
        ("Suscrito al boletín", "No", "Sí"),
        ("Sin consentimiento", "sí", "no"),
        ("Fecha de baja", "2026-01-02", ""),
        ("Stop", "x", ""),
        ("Text opt-in", "no", "yes"),
        ("Opt in text", "no", "yes"),
        ("Kontakt erlaubt", "nein", "ja"),
        ("Reçoit la newsletter", "jamais", "oui"),
        ("Desea recibir publicidad", "no", "sí"),
        ("Customer blocked", "yes", "no"),
        ("Consent withdrawn on", "2 Jan 2026", ""),
        ("Email Subscription Status", "Never subscribed", "Subscribed"),
        ("Unsubscribed at", "2026-01-02 10:11:12", ""),
        ("UNSUB_TIME", "2026-01-02T10:11:12.123Z", "0000-00-00 00:00:00"),
        ("Consent", "No (2026-01-02)", "2026-01-02"),
        ("GDPR", "Unsubscribed 2026-01-02", "Yes, 02/01/2026"),
        ("Subscribed at", "no", "12.03.26 10:00"),
        ("Opt-in date", "declined, 12 March 2026", "March 12, 2026 1:30 pm"),
    ],
)
def test_a_no_is_rejected_and_a_yes_is_not(heading: str, no: str, yes: str):
    assert troubles(heading, no, yes) == [f"They said no: “{no}” under “{heading}”.", None]


@pytest.mark.parametrize(
    "heading",
    [
        "Do you consent to being contacted by SMS?",
        "Do you consent to be contacted by text message?",
        "Consent to contact by email",
        "May we contact you by text?",
        "May we text you?",
        "May we send you a text message?",
        "Can we contact you by SMS",
        "I agree to receive text messages",
        "I agree to be contacted",
        "Do you agree to receive emails?",
        "Agree to receive texts",
        "Okay to text?",
        "Would you like to receive emails from us?",
        "Would you like to receive our newsletter?",
        "Do you want to hear from us by email?",
        "Do you consent to receive messages? (link to privacy policy)",
        "I consent to Acme sending me messages and to the privacy policy version 3",
        "By submitting this form I agree to receive texts; consent is not a condition of purchase",
        "I am not required to agree but I would like to receive your text messages",
        "Can we email you a review request?",
        "Happy to be contacted?",
        "Permission to contact by SMS",
        "Contact by SMS?",
        "SMS allowed",
        "Send SMS reminders",
        "SMS reminders",
        "Receive texts",
        "Text me",
    ],
)
def test_a_heading_that_asks_in_plain_words_is_about_consent(heading: str):
    refused, asked = troubles(heading, "No", "Yes")
    assert (refused or "").startswith("They said no: “No” under ")
    assert asked is None


@pytest.mark.parametrize(
    "heading",
    [
        "I do not wish to be contacted",
        "I would rather not be contacted",
        "Please do not contact me by phone",
        "Do not send SMS",
        "Tick this box if you do not wish to be contacted by us",
        "Please tick here if you would prefer not to receive marketing texts from us",
    ],
)
def test_a_heading_that_declines_in_plain_words_is_a_no_below_it(heading: str):
    refused, asked = troubles(heading, "Yes", "No")
    assert (refused or "").startswith("They said no: “Yes” under ")
    assert asked is None


@pytest.mark.parametrize("heading", ["Unsubscribed", "Consent", "Opt-in"])
def test_what_cannot_be_read_is_rejected(heading: str):
    sentence = f"“maybe 7” under “{heading}” cannot be read as a yes or a no; write one of them."
    assert troubles(heading, "maybe 7") == [sentence]


def test_an_empty_cell_is_no_consent_but_no_refusal_either():
    assert troubles("Consent", "", "yes") == ["Nothing is said under “Consent”; write yes for who agreed.", None]
    assert troubles("Unsubscribed", "", "yes")[0] is None


def test_consent_for_another_channel_is_not_taken_for_one():
    assert "cannot be read" in str(troubles("Consent", "email")[0])


@pytest.mark.parametrize(
    ("heading", "cell"),
    [("Email Subscription Status", "unknown"), ("SMS Consent", "PENDING"), ("Opt-in", "Ausstehend")],
)
def test_who_has_not_agreed_yet_is_told_so(heading: str, cell: str):
    sentence = f"They have not agreed: “{cell}” under “{heading}”; write yes for who did."
    assert troubles(heading, cell, "yes") == [sentence, None]


@pytest.mark.parametrize(
    "cell",
    ["1970-01-01", "0000-00-00", "10.12.20.1", "2026-01-02 / 2026-02-03", "Sale 2026-01-02", "declined 12 2026", "-"],
)
def test_what_is_not_one_date_and_nothing_else_is_no_yes(cell: str):
    assert [*troubles("Consent", cell), *troubles("Opt-in date", cell)] != [None, None]
    assert troubles("Consent", cell)[0]


def test_a_date_is_the_evidence_and_an_empty_one_beside_a_yes_is_no_trouble():
    rows = judged(f"Name,Phone,Consent,Consent date\n{ANN},yes,2026-01-02\n{BO},yes,")
    assert [row.agreed for row in rows] == ["Consent: yes; Consent date: 2026-01-02", "Consent: yes"]
    alone = judged(f"Name,Phone,Subscribed at\n{ANN},2026-01-02\n{BO},")
    assert [row.agreed for row in alone] == ["Subscribed at: 2026-01-02", None]
    assert alone[1].trouble == "Nothing is said under “Subscribed at”; write yes for who agreed."


@pytest.mark.parametrize(
    ("heading", "cells"),
    [
        ("Unsubscribe link", ["https://example.com/u/1"]),
        ("Blocked time", ["10:00", "12:00"]),
        ("Stopped by", ["Joe"]),
        ("Stopped by store", ["yes", "no"]),
        ("Withdrawn amount", ["100.00"]),
        ("Baja California", ["Tijuana"]),
        ("Marketing", ["Google Ads", "Facebook"]),
        ("Permissions", ["read", "write"]),
        ("Photo consent", ["Yes", "No"]),
        ("Treatment consent", ["No"]),
        ("Parental consent", ["N/A"]),
        ("Informed consent", ["Signed 2024"]),
        ("Consentimiento informado", ["no"]),
        ("Medical consent", ["no"]),
        ("Cookie consent", ["denied"]),
        ("Consent expires at", ["2027-01-02"]),
        ("Consent to texts taken by", ["Joe"]),
        ("SMS consent last updated at", ["2026-01-02"]),
        ("Allowed contact hours", ["9-17"]),
        ("Pets allowed", ["yes", "no"]),
        ("I consent to my photos being shown", ["yes", "no"]),
        ("Subscription Status", ["active", "canceled", "past_due", "trialing"]),
        ("Status", ["rejected", "rejected", "completed"]),
    ],
)
def test_what_is_about_something_else_refuses_nobody_and_is_no_evidence(heading: str, cells: list[str]):
    people = [f"P{place},+1202555{1000 + place},{cell}" for place, cell in enumerate(cells)]
    rows = judged("\n".join([f"Name,Phone,{heading}", *people]))
    assert [(row.trouble, row.agreed) for row in rows] == [(None, None)] * len(cells)


@pytest.mark.parametrize(
    ("heading", "no"), [("SMS consent", "Unsubscribed"), ("Do not text", "yes"), ("Newsletter", "no")]
)
def test_who_has_unsubscribed_is_asked_by_no_channel(heading: str, no: str):
    rows = judged(f"Name,Email,{heading}\nAnn,ann@example.com,{no}\nAnn,ann@example.com,")
    assert rows[0].trouble == f"They said no: “{no}” under “{heading}”."
    assert rows[1].trouble


def test_a_status_that_is_mostly_unknown_is_about_consent_if_one_has_unsubscribed():
    text = "Name,Phone,Subscription state\nA,+12025550143,unknown\nB,+12025550144,unknown\nC,+12025550145,unsubscribed"
    assert [row.trouble is None for row in judged(text)] == [False, False, False]


def test_every_column_about_consent_counts():
    rows = judged(f"Name,Phone,Email opt out,SMS opt-in\n{ANN},no,no\n{BO},no,yes")
    assert [row.trouble for row in rows] == ["They said no: “no” under “SMS opt-in”.", None]
    assert [row.agreed for row in rows] == [None, "SMS opt-in: yes"]


def test_who_said_no_on_one_line_is_not_asked_by_another():
    rows = judged(f"Name,Phone,Consent\n{ANN},yes\nAnn L,(202) 555-0143,no\n{BO},yes")
    assert [row.trouble for row in rows] == ["They said no on line 3.", "They said no: “no” under “Consent”.", None]


def test_how_they_agreed_is_no_answer():
    text = f"Name,Phone,Consent,Consent source,Consent text,Subscriber ID\n{ANN},yes,web form,I agree,7"
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


def test_a_column_of_yes_and_no_below_any_heading_may_be_about_consent():
    found = file(
        f"Name,Phone,Zgadzam się,VIP,Visits,Note,Opt-in\n{ANN},nie,yes,2,,no\n{BO},tak,,1,yes,yes\n"
        f"Cy,+12025550145,,no,1,well,yes"
    )
    assert yes_or_no(found.headers, found.rows) == (2, 3, 6)
