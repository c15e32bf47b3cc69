"""Which column is what, and what becomes of every row of a dropped CSV."""

import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.csvfile import CsvFile, read
from data.csvfile.columns import Mapping, guess_columns
from data.csvfile.headings import runs
from data.csvfile.rejects import rejects_csv
from data.csvfile.rows import CheckedRow, check_rows
from data.lifecycle import Channel

SAMPLE = Path(__file__).parents[3] / "data/csvfile/sample.csv"


def file(text: str) -> CsvFile:
    found = read(text.encode())
    assert isinstance(found, CsvFile), found
    return found


def judged(text: str, **rules) -> list[CheckedRow]:
    found = file(text)
    mapping = guess_columns(found.headers, found.sample())
    return [verdict for part in check_rows(found, mapping, **rules) for verdict in part]


def guessed(text: str) -> Mapping:
    found = file(text)
    return guess_columns(found.headers, found.sample())


PEOPLE = "\n".join(["Ann Lee;+1 202 555 0143;ann@example.com", "Bo Ray;+1 202 555 0144;bo@example.com"])


@pytest.mark.parametrize(
    "headings",
    [
        "Name;Phone;Email",
        "Customer Name;Mobile Phone Number;E-Mail Address",
        "full_name;cell;customer_email",
        "Kunde;Handynummer;E-Mail-Adresse",
        "Nom complet;Téléphone portable;Adresse e-mail",
        "Nombre completo;Teléfono móvil;Correo electrónico",
        "Nome completo;Cellulare;Email",
        "Naam;Telefoon;E-mailadres",
        "Imię i nazwisko;Telefon;Email",
        "Namn;Mobilnummer;E-post",
        "ФИО;Телефон;Электронная почта",
        "氏名;電話番号;メールアドレス",
        "CustomerName;PhoneNumber;EmailAddress",
    ],
)
def test_headings_are_known_in_many_languages(headings: str) -> None:
    assert guessed(f"{headings}\n{PEOPLE}") == Mapping(name=0, phone=1, email=2)


def test_a_file_without_headings_is_mapped_by_its_content() -> None:
    assert guessed(PEOPLE) == Mapping(name=0, phone=1, email=2)
    assert guessed("when;who;x;y\n2024-05-01;77;ann@example.com;+12025550143") == Mapping(email=2, phone=3)


def test_a_heading_about_something_else_is_not_taken() -> None:
    headings = "Email opt-in,Phone type,Company name,User name,Fax,Email,Phone"
    text = f"{headings}\nyes,cell,Acme,ann1,+12025550100,a@x.com,+12025550143"
    assert guessed(text) == Mapping(email=5, phone=6, consent=(0,))
    assert guessed("Email,Contact Email\nyes,a@x.com\nno,b@x.com") == Mapping(email=1)
    assert guessed("Name,Email\nBob,not-an-email") == Mapping(name=0, email=1)
    assert guessed("Email,Contact\nnobody,a@x.com") == Mapping(email=1)
    assert guessed("Email,SMS\na@x.com,no") == Mapping(email=0)
    assert guessed("Order date,Email\n1 May,a@x.com") == Mapping(email=1)
    assert guessed("Order phone,Email\n+12025550143,a@x.com") == Mapping(phone=0, email=1)
    assert guessed("Phone,Mobile\n+12025550100,+12025550143") == Mapping(phone=1)


@pytest.mark.parametrize(
    ("text", "mapping"),
    [
        ("First Name,Last Name,Email\nAnn,Lee,a@x.com", Mapping(first_name=0, last_name=1, email=2)),
        ("Name,Vorname,Email\nLee,Ann,a@x.com", Mapping(last_name=0, first_name=1, email=2)),
        ("Nombre,Apellidos,Email\nAnn,Lee,a@x.com", Mapping(first_name=0, last_name=1, email=2)),
        ("Name,First Name,Email\nAnn Lee,Ann,a@x.com", Mapping(name=0, first_name=1, email=2)),
        ("Name,First Name,Email,,\nAnn Lee,Ann,a@x.com,,", Mapping(name=0, first_name=1, email=2)),
        ("Email,Channel,Template,Order ID\na@x.com,sms,Hello,7", Mapping(email=0, channel=1, template=2, reference=3)),
        ("Color,Size\nred,7", Mapping()),
    ],
)
def test_names_in_halves_and_the_other_columns_are_found(text: str, mapping: Mapping) -> None:
    assert guessed(text) == mapping
    assert (mapping.trouble is None) is (mapping.email is not None)


@given(st.lists(st.text(max_size=10), max_size=6), st.lists(st.lists(st.text(max_size=8), max_size=7), max_size=4))
def test_any_headings_over_any_rows_get_a_guess_with_each_column_used_once(headers, rows) -> None:
    found = guess_columns(headers, rows)
    used = [getattr(found, field) for field in found.__slots__ if getattr(found, field) is not None]
    consent = used.pop()
    assert len({*used, *consent}) == len(used) + len(consent)


