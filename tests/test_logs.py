"""No address of anybody reaches a log, and no sentence fills it."""

import logging
import subprocess
import sys

import pytest

import logs
from logs import Seldom, masked
from settings import ROOT

FAILING = """
import logging, logs
logs.start()
other = logging.getLogger("a.library")
other.propagate = False
other.addHandler(logging.StreamHandler())
for log in (logging.getLogger("askwell"), other):
    try:
        {}["+12025550177"]
    except KeyError:
        log.exception("page failed")
raise ValueError("zelda@example.com")
"""


@pytest.mark.parametrize(
    "text",
    [
        "KeyError: '+12025550177'",
        "KeyError: '+1 (202) 555-0177'",
        "(202) 555-0177 is no number",
        "202-555-0177",
        'Duplicate key "phone_number: 12025550177"',
        "Could not convert string 'zelda.b+x@mail.example.co.uk' to INT32",
        "DETAIL:  Key (address)=(Zelda) already exists.",
        "DETAIL:  Failing row contains (1, Zelda, null).",
    ],
)
def test_what_may_be_an_address_is_masked(text):
    assert not any(part in masked(text) for part in ("555", "0177", "elda", "example"))


@pytest.mark.parametrize(
    ("region", "phone"),
    [
        ("DE", "0171 2345678"),
        ("DE", "0171/2345678"),
        ("GB", "020 7946 0958"),
        ("FR", "06 12 34 56 78"),
        ("DE", "(415) 555-0123"),
        ("US", "415.555.0123"),
    ],
)
def test_phones_as_people_of_a_country_write_them_are_masked(monkeypatch, region, phone):
    monkeypatch.setattr(logs, "_region", "US")
    logs.mask_phones_of(region)
    assert masked(f"KeyError: '{phone}', line 12") == "KeyError: '(phone)', line 12"


@pytest.mark.parametrize("region", ["US", "DE", "GB"])
@pytest.mark.parametrize(
    "text",
    [
        '  File "data/store/gate.py", line 1234, in _admit',
        "<Store object at 0x7086510ff50>",
        "2026-03-02 17:00:00.123456+00:00",
        "@contextmanager",
        "CHECK (number) failed: 123456",
        "'02.03.2026 17:00', 3.14 of 250 000 rows at 127.0.0.1:8501",
    ],
)
def test_the_rest_of_a_traceback_can_be_read(text, region, monkeypatch):
    monkeypatch.setattr(logs, "_region", region)
    assert masked(text) == text


def test_nothing_is_left_of_an_email_with_a_phone_in_it():
    assert masked("to jane.4155550123@smith-family.com.") == "to (email)."


@pytest.mark.parametrize("unit", ["zelda@example.com, ", "202-555-0177, ", "+12025550177 "])
def test_a_text_without_end_is_cut_before_it_is_looked_through_and_nobody_stands_at_the_cut(unit, monkeypatch):
    lengths = []

    def looked(text, *given, **more):
        lengths.append(len(text))
        return matcher(text, *given, **more)

    matcher = logs.PhoneNumberMatcher
    monkeypatch.setattr(logs, "PhoneNumberMatcher", looked)
    for shift in range(len(unit)):
        told = masked(f"Error: {'x' * shift} {unit * 1000} the end")
        assert told.startswith("Error: ")
        assert told.endswith(" the end")
        assert not any(part in told for part in ("555", "0177", "elda", "ample"))
    assert max(lengths) <= logs.MOST


def test_neither_ours_nor_a_librarys_traceback_nor_the_last_one_names_anybody():
    said = subprocess.run([sys.executable, "-c", FAILING], cwd=ROOT, capture_output=True, text=True, timeout=60).stderr
    assert said.count("Traceback") == 3
    assert "555" not in said
    assert "example" not in said


def test_the_same_sentence_is_written_once_a_minute():
    seldom = Seldom()

    def written(text: str, second: float) -> bool:
        record = logging.LogRecord("askwell", logging.WARNING, "", 0, "%s", (text,), None)
        record.created = 1000 + second
        return bool(seldom.filter(record))

    assert [written("the disk is full", second) for second in (0, 1, 59, 60, 61)] == [True, False, False, True, False]
    assert written("another", 61)
