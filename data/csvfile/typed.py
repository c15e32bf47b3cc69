"""What a row of a CSV holds below the headings that were chosen."""

from dataclasses import dataclass
from itertools import product

from data import checks
from data.checks import Checked
from data.checks.typed import shortened
from data.csvfile import CsvFile
from data.csvfile.cells import plain_cell
from data.csvfile.columns import Mapping, is_address
from data.csvfile.consent import said_by
from data.csvfile.people import Owner, repeated, shared
from data.lifecycle import Channel


@dataclass(frozen=True, slots=True)
class Typed:
    """The cells of a row by field, each on one line; "" where there is none."""

    name: str
    phone: str
    email: str
    channel: str
    template: str
    reference: str
    visited: str
    zone: str
    state: str
    country: str
    postal: str


def read_row(row: tuple[str, ...], mapping: Mapping) -> Typed:
    """The cells of `row` by field."""

    def cell(place: int | None) -> str:
        return "" if place is None or place >= len(row) else checks.one_line(plain_cell(row[place]))

    name = cell(mapping.name) or f"{cell(mapping.first_name)} {cell(mapping.last_name)}".strip()
    return Typed(
        name, *_by_kind(cell(mapping.phone), cell(mapping.email)), cell(mapping.channel), cell(mapping.template),
        cell(mapping.reference), cell(mapping.visited), cell(mapping.zone), cell(mapping.state),
        cell(mapping.country), cell(mapping.postal),
    )  # fmt: skip


def _by_kind(phone: str, email: str) -> tuple[str, str]:
    """The two where they belong: a single column may hold both, "Email or phone number"."""
    if not email and "@" in phone:
        return "", phone
    if not phone and "@" not in email and is_address(email):
        return email, ""
    return phone, email


def addresses(row: Typed, region: str) -> tuple[Checked, Checked]:
    """Its phone and its email, as checked."""
    phone = checks.phone(row.phone, region) if row.phone else Checked()
    return phone, _email(row.email) if row.email else Checked()


def _email(text: str) -> Checked:
    found = checks.email(text)
    if checks.says_none(found.value):
        return Checked(trouble=f"“{shortened(text)}” says that there is no address; give another.")
    return found


def owner(row: Typed, phone: Checked, email: Checked) -> Owner:
    return Owner(row.name if checks.is_name(row.name) else "", phone.value, email.value)


def shared_addresses(file: CsvFile, mapping: Mapping, region: str) -> dict[str, int]:
    """On how many lines each address stands that is nobody's own."""
    if mapping.phone is None or mapping.email is None:
        return {}
    last = max(mapping.phone, mapping.email)
    rows = [row for row in file.rows if last < len(row)]
    # Only few stand there twice, and checking takes most of the time.
    again = repeated([(row[mapping.phone], row[mapping.email]) for row in rows])
    return shared(owner(cells, *addresses(cells, region)) for cells in (read_row(rows[at], mapping) for at in again))


def refusing_addresses(file: CsvFile, mapping: Mapping, region: str) -> dict[tuple[Channel, str], int]:
    """By channel the addresses of those who said no to it, each with the first line that says so."""
    found: dict[tuple[Channel, str], int] = {}
    for line, row in zip(file.lines, file.rows, strict=True) if mapping.consent else ():
        if not said_by(file.headers, row, mapping.consent).refused:
            continue
        refused = [one for one in Channel if said_by(file.headers, row, mapping.consent, one).refused]
        own = [one.value for one in addresses(read_row(row, mapping), region) if one.value]
        for key in product(refused, own):
            found.setdefault(key, line)
    return found
