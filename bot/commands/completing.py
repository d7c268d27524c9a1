"""`/session-completed`: the mentor or staff says that a session is done; said twice it is done once."""

from collections.abc import Sequence
from datetime import datetime, time

from sqlalchemy.orm import Session

from bot.router import Routes
from bot.screens import completing as screens
from bot.visit import Visit
from core.booking import canceling, completing, diary, prepaying
from core.booking.life import Booking
from core.chat import Command, CommandOption, Screen, Suggestion, _
from core.desk import register
from core.desk.register import Entry
from core.errors import NotFound

routes = Routes()
routes.commands.append(
    Command(
        "session-completed",
        _("For mentors and staff: a session is done"),
        (CommandOption("code", _("The booking's code"), suggests=True),),
    )
)


@routes.write("session-completed")
def begin(session: Session, visit: Visit) -> Screen:
    """The session of a code, or the only one that has begun today; else one chooses."""
    if code := visit.answer("code"):
        return _complete(session, visit, _of_code(session, visit, code))
    entries = _begun(session, visit)
    if len(entries) == 1:
        return _complete(session, visit, entries[0].booking)
    return screens.choice(entries, visit.arrival.person_id)


@routes.write("session.completed")
def complete(session: Session, visit: Visit) -> Screen:
    return _complete(session, visit, diary.by_short(session, visit.arg(0)))


@routes.suggest("session-completed", "code")
def codes(session: Session, visit: Visit, typed: str) -> Sequence[Suggestion]:
    said = typed.casefold()
    found = [
        (f"{each.booking.code} · {each.mentor} · {each.student}"[:100], each)
        for each in _begun(session, visit)
    ]
    return [Suggestion(label, each.booking.code) for label, each in found if said in label.casefold()]


def _of_code(session: Session, visit: Visit, code: str) -> Booking:
    """The booking of a code; one that is not the actor's to change has none."""
    booking = register.of_code(session, visit.community(session).id, code)
    try:
        canceling.role_of(session, booking, visit.person(session), now=visit.now)
    except NotFound:
        raise NotFound("booking.code", code=code) from None
    return booking


def _begun(session: Session, visit: Visit) -> list[Entry]:
    """By the reader's own calendar."""
    midnight = datetime.combine(visit.now.astimezone(visit.zone).date(), time(), visit.zone)
    community, person = visit.community(session), visit.person(session)
    found = completing.begun(session, person, community.id, midnight, now=visit.now)
    return [register.entry(session, booking) for booking in found]


def _complete(session: Session, visit: Visit, booking: Booking) -> Screen:
    person = visit.person(session)
    is_new = completing.complete(session, booking, person, now=visit.now)
    who = canceling.role_of(session, booking, person, now=visit.now)
    share = prepaying.share(session, booking)
    return screens.done(register.entry(session, booking), who, share, is_new=is_new)
