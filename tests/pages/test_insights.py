import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from html import unescape
from pathlib import Path
from types import MappingProxyType
from urllib.parse import parse_qsl

import pytest
import streamlit as st
from streamlit.proto.Metric_pb2 import Metric
from streamlit.testing.v1 import AppTest

from data import queries
from data.filters import Filters, parse
from data.lifecycle import Channel
from data.metrics import DEFINITIONS
from data.moves import News
from data.reports import tally
from data.store import Store
from pages import workspace as pages
from pages.insights import View
from tests.builders import ask, hear, messages, sent
from tests.pages.conftest import workspace

ROOT = Path(__file__).parents[2]
NOON = datetime.now(UTC).replace(hour=12, minute=0, second=0, microsecond=0)
MONTH_AGO = NOON - timedelta(days=30)


@pytest.fixture
def store(duckdb_store: Store) -> Iterator[Store]:
    st.cache_data.clear()
    pages.use(workspace(lambda: duckdb_store, "http://127.0.0.1"))
    yield duckdb_store
    st.cache_data.clear()


def opened(page: str, **parameters: str | list[str]) -> AppTest:
    app = AppTest.from_file(str(ROOT / "pages/console.py"), default_timeout=30).run()
    app.switch_page(page)
    for name, value in parameters.items():
        app.query_params[name] = value
    return app.run()


def metrics(app: AppTest) -> dict[str, str]:
    return {metric.label: metric.value for metric in app.metric}


def said(app: AppTest) -> str:
    return " ".join(element.value for element in (*app.markdown, *app.caption))


def figures(app: AppTest) -> dict[str, dict]:
    """Every chart as drawn, by the key it was given."""
    found = {}
    for chart in app.get("plotly_chart"):
        key = re.sub(r"^.*-", "", chart.proto.id)
        found[key] = json.loads(chart.proto.spec)
    return found


def table(app: AppTest) -> dict[str, list[str]]:
    """The cells of every line, by its name; tags are gone."""
    body = next(element.proto.body for element in app.get("html") if "<table>" in element.proto.body)
    lines = re.findall(r'<tr><th scope="row">(.*?)</th>(.*?)</tr>', body)
    return {name: re.findall(r"<td>(?:<a [^>]*>)?([^<]*)", cells) for name, cells in lines}


def live(store: Store, requests: list[int], *events: str, at: datetime) -> None:
    hear(store, *(News(message, event, at) for message in messages(store, requests) for event in events))


def some_requests(store: Store) -> None:
    """SMS: 40 sent, 36 delivered, 9 responded. Email: 10 sent, 8 delivered, 2 opened, 1 responded."""
    texts = sent(store, 40, at=MONTH_AGO, sender="Ada Lee")
    live(store, texts[:36], "delivered", at=MONTH_AGO)
    live(store, texts[36:], "undelivered", at=MONTH_AGO)
    live(store, texts[:9], "clicked", "responded", at=MONTH_AGO)
    mails = sent(store, 10, at=NOON - timedelta(days=2), sender="Bo <b>*Star*", channel=Channel.EMAIL)
    live(store, mails[:8], "delivered", at=NOON)
    live(store, mails[:2], "opened", at=NOON)
    live(store, mails[:1], "clicked", "responded", at=NOON)


def test_the_cards_say_what_was_sent_and_what_became_of_it(store: Store):
    some_requests(store)

    app = opened("by_channel.py")

    assert not app.exception
    assert metrics(app) == {"Sent": "50", "Delivered": "44", "Delivered %": "88.0%", "Response %": "22.7%"}
    assert "12.8–37.0% likely" in said(app)  # Wilson for 10 of 44


@pytest.mark.parametrize(
    ("period", "a_day"),
    [
        ({"period": "7 days"}, "14.0"),
        ({"period": "All"}, "14.0"),
        ({"period": "Custom", "days": [NOON - timedelta(days=9), NOON + timedelta(days=13)]}, "14.0"),
        ({"period": "Custom", "days": [NOON - timedelta(days=2), NOON + timedelta(days=13)]}, "23.0"),
        ({"period": "Custom", "days": [NOON - timedelta(days=9), NOON - timedelta(days=1)]}, "0.2"),
    ],
)
@pytest.mark.parametrize("page", ["by_channel.py", "by_sender.py"])
def test_a_day_is_one_that_has_been_since_anything_was_sent(store: Store, page: str, period: dict, a_day: str):
    sent(store, 1, at=NOON - timedelta(days=4))
    sent(store, 69, at=NOON)
    period = {
        name: value if name == "period" else [f"{day:%Y-%m-%d}" for day in value] for name, value in period.items()
    }

    assert f"{a_day} a day" in [caption.value for caption in opened(page, **period).caption]


