"""What a team may press between two turns, or in the middle of one; the oracle is told what it must mean."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, timedelta

from data import commands, corrections, decisions, erasure, merging, people, replies, rule_checks, stops
from data.bulk import Bulk
from data.filters import Filters
from data.stops import Stop
from tests.engine.oracle import HOMES, Bar
from tests.engine.world import World, addresses

MINUTES = (0, 30, 600, 2000, 5000)


def _chosen(world: World) -> list[int]:
    return world.lot.sample(world.requests, min(len(world.requests), world.lot.randrange(1, 6)))


def _messages(world: World, requests: Sequence[int], status: str) -> list[tuple[int, int, int]]:
    rows = world.store.rows(
        "SELECT id, request_id, number FROM message WHERE status = CAST($status AS status) AND request_id = ANY($ids)"
        " ORDER BY number",
        status=status,
        ids=list(requests) or [0],
    )
    return [(row["id"], row["request_id"], row["number"]) for row in rows]


def _on_many(world: World, act: Callable[[Sequence[int]], int]) -> None:
    """On a selection, or on all that a filter lists."""
    if world.lot.random() < 0.8:
        act(_chosen(world))
        return
    due_before = world.moment() + timedelta(minutes=world.lot.choice(MINUTES))
    wanted = due_before if world.lot.random() < 0.5 else None
    bulk = Bulk.of(world.store, Filters(), lambda _, ids: act(ids), wanted)
    while not bulk.is_done:
        bulk.step(world.store)


def resend(world: World) -> None:
    unsure = _messages(world, world.requests, "unsure")
    newest = {request: message for message, request, _ in unsure}
    chosen = [one for one in newest if world.lot.random() < 0.6]
    reached = decisions.resend(world.store, chosen, "Sam", world.moment(), UTC)
    assert world.is_running or reached == len(chosen)
    by = world.oracle.pressed
    for message in (newest[one] for one in chosen):
        by.again[message] += 1
        by.withdrawn.discard(message)
        by.paused.discard(message)


def mark_sent(world: World) -> None:
    decisions.mark_sent(world.store, _chosen(world), "Sam", world.moment(), UTC)


def cancel(world: World) -> None:
    def act(requests: Sequence[int]) -> int:
        queued, said = _messages(world, requests, "queued"), set(requests)
        waiting = {message for message, _, _ in queued}
        done = decisions.cancel(world.store, requests, "Sam", world.moment(), UTC)
        assert world.is_running or done.asks == sum(number == 0 for _, _, number in queued)
        out = {message for message, _, _ in _messages(world, requests, "cancelled")}
        world.oracle.pressed.withdrawn |= waiting & out if world.is_running else waiting
        world.once_heard(lambda: world.oracle.pressed.cancelled.update(said))
        return done.reached

    _on_many(world, act)


def pause(world: World) -> None:
    def act(requests: Sequence[int]) -> int:
        waiting = _messages(world, requests, "queued")
        reached = commands.pause(world.store, requests, "Sam", world.moment())
        world.oracle.pressed.paused |= {message for message, request, _ in waiting if request in reached}
        return len(reached)

    _on_many(world, act)


def resume(world: World) -> None:
    def act(requests: Sequence[int]) -> int:
        waiting = _messages(world, requests, "queued")
        world.oracle.pressed.paused -= {message for message, _, _ in waiting}
        return len(commands.resume(world.store, requests, "Sam", world.moment()))

    _on_many(world, act)


def change_time(world: World) -> None:
    for request in _chosen(world):
        due = world.moment() + timedelta(minutes=world.lot.choice(MINUTES))
        waits = any(number == 0 for _, _, number in _messages(world, [request], "queued"))
        if corrections.change_time(world.store, request, due, "Sam", world.moment()) is None and waits:
            due = due.replace(second=0, microsecond=0)
            world.oracle.pressed.due[request] = due
            world.oracle.pressed.expires[request] = due + timedelta(days=world.rules.expires_days, minutes=1)


def send_now(world: World) -> None:
    chosen = _chosen(world)
    for one in chosen:
        world.oracle.pressed.due.pop(one, None)
    decisions.send_now(world.store, chosen, "Sam", world.moment())


def _contacts(world: World, person: str) -> list[int]:
    """By which somebody finds them, by either of their addresses."""
    phone, email = addresses(person)
    rows = world.store.rows(
        "SELECT id FROM contact WHERE merged_into IS NULL AND (phone = $phone OR email = $email) ORDER BY id",
        phone=phone,
        email=email,
    )
    return [row["id"] for row in rows]


def _bar(world: World, contact: int, kind: str) -> None:
    bar = Bar(kind, world.moment())
    for address in people.addresses_of(world.store, contact):
        world.once_heard(lambda address=address: world.oracle.silence.bar(address, bar))


def merge(world: World) -> None:
    for person in HOMES:
        found = _contacts(world, person)
        if len(found) > 1 and world.lot.random() < 0.5:
            merging.merge(world.store, found[0], found[1], "Sam", world.moment(), UTC)
            own = [one for one in addresses(person) if one]
            world.once_heard(lambda own=own: world.oracle.silence.link(*own))


def rename(world: World) -> None:
    for one in _contacts(world, world.lot.choice(list(HOMES))):
        assert corrections.rename(world.store, one, "Bo Lee", "Sam", world.moment()) is None


def never_ask(world: World) -> None:
    for one in _contacts(world, world.lot.choice(list(HOMES)))[:1]:
        _bar(world, one, "never")
        people.never_ask(world.store, one, "Asked us", "Sam", world.moment(), UTC)


def allow_again(world: World) -> None:
    for one in _contacts(world, world.lot.choice(list(HOMES))):
        people.allow_again(world.store, one, "Signed our form", "Sam", world.moment())
        for address in people.addresses_of(world.store, one):
            world.oracle.silence.allow(address, world.moment())


def decide(world: World) -> None:
    """On answers that were heard; STOP and its like wait for nobody."""
    for answer in replies.waiting(world.store):
        if world.lot.random() < 0.5:
            verdict = world.lot.choice(["fine", "opted_out", "wrong_person"])
            assert replies.decide(world.store, answer["id"], verdict, "Sam", world.moment(), UTC)
            world.oracle.silence.decided(answer["dedupe_key"])
            if verdict != "fine":
                kind = "stop" if verdict == "opted_out" else "wrong"
                bar = Bar(kind, answer["received_at"], alone=kind == "wrong")
                world.once_heard(lambda at=answer["address"], bar=bar: world.oracle.silence.bar(at, bar))


def erase(world: World) -> None:
    for one in _contacts(world, world.lot.choice(list(HOMES)))[: world.lot.randrange(2)]:
        _bar(world, one, "erased")
        assert erasure.erase(world.store, one, "Sam", world.moment(), UTC)


def change_rules(world: World) -> None:
    lot = world.lot
    edited = replace(
        world.rules, opens=lot.choice([0, 480, 600]), closes=lot.choice([1200, 1260, 1440]),
        cooldown_days=lot.choice([1, 3, 10]), cap_7_days=lot.choice([1, 2, 3]), cap_30_days=lot.choice([3, 4, 6]),
    )  # fmt: skip
    with world.store.transaction() as work:
        assert not rule_checks.change(work, world.rules, edited, "Sam", world.moment())
    world.take_rules(edited)


def stop_or_lift(world: World) -> None:
    in_force = stops.active(world.store, world.moment())
    with world.store.transaction() as work:
        if in_force:
            assert stops.lift(work, in_force[0]["id"], "Sam", world.moment())
            world.oracle.pressed.stopped.discard(in_force[0]["subject"])
        else:
            channel = world.lot.choice(list(world.templates)).value
            stops.stop(work, Stop("channel", channel, "person", "Enough", "Sam", channel), world.moment())
            world.once_heard(lambda: world.oracle.pressed.stopped.add(channel))


ANY_TIME = (resend, mark_sent, cancel, pause, change_time, send_now, merge, rename, never_ask, allow_again,
            decide, stop_or_lift)  # fmt: skip
BETWEEN_TURNS = (*ANY_TIME, resend, resume, resume, erase, change_rules)


def press(world: World) -> None:
    """A few buttons between two turns, and one for the middle of the next."""
    for _ in range(world.lot.randrange(4)):
        world.lot.choice(BETWEEN_TURNS)(world)
    if world.lot.random() < 0.3:
        chosen = world.lot.choice(ANY_TIME)
        world.provider.during = lambda: chosen(world)
