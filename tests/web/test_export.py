"""The CSV is exactly the filtered set, whole, safe to open, and costs no memory."""

import asyncio
import codecs
import csv
import io
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from data import csvfile, exports, queries
from data.csvfile.columns import guess_columns
from data.csvfile.rows import check_rows
from data.exports import HEADER
from data.filter_address import address
from data.filters import Filters
from data.lifecycle import Channel
from data.moves import News, apply
from data.reports import tally
from data.store import StoreUnavailable
from tests.builders import ask, messages, row, sent, tell
from web import export as exporting
from web.export import export_route
from web.health import health_route

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")


@pytest.fixture
def client(store):
    zone = ZoneInfo("America/New_York")
    app = Starlette(routes=[export_route(lambda: store, zone, "US"), health_route(lambda: store)])
    return TestClient(app)


def rows(answer) -> list[dict[str, str]]:
    assert answer.status_code == 200
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))


def test_the_columns_are_the_lists_own_then_all_the_rest(client, store):
    (request,) = sent(store, name="Ann Lee", phone="+12024000001", sender="Sam")
    tell(store, request, "undelivered")
    (found,) = rows(client.get("/export/requests.csv"))
    assert list(found) == HEADER
    listed = ["Invite sent to", "Email or phone number", "Sent by", "Sent via", "Date sent", "Status", "Retries"]
    assert [found[name] for name in listed] == [
        "Ann Lee", "+12024000001", "Sam", "SMS", "2026-03-02T17:00:00Z", "Undelivered", "0",
    ]  # fmt: skip
    assert found["Request id"] == str(request)


def test_a_row_names_the_day_that_the_charts_count_it_on(client, store):
    (message,) = messages(store, ask(store))
    late = datetime(2026, 3, 9, 2, 0, tzinfo=UTC)  # Sunday still in New York
    with store.transaction() as work:
        news = [News(message, event, late) for event in ("claimed", "accepted")]
        apply(work, news, late, ZoneInfo("America/New_York"))
    (found,) = rows(client.get("/export/requests.csv?sent=2026-03-08"))
    assert (found["Date sent"], found["Day sent"]) == ("2026-03-09T02:00:00Z", "2026-03-08")
    assert [one.key for one in tally(store, Filters(), "day")] == [date(2026, 3, 8)]


def test_it_holds_every_row_of_the_filter_and_no_other(client, store, monkeypatch):
    monkeypatch.setattr(exporting, "CHUNK", 7)
    ask(store, 9)
    wanted = sent(store, 20, channel=Channel.EMAIL, sender="Kim")
    sent(store, 4, channel=Channel.EMAIL, sender="Sam")
    filters = Filters(channels=("email",), statuses=("sent",), senders=(row(store, wanted[0])["sent_by"],))
    found = rows(client.get("/export/requests.csv", params=address(filters, queries.members(store))))
    assert [int(one["Request id"]) for one in found] == sorted(wanted, reverse=True)
    listed = [one["id"] for one in queries.page(store, filters, queries.Sort(), 1, 1000)]
    assert [int(one["Request id"]) for one in found] == listed


def test_requests_asked_while_it_streams_are_left_out(store, monkeypatch):
    monkeypatch.setattr(exporting, "CHUNK", 5)
    ask(store, 12)
    from data.exports import last_id

    pieces = exporting.lines(store, Filters(), last_id(store))
    text = next(pieces)
    ask(store, 5, due_in=timedelta(days=1))
    text += "".join(pieces)
    assert len(text.splitlines()) == 1 + 12


@pytest.mark.parametrize("name", ["=HYPERLINK(1)", "+1+1", "-2+3", "@SUM(A1)", "\t=1", "=cmd|' /C calc'!A0"])
def test_a_name_that_is_a_formula_is_text_to_a_spreadsheet(client, store, name):
    ask(store, name=name)
    (found,) = rows(client.get("/export/requests.csv"))
    assert found["Invite sent to"][0] not in "=+-@\t\r"


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_no_formula_wherever_a_spreadsheet_splits_the_line(client, store, separator):
    ask(store, name="Ann;=1+cmd|' /C calc'!A0; -2+3", sender="Sam;@SUM(A1)")
    lines = csv.reader(io.StringIO(client.get("/export/requests.csv").text), delimiter=separator)
    cells = [cell for line in lines for cell in line if not cell.startswith("+1202")]
    assert not [cell for cell in cells if cell.lstrip()[:1] in ("=", "+", "-", "@")]