def test_every_card_explains_itself_in_the_words_of_the_definitions(store: Store):
    some_requests(store)

    for metric in opened("by_channel.py").metric:
        assert metric.help == DEFINITIONS[metric.label]
    two_periods(store, before=(200, 180, 18), now=(300, 270, 81))
    st.cache_data.clear()
    for metric in opened("by_channel.py", period="30 days").metric:
        assert metric.help.startswith(DEFINITIONS[metric.label])
        assert metric.help.endswith(DEFINITIONS["Change"])


def two_periods(store: Store, before: tuple[int, int, int], now: tuple[int, int, int], begin: int = 59) -> None:
    """Sent, delivered and responded, of the 30 days before and of the last 30; one request longer ago."""
    sent(store, 1, at=NOON - timedelta(days=begin))
    for days, (count, arrived, answered) in ((40, before), (20, now)):
        requests = sent(store, count, at=NOON - timedelta(days=days))
        live(store, requests[:arrived], "delivered", at=NOON)
        live(store, requests[:answered], "responded", at=NOON)


def changes(app: AppTest) -> dict[str, tuple[str, str]]:
    """What the chip of every card says and the words beside it."""
    return {metric.label: (metric.delta, metric.proto.delta_description) for metric in app.metric}


@pytest.mark.parametrize("page", ["by_channel.py", "by_sender.py"])
def test_the_cards_say_what_changed_and_judge_only_what_is_sure(store: Store, page: str):
    two_periods(store, before=(200, 180, 18), now=(300, 270, 81))
    sent(store, 100, at=NOON - timedelta(days=13))  # none has arrived yet

    app = opened(page, period="30 days")

    assert changes(app) == {
        "Sent": ("+99.0%", "than before"),  # 400 after 201
        "Delivered": ("+50.0%", "than before"),
        "Delivered %": ("+0.4 pp", "no clear change"),  # 90.0 % after 180 of 201
        "Response %": ("+20.0 pp", "better"),
    }
    looks = [
        (Metric.MetricColor.Name(m.proto.color), Metric.MetricDirection.Name(m.proto.direction)) for m in app.metric
    ]
    assert looks == [("GRAY", "NONE")] * 3 + [("GREEN", "UP")]
    told = app.metric[3].help
    assert "30.0% (81 of 270)" in told
    assert "10.0% (18 of 180)" in told
    assert "Difference +20.0, 95 % interval +12.6 to +26.7 pp" in told
    before, since = (f"{NOON - timedelta(days=days):%-d %b %Y}" for days in (59, 30))
    ripe = f"{NOON - timedelta(days=14):%-d %b %Y}"
    assert f"Compared with the 30 days before, {before} to {since}; the rates of what was sent until {ripe}." in said(
        app
    )


def test_a_sure_fall_is_called_worse(store: Store):
    two_periods(store, before=(200, 190, 90), now=(200, 100, 10))

    found = changes(opened("by_channel.py", period="30 days"))

    assert (found["Delivered %"][1], found["Response %"]) == ("worse", ("−37.4 pp", "worse"))


@pytest.mark.parametrize(
    ("before", "now", "period", "said"),
    [
        ((40, 29, 9), (90, 80, 40), "30 days", "too few to compare"),
        ((90, 80, 9), (40, 29, 20), "30 days", "too few to compare"),
        ((90, 80, 9), (90, 80, 20), "7 days", None),  # none before
    ],
)
def test_what_cannot_be_compared_is_not(store: Store, before: tuple, now: tuple, period: str, said: str | None):
    two_periods(store, before, now)
    sent(store, 30, at=NOON)

    app = opened("by_channel.py", period=period)

    assert changes(app)["Response %"][0] == (said or "")


def test_a_period_too_young_is_not_judged(store: Store):
    two_periods(store, (90, 80, 9), (90, 80, 9))
    for days in (9, 2):
        live(store, sent(store, 40, at=NOON - timedelta(days=days)), "delivered", at=NOON)

    assert changes(opened("by_channel.py", period="7 days")) == {
        "Sent": ("±0.0%", "than before"),
        "Delivered": ("±0.0%", "than before"),
        "Delivered %": ("too young to compare", ""),
        "Response %": ("too young to compare", ""),
    }


@pytest.mark.parametrize("period", [{"period": "30 days"}, {"period": "All"}])
def test_a_period_before_that_reaches_before_the_first_ask_is_not_compared(store: Store, period: dict):
    two_periods(store, (200, 180, 18), (300, 270, 81), begin=58)

    app = opened("by_channel.py", **period)

    assert {change for change, _ in changes(app).values()} == {""}
    assert "Compared with" not in said(app)


