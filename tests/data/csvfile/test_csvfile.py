"""A CSV somebody dropped in is read, or one sentence says why not."""

import re
import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from data.csvfile import MAX_BYTES, MAX_COLUMNS, MAX_ROWS, CsvFile, Problem, read
from data.csvfile.cells import plain_cell, safe_cell
from data.csvfile.columns import guess_columns
from data.csvfile.text import ENCODINGS

NAMES = "Name;Email\r\nJürgen Müller;j@example.com\r\nZoë;z@example.com\r\n"


def file(raw: bytes | str, encoding: str | None = None) -> CsvFile:
    found = read(raw.encode() if isinstance(raw, str) else raw, encoding)
    assert isinstance(found, CsvFile), found
    return found


def problem(raw: bytes | str) -> str:
    found = read(raw.encode() if isinstance(raw, str) else raw)
    assert isinstance(found, Problem), found
    return found.sentence


@pytest.mark.parametrize(
    ("raw", "encoding"),
    [
        (NAMES.encode(), "UTF-8"),
        (NAMES.encode("utf-8-sig"), "UTF-8"),
        (NAMES.encode("utf-16"), "UTF-16"),
        (b"\xfe\xff" + NAMES.encode("utf-16-be"), "UTF-16"),
        (NAMES.encode("utf-16-le"), "UTF-16"),
        (NAMES.encode("utf-16-be"), "UTF-16"),
        (NAMES.encode("utf-32"), "UTF-32"),
        (NAMES.encode("cp1252"), "Windows-1252 (Western European)"),
    ],
)
def test_every_usual_encoding_is_read_and_named(raw: bytes, encoding: str) -> None:
    found = file(raw)
    assert found.encoding == encoding
    assert found.headers == ("Name", "Email")
    assert found.rows == [("Jürgen Müller", "j@example.com"), ("Zoë", "z@example.com")]


def test_what_is_not_utf8_says_so_and_can_be_overruled() -> None:
    raw = "Imię;Email\nŁukasz Żółć;l@example.com\n".encode("cp1250")
    assert "choose another encoding" in file(raw).notes[0]
    assert file(raw, "cp1250").rows[0][0] == "Łukasz Żółć"
    assert file("Ada;a@example.com".encode("utf-8-sig"), "utf-8").rows == [("Ada", "a@example.com")]
    assert file(b"a;b\n1;2", "no such encoding").rows == [("1", "2")]


def test_one_damaged_byte_does_not_spoil_every_other_name() -> None:
    found = file(("Name;Email\n" + "Zoë;z@example.com\n" * 20).encode() + b"Jos\xe9;j@example.com\n")
    assert found.rows[0][0] == "Zoë"
    assert found.rows[-1][0] == "Jos\ufffd"
    assert "1 character could not be read" in found.notes[0]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r", "\r\r\n"])
def test_every_delimiter_and_line_ending_is_read(delimiter: str, ending: str) -> None:
    found = file(ending.join(delimiter.join(row) for row in (("Name", "Email"), ("Ann", "a@x.com"), ("Bo", "b@x.com"))))
    assert found.delimiter == delimiter
    assert found.rows == [("Ann", "a@x.com"), ("Bo", "b@x.com")]


def test_commas_inside_a_semicolon_file_do_not_count() -> None:
    assert file("name;email\nLee, Ann;a@x.com\nRay, Bo;b@x.com").rows[0] == ("Lee, Ann", "a@x.com")
    assert file("Lee, Ann;a@x.com;1\nRay, Bo;b@x.com;2").rows[0] == ("Lee, Ann", "a@x.com", "1")


@pytest.mark.parametrize(
    "text",
    [
        "Name;Email;Address (street, city, zip)\nAnn Lee;ann@example.com;Main St, Austin, 78701\n",
        "Email;Name, Title, Company\nann@example.com;Lee, Dr, ACME\nbo@example.com;Ray, Mr, ACME\n",
        "Customers\nName;Phone\nLee, Ann;202 555 0143\n",
    ],
)
def test_what_leaves_addresses_whole_is_the_delimiter(text: str) -> None:
    assert file(text).delimiter == ";"


def test_the_separator_line_of_excel_is_obeyed_and_counted() -> None:
    found = file("sep=|\r\nname|note\r\nAnn|a;b;c\r\n")
    assert found.rows == [("Ann", "a;b;c")]
    assert found.lines == [3]
    assert file("sep=;\nAnn;ann@example.com\n").lines == [2]


