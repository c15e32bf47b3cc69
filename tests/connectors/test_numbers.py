"""People whom WhatsApp knows by an older form of their number."""

import pytest

from connectors.numbers import as_dialled
from connectors.twilio_words import replies
from data import checks
from tests.connectors.standins import NOW


@pytest.mark.parametrize(
    ("told", "dialled"),
    [
        ("+5215512345678", "+525512345678"),
        ("+525512345678", "+525512345678"),
        ("+553187654321", "+5531987654321"),
        ("+5531987654321", "+5531987654321"),
        ("+553133334444", "+553133334444"),  # a fixed line
        ("+12025550143", "+12025550143"),
    ],
)
def test_a_sender_is_who_was_asked(told, dialled):
    assert as_dialled(told) == dialled
    assert checks.phone(dialled).value == dialled


def test_a_stop_by_whatsapp_comes_from_the_number_that_was_asked():
    form = {"From": "whatsapp:+5215512345678", "Body": "STOP", "MessageSid": "SM1"}
    (reply,) = replies(form, NOW)
    assert (reply.address, reply.channel) == ("+525512345678", "whatsapp")


def test_a_stop_from_a_number_that_may_be_one_of_two_counts_for_both():
    """+55 11 7812-3456 can be asked as it is, and may be how WhatsApp knows +55 11 97812-3456."""
    form = {"From": "whatsapp:+551178123456", "MessageSid": "SM1"}
    stops = replies({**form, "Body": "STOP"}, NOW)
    assert [one.address for one in stops] == ["+5511978123456", "+551178123456"]
    assert len({one.key for one in stops}) == 2
    assert {checks.phone(one.address).value for one in stops} == {one.address for one in stops}
    assert len(replies({**form, "Body": "Great"}, NOW)) == 1
