from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import pytest

from data.metrics import rate
from pages.figures import RateRow, Step, VolumeRow, Week, funnel, rate_bars, trend, volume_bars

HOSTILE = "<b>Ada</b> & <a href='javascript:alert(1)'>co</a>"


def plain(figure: Any) -> dict[str, Any]:
    return figure.to_plotly_json()


def everything_said(figure: Any) -> str:
    return figure.to_json(engine="json")


def rates(*rows: tuple[str, int, int]) -> list[RateRow]:
    return [RateRow(label.lower(), label, rate(hits, of)) for label, hits, of in rows]


def weeks(*counts: tuple[int, int, bool]) -> list[Week]:
    return [week(date(2026, 9, 7) + timedelta(weeks=place), *one) for place, one in enumerate(counts)]


def week(first: date, hits: int, of: int, ripe: bool = True, days: int = 7) -> Week:
    return Week(first, first + timedelta(days=days - 1), rate(hits, of), ripe)


def test_a_rate_stands_in_its_interval_with_its_n():
    figure = plain(rate_bars(rates(("Email", 250, 1000)), dark=False))
    _, whiskers, points = figure["data"]

    assert list(points["x"]) == [0.25]
    assert list(whiskers["x"])[:2] == pytest.approx([0.2242, 0.2778], abs=0.0002)
    assert figure["layout"]["yaxis"]["ticktext"] == ["Email"]
    assert "25.0%" in figure["layout"]["yaxis2"]["ticktext"][0]
    assert "n=1,000" in figure["layout"]["yaxis2"]["ticktext"][0]


@pytest.mark.parametrize(
    ("rows", "ticks"),
    [
        ((("SMS", 2347, 2465), ("WhatsApp", 1157, 1239)), [0.92, 0.94, 0.96]),
        ((("SMS", 443, 2347), ("Email", 169, 2319)), [0.1, 0.2]),
        ((("SMS", 97_000, 100_000), ("Email", 96_900, 100_000)), [0.965, 0.97, 0.975]),
        ((("SMS", 50, 100),), [0.4, 0.6]),
        ((("SMS", 0, 40), ("Email", 40, 40)), [0.0, 0.5, 1.0]),
    ],
)
def test_the_ticks_of_a_rate_are_round_and_few(rows: tuple[tuple[str, int, int], ...], ticks: list[float]):
    axis = plain(rate_bars(rates(*rows), dark=False))["layout"]["xaxis"]

    assert list(axis["tickvals"]) == ticks
    assert all(axis["range"][0] <= tick <= axis["range"][1] for tick in axis["tickvals"])
    assert axis["tickformat"] == (".1%" if 0.975 in ticks else ".0%")


def test_a_rate_of_nothing_is_no_data_and_has_no_point():
    figure = plain(rate_bars(rates(("Email", 250, 1000), ("SMS", 0, 0)), dark=False))

    assert len(figure["data"][2]["x"]) == 1
    assert "no data" in figure["layout"]["yaxis2"]["ticktext"][1]
    assert "0%" not in figure["layout"]["yaxis2"]["ticktext"][1]


def test_a_small_group_is_muted_and_says_why():
    figure = plain(rate_bars(rates(("Email", 300, 1000), ("SMS", 12, 29), ("WhatsApp", 12, 30)), dark=True))
    many, few, enough = figure["data"][2]["marker"]["color"]

    assert few != many == enough
    assert [said.endswith("<br>too few</span>") for said in figure["layout"]["yaxis2"]["ticktext"]] == [
        False,
        True,
        False,
    ]


def test_a_click_anywhere_on_a_line_brings_its_key_back():
    figure = plain(rate_bars(rates(("Email", 250, 1000), ("SMS", 0, 0)), dark=False))
    lines, _, points = figure["data"]

    assert [list(one) for one in lines["customdata"]] == [["email"], ["sms"]]
    assert [list(one) for one in points["customdata"]] == [["email"]]


