"""Whether the person of a drawer may be asked again, from when or why not, and the way to do it."""

from dataclasses import dataclass, replace
from typing import Any

import streamlit as st

from data import queries
from data.commands import Ask
from data.lifecycle import Channel, Status
from data.verdicts import Allowed, Blocked, RuleCode
from data.verdicts import in_words as why_not
from pages import asking_rules
from pages.asking import to_the_minute
from pages.drawers import to_send
from pages.literal import literal
from pages.wording import status_words
from pages.workspace import now, reader_zone, store


@dataclass(frozen=True, slots=True)
class Person:
    """Whom to ask, where they can be reached, and the channel they were asked by last."""

    name: str
    phone: str | None
    email: str | None
    channel: Channel
    unreached: str = ""
    """Why what was last sent to that address did not arrive."""

    @property
    def address(self) -> str | None:
        return self.email if self.channel is Channel.EMAIL else self.phone

    def elsewhere(self) -> "Person | None":
        """The same person by an address that did not fail, if they have one."""
        other = Channel.SMS if self.channel is Channel.EMAIL else Channel.EMAIL
        found = replace(self, channel=other, unreached="")
        return found if found.address else None


def unreached(request: dict[str, Any]) -> str:
    """Why a request did not arrive, where that is because of its address; else nothing."""
    return status_words(request)[1] if request["status"] == Status.UNDELIVERED else ""


def ask_again(person: Person, key: str, *, barred_is_told: bool = False) -> None:
    """What the rules say of asking now, and a button to the form with this person in it."""
    if not (person.phone or person.email):
        return  # erased
    if said := outlook(person, barred_is_told):
        st.caption(f":material/replay: {literal(said)}")
    if person.unreached:
        person = person.elsewhere() or person
    if st.button("Ask again", icon=":material/send:", key=f"ask-again-{key}"):
        to_send(person.name, person.phone or "", person.email or "", person.channel)


def outlook(person: Person, barred_is_told: bool = False) -> str | None:
    """From when they may be asked again by the same channel, or else by another, or why not; None where only a template
    is missing, or where they are barred and the page has told that."""
    template = next((row for row in queries.templates(store()) if row["channel"] == person.channel), None)
    if template is None or person.address is None:
        return None
    ask = Ask(
        person.name, person.channel, person.address, 0, (template["id"], template["version"]), now(), "manual",
        person.email, person.phone,
    )  # fmt: skip
    planned = asking_rules.planned(ask)
    verdict = planned.verdict
    if isinstance(verdict, Blocked):
        if verdict.code == RuleCode.SUPPRESSED and barred_is_told:
            return None
        return f"Not to be asked now. {why_not(verdict)}"
    if person.unreached:
        return f"{person.channel.label} did not reach them. {_instead(person.elsewhere())}"
    if isinstance(verdict, Allowed):
        return f"May be asked again now by {person.channel.label}"
    if verdict.code == RuleCode.TEXT:
        return None
    leaves = to_the_minute(planned.ask.leaves_at, reader_zone())
    return f"Asked again now, it would leave {leaves}: {verdict.reason}"


def _instead(other: Person | None) -> str:
    if other is None:
        return "Put the address right before you ask again"
    return outlook(other) or f"Ask by {other.channel.label} instead"
