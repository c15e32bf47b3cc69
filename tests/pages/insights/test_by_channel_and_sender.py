"""What the two pages of figures show, and what their address chooses."""

from collections.abc import Iterator
from datetime import timedelta
from types import MappingProxyType

import pytest
from streamlit.testing.v1.element_tree import Block

from data import queries
from data.filter_address import parse
from data.filters import Filters
from data.store import Store
from pages.insights import FUNNEL, View
from tests.builders import ask, sent
from tests.pages.insights.conftest import MONTH_AGO, NOON, figures, live, metrics, opened, said, some_requests, table


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


def test_sms_has_no_opened_step_in_its_funnel_and_email_has(store: Store):
    some_requests(store)

    drawn = figures(opened("by_channel.py"))

    assert drawn["funnel_sms"]["layout"]["yaxis"]["ticktext"] == ["Sent", "Delivered", "Clicked", "Responded"]
    assert drawn["funnel_email"]["layout"]["yaxis"]["ticktext"][2] == "Opened"


@pytest.mark.parametrize("channel", ["sms", "email"])
def test_a_step_of_a_funnel_opens_exactly_its_rows(store: Store, channel: str):
    some_requests(store)
    ask(store, 3)  # these wait: nothing of them is in a funnel

    funnel = figures(opened("by_channel.py"))[f"funnel_{channel}"]

    view = View.of(Filters(), {})
    bar = funnel["data"][1]
    assert len(bar["x"]) > 3
    for (step,), number in zip(bar["customdata"], bar["x"], strict=True):
        wanted = parse(view.link(FUNNEL[step], channel=channel), {})
        assert isinstance(wanted, Filters)
        assert queries.summary(store, wanted).count() == number


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
    assert {"Send review request", "Import a CSV"} <= {link.proto.label for link in app.get("page_link")}


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


def blocks(block: Block) -> Iterator[Block]:
    for child in block.children.values():
        if isinstance(child, Block):
            yield child
            yield from blocks(child)


def test_who_differs_is_said_within_the_card_of_rates(store: Store):
    for sender in ("Ada Lee", "Bo Star", "Cy Young"):
        live(store, sent(store, 3, at=MONTH_AGO, sender=sender), "delivered", at=MONTH_AGO)

    app = opened("by_sender.py")

    (sentence,) = [one for one in app.caption if one.value.startswith("Too few to tell anybody")]
    (card,) = [one for one in blocks(app.main) if sentence in one.children.values()]
    assert "plotly_chart" in [one.type for one in card.children.values()]


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


@pytest.mark.parametrize("period", ["30 days", "All"])
def test_a_first_queue_is_not_looked_for_in_another_period(store: Store, period: str):
    ask(store, 2)

    app = opened("by_channel.py", period=period)

    assert "Nothing has been sent yet" in said(app)
    assert not [button for button in app.button if button.label == "Show everything"]