def test_the_table_has_the_numbers_of_the_charts(store: Store):
    some_requests(store)

    app = opened("by_channel.py")

    lines, drawn = table(app), figures(app)
    assert [cells[0] for cells in lines.values()] == ["40", "10", "50"]
    assert lines["SMS"][1:] == ["36", "90.0%", "76.9–96.0%", "–", "9", "9", "25.0%", "13.8–41.1%"]
    assert lines["Email"][1:] == ["8", "80.0%", "too few to compare", "2", "1", "1", "12.5%", "too few to compare"]
    assert lines["All"][4] == "2"
    assert list(lines) == ["SMS", "Email", "All"]
    answered = json.dumps(drawn["answered"])
    assert "25.0%" in answered
    assert "n=36" in answered
    assert "too few to compare" in answered
    assert drawn["volume"]["layout"]["yaxis2"]["ticktext"] == ["<b>40</b>", "<b>10</b>"]


def test_what_sms_cannot_tell_is_a_dash_and_counted_nowhere(store: Store):
    some_requests(store)
    live(store, [1], "opened", at=MONTH_AGO)  # its follow-up was an email

    assert {name: cells[4] for name, cells in table(opened("by_channel.py")).items()} == {
        "SMS": "–", "Email": "2", "All": "2",
    }  # fmt: skip
    assert [cells[4] for cells in table(opened("by_sender.py")).values()] == ["–", "2", "2"]


def test_sms_has_no_opened_step_in_its_funnel_and_email_has(store: Store):
    some_requests(store)

    drawn = figures(opened("by_channel.py"))

    assert drawn["funnel_sms"]["layout"]["yaxis"]["ticktext"] == ["Sent", "Delivered", "Clicked", "Responded"]
    assert drawn["funnel_email"]["layout"]["yaxis"]["ticktext"][2] == "Opened"


def test_the_address_chooses_channels_and_days(store: Store):
    some_requests(store)

    assert metrics(opened("by_channel.py", channel="Email"))["Sent"] == "10"
    assert metrics(opened("by_channel.py", period="7 days"))["Sent"] == "10"
    day = MONTH_AGO.date().isoformat()
    assert metrics(opened("by_channel.py", period="Custom", days=[day, day]))["Sent"] == "40"
    assert metrics(opened("by_sender.py", sender="Ada Lee"))["Sent"] == "40"


@pytest.mark.parametrize("page", ["by_channel.py", "by_sender.py"])
@pytest.mark.parametrize(
    "nonsense",
    [
        MappingProxyType({"period": "soon", "channel": "Pigeon", "sender": "Nobody"}),
        MappingProxyType({"period": "Custom", "days": ["yesterday", "2026-02-30"]}),
        MappingProxyType({"period": "Custom", "days": ["2199-01-01", "1066-10-14"]}),
        MappingProxyType({"period": ["All", "All"], "channel": ["", "SMS", "SMS"]}),
    ],
)
def test_nonsense_in_the_address_shows_a_page_all_the_same(store: Store, page: str, nonsense: dict):
    some_requests(store)

    app = opened(page, **nonsense)

    assert not app.exception
    assert metrics(app)


@pytest.mark.parametrize("page", ["by_channel.py", "by_sender.py"])
def test_an_empty_store_says_what_to_do_first(store: Store, page: str):
    app = opened(page)

    assert not app.exception
    assert not app.metric
    assert "No requests yet" in said(app)


@pytest.mark.parametrize("page", ["by_channel.py", "by_sender.py"])
def test_a_queue_that_has_not_moved_is_not_called_empty(store: Store, page: str):
    ask(store, 2)

    assert "Nothing has been sent yet" in said(opened(page, period="All"))


def test_a_filter_without_rows_offers_everything(store: Store):
    some_requests(store)

    app = opened("by_channel.py", period="7 days", channel="WhatsApp")
    assert "Nothing was sent in this period" in said(app)

    next(button for button in app.button if button.label == "Show everything").click().run()
    assert metrics(app)["Sent"] == "50"


def test_senders_stand_by_the_lower_end_and_the_few_come_last(store: Store):
    some_requests(store)
    many = sent(store, 300, at=MONTH_AGO, sender="Cy Many")  # 30 %, surely above 25 %
    live(store, many, "delivered", at=MONTH_AGO)
    live(store, many[:90], "responded", at=MONTH_AGO)
    lucky = sent(store, 32, at=MONTH_AGO, sender="Lu Lucky")  # 34 %, but surely only above 20 %
    live(store, lucky, "delivered", at=MONTH_AGO)
    live(store, lucky[:11], "responded", at=MONTH_AGO)

    app = opened("by_sender.py")

    senders = ["Cy Many", "Lu Lucky", "Ada Lee", "Bo &lt;b&gt;*Star*"]
    assert list(table(app)) == [*senders, "All"]
    assert figures(app)["Response %"]["layout"]["yaxis"]["ticktext"] == senders


