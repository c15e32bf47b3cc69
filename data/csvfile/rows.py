"""Every row of a dropped CSV, judged before anything is kept: who is asked, by which channel, or why not."""

import hashlib
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo

from data import checks
from data.checks import Checked
from data.checks.typed import shortened
from data.checks.visits import slashed, visit
from data.csvfile import CsvFile
from data.csvfile.columns import Mapping, is_address
from data.csvfile.consent import said_by
from data.csvfile.people import People
from data.csvfile.typed import Typed, addresses, owner, read_row, refusing_addresses, shared_addresses
from data.lifecycle import Channel
from data.places import UNSAID, Place, check
from data.places.zones import by_number

AUTO = "auto"
MOST_LINES_IN_A_ROW = 20
CHANNEL_WORDS: dict[str, Channel] = {
    "sms": Channel.SMS, "text": Channel.SMS, "text message": Channel.SMS, "txt": Channel.SMS, "phone": Channel.SMS,
    "email": Channel.EMAIL, "e-mail": Channel.EMAIL, "mail": Channel.EMAIL,
    "whatsapp": Channel.WHATSAPP, "whats app": Channel.WHATSAPP, "wa": Channel.WHATSAPP,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class CheckedRow:
    """What becomes of one row: ready to be asked when `trouble` is None; `note` tells what was left out."""

    line: int
    name: str
    phone: str
    email: str
    channel: Channel | None
    address: str
    template: str
    reference: str
    row_key: str
    trouble: str | None
    note: str | None
    cells: Sequence[str]
    place: Place = UNSAID
    visited_at: datetime | None = None
    agreed: str | None = None
    """The cells in which they agreed to be asked."""
    not_by: frozenset[str] = frozenset()
    """Other channels, which they did not agree to."""


@dataclass(frozen=True, slots=True)
class _Rules:
    mapping: Mapping
    headers: Sequence[str]
    delimiter: str
    region: str
    default_channel: str
    templates: frozenset[str] | None
    zone: tzinfo
    now: datetime
    slashed: tuple[str, ...]
    refusing: dict[tuple[Channel, str], int]


def check_rows(
    file: CsvFile,
    mapping: Mapping,
    region: str = "US",
    default_channel: str = AUTO,
    *,
    templates: Collection[str] | None = None,
    chunk: int = 2000,
    zone: tzinfo = UTC,
    now: datetime | None = None,
) -> Iterator[list[CheckedRow]]:
    """The verdict on every row, `chunk` at a time so that progress can be shown.

    `default_channel` is a channel or "auto": SMS where there is a phone number that may be texted, else email. With
    `templates`, a row that names another one is in trouble. The second row of the same person is in trouble, too; an
    address that stands beside several others is left out. Whoever said no anywhere in the file is in trouble on every
    line, by the channel that it was said to or by all. Visits are on the clocks of `zone`; dates with slashes are read
    one way.
    """
    known = None if templates is None else frozenset(name.casefold() for name in templates)
    order = slashed(_column(file, mapping.visited), region)
    refusing = refusing_addresses(file, mapping, region)
    rules = _Rules(
        mapping, file.headers, file.delimiter, region, default_channel, known, zone, now or datetime.now(UTC), order,
        refusing,
    )  # fmt: skip
    people = People(shared_addresses(file, mapping, region))
    for start in range(0, len(file.rows), chunk):
        part = slice(start, start + chunk)
        yield [_verdict(line, row, rules, people) for line, row in zip(file.lines[part], file.rows[part], strict=True)]


def _column(file: CsvFile, place: int | None) -> Iterator[str]:
    return iter(()) if place is None else (row[place] for row in file.rows if place < len(row))


def _verdict(line: int, row: tuple[str, ...], rules: _Rules, people: People) -> CheckedRow:
    typed = read_row(row, rules.mapping)
    name = checks.name(typed.name) if typed.name else Checked()
    named = name.trouble or checks.is_name(typed.name)
    given = addresses(typed, rules.region)
    word = typed.channel.lower() or rules.default_channel
    phone, email = people.own(*given, CHANNEL_WORDS.get(word))
    channel = _auto(typed, phone, email) if word == AUTO else CHANNEL_WORDS.get(word)
    instead = _instead(channel, row, given, rules) if word == AUTO and email.value else None
    channel = Channel.EMAIL if instead else channel
    address = _address(channel, phone, email)
    place, wrong = _place(typed, given[0].value, rules.region)
    visited_at, odd_visit = _visited(typed.visited, rules)
    trouble = (
        _shape(row, rules)
        or _refused(channel, row, given, rules)
        or name.trouble
        or address.trouble
        or _template(typed.template, rules.templates)
    )
    trouble = trouble or wrong or odd_visit
    if channel and not trouble:
        trouble = people.same(owner(typed, *given), owner(typed, phone, email), address.value, line)
    return CheckedRow(
        line=line,
        name=(name.value or typed.name) if named else "",
        phone=phone.value,
        email=email.value,
        channel=channel,
        address=address.value,
        template=typed.template,
        reference=typed.reference,
        row_key=_row_key(typed, given[0].value, given[1].value, channel, visited_at),
        trouble=trouble,
        note=None if trouble else _note(instead, phone, email, "" if named else typed.name),
        cells=row,
        place=place,
        visited_at=visited_at,
        agreed=said_by(rules.headers, row, rules.mapping.consent, channel).agreed,
        not_by=frozenset(_not_agreed(channel, row, given, rules)),
    )


def _instead(
    channel: Channel | None, row: tuple[str, ...], given: tuple[Checked, Checked], rules: _Rules
) -> str | None:
    """Why somebody is asked by email: they may not be texted, and have agreed to that."""
    refused = _refused(channel, row, given, rules) if channel is Channel.SMS else None
    if not refused or _refused(Channel.EMAIL, row, given, rules):
        return None
    return refused if said_by(rules.headers, row, rules.mapping.consent, Channel.EMAIL).agreed else None


def _refused(
    channel: Channel | None, row: tuple[str, ...], given: tuple[Checked, Checked], rules: _Rules
) -> str | None:
    """Why they may not be asked by a channel, by their own words in the file."""
    said = said_by(rules.headers, row, rules.mapping.consent, channel)
    return said.trouble or _said_elsewhere(channel, given, rules)


def _said_elsewhere(channel: Channel | None, given: tuple[Checked, Checked], rules: _Rules) -> str | None:
    lines = (rules.refusing.get((channel, one.value)) for one in given) if channel else ()
    return next((f"They said no on line {line}." for line in lines if line), None)


def _not_agreed(
    channel: Channel | None, row: tuple[str, ...], given: tuple[Checked, Checked], rules: _Rules
) -> set[str]:
    if not rules.mapping.consent:
        return set()
    return {other for other in Channel if other is not channel and _refused(other, row, given, rules)}


def _place(typed: Typed, phone: str, region: str) -> tuple[Place, str | None]:
    """Where they live, as the row says it; its country is else the phone's, else the workspace's."""
    if not (typed.zone or typed.state or typed.country or typed.postal):
        return UNSAID, None
    home = (by_number(phone).country if phone else "") or region
    place, troubles = check(typed.zone, typed.state, typed.country, typed.postal, home)
    return place, next(iter(troubles.values()), None)


def _visited(text: str, rules: _Rules) -> tuple[datetime | None, str | None]:
    found = visit(text, rules.slashed, rules.zone, rules.now) if text else None
    return (None, found) if isinstance(found, str) else (found, None)


def _auto(typed: Typed, phone: Checked, email: Checked) -> Channel:
    # A right address beats a wrong one; with none right, the trouble is told about the one that was typed.
    by_email = (email.value and not phone.value) or (typed.email and not typed.phone)
    return Channel.EMAIL if by_email else Channel.SMS


def _address(channel: Channel | None, phone: Checked, email: Checked) -> Checked:
    if channel is None:
        return Checked(trouble="The channel of this line is not known; write SMS, Email or WhatsApp.")
    if phone == email == Checked():
        return Checked(trouble="This line has neither a phone number nor an email address.")
    mine = email if channel is Channel.EMAIL else phone
    return mine if mine.trouble else checks.address_for(channel, phone.value, email.value)


def _shape(row: tuple[str, ...], rules: _Rules) -> str | None:
    if any(cell.strip() for cell in row[len(rules.headers) :]):
        much = f"This line has {len(row)} cells under {len(rules.headers)} headings"
        return f"{much}; put quotation marks around text with a comma."
    if _swallows([cell.splitlines() for cell in row if "\n" in cell or "\r" in cell], rules):
        return "A quotation mark in this line swallows the lines below it; close it or take it out."
    return None


def _swallows(cells: list[list[str]], rules: _Rules) -> bool:
    """Whether text of several lines holds other people: on one of its lines an address stands between delimiters."""
    if sum(map(len, cells)) - len(cells) > MOST_LINES_IN_A_ROW:
        return True
    pieces = [line.split(rules.delimiter) for cell in cells for line in cell]
    return any(
        is_address(piece.strip()) for line in pieces if len(line) > 1 or len(rules.headers) == 1 for piece in line
    )


def _template(name: str, templates: frozenset[str] | None) -> str | None:
    if not name or templates is None or name.casefold() in templates:
        return None
    return f"There is no template called “{name[:60]}”."


def _note(instead: str | None, phone: Checked, email: Checked, no_name: str) -> str | None:
    by_email = [f"By email, not SMS: {instead}"] if instead else []
    wrong = [checked.trouble for checked in (phone, email) if checked.trouble]
    wrong += [f"“{shortened(no_name)}” is no name."] if no_name else []
    return " ".join([*by_email, *(f"Left out: {sentence}" for sentence in wrong)]) or None


def _row_key(typed: Typed, phone: str, email: str, channel: Channel | None, visited_at: datetime | None) -> str:
    """The same for the same row in another file, order of columns, spelling of the phone or letter case.

    Another visit makes another row.
    """
    parts = (
        typed.name.casefold(), phone or typed.phone, email or typed.email.casefold(), channel or typed.channel,
        typed.template.casefold(), typed.reference, *([visited_at.isoformat()] if visited_at else []),
    )  # fmt: skip
    return hashlib.sha256("\x1f".join(parts).encode("utf-8", "replace")).hexdigest()[:32]
