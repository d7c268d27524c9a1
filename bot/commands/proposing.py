"""A mentor proposes other times, in three taps; the student takes one, none, or the money."""

from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from bot.commands import bookings, changing
from bot.commands.changing import Case
from bot.router import Routes
from bot.screens import picking, prepaid
from bot.screens import proposing as screens
from bot.screens.picking import Picker
from bot.visit import Visit, calendar_day, moment, stamp
from core.booking import moving, openings, prepaying, proposals
from core.booking.life import BookingState, Who
from core.chat import Button, Screen, _, to
from core.errors import Conflict, NotFound
from core.schedule.times import day_window

routes = Routes()
NONE: Final = "-"
"""In a route: no time is picked yet."""


@routes.read("propose.form")
def begin(session: Session, visit: Visit) -> Screen:
    return _days(session, visit, 0, ())


@routes.read("propose.days")
def days(session: Session, visit: Visit) -> Screen:
    return _days(session, visit, visit.number(1), _split(visit.arg(2)))


@routes.read("propose.times")
def clock_times(session: Session, visit: Visit) -> Screen:
    case, day, picked = _mine(session, visit), calendar_day(visit.arg(1)), _split(visit.arg(2))
    opening = moving.opening_for(session, case.booking, now=visit.now)
    minutes = case.booking.minutes
    why_not = opening.free(minutes, day_window(day, visit.zone)).why_not
    by_day = openings.by_day(opening.ahead(minutes), visit.zone)
    return picking.clock_times(_picker(visit, case, picked), by_day, day, why_not)


@routes.read("propose.gather")
def gather(session: Session, visit: Visit) -> Screen:
    case, picked = _mine(session, visit), _split(visit.arg(1))
    return screens.gathered(case.booking, case.other, picked, _joined(picked))


@routes.read("propose.note")
def note_form(session: Session, visit: Visit) -> Screen:
    case = _mine(session, visit)
    return screens.note_form(case.booking, case.other, _joined(_split(visit.arg(1))))


@routes.write("propose.send", form="propose.note")
def send(session: Session, visit: Visit) -> Screen:
    case, picked = _mine(session, visit), _split(visit.arg(1))
    mentor, note = visit.person(session), visit.answer("note")
    proposals.propose(session, case.booking, mentor, picked, note, now=visit.now)
    news = _("I have asked {name}. Until there is an answer it stays as it is.", name=case.other)
    return bookings.card(session, visit, case.booking, news=news)


@routes.read("proposal.show")
def show(session: Session, visit: Visit) -> Screen:
    """What is true now, where the proposal is over."""
    case = _party(session, visit)
    proposal = proposals.standing(session, case.booking, now=visit.now)
    if proposal is None:
        news = _("There is no proposal open any more.")
        return bookings.card(session, visit, case.booking, news=news)
    return screens.shown(case.booking, case.other, proposal, is_mentor=case.who is Who.MENTOR)


@routes.write("proposal.take")
def take(session: Session, visit: Visit) -> Screen:
    case, student = _party(session, visit), visit.person(session)
    was_asked = case.booking.state is BookingState.REQUESTED
    proposals.accept(session, case.booking, student, moment(visit.arg(1)), now=visit.now)
    news = None if was_asked else _("It is moved. I have told {name}.", name=case.other)
    return bookings.card(session, visit, case.booking, news=news)


@routes.write("proposal.refuse")
def refuse(session: Session, visit: Visit) -> Screen:
    case = _party(session, visit)
    proposals.refuse(session, case.booking, visit.person(session), now=visit.now)
    news = _("It stays as it is. I have told {name}.", name=case.other)
    return bookings.card(session, visit, case.booking, news=news)


@routes.write("proposal.refund")
def refund(session: Session, visit: Visit) -> Screen:
    case = _party(session, visit)
    proposals.refund(session, case.booking, visit.person(session), now=visit.now)
    paid = case.booking.price
    news = _("The session is off. All of it goes back to you.") if paid else _("The session is off.")
    if prepaying.came_back(session, case.booking).sessions:
        news = _("The session is off. {back}", back=prepaid.back(is_mine=True))
    return bookings.card(session, visit, case.booking, news=news)


def _days(session: Session, visit: Visit, page: int, picked: tuple[datetime, ...]) -> Screen:
    case = _mine(session, visit)
    free = moving.opening_for(session, case.booking, now=visit.now).ahead(case.booking.minutes)
    by_day = openings.by_day(free, visit.zone)
    return picking.days(_picker(visit, case, picked), by_day, page, free.why_not)


def _picker(visit: Visit, case: Case, picked: tuple[datetime, ...]) -> Picker:
    short, joined = case.booking.short, _joined(picked)
    return changing.picker(
        visit,
        case,
        _("Other times for {name}", name=case.other),
        lambda page: to("propose.days", short, page, joined),
        lambda day: to("propose.times", short, f"{day:%Y%m%d}", joined),
        lambda start: to("propose.gather", short, _joined((*picked, start))),
        Button(_("Leave it as it is"), to("booking.show", short)),
    )


def _joined(picked: tuple[datetime, ...]) -> str:
    """Times as one part of a route: the last three, each once."""
    return ".".join(map(stamp, sorted(set(picked))[-proposals.MOST_TIMES :])) or NONE


def _split(joined: str) -> tuple[datetime, ...]:
    if joined == NONE:
        return ()
    times = joined.split(".")
    if len(times) > proposals.MOST_TIMES:
        raise NotFound("route.unknown")
    return tuple(map(moment, times))


def _mine(session: Session, visit: Visit) -> Case:
    """A booking that its mentor can propose other times for."""
    case = _party(session, visit)
    if case.who is not Who.MENTOR:
        raise NotFound("booking.unknown")
    if case.booking.state not in proposals.ANSWERABLE:
        raise Conflict(f"booking.is_{case.booking.state}")
    if case.booking.state is BookingState.CONFIRMED and case.booking.starts_at <= visit.now:
        raise Conflict("booking.begun")
    return case


def _party(session: Session, visit: Visit) -> Case:
    case = changing.acting(session, visit)
    if case.who is Who.STAFF:
        raise NotFound("booking.unknown")
    return case
