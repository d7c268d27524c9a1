"""When a mentor can be booked: open hours and what is taken, put together for `times.free`. Reads only."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from core.booking import diary
from core.booking.life import Booking
from core.payments import payments
from core.people import communities
from core.people.mentors import SHORTEST, Mentor
from core.plans import subscriptions
from core.policy import Policy
from core.schedule import times, timetable
from core.schedule.times import Free, Hours, Reason, Span

NEAREST: Final = 3
LAST_ANSWER: Final = timedelta(hours=2)
"""How long before the start a request lapses at the latest."""
SHORTEST_WAIT: Final = timedelta(minutes=15)
"""What a mentor who accepts first is left for an answer, at least."""


@dataclass(frozen=True, slots=True)
class Opening:
    """All that decides a mentor's free times, read once, asked many times.

    `asks_first`: a time has to leave the student time to ask and the mentor time to answer.
    """

    hours: Hours
    busy: Sequence[Span]
    sessions: Sequence[datetime]
    policy: Policy
    now: datetime
    asks_first: bool = False
    present: datetime | None = None
    """The start of what is to be moved, which is no other time."""
    until: datetime | None = None
    """The end of the pack that pays for what is to be moved: no start is later."""
    priority: timedelta = times.NOTHING
    """How long before others the one who asks may book what comes within the horizon."""

    @property
    def horizon(self) -> datetime:
        return self.now + self.policy.horizon + self.priority

    def without(self, start: datetime, *, until: datetime | None) -> "Opening":
        return replace(self, present=start, until=until)

    def free(self, minutes: int, window: Span) -> Free:
        found = self._free(minutes, window)
        return found if self.present is None else self._elsewhere(found, self.until or self.horizon)

    def ahead(self, minutes: int) -> Free:
        """Everything up to the horizon."""
        return self.free(minutes, Span(self.now, self.horizon + timedelta(days=1)))

    def first(self, minutes: int = SHORTEST) -> datetime | None:
        """The first free start up to the horizon, looked for within a day, then in twice as much each time."""
        since, length = self.now, timedelta(days=1)
        while since <= self.horizon:
            found = self.first_in(minutes, Span(since, since + length))
            if found is not None:
                return found
            since, length = since + length, 2 * length
        return None

    def first_in(self, minutes: int, window: Span) -> datetime | None:
        found = self._free(minutes, window, most=2).times  # of which one may be the present start
        return next((start for start in found if start != self.present), None)

    def nearest(self, minutes: int, around: datetime) -> tuple[datetime, ...]:
        """The free starts nearest to a moment, in order."""
        by_distance = sorted(self.ahead(minutes).times, key=lambda start: abs(start - around))
        return tuple(sorted(by_distance[:NEAREST]))

    def _free(self, minutes: int, window: Span, *, most: int | None = None) -> Free:
        return times.free(
            *(self.hours, self.busy, self._rules(), minutes, window, self.now),
            sessions=self.sessions,
            priority=self.priority,
            most=most,
        )

    def _elsewhere(self, found: Free, until: datetime) -> Free:
        """Where something that is booked can be moved."""
        kept = tuple(start for start in found.times if start != self.present and start <= until)
        later = sum(start > until for start in found.times)
        return Free(kept, found.reasons + Counter({Reason.PACK_ENDS: later}))

    def _rules(self) -> Policy:
        if not self.asks_first:
            return self.policy
        lead = (self.policy.hold + SHORTEST_WAIT + LAST_ANSWER) // timedelta(minutes=1)
        return replace(self.policy, notice_minutes=max(self.policy.notice_minutes, lead))


def by_day(free: Free, zone: ZoneInfo) -> dict[date, list[datetime]]:
    """The days of a reader's calendar that have free times, in order, with their times."""
    days: dict[date, list[datetime]] = {}
    for start in free.times:
        days.setdefault(start.astimezone(zone).date(), []).append(start)
    return days


def of(
    session: Session,
    mentor: Mentor,
    *,
    now: datetime,
    student_id: int | None = None,
    except_booking: int | None = None,
) -> Opening:
    """A mentor's opening as a student sees it: their own busy time counts, the hold that a tap moves does not.

    `except_booking` is one that is to be moved: then it alone does not count.
    """
    if student_id is None:
        return _of(session, mentor, {mentor.person_id}, except_booking, now=now)
    hold = diary.live_hold(session, student_id, now=now) if except_booking is None else None
    return seen_by(session, mentor, student_id, hold, now=now, except_booking=except_booking)


def seen_by(
    session: Session,
    mentor: Mentor,
    student_id: int,
    hold: Booking | None,
    *,
    now: datetime,
    except_booking: int | None = None,
) -> Opening:
    """The same for who has looked up the student's live hold already."""
    if hold is not None and not payments.is_arriving(session, hold.purpose):
        except_booking = hold.id
    opening = _of(session, mentor, {mentor.person_id, student_id}, except_booking, now=now)
    plan = subscriptions.benefiting(session, mentor.community_id, student_id, now=now)
    return replace(opening, priority=timedelta(hours=plan.priority_hours)) if plan else opening


def of_many(session: Session, found: Sequence[Mentor], *, now: datetime) -> dict[int, Opening]:
    """Each mentor's opening as anybody sees it, in as many statements as for one."""
    mentor_ids = [mentor.id for mentor in found]
    hours = timetable.hours_of(session, mentor_ids, now=now)
    busy = diary.busy_spans(session, {mentor.person_id for mentor in found}, now=now)
    limited = [mentor_id for mentor_id in mentor_ids if hours[mentor_id].day_limit]
    sessions = diary.sessions_ahead(session, limited, now=now)
    policies = {
        key: communities.find(session, key).policy for key in {mentor.community_id for mentor in found}
    }
    return {
        mentor.id: Opening(
            hours=hours[mentor.id],
            busy=busy[mentor.person_id],
            sessions=sessions.get(mentor.id, ()),
            policy=policies[mentor.community_id],
            now=now,
            asks_first=mentor.asks_first,
        )
        for mentor in found
    }


def _of(
    session: Session, mentor: Mentor, person_ids: set[int], except_booking: int | None, *, now: datetime
) -> Opening:
    """What is taken of any of these people's time is not open."""
    hours = timetable.hours(session, mentor.id, now=now)
    limited = [mentor.id] if hours.day_limit else []
    busy = diary.busy_spans(session, person_ids, now=now, except_booking=except_booking)
    sessions = diary.sessions_ahead(session, limited, now=now, except_booking=except_booking)
    return Opening(
        hours=hours,
        busy=[span for spans in busy.values() for span in spans],
        sessions=sessions.get(mentor.id, ()),
        policy=communities.find(session, mentor.community_id).policy,
        now=now,
        asks_first=mentor.asks_first,
    )
