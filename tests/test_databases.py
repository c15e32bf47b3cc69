"""What tests leave in a database reaches no other test."""

import psycopg
import pytest

from data.store import open_store
from tests.builders import ask
from tests.databases import Databases


def test_one_that_came_back_as_it_was_is_lent_again_empty_and_counts_from_one(databases: Databases):
    seen: list[tuple[str, list[int]]] = []
    for _ in range(2):
        with databases.lend() as address:
            store = open_store(address)
            assert store.rows("SELECT id FROM request") == []
            seen.append((address, ask(store, 2)))
            store.close()
    assert seen[0] == seen[1]
    assert seen[0][1] == [1, 2]


@pytest.mark.parametrize(
    "change",
    [
        "ALTER TABLE request ADD COLUMN mood text",
        "DROP INDEX happening_once",
        "INSERT INTO schema_version VALUES (999, now())",
        "DELETE FROM schema_version WHERE number = 3",
        "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET DateStyle = German', current_database()); END $$",
    ],
)
def test_one_whose_shape_was_changed_is_lent_to_nobody(databases: Databases, change):
    with databases.lend() as address, psycopg.connect(address, autocommit=True) as connection:
        connection.execute(change)
        connection.close()
    with databases.lend() as another:
        assert another != address


def test_one_in_which_somebody_still_is_is_lent_to_nobody(databases: Databases):
    with databases.lend() as address:
        left = psycopg.connect(address, autocommit=True)
    with databases.lend() as another:
        assert another != address
    left.close()
