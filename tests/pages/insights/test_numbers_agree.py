"""Table, charts, tooltips, linked rows and the document say the same."""

import json
import re
from datetime import timedelta
from html import unescape
from urllib.parse import parse_qsl

import pytest

from data import queries
from data.filter_address import parse
from data.filters import Filters
from data.lifecycle import Channel
from data.metrics import DEFINITIONS
from data.reports import tally
from data.store import Store
from pages.insights import View
from tests.builders import ask
from tests.pages.insights.conftest import (
    MONTH_AGO,
    NOON,
    ROOT,
    figures,
    live,
    metrics,
    opened,
    some_requests,
    table,
)


def test_the_table_has_the_numbers_of_the_charts(store: Store):
    some_requests(store)

    app = opened("by_channel.py")

    lines, drawn = table(app), figures(app)
    assert [cells[0] for cells in lines.values()] == ["40", "10", "50"]
    answers = ["25.0%", "13.8–41.1%"]
    assert lines["SMS"][1:] == ["36", "90.0%", "76.9–96.0%", "–", "9", "9", *answers, "36", *answers]
    few = "too few to compare"
    assert lines["Email"][1:] == ["8", "80.0%", few, "2", "1", "1", "12.5%", few, "0", "–", "too young to compare"]
    assert lines["All"][4] == "2"
    assert list(lines) == ["SMS", "Email", "All"]
    answered = json.dumps(drawn["answered"])
    assert "25.0%" in answered
    assert "n=36" in answered
    assert "<br>too few<" in answered
    assert drawn["volume"]["layout"]["yaxis2"]["ticktext"] == ["<b>40</b>", "<b>10</b>"]


def test_what_sms_cannot_tell_is_a_dash_and_counted_nowhere(store: Store):
    some_requests(store)
    live(store, [1], "opened", at=MONTH_AGO)  # its follow-up was an email

    assert {name: cells[4] for name, cells in table(opened("by_channel.py")).items()} == {
        "SMS": "–", "Email": "2", "All": "2",
    }  # fmt: skip
    assert [cells[4] for cells in table(opened("by_sender.py")).values()] == ["–", "2", "2"]


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


@pytest.mark.parametrize(
    ("page", "key", "shown"),
    [
        ("by_channel.py", "rows-Sent", 50),
        ("by_channel.py", "rows-Delivered", 44),
        ("by_sender.py", "rows-Response %", 10),
    ],
)
def test_a_card_opens_its_rows(store: Store, page: str, key: str, shown: int):
    some_requests(store)
    ask(store, 3)  # these wait

    app = opened(page).button(key=key).click().run()

    assert not app.exception
    assert f"{shown} requests" in " ".join(one.value for one in app.caption)


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

    body = "".join(element.proto.body for element in app.get("html") if "<table>" in element.proto.body)
    assert len(re.findall("reached=", body)) >= 8
    links = [
        (parse_qsl(unescape(query)), int(shown)) for query, shown in re.findall(r'href="./\?([^"]+)">(\d+)<', body)
    ]
    assert max(shown for _, shown in links) == 12  # all but the two that were cancelled before anything was handed over
    for query, shown in links:
        wanted = parse(query, names)
        assert isinstance(wanted, Filters)
        assert queries.summary(store, wanted).count() == shown
    assert metrics(app)["Sent"] == table(app)["All"][0] == "12"
    assert metrics(app)["Delivered"] == table(app)["All"][1] == "4"
    hovered = [text for bars in figures(app)[key]["data"] for text in bars.get("hovertext", [])]
    assert sum(int(re.findall(r": (\d+)", text)[0]) for text in hovered) == 12


@pytest.mark.parametrize("page", ["by_channel.py", "by_sender.py"])
def test_what_a_click_on_any_bar_opens_a_link_opens_too(store: Store, page: str):
    """A chart takes no keyboard focus: its table does."""
    some_requests(store)

    app = opened(page)

    drawn = figures(app)
    weeks, mixes = table(app, "Week"), table(app, "Sender", place=1)
    bars = drawn["by_week"]["data"][-1]
    assert [cells[1] for cells in weeks.values()] == [f"{n:,}" for n in bars["y"]]
    assert [text.split("<br>")[0] for text in bars["hovertext"]] == [f"<b>{name}</b>" for name in weeks]
    if page == "by_sender.py":
        assert mixes == {"Ada Lee": ["40", "0"], "Bo &lt;b&gt;*Star*": ["0", "10"], "All": ["40", "10"]}
    assert all("Exact numbers" in chart.proto.alt for chart in app.get("plotly_chart"))


def test_the_document_defines_every_metric_in_the_same_words():
    text = (ROOT / "docs/metrics.md").read_text(encoding="utf-8")
    defined = dict(re.findall(r"^\| ([^|]+?) \| ([^|]+?) \|$", text, re.MULTILINE))

    assert {name: words for name, words in defined.items() if name not in ("metric", "---")} == DEFINITIONS
