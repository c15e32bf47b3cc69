"""What the rules are told of an ask when it is planned is what they are told of its message when it leaves."""

import random
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta

import pytest

from data import cases, claims, commands, planning
from data.commands import Ask
from data.lifecycle import Channel
from data.places import Place
from data.replies import Inbound, receive
from data.rules import Rules
from data.store import Store
from data.suppressions import Suppression, suppress
from data.verdicts import Allowed, Case
from data.versions import Around
from tests.builders import NOW, sent, setting, template, token

REFUSED = "Give {business} a 5-star review: {link} Reply STOP to opt out"
PEOPLE = 60
LATER = NOW + timedelta(days=40)


class World:
    """People of whom a store knows something or nothing, all drawn by lot."""

    def __init__(self, store: Store, lot: random.Random) -> None:
        self.store, self.lot = store, lot
        self.templates = {channel: [template(store, channel)] for channel in Channel}
        self.templates[Channel.SMS].append(template(store, body=REFUSED))
        self.templates[Channel.WHATSAPP].append(template(store, Channel.WHATSAPP))
        with store.transaction() as work:
            id = self.templates[Channel.WHATSAPP][1][0]
            work.rows("UPDATE template SET category = 'marketing' WHERE id = $id", id=id)
        self.sender = commands.member(store, "Sam", NOW)

    def person(self, number: int) -> Ask:
        """An ask to somebody, after what happened to them before."""
        head = self.lot.choice(["+1202555", "+1310555", "+4930901", "+1800555"])
        phone, email = f"{head}{1000 + number}", f"p{number}@example.com"
        self._happened(phone, email, self.lot.choice([None, "asked", "asked twice", "by email", "alone"]))
        self._said(phone, email, self.lot.choice([None, None, "stop", "bounce", "refusal"]))
        channel = self.lot.choice(list(Channel))
        return Ask(
            "Ann", channel, email if channel is Channel.EMAIL else phone, self.sender,
            self.lot.choice(self.templates[channel]), LATER + timedelta(hours=self.lot.randrange(9)), "manual",
            self.lot.choice([email, None]) if channel is not Channel.EMAIL else email,
            self.lot.choice([phone, None]) if channel is Channel.EMAIL else phone,
            place=Place(zone=self.lot.choice(["", "Asia/Tokyo"])), override=self.lot.choice([None, "They want it"]),
            visited_at=self.lot.choice([None, NOW]),
        )  # fmt: skip

    def _happened(self, phone: str, email: str, what: str | None) -> None:
        if what is None:
            return
        at = LATER - timedelta(days=self.lot.choice([3, 29, 31, 100]))
        how = {"channel": Channel.EMAIL if what == "by email" else Channel.SMS, "name": "Ann", "phone": phone}
        for _ in range(2 if what == "asked twice" else 1):
            requests = sent(
                self.store, at=at, email=f"other{phone[1:]}@example.com" if what == "alone" else email, **how
            )
            rows = self.store.rows(
                "SELECT contact_id, r.id AS request_id, m.id AS message_id FROM request r"
                " JOIN message m ON m.request_id = r.id WHERE r.id = ANY($ids)",
                ids=requests,
            )
            with self.store.transaction() as work:
                work.append("reach", {name: [row[name] for row in rows] for name in rows[0]} | {"reached_at": [at]})

    def _said(self, phone: str, email: str, what: str | None) -> None:
        address = self.lot.choice([phone, email])
        channel = "email" if "@" in address else "sms"
        with self.store.transaction() as work:
            if what == "refusal":
                said = Inbound(channel, address, "Leave me alone", NOW, f"key {address}", None)
                receive(work, [said], Rules(), NOW, UTC)
            elif what:
                basis = {"stop": "opted_out", "bounce": "bounced"}[what]
                suppress(work, [Suppression(address, basis, "sms", "recipient", channel)], NOW)


def at_dispatch(store: Store, rules: Rules, moments: dict[int, datetime]) -> dict[int, Case]:
    """What the engine is told of the messages of these requests, each at its moment."""
    with store.transaction() as work:
        claimed = [one for one in claims.due(work, max(moments.values()), 10_000) if one.request_id in moments]
        known = cases.facts(work, claimed, rules, LATER, Around("The Shop"))
        return {
            one.request_id: cases.case(one, to, known, cases.whereabouts_of(one, "UTC"), moments[one.request_id])
            for one, to in zip(claimed, known.recipients, strict=True)
        }


def in_order(case: Case) -> Case:
    return replace(case, reached=tuple(sorted(case.reached)))


@pytest.mark.parametrize("stop_means_person", [True, False])
@pytest.mark.parametrize("seed", range(2))
def test_the_rules_hear_the_same_when_it_is_planned_and_when_it_leaves(duckdb_store, seed, stop_means_person):
    world, rules = World(duckdb_store, random.Random(seed)), Rules(stop_means_person=stop_means_person)
    asks = [world.person(number) for number in range(PEOPLE)]
    heard: list[Case] = []

    def judge(case: Case, *_) -> Allowed:
        heard.append(in_order(case))
        return Allowed()

    planned = planning.plan(duckdb_store, asks, setting(judge, rules), LATER)
    requests = commands.ask(duckdb_store, [one.ask for one in planned], LATER, token())
    left = at_dispatch(duckdb_store, rules, {id: one.ask.due_at for id, one in zip(requests, planned, strict=True)})
    assert [in_order(left[id]) for id in requests] == heard
    constant = {one.name for one in fields(Case) if len({getattr(case, one.name) for case in heard}) == 1}
    assert constant == {"number", "called_off", "waits"}, "these are the same for whatever is asked first"
