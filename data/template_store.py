"""Templates as they are kept: every change is a new version, and messages keep the one they were sent with."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from data.lifecycle import Channel
from data.rules import audit
from data.store import Reading, Row, Store


@dataclass(frozen=True, slots=True)
class Draft:
    """A template as it stands in the editor; the last four are of a WhatsApp template that Meta approved."""

    channel: Channel
    name: str
    body: str
    subject: str | None = None
    provider_name: str | None = None
    language: str | None = None
    category: str | None = None
    variables: Mapping[str, str] | None = None


def save(store: Store, id: int | None, draft: Draft, actor: str, now: datetime) -> tuple[int, int]:
    """Keeps the draft as the next version of template `id`, or as a new template; returns id and version."""
    with store.transaction(alone=True) as work:
        newest = work.rows("SELECT max(version) AS version FROM template WHERE id = $id", id=id or 0)[0]["version"]
        kept = work.rows("SELECT nextval('small_ids') AS id")[0]["id"] if id is None else id
        version = (newest or 0) + 1
        work.rows(
            """
            INSERT INTO template (id, version, channel, name, subject, body, created_at, provider_name, language,
                category, variables)
            VALUES ($id, $version, CAST($channel AS channel), $name, CAST($subject AS text), $body, $now,
                CAST($provider_name AS text), CAST($language AS text), CAST($category AS text),
                CAST($variables AS text))
            """,
            id=kept,
            version=version,
            channel=draft.channel.value,
            name=draft.name,
            subject=draft.subject,
            body=draft.body,
            now=now,
            provider_name=draft.provider_name,
            language=draft.language,
            category=draft.category,
            variables=json.dumps(dict(draft.variables)) if draft.variables else None,
        )
        audit(work, actor, "template", draft.name, f"version {version}", now)
        return kept, version


def retire(store: Store, id: int, actor: str, now: datetime) -> None:
    """Takes a template out of use; what was queued with it still leaves with it."""
    with store.transaction() as work:
        work.rows("UPDATE template SET retired_at = $now WHERE id = $id AND retired_at IS NULL", id=id, now=now)
        audit(work, actor, "retire template", f"template {id}", "", now)


def newest(reading: Reading) -> list[Row]:
    """The newest version of every template in use, with all its columns and how many requests were asked with it."""
    return reading.rows(
        """
        SELECT t.*, coalesce(used.n, 0) AS used FROM template AS t
        LEFT JOIN (SELECT template_id, count(*) AS n FROM request GROUP BY template_id) AS used
            ON used.template_id = t.id
        WHERE t.retired_at IS NULL AND t.version = (SELECT max(n.version) FROM template AS n WHERE n.id = t.id)
        ORDER BY t.channel, t.name, t.id
        """
    )
