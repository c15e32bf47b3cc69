"""The one function that says whether a message may leave."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.hours import open_from
from data.places.zones import by_number
from data.rules import Rules
from data.verdicts import SUPPRESSED, WHY, Allowed, Blocked, Case, Held
from engine.policy import judge

NOON = datetime(2026, 3, 2, 17, 0, tzinfo=UTC)  # in New York
NEW_YORK = Case("sms", ("America/New_York",), "number", "US-NY", "US")
ZONES = (
    "America/New_York", "America/Denver", "America/Phoenix", "Pacific/Honolulu", "Asia/Kolkata", "Asia/Kathmandu",
    "Australia/Lord_Howe", "Pacific/Apia", "Pacific/Kiritimati", "Pacific/Pago_Pago", "America/St_Johns",
    "Europe/London", "Africa/Casablanca", "America/Asuncion", "UTC",
)  # fmt: skip
moments = st.integers(1_735_700_000, 1_830_000_000).map(
    lambda seconds: datetime.fromtimestamp(seconds, UTC)
)  # 2025 to 2027
rules = st.builds(
    Rules, opens=st.integers(0, 12 * 60), closes=st.integers(13 * 60, 24 * 60), cooldown_days=st.integers(0, 400),
    cap_7_days=st.integers(0, 5), cap_30_days=st.integers(0, 8), holidays=st.booleans(),
)  # fmt: skip


def cases(**fixed):
    return st.builds(
        Case, channel=st.sampled_from(["sms", "email", "whatsapp"]),
        zones=st.lists(st.sampled_from(ZONES), min_size=1, max_size=2, unique=True).map(tuple),
        zone_source=st.sampled_from(["number", "contact", "workspace", "region"]),
        region=st.sampled_from(["", "US-TX", "US-FL", "FR", "DE", "US-NY"]), country=st.sampled_from(["US", "DE", ""]),
        category=st.sampled_from(["", "marketing", "utility"]), number=st.integers(0, 3),
        suppressed=st.none() | st.sampled_from(sorted(SUPPRESSED)), asked_at=st.none() | moments,
        reached=st.lists(moments, max_size=9).map(tuple), expires_at=st.none() | moments,
        override=st.none() | st.just("they asked for it"), **fixed,
    )  # fmt: skip


def minute(moment, zone):
    local = moment.astimezone(ZoneInfo(zone))
    return local.hour * 60 + local.minute


@settings(deadline=None)
@given(cases(), rules, moments)
def test_whatever_is_allowed_breaks_no_rule(case, rules, now):
    verdict = judge(case, rules, now)
    if not isinstance(verdict, Allowed):
        assert verdict.code in WHY
        return
    assert case.suppressed is None
    assert case.expires_at is None or now < case.expires_at
    for zone in case.zones:
        assert rules.opens <= minute(now, zone) < rules.closes
    if case.number or not case.override:
        assert case.number or case.asked_at is None or now - case.asked_at >= timedelta(days=rules.cooldown_days)
        for cap, days in ((rules.cap_7_days, 7), (rules.cap_30_days, 30)):
            recent = [moment for moment in case.reached if now - moment < timedelta(days=days)]
            assert not cap or len(recent) < cap


@settings(deadline=None)
@given(cases(), rules, moments)
def test_what_is_held_may_leave_when_it_is_released_and_not_before(case, rules, now):
    verdict = judge(case, rules, now)
    if not isinstance(verdict, Held):
        return
    assert verdict.until > now
    again = judge(case, rules, verdict.until)
    assert isinstance(again, Allowed) or verdict.reason.startswith("No hour suits")
    just_before = judge(case, rules, verdict.until - timedelta(minutes=1))
    assert (
        isinstance(just_before, Held)
        or getattr(just_before, "code", "") == "expired"
        or verdict.until - timedelta(minutes=1) < now
    )


@settings(deadline=None)
@given(st.sampled_from(ZONES), moments, rules)
def test_hours_are_found_on_every_clock_at_every_change_of_it(zone, moment, rules):
    found = open_from(moment, (zone,), "", rules)
    assert found is not None
    assert found >= moment
    assert rules.opens <= minute(found, zone) < rules.closes
    assert found == moment or open_from(found - timedelta(minutes=1), (zone,), "", rules) == found


@settings(deadline=None)
@given(moments, rules)
def test_hours_suit_also_the_clocks_between_the_most_eastern_and_the_most_western(moment, rules):
    """A number of no place may be anywhere between them, where it is night while one is up late and one up early."""
    us = by_number("+18005550143").zones
    found = open_from(moment, us, "", rules)
    for zone in ("America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles", "Pacific/Honolulu"):
        assert found is None or rules.opens <= minute(found, zone) < rules.closes
    assert found is not None or rules.closes - rules.opens < 8 * 60


@pytest.mark.parametrize(
    ("now", "until"),
    [
        ("2026-03-08T03:30-05:00", "2026-03-08T08:00-04:00"),  # the clocks go forward that night
        ("2026-11-01T00:30-04:00", "2026-11-01T08:00-05:00"),  # and back
        ("2026-03-02T20:59-05:00", None),
        ("2026-03-02T21:00-05:00", "2026-03-03T08:00-05:00"),
        ("2026-03-02T07:59-05:00", "2026-03-02T08:00-05:00"),
    ],
)
def test_quiet_hours_on_the_recipients_clock(now, until):
    moment = datetime.fromisoformat(now).astimezone(UTC)
    verdict = judge(NEW_YORK, Rules(), moment)
    if until is None:
        assert verdict == Allowed()
    else:
        assert verdict.until == datetime.fromisoformat(until)
        assert "08:00 America/New_York (area code)" in verdict.reason


@pytest.mark.parametrize(
    ("region", "zone", "now", "until"),
    [
        ("US-TX", "America/Chicago", "2026-03-08T09:30-05:00", "2026-03-08T12:00-05:00"),  # Sunday at noon
        ("US-FL", "America/New_York", "2026-03-02T20:30-05:00", "2026-03-03T08:00-05:00"),
        ("FR", "Europe/Paris", "2026-03-01T10:00+01:00", "2026-03-02T08:00+01:00"),  # not on a Sunday
    ],
)
def test_a_regions_law_is_tighter_than_the_workspaces_hours(region, zone, now, until):
    verdict = judge(Case("sms", (zone,), "region", region), Rules(), datetime.fromisoformat(now).astimezone(UTC))
    assert verdict.until == datetime.fromisoformat(until)


def test_holidays_are_quiet_where_they_are_switched_on():
    christmas = datetime(2026, 12, 25, 17, 0, tzinfo=UTC)
    assert judge(NEW_YORK, Rules(), christmas) == Allowed()
    assert judge(NEW_YORK, Rules(holidays=True), christmas).until == datetime(2026, 12, 26, 13, 0, tzinfo=UTC)
    day_and_night = judge(NEW_YORK, Rules(opens=0, closes=24 * 60, holidays=True), christmas)
    assert day_and_night.until == datetime(2026, 12, 26, 5, 0, tzinfo=UTC)


def test_several_clocks_must_all_be_open():
    verdict = judge(Case("sms", ("America/New_York", "Pacific/Honolulu"), "number"), Rules(), NOON)
    assert verdict.until == datetime(2026, 3, 2, 18, 0, tzinfo=UTC)
    assert "Pacific/Honolulu" in verdict.reason


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"suppressed": "opted_out"}, "suppressed"),
        ({"expires_at": NOON}, "expired"),
        ({"channel": "whatsapp", "category": "marketing"}, "marketing"),
        ({"asked_at": NOON - timedelta(days=179)}, "cooldown"),
    ],
)
def test_what_blocks(changed, code):
    base = {"channel": "sms", "zones": ("America/New_York",), "country": "US"}
    assert judge(Case(**{**base, **changed}), Rules(), NOON).code == code


def test_a_cooldown_ends_a_reason_overrides_it_and_follow_ups_are_not_asks():
    old = Case("sms", ("America/New_York",), asked_at=NOON - timedelta(days=180))
    assert judge(old, Rules(), NOON) == Allowed()
    recent = {"channel": "sms", "zones": ("America/New_York",), "asked_at": NOON - timedelta(days=1)}
    assert judge(Case(**recent, override="asked for it"), Rules(), NOON) == Allowed()
    assert judge(Case(**recent, number=1), Rules(), NOON) == Allowed()


@pytest.mark.parametrize("later", [0, 10])  # hours: at noon, or at night, when the morning releases it
def test_caps_hold_until_enough_time_has_passed(later):
    free = NOON + timedelta(days=4, hours=later)
    reached = tuple(free - timedelta(days=days) for days in (5, 6, 7))
    verdict = judge(Case("sms", ("America/New_York",), number=1, reached=reached), Rules(), NOON)
    assert verdict.code == "cap"
    assert verdict.until == (free if not later else datetime(2026, 3, 7, 13, 0, tzinfo=UTC))


def test_a_reason_lifts_the_caps_for_the_ask_and_not_for_what_follows_it():
    often = {"channel": "sms", "zones": ("America/New_York",), "reached": (NOON - timedelta(days=1),) * 3}
    assert judge(Case(**often, override="She asked us to"), Rules(), NOON) == Allowed()
    assert judge(Case(**often, override="She asked us to", number=1), Rules(), NOON).code == "cap"


@pytest.mark.parametrize(
    ("case", "code"),
    [
        (replace(NEW_YORK, reached=(NOON - timedelta(days=1),) * 3, expires_at=NOON + timedelta(days=6)), "cap"),
        (replace(NEW_YORK, zones=("Asia/Kolkata",), expires_at=NOON + timedelta(hours=1)), "expired"),
    ],
)
def test_what_would_be_held_until_it_is_too_late_is_not_promised(case, code):
    verdict = judge(case, Rules(), NOON)
    assert (type(verdict), verdict.code) == (Blocked, code)
    assert isinstance(judge(replace(case, expires_at=NOON + timedelta(days=7)), Rules(), NOON), Held)


def test_no_override_opens_quiet_hours_or_writes_to_who_said_stop():
    night = datetime(2026, 3, 2, 5, 0, tzinfo=UTC)
    assert isinstance(judge(Case("sms", ("America/New_York",), override="urgent"), Rules(), night), Held)
    assert isinstance(
        judge(Case("sms", ("America/New_York",), override="x", suppressed="opted_out"), Rules(), NOON), Blocked
    )
