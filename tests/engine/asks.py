"""Asks as pages queue them: with their recipient's clock, follow-ups and expiry."""

from dataclasses import replace

from data import commands, planning, rules
from data.commands import Ask
from data.lifecycle import Channel
from data.rules import Rules
from data.store import Store
from engine.policy import judge
from tests.builders import NOW, setting, template, token

WEST = "+13105550143"  # 9:00 in Los Angeles when it is NOW


def keep(store: Store, **changed) -> Rules:
    kept = Rules(**changed)
    with store.transaction() as work:
        rules.keep(work, kept, "Sam", NOW)
    return kept


def put(store: Store, **how) -> int:
    """Queues one ask, whatever the rules say of it, and returns its request."""
    steps = how.pop("steps", ())
    phone, channel = how.pop("phone", WEST), how.pop("channel", Channel.SMS)
    used = how.pop("template", None) or template(store, channel)
    sent_by = commands.member(store, how.pop("sender", "Sam Sender"), NOW)
    now = how.pop("now", NOW)
    email = how.pop("email", None)
    address = email if channel is Channel.EMAIL else phone
    one = Ask("Ann Lee", channel, address, sent_by, used, how.pop("due", now), "manual", email, phone, **how)
    around = replace(setting(judge, rules.load(store)), sequences={0: tuple(steps)})
    planned = planning.plan(store, [one], around, now)[0].ask
    return commands.ask(store, [planned], now, token())[0]
