"""What leaves is what the preview showed."""

import json

import pytest

from data.claims import Claimed
from data.lifecycle import Channel
from data.verdicts import Blocked
from engine.compose import Letterhead, compose
from tests.builders import NOW

HEAD = Letterhead("The Shop", "1 Main Street", "https://ask.example.com")


def written(contact_name: str, **variables: str):
    row = {
        "channel": "whatsapp", "subject": None, "body": "Hi {first_name|there}, how was {business}? {link}",
        "provider_name": "review", "language": "en", "variables": json.dumps(variables),
    }  # fmt: skip
    one = Claimed(1, 1, 0, Channel.WHATSAPP, "+12025550199", "abcdefgh", (1, 1), contact_name, "Sam", NOW)
    return compose(one, {(1, 1): row}, HEAD)


@pytest.mark.parametrize(("contact_name", "first"), [("Ann Lee", "Ann"), ("", "there"), ("Mr. Poe", "there")])
def test_a_field_among_the_providers_variables_is_filled_as_in_the_text(contact_name, first):
    message = written(contact_name, **{"1": "first_name", "2": "link"})
    assert message.variables["1"] == first
    assert message.body.startswith(f"Hi {first},")


def test_a_message_with_an_empty_variable_never_leaves_since_the_provider_would_refuse_the_template():
    blocked = written("", **{"1": "name", "2": "link"})
    assert isinstance(blocked, Blocked)
    assert "“1”" in blocked.reason
