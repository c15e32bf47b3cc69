"""What a person may ask for: that everything which tells who they were is forgotten."""

from collections.abc import Sequence
from datetime import datetime, tzinfo
from typing import Any, LiteralString

from data import audit, provider_messages
from data.contacts import address_key
from data.erased import WORD, blank
from data.named import REPLIES, all_addresses, hooks_naming, spellings, telling_hooks
from data.people import requests_of
from data.quoted import quoting
from data.replies import let_go_on
from data.statements import span
from data.store import Reading, Store, Writing
from data.suppressions import Suppression, grounds_of, suppress, take_out
from data.verdicts import OF_THE_PERSON, Basis

NAME = "Erased"
# Keys in which earlier versions kept what holds a number.
_NUMBERED: LiteralString = "(strpos(dedupe_key, 'wamid.') > 0 OR starts_with(dedupe_key, 'preference '))"
_CHANNELS = ("sms", "email", "whatsapp")
_TELLING = 5  # characters: shorter names and answers are in too many sentences that are not about them


def erase(store: Store, id: int, actor: str, now: datetime, zone: tzinfo) -> bool:
    """Overwrites what tells who a person was; what was counted stays, and so does that they are not written to.

    False where there is no such contact, or it is kept under another.
    """
    with store.transaction() as work:
        work.one_at_a_time("asks")  # or one that is being queued for them would be left behind
        found = work.rows("SELECT name FROM contact WHERE (id = $id OR merged_into = $id)", id=id)
        if not found or not work.rows("SELECT id FROM contact WHERE id = $id AND merged_into IS NULL", id=id):
            return False
        addresses, requests = all_addresses(work, id), requests_of(work, id)
        hooks = telling_hooks(work, id)
        named = _named(work, id, addresses, [row["name"] for row in found])
        needles = [*named, *_answers(work, id, addresses)]
        _bar(work, id, addresses, actor, now, zone)
        _forget_words(work, id, addresses, actor, now)
        let_go_on(work, actor, now)
        if requests:
            _forget_requests(work, requests, needles)
        _forget_told(work, named)
        _forget_hooks(work, hooks)
        work.rows("DELETE FROM other_address WHERE contact_id = $id", id=id)
        _forget_contact(work, id)
        audit.record(work, actor, "erase", f"contact {id}", "", now)
        return True


def _named(reading: Reading, id: int, addresses: Sequence[str], names: Sequence[str]) -> list[str]:
    """Their addresses and names, wherever these are quoted; lower case."""
    asked = reading.rows("SELECT DISTINCT contact_name FROM request WHERE contact_id = $id", id=id)
    return [*_lower(spellings(addresses)), *_telling([*names, *(row["contact_name"] for row in asked)])]


def _answers(reading: Reading, id: int, addresses: Sequence[str]) -> list[str]:
    said = reading.rows(f"SELECT body FROM reply WHERE {REPLIES}", id=id, addresses=list(addresses))
    return _telling([row["body"] for row in said])


def _telling(words: Sequence[str]) -> list[str]:
    return _lower([word for word in words if len(word) >= _TELLING])


def _lower(words: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(word.lower() for word in words))


def _bar(work: Writing, id: int, addresses: Sequence[str], actor: str, now: datetime, zone: tzinfo) -> None:
    """Not to be written to, known by a hash only; and no copy of theirs that goes to the word in their place."""
    found = grounds_of(work, [(channel, address) for address in addresses for channel in _CHANNELS])
    barred = {pair for pair, why in found.items() if any(bar.basis in OF_THE_PERSON for bar in why)}
    open_ = [one for one in addresses if any((channel, one) not in barred for channel in _CHANNELS)]
    suppress(work, [Suppression(one, Basis.NEVER_ASK, "console", actor, contact_id=id) for one in (*open_, WORD)], now)
    take_out(work, addresses, Basis.NEVER_ASK, actor, now, zone)
    work.rows(
        "UPDATE suppression SET address = NULL WHERE address_key = ANY(CAST($keys AS bigint[]))",
        keys=[address_key(address) for address in addresses],
    )


