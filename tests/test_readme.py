"""The README says what is."""

import re
from dataclasses import fields
from pathlib import Path

import data
from connectors.sandbox import MAGIC, MAGIC_EMAIL
from data.csvfile.columns import Mapping
from data.exports import HEADER
from data.places.zones import SOURCES
from data.verdicts import WHY
from pages.import_file import LABELS
from pages.wording import TRIGGERS
from settings import DEFAULTS

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text()
OPERATING = (ROOT / "docs/operating.md").read_text()


def table(head: str) -> list[tuple[str, ...]]:
    """The rows of the table of docs/operating.md under these headings."""
    rows = OPERATING.split(f"{head}\n", 1)[1].split("\n\n", 1)[0].splitlines()[1:]
    return [tuple(cell.strip() for cell in row.strip("|").split("|")) for row in rows]


def test_the_table_of_settings_is_the_settings():
    rows = re.findall(r"^\| `(\w+)` \| (?:`(.*?)` )?\| (.*?) \|$", README, re.MULTILINE)
    assert {name: (default, words) for name, default, words in rows} == DEFAULTS


def test_every_module_of_data_is_on_its_map():
    on_map = set(re.findall(r"`(\w+)`", data.__doc__ or ""))
    there = {path.stem for path in (ROOT / "data").iterdir() if path.suffix == ".py" or (path / "__init__.py").exists()}
    assert on_map == there - {"__init__"}


def test_the_table_of_magic_addresses_is_the_sandboxs():
    rows = re.findall(r"^\| (\d{3} \d{4}) \| (\S+) \| (.*?) \|$", README, re.MULTILINE)
    assert {number.replace(" ", "") for number, _, _ in rows} == set(MAGIC)
    assert {email for _, email, _ in rows} == set(MAGIC_EMAIL)


def test_the_table_of_reasons_is_the_codes():
    assert table("| reason | what lets it go | code |") == [(*words, code) for code, words in WHY.items()]


def test_the_tables_of_columns_are_the_codes():
    assert [column for column, _ in table("| column | what it holds |")] == list(LABELS.values())
    assert list(LABELS) == [field.name for field in fields(Mapping)]
    exported = dict(table("| column of the export | what it holds |"))
    assert list(exported) == HEADER
    assert set(re.findall("`(.*?)`", exported["Zones known from"])) == set(SOURCES)
    assert set(re.findall("`(.*?)`", exported["Trigger"])) == set(TRIGGERS)


def test_every_link_and_make_target_exists():
    for link in re.findall(r"\]\((?!http)([^)#]+)", README):
        assert (ROOT / link).exists(), link
    makefile = (ROOT / "Makefile").read_text()
    for target in re.findall(r"make (\w+)", README):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target


def test_no_page_is_named_like_a_module():
    """pages/ comes first on the path of the console: a page called requests.py would hide the library."""
    import importlib.util
    import sys

    outside = [entry for entry in sys.path if Path(entry).resolve() != (ROOT / "pages").resolve()]
    for page in (ROOT / "pages").iterdir():
        if page.suffix == ".py" or (page / "__init__.py").exists():
            found = importlib.machinery.PathFinder.find_spec(page.stem, outside)
            assert found is None, f"{page.name} hides {found.origin if found else ''}"
