"""One message of a booking's story as a sentence: who it was for, which way it arrived, or why it did not."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from bot.screens.bookings import STATES
from bot.screens.reach import PLATFORMS
from core.chat import Code, Text, Value, When, _
from core.desk.audit import Line
from core.messages import reminders
from core.messages.outbox import NoticeState
from core.ports import RungKind

OUTCOMES: Final[Mapping[str, Text]] = {
    NoticeState.WAITING: _("waits until {due}"),
    NoticeState.SENT: _("delivered by {rung}"),
    NoticeState.DROPPED: _("not needed any more ({problem})"),
    NoticeState.DEAD: _("could not be delivered ({problem})"),
}
DONE: Final = _("it was done already")
MESSAGES: Final[Mapping[str, Text]] = {
    "lapsing": _("the hold ends soon"),
    "confirmed": _("the session is confirmed"),
    "booked": _("somebody has booked"),
    "lapsed": _("the hold has lapsed"),
    "canceled": _("the session is off"),
    "moved": _("the session is moved"),
    "proposed": _("other times are proposed"),
    "proposal_refused": _("the session stays where it was"),
    "requested": _("a request"),
    "unanswered": _("a request still waits"),
    "accepted": _("the request is accepted"),
    "unpaid": _("not paid yet"),
    "declined": _("the request is declined"),
    "withdrawn": _("the request is taken back"),
    "request_lapsed": _("the request has lapsed"),
    "review": _("asked for a review"),
    "review_again": _("asked for a review again"),
    "review_out": _("the reviews are out"),
    "review_reply": _("a reply to the review"),
    "review_reported": _("a review was reported"),
    "review_decided": _("decided about a review"),
    "one_waits": _("the other one is not there"),
    "outcome": _("the outcome, as it was seen"),
    "outcome_stands": _("the outcome stands"),
    "dispute": _("a dispute to decide"),
    "dispute_opened": _("the other side objects"),
    "dispute_stated": _("the other side's view"),
    "dispute_resolved": _("the dispute is decided"),
    "receipt": _("receipt"),
    "processing": _("the payment is on its way"),
    "late": _("the payment was late"),
    "trouble": _("a payment needs a human eye"),
    "refund_wanted": _("money is to go back"),
    "refund_pending": _("money is on its way back"),
    "refund_failed": _("money could not go back yet"),
    "refunded": _("money went back"),
    "refund_trouble": _("a refund failed"),
    "credited": _("money became credit"),
    "session_back": _("the session is back in the pack"),
    "room_notes": _("notes were written"),
    "thread_lost": _("the thread is gone"),
}
PROBLEMS: Final[Mapping[str, Text]] = {
    **{str(state): name for state, name in STATES.items()},
    "expired": _("it was too late"),
    "moved": MESSAGES["moved"],
    "accepted": MESSAGES["accepted"],
    **dict.fromkeys(("answered", "chosen", "reviewed", "decided", "decided again"), DONE),
    "not wanted": _("it was not wanted"),
    "hidden": _("it is hidden"),
    "there is a thread": _("there is a thread"),
    "nowhere to write to": _("there was nowhere to write to"),
    "it broke every worker that took it": _("it failed every time"),
}
"""Why nobody was told; what a platform says itself is shown as it is."""


def sentence(line: Line) -> Text:
    how = _how(line)
    if line.key.startswith(reminders.KIND):
        span = timedelta(minutes=int(line.key.removeprefix(reminders.KIND)))
        return _("Reminder to {who}, {span} before: {how}", who=line.who, span=span, how=how)
    kind = MESSAGES.get(line.key, _("a message"))
    return _("Message to {who}, {kind}: {how}", who=line.who, kind=kind, how=how)


def _how(line: Line) -> Text:
    outcome = OUTCOMES[str(line.facts["state"])]
    due = line.facts["due"]
    assert isinstance(due, datetime)
    problem = PROBLEMS.get(line.problem, Code(line.problem))
    values: dict[str, Value] = {"due": When(due), "rung": _rung(line.detail), "problem": problem}
    said = {name: value for name, value in values.items() if f"{{{name}}}" in outcome.msgid}
    return Text(outcome.msgid, said)


def _rung(written: str) -> Text:
    platform, _colon, kind = written.partition(":")
    where = PLATFORMS.get(platform, _("another door"))
    match kind:
        case RungKind.NUDGE:
            return _("a mention in {where}", where=where)
        case RungKind.THREAD:
            return _("the thread in {where}", where=where)
        case _:
            return where
