"""The file of laws that whoever operates Askwell edits: read as it is meant, or refused in a sentence."""

import re

import pytest

import settings
from data import laws as book
from data.hours import narrowed
from data.laws import laws
from settings import Unconfigured

HEAD = "region,days,opens,closes,law\n"


def test_the_laws_shown_are_the_laws_kept():
    assert {one["region"] for one in laws()} >= {"US-TX", "FR"}
    assert all(narrowed(one["region"]) for one in laws())


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("US-New York,1-7,08:00,20:00,x", "line 2: 'US-NEW YORK' is no country and no state"),
        ("US-NY,Mon-Fri,08:00,20:00,x", "days 'Mon-Fri' must be one"),
        ("US-NY,7-1,08:00,20:00,x", "days '7-1' must be one"),
        ("US-NY,1-7,08:00,8 pm,x", "hours '08:00' to '8 pm' must be times"),
        ("US-NY,1-7,20:00,08:00,x", "hours '20:00' to '08:00' must be times"),
        ("US-NY,1-6,08:00,20:00,x\nUS-NY,6-7,09:00,20:00,x", "line 3: a line above says something else"),
        ("US-NY", "days '' must be one"),
    ],
)
def test_a_law_that_cannot_be_read_is_told_with_its_line(tmp_path, monkeypatch, line, says):
    monkeypatch.setattr(book, "FILE", tmp_path / "quiet_hours.csv")
    book.FILE.write_text(HEAD + line)
    assert says in " ".join(book.troubles())
    with pytest.raises(Unconfigured, match=re.escape(says)):
        settings.load({})


@pytest.mark.parametrize(
    "content",
    [
        (HEAD + "us-ny, 1-7 ,8:00,24:00,Law\n\n,,,,\n").encode(),
        (HEAD + "US-NY,1-7,8:00,24:00,Law").replace(",", ";").replace("\n", "\r\n").encode("utf-8-sig"),
    ],
)
def test_the_laws_are_read_as_a_spreadsheet_saves_them(tmp_path, monkeypatch, content):
    monkeypatch.setattr(book, "FILE", tmp_path / "quiet_hours.csv")
    book.FILE.write_bytes(content)
    assert book.troubles() == []
    (law,) = laws()
    assert (law["region"], list(book.days(law)), book.window(law)) == ("US-NY", [1, 2, 3, 4, 5, 6, 7], (480, 1440))


@pytest.mark.parametrize(
    ("content", "says"), [(None, "must be there"), (HEAD.encode() + b"\xa7", "UTF-8"), (b"# mine", "must begin with")]
)
def test_a_file_of_laws_that_cannot_be_read_is_told(tmp_path, monkeypatch, content, says):
    monkeypatch.setattr(book, "FILE", tmp_path / "quiet_hours.csv")
    if content is not None:
        book.FILE.write_bytes(content)
    (trouble,) = book.troubles()
    assert says in trouble