def _forget_words(work: Writing, id: int, addresses: Sequence[str], actor: str, now: datetime) -> None:
    work.rows("UPDATE consent SET evidence = NULL WHERE contact_id = $id", id=id)  # two: with OR every row is read
    work.rows(
        "UPDATE consent SET evidence = NULL WHERE address_key = ANY(CAST($keys AS bigint[]))",
        keys=[address_key(address) for address in addresses],
    )
    work.rows(
        f"""
        UPDATE reply SET body = $name, address = $word,
            dedupe_key = CASE WHEN {_NUMBERED} THEN md5(dedupe_key) ELSE dedupe_key END,
            handled_at = coalesce(handled_at, $now), handled_by = coalesce(handled_by, $actor)
        WHERE {REPLIES}
        """,
        id=id,
        addresses=list(addresses),
        name=NAME,
        word=WORD,
        now=now,
        actor=actor,
    )


def _forget_requests(work: Writing, requests: Sequence[int], needles: Sequence[str]) -> None:
    bounds = span(requests)
    work.rows(
        """
        UPDATE request SET contact_name = $name, plain = NULL, address = $word, search = $word, search_bits = -1,
            phone_number = NULL, email = NULL, zones = NULL, zone_source = NULL, region = NULL, visited_at = NULL,
            plan = NULL, next_at = NULL, next_number = NULL, next_channel = NULL,
            override = CASE WHEN override IS NULL THEN NULL ELSE $word END
        WHERE id BETWEEN $low AND $high AND id = ANY($ids)
        """,
        name=NAME,
        word=WORD,
        **bounds,
    )
    work.rows(
        """
        UPDATE message SET address = $word, token = ''
        WHERE request_id BETWEEN $low AND $high AND request_id = ANY($ids)
        """,  # no link has an empty token
        word=WORD,
        **bounds,
    )
    work.rows(
        "UPDATE audit SET detail = $word WHERE action = 'override' AND subject = ANY(CAST($subjects AS text[]))",
        word=WORD,
        subjects=[f"request {id}" for id in requests],
    )
    provider_messages.conceal(work, requests)
    work.rows(
        f"""
        UPDATE happening SET dedupe_key = md5(dedupe_key)
        WHERE request_id BETWEEN $low AND $high AND request_id = ANY($ids) AND {_NUMBERED}
        """,
        **bounds,
    )
    for needle in needles:
        _forget_quote(work, needle, bounds)


def _forget_quote(work: Writing, needle: str, bounds: dict[str, Any]) -> None:
    for table, key, column in _QUOTING:
        work.rows(
            f"""
            UPDATE {table} SET {column} = $name
            WHERE {key} BETWEEN $low AND $high AND {key} = ANY($ids) AND strpos(lower({column}), $needle) > 0
            """,
            name=NAME,
            needle=needle,
            **bounds,
        )


# What is said freely about a request, where a provider or a person may have quoted them.
_QUOTING: Sequence[tuple[LiteralString, LiteralString, LiteralString]] = (
    ("request", "id", "reason"),
    ("request", "id", "hold_reason"),
    ("message", "request_id", "reason"),
    ("happening", "event <> 'created' AND request_id", "detail"),
)


def _forget_told(work: Writing, named: Sequence[str]) -> None:
    quoted = quoting(named)
    for table, column in _TOLD:
        for told in _told(work, table, column, named):
            kept = quoted.sub(lambda found: f"{found['before'] or ''}{WORD}", told)
            if kept != told:
                work.rows(f"UPDATE {table} SET {column} = $kept WHERE {column} = $told", kept=kept, told=told)


def _told(reading: Reading, table: LiteralString, column: LiteralString, named: Sequence[str]) -> set[str]:
    """Where one of these may be quoted."""
    likely: LiteralString = f"SELECT {column} AS told FROM {table} WHERE strpos(lower({column}), $needle) > 0"
    return {row["told"] for needle in named for row in reading.rows(likely, needle=needle)}


# What a provider or a person said of more than one message: the rest of it stays legible.
_TOLD: Sequence[tuple[LiteralString, LiteralString]] = (("alert", "meaning"), ("stop", "reason"), ("audit", "detail"))


def _forget_hooks(work: Writing, needles: Sequence[str]) -> None:
    """Hooks that name them and are folded; the others hold news, and are blanked by the engine that folds them."""
    blank(work, [hook["id"] for hook in hooks_naming(work, needles) if hook["folded_at"] is not None])


def _forget_contact(work: Writing, id: int) -> None:
    work.rows(
        """
        UPDATE contact SET name = $name, plain = NULL, email = NULL, phone = NULL, email_key = NULL,
            phone_number = NULL, zone = NULL, region = NULL, postal = NULL
        WHERE id = $id OR merged_into = $id
        """,
        id=id,
        name=NAME,
    )
