"""Who answers what: every command, button and form by its route's name, and every refusal as a screen.

A handler is a read or a verb (it gets a session) or a workflow (it awaits the world). The router finds the
person, fixes `now`, keeps what was typed where a form is refused, and turns whatever is raised into a screen.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TypeAlias

import structlog
from sqlalchemy.orm import Session

from bot.screens import refusals
from bot.visit import Arrival, Desk, Visit, arrive, cleaned, known
from core import chat, drafts
from core.chat import ROUTE_BYTES, Command, Form, Incoming, Reply, Route, Screen, Suggestion
from core.db import short_id
from core.errors import NotFound, Refusal
from core.people import communities

log = structlog.get_logger()

Verb: TypeAlias = Callable[[Session, Visit], Screen]
Workflow: TypeAlias = Callable[[Visit], Awaitable[Screen]]
Suggest: TypeAlias = Callable[[Session, Visit, str], Sequence[Suggestion]]


@dataclass(frozen=True, slots=True)
class Handler:
    """`form` is the route name that shows the form whose answers this handler takes."""

    verb: Verb | None = None
    workflow: Workflow | None = None
    writes: bool = False
    form: str = ""


@dataclass(slots=True)
class Routes:
    """A topic's routes and commands; the topics' tables are put together by `merged`."""

    handlers: dict[str, Handler] = field(default_factory=dict)
    commands: list[Command] = field(default_factory=list)
    suggestions: dict[tuple[str, str], Suggest] = field(default_factory=dict)

    def read(self, name: str, *, form: str = "") -> Callable[[Verb], Verb]:
        return self._add(name, lambda verb: Handler(verb=verb, form=form))

    def write(self, name: str, *, form: str = "") -> Callable[[Verb], Verb]:
        return self._add(name, lambda verb: Handler(verb=verb, writes=True, form=form))

    def workflow(self, name: str, *, form: str = "") -> Callable[[Workflow], Workflow]:
        def add(workflow: Workflow) -> Workflow:
            self.handlers[name] = Handler(workflow=workflow, form=form)
            return workflow

        return add

    def suggest(self, command: str, option: str) -> Callable[[Suggest], Suggest]:
        def add(suggest: Suggest) -> Suggest:
            self.suggestions[command, option] = suggest
            return suggest

        return add

    def _add(self, name: str, handler: Callable[[Verb], Handler]) -> Callable[[Verb], Verb]:
        def add(verb: Verb) -> Verb:
            self.handlers[name] = handler(verb)
            return verb

        return add


def merged(topics: Sequence[Routes]) -> Routes:
    """All topics as one table. Raises `ValueError` where two want the same name."""
    whole = Routes()
    for topic in topics:
        twice = whole.handlers.keys() & topic.handlers.keys()
        if twice:
            raise ValueError(f"routes with two handlers: {sorted(twice)}")
        whole.handlers |= topic.handlers
        whole.commands += topic.commands
        whole.suggestions |= topic.suggestions
    return whole


class Router:
    """Implements `core.ports.Router` for every door."""

    def __init__(self, desk: Desk, routes: Routes, welcome: Callable[[], Screen]) -> None:
        self.desk = desk
        self.routes = routes
        self.welcome = welcome

    @property
    def commands(self) -> Sequence[Command]:
        return self.routes.commands

    async def answer(self, incoming: Incoming) -> Reply:
        """A screen, whatever happens."""
        now = self.desk.clock.now()
        incoming = cleaned(incoming)
        reader = chat.Reader(incoming.locale, "UTC")
        try:
            arrival = await self._arrive(incoming)
            reader = arrival.reader
            visit = Visit(self.desk, incoming, arrival, now)
            return await self._reply(visit)
        except Exception as error:
            reference = short_id(6)
            log.exception(
                "router.failed", reference=reference, route=incoming.route.name, error=type(error).__name__
            )
            return Reply(refusals.broken(reference), reader)

    async def suggest(self, incoming: Incoming, option: str, typed: str) -> Sequence[Suggestion]:
        """At most 25 completions; none where nothing can be said."""
        suggest = self.routes.suggestions.get((incoming.route.name, option))
        if suggest is None:
            return ()
        now = self.desk.clock.now()
        incoming = cleaned(replace(incoming, answers={option: typed[:100]}))
        visit = Visit(self.desk, incoming, await self._arrive(incoming), now)
        try:
            return (await self.desk.db.read(suggest, visit, incoming.answers[option]))[:25]
        except Refusal:
            return ()

    async def joined(self, place: chat.Place, owner: chat.Account, locale: str) -> Reply | None:
        """Makes the community and its owner known; a welcome for the owner of a new one."""
        now = self.desk.clock.now()
        incoming = Incoming(owner, Route("setup"), "", place=place, locale=locale, may_manage=True)
        if await self.desk.db.read(known, incoming, now) is not None:
            return None
        arrival, is_new = await self.desk.db.write(_join, incoming, now)
        return Reply(self.welcome(), arrival.reader) if is_new else None

    async def _arrive(self, incoming: Incoming) -> Arrival:
        now = self.desk.clock.now()
        arrival = await self.desk.db.read(known, incoming, now)
        if arrival is None:
            arrival = await self.desk.db.write(arrive, incoming, now)
        return arrival

    async def _reply(self, visit: Visit) -> Reply:
        route = visit.incoming.route
        handler = self.routes.handlers.get(route.name)
        if handler is None and "." not in route.name:
            return await self._reply(replace(visit, incoming=_asking(visit.incoming)))
        if handler is None:
            return Reply(refusals.screen(NotFound("route.unknown"), retry=None), visit.reader)
        reopen = _reopening(handler, route)
        try:
            screen = await self._run(handler, visit)
        except Refusal as refusal:
            log.info("route.refused", route=route.name, reason=refusal.key, person=visit.arrival.person_id)
            if reopen is not None:
                await self.desk.db.write(_keep, visit, str(reopen))
            return Reply(refusals.screen(refusal, retry=reopen), visit.reader)
        if reopen is not None and visit.answers:
            await self.desk.db.write(drafts.discard, visit.arrival.person_id, str(reopen))
        if screen.form is not None:
            kept = await self.desk.db.read(drafts.kept, visit.arrival.person_id, str(screen.form.reopen))
            screen = replace(screen, form=filled(screen.form, kept))
        return Reply(screen, await self._reader(visit))

    async def _run(self, handler: Handler, visit: Visit) -> Screen:
        if handler.workflow is not None:
            return await handler.workflow(visit)
        assert handler.verb is not None
        run = self.desk.db.write if handler.writes else self.desk.db.read
        return await run(handler.verb, visit)

    async def _reader(self, visit: Visit) -> chat.Reader:
        """The reader after the command, which may have changed how they read."""
        if not visit.incoming.route.name.startswith("settings"):
            return visit.reader
        return (await self._arrive(visit.incoming)).reader


def _join(session: Session, incoming: Incoming, now: datetime) -> tuple[Arrival, bool]:
    assert incoming.place is not None
    is_new = communities.at(session, incoming.place) is None
    return arrive(session, incoming, now), is_new


def _asking(incoming: Incoming) -> Incoming:
    """A word that is no command is a question for help."""
    return replace(incoming, route=Route("help"), answers={"word": incoming.route.name})


def _keep(session: Session, visit: Visit, form: str) -> None:
    drafts.keep(session, visit.arrival.person_id, form, visit.answers, now=visit.now)


def _reopening(handler: Handler, route: Route) -> Route | None:
    """The way back to a form, unless it was forged beyond what a button holds."""
    reopen = Route(handler.form, route.args)
    return reopen if handler.form and len(str(reopen).encode()) <= ROUTE_BYTES else None


def filled(form: Form, kept: Mapping[str, str]) -> Form:
    """The form with what was typed before."""
    return replace(form, fields=tuple(replace(f, default=kept.get(f.name, f.default)) for f in form.fields))