def test_whatever_people_and_providers_wrote_is_text_to_a_spreadsheet(client, store):
    (request,) = sent(store)
    with store.transaction() as work:
        work.rows(
            """
            UPDATE request SET contact_name = $x, address = $x, override = $x, code = $x, reason = $x, hold_reason = $x
            WHERE id = $id
            """,
            x="=1+1",
            id=request,
        )
    (found,) = rows(client.get("/export/requests.csv"))
    assert [name for name, cell in found.items() if cell == "'=1+1"]
    assert not [name for name, cell in found.items() if cell.startswith("=")]


def test_names_with_quotes_newlines_and_other_scripts_come_through(client, store):
    names = ['Ann "The" Lee, Jr', "علي حسن", "Zoë 🎉", "<b>Bob</b>"]
    for name in names:
        ask(store, name=name)
    assert {one["Invite sent to"] for one in rows(client.get("/export/requests.csv"))} == set(names)


def test_an_address_that_makes_no_sense_exports_nothing_rather_than_everything(client, store):
    ask(store)
    answer = client.get("/export/requests.csv?status=nonsense")
    assert answer.status_code == 400
    assert "does not exist" in answer.text


def test_an_empty_set_is_a_file_with_a_header(client, store):
    assert client.get("/export/requests.csv").content.decode("utf-8-sig").splitlines() == [",".join(HEADER)]


def test_a_spreadsheet_sees_by_the_mark_in_front_that_it_is_utf_8(client, store):
    ask(store, name="Zoë")
    raw = client.get("/export/requests.csv").content
    assert raw.startswith(codecs.BOM_UTF8 + b"Request id,")
    assert raw.count(codecs.BOM_UTF8) == 1


def test_what_was_exported_can_be_imported_again(client, store):
    sent(store, name="Ann Lee", phone="+12025550143", sender="Sam")
    sent(store, name="Bo Ray", channel=Channel.EMAIL, email="bo@example.com")
    raw = client.get("/export/requests.csv").content
    file = csvfile.read(raw)
    assert isinstance(file, csvfile.CsvFile)
    names = [row["name"] for row in queries.templates(store)]
    mapping = guess_columns(file.headers, file.sample())
    (found,) = check_rows(file, mapping, templates=names)
    assert [(row.name, row.channel, row.address, row.trouble) for row in reversed(found)] == [
        ("Ann Lee", Channel.SMS, "+12025550143", None),
        ("Bo Ray", Channel.EMAIL, "bo@example.com", None),
    ]
    assert {row.template for row in found} <= set(names)


def test_health_says_whether_the_store_answers_and_when_an_engine_was_seen(client, store):
    assert client.get("/healthz").json() == {"store": "ok", "engine_seen_at": None}


def test_the_world_is_told_that_the_store_is_away_and_the_log_why(caplog):
    def away():
        raise StoreUnavailable("/home/ann/askwell.duckdb is open in another program (process 7).")

    answer = TestClient(Starlette(routes=[health_route(away)])).get("/healthz")
    assert (answer.status_code, answer.json()) == (503, {"store": "unavailable"})
    assert "(process 7)" in caplog.text


def test_one_that_the_store_breaks_off_does_not_look_whole_and_leaves_a_line_in_the_log(
    duckdb_store, monkeypatch, caplog
):
    monkeypatch.setattr(exporting, "CHUNK", 3)
    ask(duckdb_store, 6)
    chunks = exports.chunk

    def breaking(store, filters, low, high):
        if low == 1:
            raise StoreUnavailable("The disk is full.")
        return chunks(store, filters, low, high)

    monkeypatch.setattr(exports, "chunk", breaking)
    app = Starlette(routes=[export_route(lambda: duckdb_store, UTC, "US")])
    sent: list[dict] = []

    async def send(message):
        sent.append(message)

    async def receive():
        await asyncio.Event().wait()

    scope = {"type": "http", "method": "GET", "path": "/export/requests.csv", "query_string": b"", "headers": []}
    asyncio.run(app(scope, receive, send))
    assert sent[0]["status"] == 200
    assert sum(message.get("body", b"").count(b"\r\n") for message in sent) == 1 + 3
    assert all(message["more_body"] for message in sent[1:])
    (line,) = caplog.records
    assert "The disk is full." in line.getMessage()
    assert line.exc_info is None
