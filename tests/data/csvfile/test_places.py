"""Columns of a CSV that say when people visited and where they live."""

import pytest

from data.csvfile import CsvFile, read
from data.csvfile.columns import Mapping, guess_columns
from data.csvfile.rows import CheckedRow, check_rows
from tests.builders import NOW

HEADINGS = "Email,Phone,Visit date,Time zone,State,Country,ZIP code"

EITHER = "“03/04/2025” could be 3 April or 4 March: other lines of this column are written both ways."


def judged(*lines: str, home: str = "US") -> list[CheckedRow]:
    found = read("\n".join([HEADINGS, *lines]).encode())
    assert isinstance(found, CsvFile), found
    mapping = guess_columns(found.headers, found.sample())
    assert mapping == Mapping(email=0, phone=1, visited=2, zone=3, state=4, country=5, postal=6)
    return [verdict for part in check_rows(found, mapping, home, now=NOW) for verdict in part]


def test_a_row_says_when_they_visited_and_where_they_live():
    (one,) = judged("ann@x.com,,2026-02-28 14:30,America/Denver,Texas,US,79901")
    assert one.trouble is None
    assert (one.place.zone, one.place.region, one.place.postal) == ("America/Denver", "US-TX", "79901")
    assert str(one.visited_at) == "2026-02-28 14:30:00+00:00"


def test_a_postal_code_without_a_country_is_the_phones():
    (one,) = judged(",+447400123456,,,,,SW1A 1AA")
    assert (one.trouble, one.place.region) == (None, "GB")


def test_what_makes_no_sense_is_told_in_its_row():
    found = judged(
        "a@x.com,,soon,,,,",
        "b@x.com,,,Mars/Base,,,",
        "c@x.com,,,,Atlantis,,",
        "d@x.com,,,,,Atlantis,",
        "e@x.com,,,,,,1",
    )
    assert [one.trouble and one.trouble.split("”")[0] + "”" for one in found] == [
        "“soon”", "“Mars/Base”", "“Atlantis”", "“Atlantis”", "“1”",
    ]  # fmt: skip


def test_another_visit_is_another_row_and_a_row_without_one_is_what_it_was():
    first, again, none = judged("a@x.com,,2026-02-01,,,,", "b@x.com,,2026-02-02,,,,", "c@x.com,,,,,,")
    (same,) = judged("a@x.com,,1 Feb 2026,,,,10001")
    (other,) = judged("a@x.com,,2026-02-03,,,,")
    assert first.row_key == same.row_key
    assert len({first.row_key, other.row_key, again.row_key, none.row_key}) == 4


@pytest.mark.parametrize(
    ("home", "column", "days"),
    [
        ("US", ["03/04/2025", "13/04/2025", "04/04/2025"], ["2025-04-03", "2025-04-13", "2025-04-04"]),
        ("GB", ["03/04/2025", "04/13/2025", "2025-05-06"], ["2025-03-04", "2025-04-13", "2025-05-06"]),
        ("GB", ["03/04/2025", "05/04/2025"], ["2025-04-03", "2025-04-05"]),  # nothing tells: as the country has it
        (
            "US",
            ["03/04/2025", "13/04/2025", "04/13/2025", "04/04/2025"],
            [None, "2025-04-13", "2025-04-13", "2025-04-04"],
        ),
    ],
)
def test_dates_with_slashes_are_read_one_way_in_a_file(home: str, column: list[str], days: list[str | None]):
    found = judged(*(f"a{line}@x.com,,{text},,,," for line, text in enumerate(column)), home=home)

    assert [one.visited_at and f"{one.visited_at:%Y-%m-%d}" for one in found] == days
    assert [one.trouble for one in found] == [None if day else f"{EITHER} Write it like 2025-04-03." for day in days]
