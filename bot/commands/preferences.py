"""“Messages” in `/settings`: what a person wants to hear of, and when."""

from sqlalchemy.orm import Session

from bot import reading
from bot.router import Routes
from bot.screens import preferences as screens
from bot.screens.settings import saved
from bot.visit import Visit
from core.chat import Screen
from core.errors import Invalid
from core.messages import preferences
from core.people.people import Person

routes = Routes()


@routes.read("settings.messages")
def overview(session: Session, visit: Visit) -> Screen:
    return _overview(session, visit.person(session))


@routes.write("settings.switch")
def switch(session: Session, visit: Visit) -> Screen:
    person = visit.person(session)
    preferences.switch(session, person, visit.arg(0), now=visit.now)
    return saved(_overview(session, person))


@routes.read("settings.quiet_form")
def quiet_form(session: Session, visit: Visit) -> Screen:
    return screens.quiet_form(preferences.of(session, visit.arrival.person_id))


@routes.write("settings.quiet", form="settings.quiet_form")
def quiet(session: Session, visit: Visit) -> Screen:
    person = visit.person(session)
    preferences.choose_quiet(session, person, _span(visit.typed("hours")), now=visit.now)
    return saved(_overview(session, person))


@routes.read("settings.agenda_form")
def agenda_form(session: Session, visit: Visit) -> Screen:
    return screens.agenda_form(preferences.of(session, visit.arrival.person_id))


@routes.write("settings.agenda", form="settings.agenda_form")
def agenda(session: Session, visit: Visit) -> Screen:
    person = visit.person(session)
    preferences.choose_agenda(session, person, _minute(visit.typed("time")), now=visit.now)
    return saved(_overview(session, person))


def _overview(session: Session, person: Person) -> Screen:
    wishes = preferences.of(session, person.id)
    return screens.overview(wishes, zone=wishes.quiet.zone.key)


def _span(text: str) -> tuple[int, int] | None:
    """One span, which may go over midnight; nothing is none."""
    try:
        found = reading.ranges(text)
    except Invalid:
        found = []
    if text and len(found) != 1:
        raise Invalid("quiet.unreadable", value=text)
    return found[0] if found else None


def _minute(text: str) -> int | None:
    """A time of day as a minute after midnight; nothing is none."""
    if not text:
        return None
    try:
        found = reading.ranges(f"{text}-24:00")
    except Invalid:
        found = []
    if len(found) != 1:
        raise Invalid("agenda.unreadable", value=text)
    return found[0][0]