def test_the_overall_rate_is_a_named_line():
    layout = plain(rate_bars(rates(("Email", 250, 1000)), dark=False, overall=0.3))["layout"]

    assert layout["shapes"][0]["x0"] == 0.3
    assert layout["annotations"][0]["text"] == "all 30.0%"
    assert layout["xaxis"]["range"][1] > 0.3


def test_people_of_the_same_name_keep_their_own_lines():
    rows = [RateRow("1", "Jonas Weber", rate(10, 100)), RateRow("2", "Jonas Weber", rate(30, 100))]

    assert list(plain(rate_bars(rows, dark=False))["data"][2]["y"]) == [0, 1]


@pytest.mark.parametrize(
    "figure",
    [
        rate_bars([RateRow("1", HOSTILE, rate(10, 100)), RateRow("2", HOSTILE, rate(0, 0))], dark=False),
        volume_bars([VolumeRow("1", HOSTILE, {HOSTILE: 3, "x": 1})], dark=False),
        funnel([Step(HOSTILE, 10), Step("Sent", 4)], dark=False),
    ],
)
def test_markup_in_a_name_is_shown_not_rendered(figure: Any):
    said = everything_said(figure)

    assert "<b>Ada" not in said
    assert "<a " not in said
    assert "&lt;b&gt;Ada" in said


def test_a_long_name_is_cut():
    (said,) = plain(rate_bars(rates(("I" * 300, 1, 100)), dark=False))["layout"]["yaxis"]["ticktext"]

    assert len(said) == 20
    assert said.endswith("…")


@pytest.mark.parametrize(
    "figure",
    [
        rate_bars([], dark=False),
        volume_bars([], dark=False),
        volume_bars([VolumeRow("1", "Email", {"Sent": 0})], dark=True),
        trend([], dark=False),
        trend(weeks((0, 0, True)), dark=False),
        funnel([], dark=False),
        funnel([Step("Sent", 0), Step("Delivered", 0)], dark=False),
    ],
)
def test_an_empty_figure_says_what_to_do_next(figure: Any):
    assert plain(figure)["data"] == []
    assert "Send a request" in plain(figure)["layout"]["annotations"][0]["text"]


def test_volumes_are_stacked_read_out_and_clickable():
    rows = [VolumeRow("e", "Email", {"Answered": 3, "Open": 1000}), VolumeRow("s", "SMS", {"Open": 5})]
    figure = plain(volume_bars(rows, dark=False))
    answered, open_, _ = figure["data"]

    assert (list(answered["x"]), list(open_["x"])) == ([3, 0], [1000, 5])
    assert [list(one) for one in open_["customdata"]] == [["e", "Open"], ["s", "Open"]]
    assert figure["layout"]["yaxis2"]["ticktext"] == ["<b>1,003</b>", "<b>5</b>"]
    assert figure["layout"]["showlegend"] is True


def test_a_step_a_channel_does_not_have_is_absent_and_a_real_nought_is_not():
    figure = plain(funnel([Step("Sent", 200), Step("Opened or read", None), Step("Responded", 0)], dark=False))

    assert figure["layout"]["yaxis"]["ticktext"] == ["Sent", "Responded"]
    assert list(figure["data"][1]["x"]) == [200, 0]
    assert "100%" in figure["layout"]["yaxis2"]["ticktext"][0]
    assert "0%" in figure["layout"]["yaxis2"]["ticktext"][1]


def test_unripe_weeks_are_drawn_apart_and_joined_to_the_ripe():
    figure = plain(trend(weeks((30, 100, True), (28, 100, True), (9, 100, False)), dark=False))
    _, _, unripe, ripe, marks, bars = figure["data"]

    assert list(ripe["y"]) == [0.30, 0.28]
    assert list(unripe["y"]) == [0.28, 0.09]
    assert (ripe["line"]["dash"], unripe["line"]["dash"]) == ("solid", "dot")
    assert len(set(marks["marker"]["line"]["color"])) == len(set(bars["marker"]["color"])) == 2
    assert any("still coming in" in note["text"] for note in figure["layout"]["annotations"])
    assert any("28.0%" in note["text"] for note in figure["layout"]["annotations"])


