"""`/packs-admin`: the community's packs for its staff, and those of their own students for a mentor."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from sqlalchemy.orm import Session

from bot import reading
from bot.router import Routes
from bot.screens import pack_care as screens
from bot.screens.packs import STATES
from bot.visit import Visit
from core import drafts
from core.chat import Command, CommandOption, FieldOption, Screen, Text, _
from core.db import short_id
from core.desk import packbook
from core.desk.packbook import Asked, Entry
from core.errors import Forbidden, Invalid
from core.people import memberships, mentors
from core.people.communities import Community
from core.prepaid import caring, packs
from core.prepaid.packs import Pack, PackState

routes = Routes()
routes.commands.append(
    Command(
        "packs-admin",
        _("For staff and mentors: packs and seats"),
        (
            CommandOption("student", _("Student")),
            CommandOption(
                "state", _("State"), choices=tuple(FieldOption(s, name) for s, name in STATES.items())
            ),
        ),
    )
)
ALL: Final = "-"
NAMES: Final = ("student", "state")


@dataclass(frozen=True, slots=True)
class Scope:
    """Whose packs the actor may look at: all of a community, or those with one mentor."""

    community: Community
    is_staff: bool
    mentor_id: int | None


def scope(session: Session, visit: Visit) -> Scope:
    """Raises `Forbidden` for whoever is neither staff nor a mentor here."""
    community, person = visit.community(session), visit.person(session)
    if memberships.is_staff(session, community.id, person.id):
        memberships.require_staff(session, community.id, person, now=visit.now)
        return Scope(community, True, None)
    mentor = mentors.of_person(session, community.id, person.id)
    if mentor is None:
        raise Forbidden("staff.forbidden")
    return Scope(community, False, mentor.id)


def cared_for(session: Session, visit: Visit) -> tuple[Pack, bool]:
    """The pack of a route, for its mentor and the staff of its community; whether the actor is staff."""
    pack = packs.by_short(session, visit.arg(0))
    return pack, caring.require_care(session, pack, visit.person(session), now=visit.now)


def staffed(session: Session, visit: Visit) -> Pack:
    """The pack of a route, for the staff of its community alone."""
    pack, is_staff = cared_for(session, visit)
    if not is_staff:
        raise Forbidden("staff.forbidden")
    return pack


def entry(session: Session, pack: Pack) -> Entry:
    return packbook.insight(session, pack).entry


@routes.workflow("packs-admin", reads=True)
async def begin(visit: Visit) -> Screen:
    """All packs, or those that fit the options, which are kept so that the pages stay with them."""
    given = {name: visit.answer(name) for name in NAMES if visit.answer(name)}
    if not given:
        return await visit.desk.db.read(_page, visit, {}, ALL, 0)
    return await visit.desk.db.write(_kept_page, visit, given)


@routes.read("care.list")
def page(session: Session, visit: Visit) -> Screen:
    key, given = _kept(session, visit)
    return _page(session, visit, given, key, visit.number(1))


@routes.read("care.filter_form")
def filter_form(session: Session, visit: Visit) -> Screen:
    scope(session, visit)
    key, given = _kept(session, visit)
    return screens.filter_form(given, key)


@routes.write("care.filter", form="care.filter_form")
def filtered(session: Session, visit: Visit) -> Screen:
    given = {name: visit.answer(name) for name in NAMES}
    if given["state"] == screens.ANY:
        given["state"] = ""
    return _kept_page(session, visit, {name: value for name, value in given.items() if value})


@routes.read("care.left")
def left_behind(session: Session, visit: Visit) -> Screen:
    found = scope(session, visit)
    if not found.is_staff:
        raise Forbidden("staff.forbidden")
    return screens.left_behind(
        [entry(session, pack) for pack in caring.left_behind(session, found.community.id)]
    )


@routes.read("care.pack")
def show(session: Session, visit: Visit) -> Screen:
    pack, is_staff = cared_for(session, visit)
    return card(session, pack, is_staff=is_staff)


@routes.read("care.adjust_form")
def adjust_form(session: Session, visit: Visit) -> Screen:
    return screens.adjust_form(entry(session, staffed(session, visit)))


@routes.write("care.adjust", form="care.adjust_form")
def adjust(session: Session, visit: Visit) -> Screen:
    pack, by = staffed(session, visit), reading.whole(visit.answer("by"))
    caring.adjust(session, pack, visit.person(session), by, visit.answer("reason"), now=visit.now)
    return card(session, pack, is_staff=True, news=_("It is done, and both are told."))


@routes.read("care.extend_form")
def extend_form(session: Session, visit: Visit) -> Screen:
    return screens.extend_form(entry(session, staffed(session, visit)))


@routes.write("care.extend", form="care.extend_form")
def extend(session: Session, visit: Visit) -> Screen:
    pack, days = staffed(session, visit), reading.whole(visit.answer("days"))
    caring.extend(session, pack, visit.person(session), days, visit.answer("reason"), now=visit.now)
    return card(session, pack, is_staff=True, news=_("It is done, and both are told."))


def card(session: Session, pack: Pack, *, is_staff: bool, news: Text | None = None) -> Screen:
    return screens.page(packbook.insight(session, pack), is_staff=is_staff, news=news)


def _kept_page(session: Session, visit: Visit, given: Mapping[str, str]) -> Screen:
    found = scope(session, visit)
    if not given:
        return _page(session, visit, given, ALL, 0)
    key = short_id(4)
    drafts.keep(session, visit.arrival.person_id, _kept_as(found.community, key), given, now=visit.now)
    return _page(session, visit, given, key, 0)


def _page(session: Session, visit: Visit, given: Mapping[str, str], key: str, number: int) -> Screen:
    found = scope(session, visit)
    state = given.get("state", "")
    if state and state not in STATES:
        raise Invalid("setup.choice", value=state)
    asked = Asked(PackState(state) if state else None, given.get("student", "")[:100], found.mentor_id)
    shown = packbook.packs(session, found.community.id, asked, number)
    to_help = len(caring.left_behind(session, found.community.id)) if found.is_staff else 0
    return screens.listing(shown, key, is_staff=found.is_staff, is_filtered=bool(given), to_help=to_help)


def _kept(session: Session, visit: Visit) -> tuple[str, Mapping[str, str]]:
    """The filters that a route begins with, by their key; none where they were forgotten."""
    key, community = visit.arg(0), visit.community(session)
    given = drafts.kept(session, visit.arrival.person_id, _kept_as(community, key))
    return (key, given) if given else (ALL, {})


def _kept_as(community: Community, key: str) -> str:
    return f"care:{community.id}:{key}"
