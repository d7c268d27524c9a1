"""Whether a message is wanted, and whether it may come now: a person's switches, their agenda and their night.

Asked when a message is sent, so that it always follows what the person chose last. What is not named here is
never off, and waits for the morning.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy.orm import Session

from core.booking import diary
from core.messages import reminders
from core.messages.outbox import Notice
from core.messages.preferences import Topic, Wishes
from core.messages.quiet import URGENT

AGENDA: Final = "agenda"
OFFER: Final = "offer"
BOOKED: Final = "booked"
GRACE: Final = "seat_grace"
GRACE_WARNING: Final = "seat_warning"
SEAT_OFFER: Final = "seat_offer"
MENTOR_LEFT: Final = "mentor_left"
TOPIC_OF: Final[Mapping[str, Topic]] = {
    "review": Topic.REVIEWS,
    "review_again": Topic.REVIEWS,
    "receipt": Topic.RECEIPTS,
    "processing": Topic.RECEIPTS,
    OFFER: Topic.WAITLIST,
    "waitlist_silent": Topic.WAITLIST,
    SEAT_OFFER: Topic.WAITLIST,
    "seat_silent": Topic.WAITLIST,
    "seat_line_over": Topic.WAITLIST,
    **dict.fromkeys(("pack_low", "renewal", "pack_ending"), Topic.PACKS),
}
ANSWERS: Final = frozenset(
    {
        *("confirmed", "receipt", "processing", "late", "joined", "entered", "undelivered", AGENDA),
        *("pack_bought", "plan_started"),
    }
)
"""These follow at once on something that the person just did, or come when they asked for them."""
LOSSES: Final = frozenset({GRACE, GRACE_WARNING})
"""A seat is about to be lost: every hour counts, at night too."""
COUNTDOWNS: Final = frozenset(
    {"lapsing", OFFER, "one_waits", "requested", "unanswered", "accepted", "unpaid", SEAT_OFFER}
)
"""Worth nothing in the morning, if it would be over by then."""


@dataclass(frozen=True, slots=True)
class Later:
    """A message that waits, and until when it is worth sending then."""

    until: datetime
    expires_at: datetime


def unwanted(session: Session, notice: Notice, wishes: Wishes, *, now: datetime) -> str:
    """Why the person does not want it; empty where they do."""
    if topic_of(notice.kind) in wishes.off:
        return "switched off"
    return "in the agenda" if _is_in_agenda(notice, wishes, now=now) else ""


def wait(session: Session, notice: Notice, wishes: Wishes, *, now: datetime) -> Later | str | None:
    """Until when it waits for the person's morning, why it is not worth waiting; `None` where it goes now."""
    end = wishes.quiet.end(now)
    until = wishes.quiet.wait(now, notice.session_at)
    if end is None or until is None or notice.kind in ANSWERS | LOSSES:
        return None
    if notice.kind in COUNTDOWNS and notice.expires_at <= until:
        return None
    if notice.kind.startswith(reminders.KIND) and _is_followed(session, notice, end):
        return "a later one follows"
    return Later(until, _worth_until(notice, until, now))


def topic_of(kind: str) -> Topic | None:
    if kind.startswith(reminders.KIND):
        return Topic.REMINDERS
    return Topic.ROOM if kind.startswith("room") else TOPIC_OF.get(kind)


def _is_in_agenda(notice: Notice, wishes: Wishes, *, now: datetime) -> bool:
    """The morning's one message will tell it in time."""
    if notice.session_at is None or not (notice.kind == BOOKED or _is_early(notice)):
        return False
    told_at = wishes.agenda_at(wishes.day_of(notice.session_at))
    return told_at is not None and now < told_at < notice.session_at


def _is_early(notice: Notice) -> bool:
    return notice.kind.startswith(reminders.KIND) and _offset(notice) > URGENT


def _is_followed(session: Session, notice: Notice, end: datetime) -> bool:
    """Whether the next reminder of the same session comes by the end of the night anyway."""
    booking = diary.find(session, notice.subject_id)
    offsets = reminders.offsets_of(session, booking, notice.person_id)
    later = (timedelta(minutes=offset) for offset in offsets)
    return any(offset < _offset(notice) and booking.starts_at - offset <= end for offset in later)


def _worth_until(notice: Notice, until: datetime, now: datetime) -> datetime:
    """As long as it was worth before, counted from then; never past the start of a session that is ahead."""
    worth = until + (notice.expires_at - notice.due_at)
    if notice.session_at is not None and notice.session_at > now:
        worth = min(worth, notice.session_at)
    return max(worth, notice.expires_at)


def _offset(notice: Notice) -> timedelta:
    return timedelta(minutes=int(notice.kind.removeprefix(reminders.KIND)))