def test_quoted_newlines_are_one_row_and_lines_are_counted_as_in_the_file() -> None:
    found = file('name,address\n"Ann","1 High St\nLondon"\n\n , \nBo,"say ""hi"""\n')
    assert found.rows == [("Ann", "1 High St\nLondon"), ("Bo", 'say "hi"')]
    assert found.lines == [2, 6]
    assert file('name,address\r\nAnn,"1 High St\r\nLondon"\r\n').rows == [("Ann", "1 High St\r\nLondon")]


def test_headings_are_made_unique_and_empty_ones_numbered() -> None:
    assert file("Email, email ,,a\tb,,\n1,2,3,4\n").headers == ("Email", "email (2)", "Column 3", "a b")
    assert file("email,EMAIL\n1,2\n").headers == ("email", "EMAIL (2)")
    assert file("a,,\n1,,2\n").headers == ("a", "Column 2", "Column 3")
    assert file("a,a,a (2)\n1,2,3").headers == ("a", "a (2)", "a (2) (2)")


@pytest.mark.parametrize(
    "first",
    [
        "Ann,ann@example.com",
        "Ann,+1 202 555 0143",
        "Ann,'+12025550143",
        "(202) 555-0143,x",
        "Ann,tel:+12025550101",
        "Ann,202‑555‑0101",
        "Ann,202-555-0101 (mobile)",
        "Ann,202 555 0101 ext 3",
        "Ann,\u202a+12025550101\u202c",
        "Ann,Ann <ann@example.com>",
    ],
)
def test_a_file_without_headings_keeps_its_first_person(first: str) -> None:
    found = file(first + "\nBo,bo@example.com\n")
    assert found.headers == ("Column 1", "Column 2")
    assert (len(found.rows), found.lines) == (2, [1, 2])
    assert "already holds a person" in found.notes[0]


def test_a_title_above_the_headings_is_passed_over_and_said() -> None:
    found = file("Customer export 2026,,\n,,\nName,Phone,Email\nAnn,+12025550101,ann@example.com\n")
    assert found.headers == ("Name", "Phone", "Email")
    assert found.lines == [4]
    assert "above line 3" in found.notes[0]
    for own in ("Email,,\nann@example.com,,\n", "Name\nAnn,+12025550101\n"):
        assert file(own).headers[0] in ("Email", "Name")


def test_ragged_rows_are_kept_as_they_are() -> None:
    assert file("a,b,c\n1\n1,2,3,4\n").rows == [("1",), ("1", "2", "3", "4")]


def test_zero_bytes_and_other_controls_are_dropped() -> None:
    assert file(b"name,email\nAn\0n,a@x\x07.com\n" + b"Bo,b@x.com\n" * 9).rows[0] == ("Ann", "a@x.com")


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        (b"", "is empty"),
        (b" \r\n\0", "is empty"),
        (b"\xef\xbb\xbf", "Nobody is in this file"),
        (b"name,email\n", "Nobody is in this file"),
        (b",,\n,,\n", "Nobody is in this file"),
        (b"PK\x03\x04" + bytes(500), "Save as… CSV"),
        (b"\xd0\xcf\x11\xe0" + bytes(500), "old Excel"),
        (b"%PDF-1.7", "PDF"),
        (b"\x1f\x8b\x08", "compressed"),
        (b"<!DOCTYPE html><html>", "web page"),
        (b"\n {\\rtf1", "text document"),
        (b'{"a": 1}', "JSON"),
        (bytes(range(256)) * 20, "not a text file"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(100), "not a text file"),
        (b'name,email\nAnn,a@x.com\n"Bo,b@x.com\nCy,c@x.com\n', "opens on line 3 is never closed"),
        (b'name,email\n"Bo,b@x.com\n' + b"Cy,c@x.com\n" * 20_000, "opens on line 2 is never closed"),
        (b"name,email\nAnn," + b"x" * 200_000 + b"\n", "Line 2 has a cell of more than 131,072 characters"),
        (b"," * MAX_COLUMNS + b"x\ny", "columns"),
        (b"n\n" + b"," * 40_000_000, "Line 2 has 40,000,000 characters; 2,000,000 is the most."),
        (b"n\n" + b"x\n" * (MAX_ROWS + 2), "more than 250,000 rows"),
        (b"x" * (MAX_BYTES + 1), "MB"),
    ],
    ids=range(21),
)
def test_what_cannot_be_read_gets_a_sentence(raw: bytes, says: str) -> None:
    assert says in problem(raw)