def test_the_sample_file_is_ready_as_it_is() -> None:
    verdicts = judged(SAMPLE.read_text(encoding="utf-8"))
    assert len(verdicts) == 12
    assert [(v.line, v.trouble, v.note) for v in verdicts if v.trouble or v.note] == []
    assert {v.channel for v in verdicts} == set(Channel)
    assert all(v.address.endswith("@example.com") or v.address.startswith("+120255501") for v in verdicts)


def test_auto_takes_sms_where_there_is_a_phone_and_else_email() -> None:
    rows = judged("Name,Phone,Email\nA,202-555-0143,a@x.com\nB,,b@x.com\nC,12,c@x.com\nD,12,\nE,,e@\nF,,\n")
    assert [v.channel for v in rows[:3]] == [Channel.SMS, Channel.EMAIL, Channel.EMAIL]
    assert [v.trouble for v in rows[:3]] == [None] * 3
    assert (rows[2].note or "").startswith("Left out: “12” is too short")
    assert "too short" in (rows[3].trouble or "")
    assert "not an email" in (rows[4].trouble or "")
    assert "neither a phone number nor an email" in (rows[5].trouble or "")


def test_a_channel_is_taken_from_the_row_then_from_the_default() -> None:
    text = "Phone,Email,Channel\n202-555-0143,a@x.com,{}\n"
    said = {
        word: judged(text.format(word))[0].channel for word in ("SMS", "Text", " E-Mail ", "WhatsApp", "auto", "fax")
    }
    assert list(said.values()) == [Channel.SMS, Channel.SMS, Channel.EMAIL, Channel.WHATSAPP, Channel.SMS, None]
    assert "write SMS, Email or WhatsApp" in (judged(text.format("fax"))[0].trouble or "")
    assert judged(text.format(""), default_channel=Channel.WHATSAPP)[0].address == "+12025550143"
    assert "needs an email" in (judged("Phone\n202-555-0143\n", default_channel="email")[0].trouble or "")


def test_the_region_decides_about_national_numbers() -> None:
    assert judged("Phone\n030 901820", region="DE")[0].address == "+4930901820"
    assert judged("Phone\n030 901820", region="US")[0].trouble


def test_the_second_row_with_an_address_is_told_the_line_of_the_first() -> None:
    rows = judged(
        'Name,Phone,Email\n"A\nA",202-555-0143,\nB,+1 (202) 555 0143,\nC,,c@x.com\nD,,C@X.com\nE,12,\nF,12,\n', chunk=1
    )
    assert [v.line for v in rows] == [2, 4, 5, 6, 7, 8]
    assert rows[0].name == "A A"
    assert rows[1].trouble == "Same phone number as line 2."
    assert rows[3].trouble == "Same email address as line 5."
    assert "Same" not in (rows[5].trouble or "")


def test_a_row_in_trouble_does_not_shadow_a_right_one() -> None:
    rows = judged("Name,Phone,Template\nA,202-555-0143,nope\nB,202-555-0143,Hello\n", templates=["hello"])
    assert "no template called “nope”" in (rows[0].trouble or "")
    assert rows[1].trouble is None


def test_a_comma_too_many_and_a_runaway_quote_are_named() -> None:
    rows = judged('Name,Email\nLee, Ann,a@x.com\nBo,b@x.com,,\n"Cy' + "\n" * 30 + '",c@x.com\n')
    assert "3 cells under 2 headings" in (rows[0].trouble or "")
    assert rows[1].trouble is None
    assert "quotation mark" in (rows[2].trouble or "")


@pytest.mark.parametrize(
    "text",
    [
        'Name,Phone\n"Al,+12025550101\nBen,+12025550102\n"Dee",+12025550104\n',
        'Name,Notes,Phone\nAl,"good,+12025550101\nBen,,+12025550102\nDee,"nice",+12025550104\n',
        'Name,Notes,Email\rAl,"good,al@x.com\rBen,bad",ben@x.com\r',
    ],
)
def test_a_stray_quotation_mark_is_named_where_it_swallows_the_person_below(text: str) -> None:
    assert "swallows the lines below" in (judged(text)[0].trouble or "")


def test_an_address_of_several_lines_swallows_nobody() -> None:
    row = judged('Name,Phone,Home\nAl,202-555-0101,"Al Ray, 1 High St, Flat 2\nWashington, DC 20001\n202 555 0101"\n')
    assert row[0].trouble is None