def test_a_week_that_the_period_cuts_is_hatched_hollow_and_says_its_days():
    cut = week(date(2026, 9, 4), 20, 60, days=3), week(date(2026, 9, 28), 30, 99, days=1)
    figure = plain(trend([cut[0], *weeks((30, 100, True), (31, 100, True), (28, 100, True)), cut[1]], dark=False))
    *_, marks, bars = figure["data"]

    assert list(bars["marker"]["pattern"]["shape"]) == ["/", "", "", "", "/"]
    inside = list(marks["marker"]["color"])
    assert inside[0] == inside[4] != inside[1] == inside[2] == inside[3]
    assert "4–6 Sep 2026 only" in bars["hovertext"][0]
    assert "Week of 7 Sep 2026" in bars["hovertext"][1]
    assert "28 Sep 2026 only" in marks["hovertext"][4]
    assert list(figure["layout"]["xaxis"]["ticktext"])[::4] == ["28 Sep", "4 Sep"]
    assert list(bars["customdata"][0]) == ["2026-08-31"]  # its Monday
    named = next(note for note in figure["layout"]["annotations"] if "%" in note["text"])
    assert "28.0%" in named["text"]  # the last whole one, not a day


def test_a_period_within_one_week_names_the_rate_it_has():
    layout = plain(trend([week(date(2026, 9, 9), 30, 100, days=3)], dark=False))["layout"]

    assert any("30.0%" in note["text"] for note in layout["annotations"])
    assert list(layout["xaxis"]["ticktext"]) == ["9 Sep"]


@pytest.mark.parametrize(
    ("first", "days", "said"),
    [
        (date(2026, 9, 28), 3, "28–30 Sep 2026 only"),
        (date(2026, 9, 28), 6, "28 Sep–3 Oct 2026 only"),
        (date(2026, 12, 28), 5, "28 Dec 2026–1 Jan 2027 only"),
    ],
)
def test_the_days_of_a_cut_week_are_said_shortly(first: date, days: int, said: str):
    assert week(first, 1, 2, days=days).named == said


def test_a_week_of_few_answers_is_in_the_picture_and_its_interval_flattens_nothing():
    layout = plain(trend(weeks((5, 100, True), (6, 100, True), (14, 28, True)), dark=False))["layout"]
    named = next(note for note in layout["annotations"] if "50.0%" in note["text"])

    bottom, top = layout["yaxis"]["range"]
    assert bottom <= 0.5 < top < 0.6
    assert named["y"] <= top


def test_a_week_without_requests_is_a_gap_in_line_and_interval():
    points = weeks((30, 100, True), (31, 100, True), (0, 0, True), (28, 100, True))
    band, _, _, line, marks, bars = plain(trend(points, dark=False))["data"]

    assert list(line["y"]) == [0.30, 0.31, None, 0.28]
    assert list(band["y"]).count(None) == 2
    assert len(marks["x"]) == 3
    assert list(bars["y"]) == [100, 100, 0, 100]


def test_the_interval_of_a_lone_week_has_a_width():
    band = plain(trend(weeks((30, 100, True)), dark=False))["data"][0]
    days = [day for day in band["x"] if day is not None]

    assert max(days) > min(days)
    assert any(first != second for first, second in pairwise(days))


@pytest.mark.parametrize("dark", [False, True])
def test_every_figure_leaves_the_page_its_background_and_no_toolbox(dark: bool):
    layout = plain(trend(weeks((30, 100, True)), dark=dark))["layout"]

    assert layout["paper_bgcolor"] == "rgba(0,0,0,0)"
    assert layout["dragmode"] is False
    assert layout["yaxis"]["fixedrange"] is True


def test_empty_young_weeks_do_not_promise_answers():
    figure = plain(trend(weeks((30, 100, True), (0, 0, False)), dark=False))

    assert not any("still coming in" in note["text"] for note in figure["layout"]["annotations"])
