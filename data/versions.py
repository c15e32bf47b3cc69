"""Which version of its template a message goes with, and what the rules must know of that text."""

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from data.claims import Claimed
from data.lifecycle import Channel
from data.store import Reading, Row, Writing
from data.texts import lint
from data.texts.whatsapp import texts_of

Version = tuple[int, int]  # a template's id, and its version
Unusable = Callable[[Channel, str | None], str | None]  # of a channel and a template's name at its provider


@dataclass(frozen=True, slots=True)
class Around:
    """What else decides whether a text may be sent: the name that stands in it, and why some cannot go out as the
    workspace is set up."""

    business: str = ""
    unusable: Unusable = lambda *_: None


@dataclass(frozen=True, slots=True)
class Texts:
    """Versions that WhatsApp counts as marketing, why some must not be sent, and each template's newest."""

    marketing: frozenset[Version]
    refused: Mapping[Version, str]
    newest: Mapping[int, int]

    def instead_of(self, wanted: Version) -> Version:
        """What a message goes with: a text that must not be sent gives way to the one that people correct."""
        return (wanted[0], self.newest[wanted[0]]) if wanted in self.refused else wanted


def texts(reading: Reading, wanted: Collection[Version], around: Around) -> Texts:
    """A version may be refused though it was kept: a rule may be younger than it, it came past the editor, or its
    channel went to another provider since."""
    rows = reading.rows(
        """
        SELECT id, version, channel, subject, body, category, variables, provider_name FROM template
        WHERE id IN (SELECT unnest(CAST($ids AS integer[]))) ORDER BY id, version
        """,
        ids=sorted({id for id, _ in wanted}),
    )
    newest = {row["id"]: row["version"] for row in rows}
    read = {*wanted, *newest.items()}
    found = {(row["id"], row["version"]): _trouble(row, around) for row in rows if (row["id"], row["version"]) in read}
    return Texts(
        frozenset((row["id"], row["version"]) for row in rows if row["category"] == "marketing"),
        {version: trouble for version, trouble in found.items() if trouble},
        newest,
    )


def _trouble(row: Row, around: Around) -> str | None:
    channel, beside = Channel(row["channel"]), texts_of(json.loads(row["variables"] or "{}"))
    refusals = lint.refusals(channel, row["body"], row["subject"], around.business, beside)  # it remembers what it read
    return refusals[0].in_words if refusals else around.unusable(channel, row["provider_name"])


def reworded(work: Writing, found: Sequence[Claimed], known: Texts) -> list[Claimed]:
    """The messages, each with the version that it goes with from now on."""
    changed = {one.id: new for one in found if (new := known.instead_of(one.template)) != one.template}
    if not changed:
        return list(found)
    work.change(
        """
        UPDATE message SET template_version = v.version FROM incoming AS v
        WHERE message.id = v.id AND message.id BETWEEN $low AND $high
        """,
        {"id bigint": list(changed), "version integer": [version for _, version in changed.values()]},
        low=min(changed),
        high=max(changed),
    )
    return [replace(one, template=changed.get(one.id, one.template)) for one in found]
