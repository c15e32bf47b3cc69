"""How far an engine came, kept for whoever has to clear up after it."""

import os
from datetime import timedelta

import pytest

from data.claims import beat, claim
from data.marks import Marks, TakenOver
from data.store import StoreUnavailable
from data.store.mark_file import MarkFile
from tests.builders import NOW, ask

LATER = NOW + timedelta(seconds=1)


def test_the_last_mark_of_a_dead_engine_is_there_for_the_next(store):
    dead = Marks(store, "dead")
    dead.reach((NOW, 7))
    dead.reach((LATER, 3))
    living = Marks(store, "living")
    living.reach((LATER, 4))
    assert left(store, living, "dead", "living") == {"dead": (LATER, 3), "living": (LATER, 4)}


def test_a_mark_never_goes_back(store):
    marks = Marks(store, "engine")
    marks.reach((LATER, 3))
    marks.reach((NOW, 9))
    assert left(store, marks, "engine") == {"engine": (LATER, 3)}


def test_an_engine_that_was_taken_over_gets_no_further_but_under_another_name(postgresql_store):
    store = postgresql_store
    sleeping, other = Marks(store, "sleeping"), Marks(store, "other")
    sleeping.reach((NOW, 7))
    for _ in range(2):
        assert left(store, other, "sleeping") == {"sleeping": (NOW, 7)}
    with pytest.raises(TakenOver):
        sleeping.reach((NOW, 8))
    sleeping.renew()
    sleeping.reach((NOW, 8))
    assert left(store, other, "sleeping", sleeping.engine) == {"sleeping": (NOW, 7), sleeping.engine: (NOW, 8)}


def test_marks_are_forgotten_of_engines_that_have_stopped_and_hold_nothing(postgresql_store):
    store, living = postgresql_store, Marks(postgresql_store, "living")
    ask(store)
    for name in ("stopped", "holding", "silent"):
        Marks(store, name).reach((NOW, 7))
        with store.transaction() as work:
            beat(work, name, NOW, NOW, stopped=name != "silent")
    left(store, living, "silent")
    with store.transaction() as work:
        assert claim(work, "holding", NOW, 1)
        living.forget(work)
    assert set(store.marks()) == {"holding", "silent"}


def left(store, marks, *engines):
    with store.transaction() as work:
        return marks.left(work, engines)


class TestFile:
    @pytest.fixture
    def path(self, tmp_path):
        return tmp_path / "marks"

    def test_a_line_that_was_torn_leaves_the_one_before_it(self, path):
        file = MarkFile(path)
        for line in ("one", "two", "three"):
            file.write(line)
        content = path.read_bytes()
        at = content.index(b"three")
        path.write_bytes(content[:at] + b"thr\0\0" + content[at + 5 :])
        assert MarkFile(path).read() == "two"

    def test_it_goes_on_where_another_process_left_off(self, path):
        for line in ("one", "two", "three", "four"):
            file = MarkFile(path)
            file.write(line)
            file.close()
            assert MarkFile(path).read() == line

    @pytest.mark.parametrize("content", [b"", b"\0" * 1024, bytes(range(256)) * 4, b"00000000 \n"])
    def test_garbage_is_no_line(self, path, content):
        path.write_bytes(content)
        assert MarkFile(path).read() is None
        file = MarkFile(path)
        file.write("fresh")
        assert file.read() == "fresh"

    def test_a_write_that_is_cut_short_is_no_success(self, path, monkeypatch):
        write = os.pwrite
        monkeypatch.setattr("os.pwrite", lambda file, content, at: write(file, content[:100], at))
        with pytest.raises(OSError, match="No space left"):
            MarkFile(path).write("one")

    def test_none_is_written_yet(self, path):
        assert MarkFile(path).read() is None


def test_a_mark_that_cannot_be_written_is_said_in_words(duckdb_store, tmp_path):
    (tmp_path / "store.duckdb.mark").mkdir()
    with pytest.raises(StoreUnavailable, match=r"^The store .* is a folder"):
        duckdb_store.mark("engine", "here")
