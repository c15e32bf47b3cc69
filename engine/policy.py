"""Whether a message may leave now: one pure function for every path, at planning and again at dispatch."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from data.days import day
from data.hours import open_from
from data.pausing import HELD_REASON
from data.places.zones import SOURCES
from data.rules import Rules
from data.verdicts import SUPPRESSED, Allowed, Blocked, Case, Held, RuleCode, Verdict

WEEK, MONTH = timedelta(days=7), timedelta(days=30)
_LATER = timedelta(days=1)  # what no clock releases is looked at again every day


def judge(case: Case, rules: Rules, now: datetime) -> Verdict:
    """The first rule that speaks against it; those that block come before those that only hold."""
    return _blocked(case, rules, now) or _held(case, rules, now) or Allowed()


def _blocked(case: Case, rules: Rules, now: datetime) -> Blocked | None:
    if case.suppressed:
        return Blocked(RuleCode.SUPPRESSED, SUPPRESSED[case.suppressed])
    if case.called_off:
        return Blocked(RuleCode.CALLED_OFF, "They had replied or followed the link, or somebody had stopped it")
    if case.expires_at and now >= case.expires_at:
        return Blocked(RuleCode.EXPIRED, f"After {day(case.expires_at)} asking would not help any more")
    if case.channel == "whatsapp" and case.category == "marketing" and case.country == "US":
        return Blocked(RuleCode.MARKETING, "WhatsApp does not deliver marketing templates to US numbers")
    return _too_soon(case, rules, now)


def _too_soon(case: Case, rules: Rules, now: datetime) -> Blocked | None:
    """The cooldown is between asks: a follow-up belongs to an ask that has passed it."""
    if case.override or case.number or case.asked_at is None:
        return None
    free = case.asked_at + timedelta(days=rules.cooldown_days)
    if now >= free:
        return None
    if case.waits:
        waiting = f"Another ask to them waits for {day(case.asked_at)}"
        return Blocked(RuleCode.COOLDOWN, f"{waiting}; the next may follow from {day(free)}")
    return Blocked(RuleCode.COOLDOWN, f"Asked on {day(case.asked_at)}; may be asked again from {day(free)}")


def _held(case: Case, rules: Rules, now: datetime) -> Held | Blocked | None:
    if case.refusing:
        return Held(RuleCode.REFUSAL, HELD_REASON, now)  # until somebody decides, whenever that is
    if case.refused_text:
        return Held(RuleCode.TEXT, case.refused_text, now + _LATER)  # or until its template is corrected
    asked_all_the_same = case.override and not case.number  # a reason speaks for the ask, not for what follows it
    earliest = now if asked_all_the_same else _below_caps(case, rules, now)
    opens = open_from(earliest, case.zones or ("UTC",), case.region, rules)
    if opens is None:
        return Held(RuleCode.QUIET_HOURS, "No hour suits all of the recipient's clocks", now + _LATER)
    if opens == now:
        return None
    if earliest > now:
        enough = f"Written to often enough; free again {_clock(case, opens)}"
        return _in_time(case, Held(RuleCode.CAP, enough, opens), RuleCode.CAP)
    return _in_time(case, Held(RuleCode.QUIET_HOURS, f"Held until {_clock(case, opens)}", opens), RuleCode.EXPIRED)


def _in_time(case: Case, held: Held, else_: RuleCode) -> Held | Blocked:
    """Nothing is promised for a moment at which it will be too late to ask."""
    if case.expires_at is None or held.until < case.expires_at:
        return held
    return Blocked(else_, f"{held.reason}, when asking would not help any more")


def _below_caps(case: Case, rules: Rules, now: datetime) -> datetime:
    """The first moment at which one more message stays within both caps."""
    moments = sorted(case.reached, reverse=True)
    found = now
    for cap, span in ((rules.cap_7_days, WEEK), (rules.cap_30_days, MONTH)):
        if cap > 0 and len(moments) >= cap:
            found = max(found, moments[cap - 1] + span)
    return found


def _clock(case: Case, moment: datetime) -> str:
    """The recipient's time, with its zone and where that comes from."""
    # Of several clocks the most western: it opens last.
    zone = min(case.zones or ("UTC",), key=lambda name: moment.astimezone(ZoneInfo(name)).utcoffset() or timedelta(0))
    local = moment.astimezone(ZoneInfo(zone))
    source = SOURCES.get(case.zone_source, "")
    return f"{local:%a} {day(local, year=False)}, {local:%H:%M} {zone}" + (f" ({source})" if source else "")
