"""Changing a session: what can be done with it, and moving it. For its two people, and for staff."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from bot.commands import bookings
from bot.router import Routes
from bot.screens import changing as screens
from bot.screens import picking, refusals
from bot.screens.picking import Picker
from bot.visit import Visit, calendar_day, moment, stamp
from core.booking import canceling, diary, moving, openings, proposals
from core.booking.life import Booking, BookingState, Who
from core.chat import Control, Route, Screen, Text, _, to
from core.errors import Conflict
from core.people import mentors, people
from core.schedule.times import day_window

routes = Routes()


@dataclass(frozen=True, slots=True)
class Case:
    """A booking, and who wants to change it. `other` is the name that they know it by."""

    booking: Booking
    who: Who
    other: str


@routes.read("booking.change")
def hub(session: Session, visit: Visit) -> Screen:
    case = ahead(session, visit)
    refusal = moving.why_not(case.booking, case.who, now=visit.now)
    proposal = proposals.standing(session, case.booking, now=visit.now)
    why = refusals.sentence(refusal) if refusal else None
    return screens.hub(case.booking, case.who, case.other, refused=why, proposal=proposal)


@routes.read("move.days")
def days(session: Session, visit: Visit) -> Screen:
    case = _movable(session, visit)
    free = moving.opening_for(session, case.booking, now=visit.now).ahead(case.booking.minutes)
    by_day = openings.by_day(free, visit.zone)
    return picking.days(_picker(visit, case), by_day, visit.number(1), free.why_not)


@routes.read("move.times")
def clock_times(session: Session, visit: Visit) -> Screen:
    case, day = _movable(session, visit), calendar_day(visit.arg(1))
    opening = moving.opening_for(session, case.booking, now=visit.now)
    minutes = case.booking.minutes
    why_not = opening.free(minutes, day_window(day, visit.zone)).why_not
    by_day = openings.by_day(opening.ahead(minutes), visit.zone)
    return picking.clock_times(_picker(visit, case), by_day, day, why_not)


@routes.read("move.check")
def check(session: Session, visit: Visit) -> Screen:
    case = _movable(session, visit)
    return screens.check(case.booking, case.who, case.other, moment(visit.arg(1)))


@routes.write("move.make")
def move(session: Session, visit: Visit) -> Screen:
    case = acting(session, visit)
    starts_at = moment(visit.arg(1))
    moving.move(session, case.booking, case.who, visit.person(session), starts_at, now=visit.now)
    return done(session, visit, case, _("It is moved. I have told {name}.", name=case.other))


def done(session: Session, visit: Visit, case: Case, news: Text) -> Screen:
    """The booking's card for its two people; staff, who have none, see what became of it."""
    if case.who is Who.STAFF:
        return screens.done(case.booking, case.other, news)
    return bookings.card(session, visit, case.booking, news=news)


def acting(session: Session, visit: Visit) -> Case:
    """The booking of a route. One that is not the actor's to change does not exist for them."""
    booking = diary.by_short(session, visit.arg(0))
    who = canceling.role_of(session, booking, visit.person(session), now=visit.now)
    mentor, student = mentors.find(session, booking.mentor_id), people.find(session, booking.student_id)
    return Case(booking, who, student.name if who is Who.MENTOR else mentor.name)


def ahead(session: Session, visit: Visit) -> Case:
    """A booking that can still be called off by the actor."""
    case = acting(session, visit)
    canceling.require_ahead(case.booking, case.who, now=visit.now)
    return case


def picker(
    visit: Visit,
    case: Case,
    title: Text,
    to_page: Callable[[int], Route],
    to_day: Callable[[date], Route],
    to_time: Callable[[datetime], Route],
    *ways: Control,
) -> Picker:
    return Picker(
        title=title,
        subject=case.booking.subject,
        length=timedelta(minutes=case.booking.minutes),
        to_page=to_page,
        to_day=to_day,
        to_time=to_time,
        ways=ways,
        today=visit.now.astimezone(visit.zone).date(),
        zone=visit.reader.zone,
        has_zone=visit.arrival.has_zone,
    )


def _picker(visit: Visit, case: Case) -> Picker:
    short = case.booking.short
    return picker(
        visit,
        case,
        _("Move the session with {name}", name=case.other),
        lambda page: to("move.days", short, page),
        lambda day: to("move.times", short, f"{day:%Y%m%d}"),
        lambda start: to("move.check", short, stamp(start)),
        *screens.back(case.booking, case.who),
    )


def _movable(session: Session, visit: Visit) -> Case:
    """A session that the actor may move just now; a mentor proposes."""
    case = acting(session, visit)
    if case.who is Who.MENTOR and case.booking.state is BookingState.CONFIRMED:
        raise Conflict("move.proposal")
    moving.require_movable(case.booking, case.who, now=visit.now)
    return case
