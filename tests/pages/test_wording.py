"""How what happened is put into words."""

import pytest

from pages.wording import told


@pytest.mark.parametrize(
    ("actor", "words"),
    [("twilio", "Handed to the provider"), ("sandbox", "Handed to the sandbox: nobody gets it")],
)
def test_who_got_a_message_is_told(actor, words):
    assert told({"event": "accepted", "detail": None, "code": None, "actor": actor}, "Sam") == words
