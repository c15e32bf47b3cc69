"""What follows from news: follow-ups planned or called off, addresses never written to again, answers acted upon."""

from collections.abc import Callable, Sequence
from datetime import datetime, tzinfo

from connectors.codes import is_for_ever, is_known
from connectors.contract import Reply
from data import alerts, cases, replies, stops
from data.alerts import Alert
from data.follow_up_plan import follow
from data.holds import explain
from data.lifecycle import LEFT, Channel, Status
from data.moves import Change, News
from data.opt_outs import Halting, stop_people
from data.replies import Inbound
from data.rules import Rules
from data.stops import Stop
from data.store import Row, Writing
from data.troubles import described
from data.verdicts import OF_THE_PERSON, Basis, RuleCode
from engine.outcomes import stop_of_halt

_NEVER_LEFT = frozenset({Status.QUEUED, Status.UNDELIVERED, Status.FAILED, Status.CANCELLED})


def of_changes(
    work: Writing, changes: Sequence[Change], rules: Rules, now: datetime, zone: tzinfo, new_token: Callable[[], str]
) -> None:
    cases.unreach(work, [one.message_id for one in changes if _never_reached(one)])
    cases.reached_after_all(work, [one.message_id for one in changes if _arrived_after_all(one)])
    _explain(work, changes, now)
    follow(work, changes, rules, now, zone, new_token)
    _alert(work, changes, now)
    _suppress(work, changes, rules, now, zone)


def _alert(work: Writing, changes: Sequence[Change], now: datetime) -> None:
    """Tells people what concerns more than one message, and stops what would fare the same."""
    loud = {news: change for change in changes for news in change.fresh if news.alert or news.halt}
    if not loud:
        return
    of = described(work, [change.message_id for change in loud.values()], now)
    alerts.note(work, [_told(news, of[news.message_id]["channel"]) for news in loud if news.alert], now)
    wanted = [one for news in loud if (one := _stop_for(work, news, of[news.message_id], now))]
    for one in {(one.scope, one.subject, one.channel): one for one in wanted}.values():
        stops.stop(work, one, now)


def _stop_for(work: Writing, news: News, message: Row, now: datetime) -> Stop | None:
    """What others wait for at a late word; nothing where it is too old to say anything of what would leave now."""
    if news.halt is None:
        return None
    said = min(news.happened_at, now)
    wanted = stop_of_halt(news.halt, message, f"{news.reason} ({news.code})", news.actor or "provider", said)
    over = wanted.until is not None and wanted.until <= now
    over = over or (wanted.scope == "template" and message["reworded"])
    return None if over or stops.is_lifted_since(work, wanted, message["sent_at"]) else wanted


def _told(news: News, channel: str) -> Alert:
    provider, code = news.actor or "provider", news.code or "none"
    return Alert(provider, code, channel, news.reason or "", is_known(provider, code))


def of_replies(
    work: Writing, said: Sequence[Reply], rules: Rules, now: datetime, zone: tzinfo, new_token: Callable[[], str]
) -> None:
    """STOP, START and free text; whatever a person writes ends their sequence."""
    if said:
        heard = [
            Inbound(one.channel, one.address, one.text, one.happened_at, one.key, one.keyword, one.answered)
            for one in said
        ]
        follow(work, replies.receive(work, heard, rules, now, zone), rules, now, zone, new_token)


def _never_reached(change: Change) -> bool:
    """It never left, or its provider is certain that it did not arrive: whoever got nothing may be asked anew."""
    lost = any(news.halt or news.never_arrived for news in change.fresh)
    fell = change.after in (Status.FAILED, Status.UNDELIVERED) and change.before is not change.after and lost
    left = change.sent or any(news.event == "accepted" or news.provider_id for news in change.fresh)
    put_back = change.after is Status.QUEUED  # this try was none, whatever became of an earlier one
    return fell or (change.before is Status.SENDING and change.after in _NEVER_LEFT and (put_back or not left))


def _arrived_after_all(change: Change) -> bool:
    return change.before in _NEVER_LEFT and change.after in LEFT


def _explain(work: Writing, changes: Sequence[Change], now: datetime) -> None:
    """Says on the row what a message that was put back waits for, where it has to wait."""
    put_off = [(one, news) for one in changes for news in one.fresh if news.event == "put_off"]
    put_off = [(one, news) for one, news in put_off if news.due_at and news.due_at > now]
    if put_off:
        explain(
            work, [one.request_id for one, _ in put_off], [one.number for one, _ in put_off],
            [news.due_at for _, news in put_off if news.due_at], [RuleCode.RETRY] * len(put_off),
            [news.reason for _, news in put_off],
        )  # fmt: skip


def _suppress(work: Writing, changes: Sequence[Change], rules: Rules, now: datetime, zone: tzinfo) -> None:
    """All of a turn together: an old list brings hundreds of bounces at once."""
    told = [(change.message_id, news) for change in changes for news in change.fresh if news.suppress]
    if not told:
        return
    to = described(work, [id for id, _ in told], now)
    halting: list[Halting] = []
    for id, news in told:
        basis = _basis(news, Channel(to[id]["channel"]))
        whole_person = rules.stop_means_person and basis in OF_THE_PERSON
        source = news.actor or "provider"
        halting.append(Halting(to[id]["address"], basis, source, news.reason, whole_person, news.happened_at))
    stop_people(work, halting, "engine", now, zone)


def _basis(news: News, channel: Channel) -> Basis:
    """Carriers and WhatsApp refuse for good only what a person has asked for; mail hosts also what does not exist."""
    if is_for_ever(news.actor or "", news.code or ""):
        return Basis.NEVER_ASK
    if news.event == "complained":
        return Basis.COMPLAINED
    if channel is Channel.EMAIL:
        return Basis.UNSUBSCRIBED if news.event == "opted_out" else Basis.BOUNCED
    return Basis.OPTED_OUT
