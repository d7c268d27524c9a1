"""`/notes`: what a mentor writes down about a session, and what is to be done until the next."""

from sqlalchemy.orm import Session

from bot.commands.bookings import view_of
from bot.router import Routes
from bot.screens import notes as screens
from bot.screens.notes import Sheet
from bot.visit import Visit
from core.booking import diary
from core.booking.bookings import require_party
from core.booking.life import Booking
from core.chat import Command, Screen, Text, _
from core.messages import notes

routes = Routes()
routes.commands.append(Command("notes", _("Notes and action items of your sessions")))


@routes.read("notes")
def sessions(session: Session, visit: Visit) -> Screen:
    """The only session's notes at once, else the sessions to choose from."""
    person = visit.person(session)
    found = notes.sessions_of(session, person.id)
    if len(found) == 1:
        return _show(session, visit, found[0])
    return screens.listing([view_of(session, visit.desk, each, person, now=visit.now) for each in found])


@routes.read("note.show")
def show(session: Session, visit: Visit) -> Screen:
    booking = _booking(session, visit)
    place = visit.number(1) if len(visit.incoming.route.args) > 1 else None
    return _show(session, visit, booking, place=place)


@routes.read("note.form")
def note_form(session: Session, visit: Visit) -> Screen:
    booking, person = _booking(session, visit), visit.person(session)
    notes.check_mentor(booking, person)
    return screens.note_form(view_of(session, visit.desk, booking, person, now=visit.now))


@routes.write("note.write", form="note.form")
def write(session: Session, visit: Visit) -> Screen:
    booking = _booking(session, visit)
    notes.write(session, booking, visit.person(session), visit.answer("note"), now=visit.now)
    return _show(session, visit, booking, news=_("Written down. Your student hears of it."))


@routes.read("note.items_form")
def items_form(session: Session, visit: Visit) -> Screen:
    booking, person = _booking(session, visit), visit.person(session)
    notes.check_mentor(booking, person)
    return screens.items_form(view_of(session, visit.desk, booking, person, now=visit.now))


@routes.write("note.items", form="note.items_form")
def add_items(session: Session, visit: Visit) -> Screen:
    booking, lines = _booking(session, visit), visit.answer("items").splitlines()
    notes.add_items(session, booking, visit.person(session), lines, now=visit.now)
    return _show(session, visit, booking, news=_("Written down. Your student hears of it."))


@routes.write("note.tick")
def tick(session: Session, visit: Visit) -> Screen:
    booking = _booking(session, visit)
    done = visit.number(2) == 1
    notes.tick(session, booking, visit.person(session), visit.number(1), done=done, now=visit.now)
    return _show(session, visit, booking)


def sheet_of(session: Session, visit: Visit, booking: Booking, place: int | None = None) -> Sheet:
    """The notes as one of the two sees them, the last one up where no place is given."""
    view = view_of(session, visit.desk, booking, visit.person(session), now=visit.now)
    written = notes.of_booking(session, booking.id)
    last = max(len(written) - 1, 0)
    return Sheet(
        view, written, notes.items_of(session, booking.id), last if place is None else min(place, last)
    )


def _booking(session: Session, visit: Visit) -> Booking:
    booking = diary.by_short(session, visit.arg(0))
    require_party(booking, visit.person(session))
    return booking


def _show(
    session: Session, visit: Visit, booking: Booking, *, place: int | None = None, news: Text | None = None
) -> Screen:
    return screens.sheet(sheet_of(session, visit, booking, place), news=news)
