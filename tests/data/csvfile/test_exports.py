"""Exports of well-known programs, as they are: who may be asked, and by what they agreed."""

import pytest

from tests.data.csvfile.test_rows import guessed, judged

SHOPIFY = """\
First Name,Email,Accepts Email Marketing,Phone,Accepts SMS Marketing,Total Spent,Note,Tax Exempt
Ann,ann@example.com,yes,,no,10.00,,no
Bo,bo@example.com,no,,no,10.00,,no
"""
SHOPIFY_API = """\
First Name,Email,Email Marketing Consent State,Email Marketing: Updated At,SMS Marketing Consent State
Ann,ann@example.com,SUBSCRIBED,2026-01-02,NOT_SUBSCRIBED
Bo,bo@example.com,PENDING,2026-01-02,NOT_SUBSCRIBED
Cy,cy@example.com,SUBSCRIBED,2026-01-02,UNSUBSCRIBED
"""
MAILCHIMP = """\
Email Address,First Name,MEMBER_RATING,OPTIN_TIME,OPTIN_IP,CONFIRM_TIME,CONFIRM_IP,LAST_CHANGED,LEID,NOTES
ann@example.com,Ann,2,2026-01-02 10:00:00,1.2.3.4,2026-01-02 10:01:00,1.2.3.4,2026-02-01 09:00:00,1,
bo@example.com,Bo,2,,,2026-01-02 10:01:00,1.2.3.4,2026-02-01 09:00:00,2,
"""
MAILCHIMP_LEFT = """\
Email Address,First Name,OPTIN_TIME,UNSUB_TIME,UNSUB_CAMPAIGN_TITLE,UNSUB_REASON
ann@example.com,Ann,2026-01-02 10:00:00,2026-02-03 10:00:00,Spring,Other
"""
HUBSPOT = """\
Name,Email,Lead Status,Marketing contact status,Unsubscribed from all email,Opted out of email: Marketing Information
Ann,ann@example.com,New,Marketing contact,,
Bo,bo@example.com,New,Non-marketing contact,true,
Cy,cy@example.com,Open,Marketing contact,false,true
"""
SQUARE = """\
First Name,Email Address,Creation Source,Blocked From Online Booking,Email Subscription Status,Instant Profile
Ann,ann@example.com,Directory,false,subscribed,No
Bo,bo@example.com,Directory,true,unknown,No
Cy,cy@example.com,Directory,false,unsubscribed,No
"""
STRIPE = """\
id,Description,Email,Name,Created (UTC),Delinquent,Status,Plan,Subscription Status
cus_1,,ann@example.com,Ann Lee,2026-01-02 10:00,false,active,Gold,active
cus_2,,bo@example.com,Bo Ray,2026-01-02 10:00,false,canceled,Gold,canceled
"""
WOOCOMMERCE = """\
First Name,Email,Order Status,Subscription status,Paying Customer,marketing_optin
Ann,ann@example.com,wc-completed,Active,1,yes
Bo,bo@example.com,wc-refunded,Cancelled,0,no
"""
KLAVIYO = """\
First Name,Email,Email Marketing Consent,Email Marketing Consent Timestamp,Email Suppressions,SMS Marketing Consent
Ann,ann@example.com,SUBSCRIBED,2026-01-02T10:00:00+00:00,[],NEVER_SUBSCRIBED
Bo,bo@example.com,NEVER_SUBSCRIBED,,[],NEVER_SUBSCRIBED
Cy,cy@example.com,SUBSCRIBED,,HARD_BOUNCE,SUBSCRIBED
"""
GERMAN = """\
Kunde;E-Mail;Newsletter abonniert;Abgemeldet am
Ann Lee;ann@example.com;Ja;
Bo Ray;bo@example.com;Nein;
Cy Lim;cy@example.com;Ja;02.03.2026
"""
FRENCH = """\
Nom;Courriel;Abonné à la newsletter;Désabonné
Ann Lee;ann@example.com;oui;non
Bo Ray;bo@example.com;non;
Cy Lim;cy@example.com;oui;oui
"""
SPANISH = """\
Nombre;Correo;Acepta publicidad;Fecha de baja
Ann Lee;ann@example.com;sí;
Bo Ray;bo@example.com;no;
Cy Lim;cy@example.com;sí;02/03/2026
"""


@pytest.mark.parametrize(
    ("text", "columns", "asked", "evidence"),
    [
        (SHOPIFY, 2, "Ann", "Accepts Email Marketing: yes"),
        (SHOPIFY_API, 2, "Ann", "Email Marketing Consent State: SUBSCRIBED"),
        (MAILCHIMP, 2, "Ann Bo", "OPTIN_TIME: 2026-01-02 10:00:00; CONFIRM_TIME: 2026-01-02 10:01:00"),
        (MAILCHIMP_LEFT, 4, "", None),
        (HUBSPOT, 2, "Ann", None),
        (SQUARE, 1, "Ann", "Email Subscription Status: subscribed"),
        (STRIPE, 0, "Ann Bo", None),
        (WOOCOMMERCE, 1, "Ann", "marketing_optin: yes"),
        (
            KLAVIYO, 4, "Ann",
            "Email Marketing Consent: SUBSCRIBED; Email Marketing Consent Timestamp: 2026-01-02T10:00:00+00:00",
        ),
        (GERMAN, 2, "Ann", "Newsletter abonniert: Ja"),
        (FRENCH, 2, "Ann", "Abonné à la newsletter: oui"),
        (SPANISH, 2, "Ann", "Acepta publicidad: sí"),
    ],
    ids="Shopify ShopifyAPI Mailchimp unsubscribed HubSpot Square Stripe Woo Klaviyo German French Spanish".split(),
)  # fmt: skip
def test_an_export_is_read_as_its_program_means_it(text: str, columns: int, asked: str, evidence: str | None):
    assert len(guessed(text).consent) == columns
    rows = judged(text)
    assert [row.name.split()[0] for row in rows if not row.trouble] == asked.split()
    assert rows[0].agreed == (evidence if asked else None)
    assert not any("cannot be read" in str(row.trouble) for row in rows if "HARD_BOUNCE" not in row.cells)
