"""`/start`: the first word in a private chat, and where the links lead that bring people there.

Telegram says it when a person presses Start. A payload names what they came for: `mentor_<slug>`, `book_<slug>`,
`link_<code>` or `go_<command>`.
"""

from collections.abc import Mapping
from dataclasses import replace

from sqlalchemy.orm import Session

from bot.router import Routes, run
from bot.screens import refusals
from bot.screens import start as screens
from bot.visit import Visit
from core.chat import Route, Screen, to
from core.errors import NotFound, Refusal
from core.people import communities, memberships, mentors
from core.people.communities import Community

ROUTES = {"mentor": "mentor.show", "book": "book.mentor"}


def topic(table: Routes) -> Routes:
    """The starts that lead into the other topics."""
    routes = Routes()

    @routes.workflow("start", reads=True)
    async def begin(visit: Visit) -> Screen:
        payload = visit.answer("to")
        if not payload:
            return await visit.desk.db.read(_hello, visit)
        kind, _mark, rest = payload.partition("_")
        try:
            return await _follow(table, visit, kind, rest)
        except Refusal as refusal:
            return await visit.desk.db.read(_hello, visit, refusal)

    @routes.write("start.in")
    def choose(session: Session, visit: Visit) -> Screen:
        """The community that is meant in private from now on."""
        community = communities.find(session, visit.number(0))
        person_id = visit.arrival.person_id
        if not _is_open(session, community, person_id):
            raise NotFound("community.unknown")
        memberships.welcome(session, community, visit.person(session), now=visit.now)
        return _hello(session, visit, home=community)

    return routes


async def _follow(table: Routes, visit: Visit, kind: str, rest: str) -> Screen:
    commands = {command.name for command in table.commands}
    match kind:
        case "mentor" | "book":
            guest = await visit.desk.db.write(_enter, visit, rest)
            return await _at(table, guest, to(ROUTES[kind], rest[:40]))
        case "link" if rest:
            return await _at(table, visit, to("link"), {"code": rest})
        case "go" if rest in commands:
            return await _at(table, visit, to(rest))
    raise NotFound("start.unknown")


async def _at(table: Routes, visit: Visit, route: Route, answers: Mapping[str, str] | None = None) -> Screen:
    there = replace(visit, incoming=replace(visit.incoming, route=route, answers=answers or {}))
    return await run(table.handlers[route.name], there)


def _enter(session: Session, visit: Visit, slug: str) -> Visit:
    """Whoever holds a mentor's link is a guest of their community, where its mentors are public."""
    mentor, person = mentors.by_slug(session, slug), visit.person(session)
    community = communities.find(session, mentor.community_id)
    if not _is_open(session, community, person.id):
        raise NotFound("mentor.unknown", slug=slug)
    memberships.welcome(session, community, person, now=visit.now)
    return replace(visit, arrival=replace(visit.arrival, community_id=community.id))


def _hello(
    session: Session, visit: Visit, refusal: Refusal | None = None, *, home: Community | None = None
) -> Screen:
    if home is None and visit.arrival.community_id is not None:
        home = communities.find(session, visit.arrival.community_id)
    return screens.hello(
        home,
        memberships.of(session, visit.arrival.person_id),
        [] if home else communities.public(session, most=screens.MOST),
        problem=refusals.sentence(refusal) if refusal else None,
    )


def _is_open(session: Session, community: Community, person_id: int) -> bool:
    """Whether somebody may look around: where they are known, or where anybody may."""
    return community.policy.public_directory or memberships.is_member(session, community.id, person_id)