def test_the_largest_allowed_file_is_read() -> None:
    assert len(file(b"n\n" + b"x\n" * MAX_ROWS).rows) == MAX_ROWS


_CSVISH = st.text('ab"\n\r,;\t|\0é=+@5', max_size=80).map(str.encode)


@given(st.binary(max_size=400) | _CSVISH, st.sampled_from([None, *ENCODINGS]))
@example(b'"', None)
@example(b"\xff\xfe\x00\x00", None)
@example(b"\xff\xfe\x00", None)
@example(b"sep=;", None)
@example(b"a\n\xed\xa0\x80", None)
def test_no_bytes_whatever_raise(raw: bytes, encoding: str | None) -> None:
    found = read(raw, encoding)
    if isinstance(found, CsvFile):
        assert found.rows
        assert len(found.lines) == len(found.rows)
        assert len(set(map(str.casefold, found.headers))) == len(found.headers)
    else:
        assert found.sentence.endswith(".")


_CELL = st.text(st.characters(exclude_categories=["Cc", "Cs"]) | st.sampled_from('",;\n'), max_size=12)


@given(st.lists(st.tuples(_CELL, _CELL), min_size=1, max_size=8))
def test_what_a_csv_writer_wrote_comes_back(cells: list[tuple[str, str]]) -> None:
    import csv
    import io

    out = io.StringIO(newline="")
    csv.writer(out, quoting=csv.QUOTE_ALL).writerows([("name", "note"), *cells])
    found = read(out.getvalue().encode("utf-8-sig"))
    kept = [row for row in cells if any(row) and not "".join(row).isspace()]
    assert found.rows == kept if isinstance(found, CsvFile) else not kept


def test_two_hundred_thousand_rows_are_read_in_about_a_second() -> None:
    raw = "Name,Phone,Email,Note\r\n" + "".join(
        f'Person {i},+1 202 555 {i % 10000:04},p{i}@example.com,"a, b"\r\n' for i in range(200_000)
    )
    began = time.process_time()
    found = file(raw)
    assert time.process_time() - began < 3
    assert (len(found.rows), found.lines[-1]) == (200_000, 200_001)


@pytest.mark.parametrize(
    "text", ["=1+1", "+1+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "  =1", "\n=1", "+12-3", "＝1", "+1 202"]
)
def test_a_formula_is_disarmed_and_comes_back(text: str) -> None:
    assert safe_cell(text).startswith("'")
    assert plain_cell(safe_cell(text)) == text


@pytest.mark.parametrize("text", ["+12025550143", "Ann", "", "a=b", "2-3", "'t Hooft", "O'Neill", "'"])
def test_phones_and_plain_text_are_left_as_they_are(text: str) -> None:
    assert safe_cell(text) == text
    assert plain_cell(text) == text


@given(st.text(max_size=20))
def test_no_cell_starts_like_a_formula_unless_it_is_a_phone(text: str) -> None:
    safe = safe_cell(text)
    assert safe.lstrip()[:1] not in ("=", "+", "-", "@") or safe[1:].isdecimal()
    assert plain_cell(safe) == text or "'" in text


@pytest.mark.parametrize("text", ["Ann;=1", "a;  -1;\t=2", "\t\t=1;;@x", "=1;+2"])
def test_formulas_behind_a_separator_are_disarmed_and_come_back(text: str) -> None:
    safe = safe_cell(text)
    assert not re.search(r"(^|[;\t])\s*[=+\-@]", safe)
    assert plain_cell(safe) == text


@pytest.mark.parametrize("cell", ["\n" * 100_000, "\n" * 100_000 + "x", " \n" * 50_000 + "x", "\n'" * 50_000 + "x"])
def test_a_cell_of_nothing_but_white_space_is_looked_at_once(cell: str):
    assert plain_cell(safe_cell(cell)).strip("\n' ") == cell.strip("\n' ")


@pytest.mark.parametrize("cell", ["A" * 40_000, "a@" * 20_000, "a." * 20_000 + "@"], ids=["AA", "a@a@", "a.a.@"])
def test_a_cell_as_long_as_a_picture_is_no_address_nor_looked_through(cell: str):
    found = file(f"Name,Phone,{cell}\nAnn Lee,+12025550143,{cell}\n")
    assert guess_columns(found.headers, found.rows).email is None
