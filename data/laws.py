"""The laws that make hours tighter, as quiet_hours.csv has them; whoever operates Askwell edits that file."""

import csv
import re
from functools import cache
from pathlib import Path

import pytz

from data.places.regions import regions
from data.rules import DAY

FILE = Path(__file__).with_name("quiet_hours.csv")
COLUMNS = ("region", "days", "opens", "closes", "law")
Law = dict[str, str]
Window = tuple[int, int]  # minutes after midnight: from, until


def laws() -> list[Law]:
    """The regions with tighter hours, by COLUMNS; a region's day that is missing is closed."""
    return _read(FILE)[0]


def troubles() -> list[str]:
    """What is wrong with the file, in sentences: a law that cannot be read is not kept."""
    return _read(FILE)[1]


def days(law: Law) -> range:
    """The weekdays it is about, 1 is Monday; none where they cannot be read."""
    found = re.fullmatch(r"([1-7])(?:\s*-\s*([1-7]))?", law["days"])
    return range(int(found[1]), int(found[2] or found[1]) + 1) if found else range(0)


def window(law: Law) -> Window:
    """When messages may reach somebody on these days; empty where that cannot be read."""
    opens, closes = _minutes(law["opens"]), _minutes(law["closes"])
    return (opens, closes) if 0 <= opens < closes <= DAY else (0, 0)


def _minutes(text: str) -> int:
    found = re.fullmatch(r"(\d\d?):([0-5]\d)", text)
    return int(found[1]) * 60 + int(found[2]) if found else -1


@cache
def _read(file: Path) -> tuple[list[Law], list[str]]:
    where = f"data/{file.name}"
    try:
        text = file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError):
        return [], [f"{where} must be there, saved as UTF-8 text."]
    head = text.partition("\n")[0]
    lines = csv.DictReader(text.splitlines(), delimiter=";" if ";" in head else ",")
    if not set(COLUMNS) <= set(lines.fieldnames or ()):
        return [], [f"{where} must begin with the line {','.join(COLUMNS)}."]
    found: list[Law] = []
    wrong: list[str] = []
    for line in lines:
        law = {name: (line[name] or "").strip() for name in COLUMNS}
        law["region"] = law["region"].upper()
        if trouble := _trouble(law, found):
            wrong.append(f"{where}, line {lines.line_num}: {trouble}.")
        elif any(law.values()):
            found.append(law)
    return found, wrong


def _trouble(law: Law, before: list[Law]) -> str | None:
    region = law["region"]
    if not any(law.values()):
        return None
    if region not in regions() and region not in pytz.country_timezones:
        return f"{region!r} is no country and no state of the US or Canada, such as FR or US-TX"
    if not days(law):
        return f"the days {law['days']!r} must be one from 1 (Monday) to 7, or several such as 1-6"
    if not any(window(law)):
        return f"the hours {law['opens']!r} to {law['closes']!r} must be times of a day such as 08:00 and 20:00"
    if any(one["region"] == region and set(days(one)) & set(days(law)) for one in before):
        return f"a line above says something else of the same days in {region}"
    return None