def test_the_senders_page_says_why_another_mix_is_not_comparable(store: Store):
    some_requests(store)

    assert "not directly comparable" in said(opened("by_sender.py"))
    assert "like with like" in said(opened("by_sender.py", channel="SMS"))
    assert "not directly comparable" not in said(opened("by_sender.py", channel="SMS"))
    assert "nobody is ranked by number of reviews" in said(opened("by_sender.py"))


@pytest.mark.parametrize("page", ["by_channel.py", "by_sender.py"])
def test_no_week_is_named_by_a_day_before_the_period(store: Store, page: str):
    tuesday = NOON - timedelta(days=NOON.weekday() + 34)
    for week in range(4):
        live(store, sent(store, 40, at=tuesday + timedelta(weeks=week)), "delivered", at=NOON)
    until = tuesday + timedelta(weeks=3)

    drawn = figures(opened(page, period="Custom", days=[f"{tuesday:%Y-%m-%d}", f"{until:%Y-%m-%d}"]))["by_week"]

    bars = drawn["data"][-1]
    assert bars["marker"]["pattern"]["shape"] == ["/", "", "", "/"]
    assert f"{tuesday:%-d %b}" in drawn["layout"]["xaxis"]["ticktext"]
    assert bars["customdata"][0] == [f"{tuesday - timedelta(days=1):%Y-%m-%d}"]  # its Monday
    assert f"{until:%-d %b %Y} only" in bars["hovertext"][-1]


@pytest.mark.parametrize("filters", [Filters(), Filters(channels=("sms", "email")), Filters(since=MONTH_AGO.date())])
def test_the_rows_behind_a_group_are_as_many_as_its_bar(store: Store, filters: Filters):
    some_requests(store)
    ask(store, 5)  # these wait: no bar counts them, so no click may show them
    names = queries.members(store)
    view = View(filters, MONTH_AGO.date(), NOON.date() + timedelta(days=1), names)

    def listed(**group) -> int:
        return queries.summary(store, view.rows(**group)).count()

    assert listed() == 50
    assert [(one.sent, listed(week=one.key)) for one in tally(store, filters, "week")] == [(40, 40), (10, 10)]
    assert all(one.sent == listed(channel=one.key) for one in tally(store, filters, "channel"))
    assert all(one.sent == listed(sender=one.key) for one in tally(store, filters, "sender"))
    assert all(
        one.sent == listed(sender=one.key[0], channel=one.key[1]) for one in tally(store, filters, "sender", "channel")
    )


LIVES = (
    ("claimed", "lost"),
    ("claimed", "lost", "resend", "cancelled"),
    ("cancelled",),
    ("claimed", "accepted", "machine_opened"),
    ("claimed", "accepted", "clicked"),
    ("claimed", "accepted", "undelivered", "responded"),
    ("claimed", "failed"),
)


@pytest.mark.parametrize(("page", "key"), [("by_channel.py", "volume"), ("by_sender.py", "volume")])
def test_table_tooltip_and_linked_rows_agree_on_lives_at_the_edge(store: Store, page: str, key: str):
    for place, events in enumerate(LIVES * 2):
        channel = (Channel.SMS, Channel.EMAIL)[place % 2]
        live(store, ask(store, 1, channel=channel, now=NOON - timedelta(days=3)), *events, at=NOON - timedelta(days=2))
    names = queries.members(store)

    app = opened(page)

    body = next(element.proto.body for element in app.get("html") if "<table>" in element.proto.body)
    links = [
        (parse_qsl(unescape(query)), int(shown)) for query, shown in re.findall(r'href="./\?([^"]+)">(\d+)<', body)
    ]
    assert links[-1][1] == 12  # all but the two that were cancelled before anything was handed over
    for query, shown in links:
        wanted = parse(query, names)
        assert isinstance(wanted, Filters)
        assert queries.summary(store, wanted).count() == shown
    assert metrics(app)["Sent"] == table(app)["All"][0] == "12"
    assert metrics(app)["Delivered"] == table(app)["All"][1] == "4"
    hovered = [text for bars in figures(app)[key]["data"] for text in bars.get("hovertext", [])]
    assert sum(int(re.findall(r": (\d+)", text)[0]) for text in hovered) == 12


def test_the_document_defines_every_metric_in_the_same_words():
    text = (ROOT / "docs/metrics.md").read_text(encoding="utf-8")
    defined = dict(re.findall(r"^\| ([^|]+?) \| ([^|]+?) \|$", text, re.MULTILINE))

    assert {name: words for name, words in defined.items() if name not in ("metric", "---")} == DEFINITIONS
