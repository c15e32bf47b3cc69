"""What became of a file: its requests and nobody else's, told apart from another of the same name."""

import pytest

from data import commands, exports, imported, queries
from data.commands import Ask
from data.filter_address import address, parse
from data.filters import Filters
from data.lifecycle import Channel
from data.queries import Sort
from tests.builders import NOW, ask, template, token


def bring(store, file, digest, count):
    ids = ask(store, count)
    with store.transaction() as work:
        imported.remember(work, file, digest, ids, NOW)
    return ids


def listed(store, *files, **how):
    filters = Filters(files=files, **how)
    found = [row["id"] for row in queries.page(store, filters, Sort(), 1, 50)]
    assert queries.summary(store, filters).count() == len(found)
    assert sorted(row[0] for row in exports.chunk(store, filters, 1, exports.last_id(store))) == sorted(found)
    return sorted(found)


def test_a_file_lists_what_came_in_by_it(store):
    before = ask(store)
    first = bring(store, "may.csv", "d1", 2) + bring(store, "may.csv", "d1", 1)
    assert len(store.rows("SELECT 1 AS one FROM import_part")) == 1  # it goes on where it ended
    between = ask(store)
    first += bring(store, "may.csv", "d1", 2)
    other = bring(store, "june.csv", "d2", 3)
    assert listed(store, "may.csv") == first
    assert listed(store, "june.csv") == other
    assert listed(store, "may.csv", "june.csv") == sorted(first + other)
    assert listed(store, "gone.csv") == []
    assert listed(store, "may.csv", search="Ann", statuses=("queued",)) == first
    assert listed(store, "may.csv", why=("waiting",)) == first
    assert not set(before + between) & set(first)


def test_files_of_one_name_are_told_apart(store):
    first, second = bring(store, "may.csv", "d1", 1), bring(store, "may.csv", "d2", 2)
    odd = bring(store, "may.csv (2)", "d3", 1)
    assert imported.files(store) == ["may.csv (2) (2)", "may.csv (2)", "may.csv"]
    assert (listed(store, "may.csv"), listed(store, "may.csv (2)")) == (first, second)
    assert listed(store, imported.name_of(store, "may.csv (2)", "d3")) == odd
    assert imported.name_of(store, "may.csv", "d9") is None


def test_an_address_speaks_of_files_that_there_are():
    files = ["june.csv", "may & more.csv"]
    wanted = Filters(files=("may & more.csv",))
    assert parse(address(wanted, {}), {}, files=files) == wanted
    assert isinstance(parse([("from", "gone.csv")], {}, files=files), str)


@pytest.mark.parametrize("typed", ["VISIT-1001", "visit-1001", "sit-10"])
def test_a_request_is_found_by_its_reference(store, typed):
    used = asked_with(store, "VISIT-1001")
    asked_with(store, "VISIT-2002", phone="+12025550144")
    found = queries.page(store, Filters(search=typed), Sort("name"), 1, 50)
    assert [row["id"] for row in found] == used
    assert [row["id"] for row in queries.page(store, Filters(search=typed), Sort(), 1, 50)] == used


def asked_with(store, reference, phone="+12025550143"):
    one = Ask(
        "Zoë Long", Channel.SMS, phone, commands.member(store, "Sam", NOW), template(store), NOW, "import",
        phone=phone, reference=reference,
    )  # fmt: skip
    return commands.ask(store, [one], NOW, token())
