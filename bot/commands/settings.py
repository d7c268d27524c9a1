"""`/settings`: zone, language, reminders of one person."""

from collections.abc import Sequence
from functools import partial
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from bot import reading
from bot.router import Routes
from bot.screens import settings as screens
from bot.visit import Visit
from core.chat import Command, CommandOption, Screen, Suggestion, _
from core.errors import Invalid
from core.people import memberships, people
from core.people.people import Person
from core.policy import Policy

routes = Routes()
routes.commands.append(
    Command(
        "settings",
        _("Your time zone, language and reminders"),
        (
            CommandOption("zone", _("Your time zone: search for a city"), suggests=True),
            CommandOption("language", _("The language I speak to you"), suggests=True),
        ),
    )
)


@routes.workflow("settings", reads=True)
async def overview(visit: Visit) -> Screen:
    """Shows the settings, or changes those that came as options."""
    run = visit.desk.db.write if visit.answers else visit.desk.db.read
    return await run(_changed, visit)


@routes.suggest("settings", "zone")
def suggested_zones(session: Session, visit: Visit, typed: str) -> Sequence[Suggestion]:
    found = reading.zones(typed or visit.reader.zone)
    clock = partial(reading.clock, locale=visit.reader.locale)
    return [Suggestion(f"{zone} · {clock(visit.now.astimezone(ZoneInfo(zone)))}", zone) for zone in found]


@routes.suggest("settings", "language")
def suggested_languages(session: Session, visit: Visit, typed: str) -> Sequence[Suggestion]:
    """Every language by its own name, whether that or the reader's word for it is typed."""
    names = {
        code: reading.language_names(code, visit.reader.locale) for code in visit.desk.catalogue.languages
    }
    return [
        Suggestion(own, code)
        for code, (own, *others) in names.items()
        if any(typed.casefold() in name for name in (own.casefold(), *others, code))
    ]


@routes.read("settings.zone_form")
def zone_form(session: Session, visit: Visit) -> Screen:
    return screens.zone_form()


@routes.read("settings.zone_search", form="settings.zone_form")
def zone_search(session: Session, visit: Visit) -> Screen:
    found = reading.zones(visit.answer("city"))
    if not found:
        raise Invalid("zone.unknown", zone=visit.answer("city"))
    return screens.zones(found, visit.now)


@routes.write("settings.zone")
def zone(session: Session, visit: Visit) -> Screen:
    person = visit.person(session)
    people.choose_zone(session, person, visit.arg(0), now=visit.now)
    return screens.saved(_overview(session, visit, person))


@routes.write("settings.language")
def language(session: Session, visit: Visit) -> Screen:
    person = visit.person(session)
    _choose_language(session, visit, person, visit.arg(0))
    return screens.saved(_overview(session, visit, person))


@routes.read("settings.reminders_form")
def reminders_form(session: Session, visit: Visit) -> Screen:
    return screens.reminders_form(_offsets(session, visit.person(session)))


@routes.write("settings.reminders", form="settings.reminders_form")
def reminders(session: Session, visit: Visit) -> Screen:
    person = visit.person(session)
    people.choose_reminders(session, person, reading.offsets(visit.typed("offsets")), now=visit.now)
    return screens.saved(_overview(session, visit, person))


@routes.write("settings.reminders_default")
def reminders_default(session: Session, visit: Visit) -> Screen:
    person = visit.person(session)
    people.choose_reminders(session, person, None, now=visit.now)
    return screens.saved(_overview(session, visit, person))


def _changed(session: Session, visit: Visit) -> Screen:
    person = visit.person(session)
    if visit.answer("zone"):
        people.choose_zone(session, person, reading.zone(visit.answer("zone")), now=visit.now)
    if visit.answer("language"):
        _choose_language(session, visit, person, visit.answer("language"))
    return _overview(session, visit, person)


def _choose_language(session: Session, visit: Visit, person: Person, typed: str) -> None:
    code = reading.spoken(typed, visit.desk.catalogue.languages, visit.reader.locale)
    people.choose_language(session, person, code, now=visit.now)


def _overview(session: Session, visit: Visit, person: Person) -> Screen:
    return screens.overview(
        zone=person.zone or visit.reader.zone,
        has_zone=person.zone is not None,
        language=person.language or visit.reader.locale,
        languages=visit.desk.catalogue.languages,
        reminders=_offsets(session, person),
        own_reminders=person.reminders is not None,
        now=visit.now,
    )


def _offsets(session: Session, person: Person) -> Sequence[int]:
    if person.reminders is not None:
        return person.reminders
    community = memberships.home(session, person)
    return (community.policy if community else Policy()).reminders
