"""Templates as they are kept: every change is a new version, so that a message keeps the text it was sent with."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from data import audit, sequences, stops
from data.holds import let_judge
from data.lifecycle import Channel
from data.queries import templates
from data.store import Reading, Row, Store, Writing
from data.texts import lint
from data.texts.starters import STARTERS
from data.texts.templates import hidden_marks
from data.texts.whatsapp import provider_problems, rejected, texts_of
from data.verdicts import RuleCode

NAME_LIMIT = 80
_LATELY = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Draft:
    """A template as somebody writes it; `variables` are the provider's, each with our field or a text of fields."""

    channel: Channel
    name: str
    body: str
    subject: str | None = None
    provider_name: str | None = None
    language: str | None = None
    category: str | None = None
    variables: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True, slots=True)
class Kept:
    """The template's id and its new version."""

    id: int
    version: int


@dataclass(frozen=True, slots=True)
class NotKept:
    """Why nothing was changed, a sentence each."""

    sentences: tuple[str, ...]


def troubles(draft: Draft, business: str) -> tuple[str, ...]:
    """What keeps a draft from being kept, a sentence each."""
    found = [] if draft.name.strip() else ["The template has no name; give it one that your team will recognise."]
    if len(draft.name) > NAME_LIMIT:
        found.append(f"The name has {len(draft.name)} characters; {NAME_LIMIT} is the most.")
    found += hidden_marks(draft.name)
    refusals = lint.refusals(draft.channel, draft.body, draft.subject, business, texts_of(draft.variables))
    found += [one.in_words for one in refusals]
    if draft.channel is Channel.WHATSAPP:
        found += provider_problems(draft.provider_name, draft.language, draft.category, draft.variables)
    return tuple(found)


def unusable(channel: Channel, provider: str, provider_name: str | None, address: str) -> str | None:
    """Why no template, or not this one, can go out by a channel as the workspace is set up."""
    if channel is Channel.WHATSAPP:
        return rejected(provider_name, provider)
    if channel is Channel.EMAIL and provider != "sandbox" and not address.strip():
        return "Emails must show a postal address: set BUSINESS_ADDRESS and start Askwell again."
    return None


def keep(
    store: Store, draft: Draft, business: str, actor: str, now: datetime, based_on: Kept | None = None
) -> Kept | NotKept:
    """Keeps a new template, or the next version of the one it is based on; a text that says nothing new is not kept."""
    if found := troubles(draft, business):
        return NotKept(found)
    with store.transaction(alone=True) as work:
        newest = _newest(work, based_on.id) if based_on else None
        if based_on and (newest is None or newest["retired_at"]):
            return NotKept(("Somebody retired this template meanwhile; keep yours as a new one.",))
        if based_on and newest and newest["version"] != based_on.version:
            return NotKept((f"Somebody saved version {newest['version']} meanwhile; discard your changes to see it.",))
        if based_on and newest and draft_of(newest) == draft:
            return based_on
        if _name_taken(work, draft, based_on):
            return NotKept((f"There is a template “{draft.name.strip()}” for {draft.channel.label} already.",))
        kept = _insert(work, draft, now, based_on, actor)
        audit.record(work, actor, "template", draft.name.strip(), f"version {kept.version}", now)
        _release(work, kept, actor, now)
        return kept


def held(reading: Reading, now: datetime) -> dict[int, str]:
    """Why each template waits that its provider has rejected, by id."""
    return {int(one["subject"]): one["reason"] for one in stops.active(reading, now) if one["scope"] == "template"}


def _release(work: Writing, kept: Kept, actor: str, now: datetime) -> None:
    """An edited template is used again, and what waits goes out with the new version: the old one was rejected.

    What the old text held is judged anew.
    """
    for one in stops.active(work, now):
        if (one["scope"], one["subject"]) == ("template", str(kept.id)):
            stops.lift(work, one["id"], actor, now)
            work.rows(
                "UPDATE message SET template_version = $version WHERE status = 'queued' AND template_id = $id",
                version=kept.version,
                id=kept.id,
            )
    waiting = work.rows(
        """
        SELECT r.id, r.wanted_at FROM request r JOIN message m ON m.request_id = r.id
        WHERE r.hold_code = $held AND m.status = 'queued' AND m.template_id = $id
        """,
        held=RuleCode.TEXT,
        id=kept.id,
    )
    let_judge(work, {row["id"]: row["wanted_at"] for row in waiting}, now)