def test_the_same_row_has_the_same_key_however_it_is_written() -> None:
    one = judged("Name,Phone,Email\nAnn  Lee,(202) 555-0143,ANN@example.com")[0].row_key
    other = judged("note;EMAIL;mobile;name\nx;ann@example.com;+12025550143;ann lee")[0].row_key
    assert one == other
    assert len(one) == 32
    for changed in ("Bo Lee,2025550143,ann@example.com", "Ann Lee,2025550144,ann@example.com", "Ann Lee,2025550143,"):
        assert judged(f"Name,Phone,Email\n{changed}")[0].row_key != one


def test_cells_are_not_confused_with_their_neighbours_in_the_key() -> None:
    keys = {judged(f"Email,Template,Reference\n{row}")[0].row_key for row in ("a@x.com,b,", "a@x.com,,b")}
    assert len(keys) == 2


def test_rejects_are_their_own_cells_with_a_reason_and_can_be_dropped_in_again() -> None:
    found = file('Name,Phone,Note\nAnn,12,=1+1\nBo,202-555-0143,\nCy,+9,"a, b"\n')
    mapping = guess_columns(found.headers, found.sample())
    verdicts = [verdict for part in check_rows(found, mapping) for verdict in part]
    raw = rejects_csv(found.headers, verdicts)
    assert raw.startswith(b"\xef\xbb\xbf")
    again = read(raw)
    assert isinstance(again, CsvFile)
    assert again.headers == ("Name", "Phone", "Note", "Line", "What is wrong")
    assert [row[:4] for row in again.rows] == [("Ann", "12", "'=1+1", "2"), ("Cy", "'+9", "a, b", "4")]
    assert guess_columns(again.headers, again.sample()).reference is None
    assert [v.row_key for part in check_rows(again, mapping) for v in part] == [
        v.row_key for v in verdicts if v.trouble
    ]
    assert rejects_csv(again.headers, [v for part in check_rows(again, mapping) for v in part]).count(b"''") == 0


@given(st.lists(st.lists(st.text(max_size=12), max_size=5), min_size=1, max_size=5))
def test_any_cells_get_a_verdict(rows: list[list[str]]) -> None:
    found = CsvFile(("a", "b", "c"), [tuple(row) for row in rows], list(range(len(rows))), "", ",", "")
    for part in check_rows(found, Mapping(name=0, phone=1, email=2, channel=3)):
        for verdict in part:
            assert bool(verdict.address) or verdict.trouble
            assert verdict.trouble is None or verdict.trouble.endswith((".", "com", "+."))
    assert rejects_csv(found.headers, part)


def test_twenty_thousand_rows_are_checked_in_a_few_seconds_and_in_parts() -> None:
    """A tenth of the largest list; every number different, as phone numbers are."""
    text = "Name,Phone,Email\n" + "".join(
        f"Ann Lee,(202) {i // 10000 + 230}-{i % 10000:04},p{i}@example.com\n" for i in range(20_000)
    )
    found = file(text)
    began = time.process_time()
    parts = [len(part) for part in check_rows(found, Mapping(name=0, phone=1, email=2))]
    assert time.process_time() - began < 3
    assert parts == [2000] * 10


def test_a_heading_of_thousands_of_words_is_looked_at_in_short_runs():
    words = [f"w{n}" for n in range(5000)]
    assert max(map(len, runs(words))) < 40
    assert {"w0", "w0w1", "w4998w4999"} <= runs(words)


def test_what_stands_for_no_name_is_left_out_with_a_note() -> None:
    null, ann = judged("Name,Phone\nNULL,+12025550143\nAnn Lee,+12025550144")
    assert (null.name, null.trouble, null.note) == ("", None, "Left out: “NULL” is no name.")
    assert (ann.name, ann.note) == ("Ann Lee", None)


def test_an_address_that_says_there_is_none_is_no_way_to_ask() -> None:
    alone, beside = judged("Name,Phone,Email\nAnn Lee,,noemail@example.com\nBo Ray,+12025550144,no-reply@example.com")
    assert alone.trouble == "“noemail@example.com” says that there is no address; give another."
    assert (beside.trouble, beside.channel, beside.email) == (None, Channel.SMS, "")


def test_a_single_column_of_addresses_goes_by_what_each_cell_is() -> None:
    for heading in ("Email or phone number", "Phone", "Email"):
        found = judged(f"Name,{heading}\nAnn Lee,+12025550143\nBo Ray,bo@example.com\nCy Ray,cy@example.com")
        assert [(row.channel, row.address, row.trouble) for row in found] == [
            (Channel.SMS, "+12025550143", None),
            (Channel.EMAIL, "bo@example.com", None),
            (Channel.EMAIL, "cy@example.com", None),
        ]


def test_an_id_of_a_template_or_a_country_is_neither() -> None:
    assert guessed("Name,Phone,Template id,Country ID\nAnn Lee,+12025550143,7,9") == Mapping(name=0, phone=1)
