"""Asks as pages queue them: with their recipient's clock, follow-ups and expiry."""

from dataclasses import replace

from data import commands, planning, rules
from data.commands import Ask
from data.lifecycle import Channel
from data.rules import Rules
from data.store import Store
from engine.policy import judge
from tests.builders import NOW, setting, template, together, token

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
    used, sender = how.pop("template", None), how.pop("sender", "Sam Sender")
    now = how.pop("now", NOW)
    email = how.pop("email", None)
    address = email if channel is Channel.EMAIL else phone
    with together(store) as at_once:
        used, sent_by = used or template(at_once, channel), commands.member(at_once, sender, NOW)
        one = Ask("Ann Lee", channel, address, sent_by, used, how.pop("due", now), "manual", email, phone, **how)
        around = replace(setting(judge, rules.load(at_once)), sequences={0: tuple(steps)})
        planned = planning.plan(at_once, [one], around, now)[0].ask
        return commands.ask(at_once, [planned], now, token())[0]