def retire(store: Store, id: int, actor: str, now: datetime) -> NotKept | None:
    """Takes a template, with all its versions, out of use; queued messages still go out with it."""
    with store.transaction(alone=True) as work:
        used = [name for name, steps in sequences.kept(work).items() if any(step.template_id == id for step in steps)]
        if used:
            return NotKept(("A follow-up sequence uses this template; change that first, under Follow-ups.",))
        gone = work.rows(
            "UPDATE template SET retired_at = $now WHERE id = $id AND retired_at IS NULL RETURNING name", now=now, id=id
        )
        if gone:
            audit.record(work, actor, "retire template", gone[0]["name"], "", now)
        return None


def draft_of(row: Row) -> Draft:
    """A kept version, as it was written."""
    return Draft(
        Channel(row["channel"]), row["name"], row["body"], row["subject"], row["provider_name"], row["language"],
        row["category"], json.loads(row["variables"] or "{}"),
    )  # fmt: skip


def in_use(reading: Reading, now: datetime) -> list[Row]:
    """The newest version of every template in use, whole, with `sent_lately`: messages of the last 30 days."""
    return reading.rows(
        """
        SELECT t.*, coalesce(m.n, 0) AS sent_lately FROM template AS t
        LEFT JOIN (
            SELECT template_id, count(*) AS n FROM message WHERE sent_at > $since GROUP BY template_id
        ) AS m ON m.template_id = t.id
        WHERE t.retired_at IS NULL AND t.version = (SELECT max(n.version) FROM template AS n WHERE n.id = t.id)
        ORDER BY t.channel, t.name, t.id
        """,
        since=now - _LATELY,
    )


def versions(reading: Reading, id: int) -> list[Row]:
    """Every version of a template, the newest first."""
    return reading.rows("SELECT * FROM template WHERE id = $id ORDER BY version DESC", id=id)


def add_template(
    store: Store, channel: Channel, name: str, body: str, subject: str | None, now: datetime
) -> tuple[int, int]:
    """Keeps a new template as it is, unjudged; returns its id and version."""
    with store.transaction() as work:
        kept = _insert(work, Draft(channel, name, body, subject), now)
        return kept.id, kept.version


def starter_templates(store: Store, now: datetime) -> dict[Channel, list[tuple[int, int]]]:
    """Puts the starter templates into a store that never had any; returns ids and versions by channel."""
    with store.transaction(alone=True) as work:
        if not work.rows("SELECT id FROM template LIMIT 1"):
            for one in STARTERS:
                _insert(work, Draft(one.channel, one.name, one.text, one.subject or None), now)
        found: dict[Channel, list[tuple[int, int]]] = {channel: [] for channel in Channel}
        for row in templates(work):
            found[Channel(row["channel"])].append((row["id"], row["version"]))
        return found


def _newest(reading: Reading, id: int) -> Row | None:
    rows = reading.rows("SELECT * FROM template WHERE id = $id ORDER BY version DESC LIMIT 1", id=id)
    return rows[0] if rows else None


def _name_taken(reading: Reading, draft: Draft, based_on: Kept | None) -> bool:
    """Imports name templates, so two of a channel must not share one."""
    others = [
        row
        for row in templates(reading)
        if row["channel"] == draft.channel and (not based_on or row["id"] != based_on.id)
    ]
    return any(row["name"].casefold() == draft.name.strip().casefold() for row in others)


def _insert(work: Writing, draft: Draft, now: datetime, based_on: Kept | None = None, actor: str | None = None) -> Kept:
    id = based_on.id if based_on else work.rows("SELECT nextval('small_ids') AS id")[0]["id"]
    kept = Kept(id, based_on.version + 1 if based_on else 1)
    work.rows(
        """
        INSERT INTO template (
            id, version, channel, name, subject, body, created_at, provider_name, language, category, variables,
            created_by
        ) VALUES (
            $id, $version, CAST($channel AS channel), $name, CAST($subject AS text), $body, $now,
            CAST($provider_name AS text), CAST($language AS text), CAST($category AS text), CAST($variables AS text),
            CAST($actor AS text)
        )
        """,
        id=kept.id,
        version=kept.version,
        channel=draft.channel.value,
        name=draft.name.strip(),
        subject=draft.subject,
        body=draft.body,
        now=now,
        actor=actor,
        provider_name=draft.provider_name,
        language=draft.language,
        category=draft.category,
        variables=json.dumps(dict(draft.variables)) if draft.variables else None,
    )
    return kept
