"""Who answers what: every command, button and form by its route's name, and every refusal as a screen.

A handler is a read or a verb (it gets a session) or a workflow (it awaits the world). The router finds the
person, fixes `now`, keeps what was typed where a form is refused, and turns whatever is raised into a screen.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TypeAlias

import structlog
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from bot.routes import Handler, Routes, merged
from bot.screens import browser, refusals
from bot.visit import Arrival, Desk, Visit, arrive, cleaned, known, storable
from core import chat, drafts
from core.chat import ROUTE_BYTES, Command, Form, Incoming, Outcome, Reply, Route, Said, Screen, Suggestion
from core.db import short_id
from core.errors import NotFound, Refusal
from core.people import communities

__all__ = ["Handler", "Router", "Routes", "merged"]
log = structlog.get_logger()

Attend: TypeAlias = Callable[[Visit], Awaitable[Reply | None]]


class Router:
    """Implements `core.ports.RoomRouter` for every door."""

    def __init__(self, desk: Desk, routes: Routes, welcome: Callable[[], Screen]) -> None:
        self.desk = desk
        self.routes = routes
        self.welcome = welcome

    @property
    def commands(self) -> Sequence[Command]:
        return self.routes.commands

    def is_read(self, route: Route) -> bool:
        """Whether the route may be followed as a link; one that nobody knows writes nothing either."""
        handler = self.routes.handlers.get(route.name)
        return handler is None or handler.shows

    async def answer(self, incoming: Incoming) -> Reply:
        """A screen, whatever happens."""
        reply = await self._safely(cleaned(incoming), self._reply)
        assert reply is not None
        return reply

    async def hear(self, said: Said) -> Reply | None:
        """Plain words, to whoever is in the room; who is in none is answered as one who asks for help."""
        words = Incoming(said.account, Route("room.say"), said.key, locale=said.locale)

        async def listen(visit: Visit) -> Reply | None:
            return await self._listen(visit, said)

        return await self._safely(cleaned(words), listen)

    async def _safely(self, incoming: Incoming, attend: Attend) -> Reply | None:
        now = self.desk.clock.now()
        reader = chat.Reader(incoming.locale or "en", "UTC", at=now)
        try:
            arrival = await self._arrive(incoming)
            reader = arrival.reader
            return await self._patiently(Visit(self.desk, incoming, arrival, now), attend)
        except Exception as error:
            reference = short_id(6)
            log.exception(
                "router.failed", reference=reference, route=incoming.route.name, error=type(error).__name__
            )
            return Reply(refusals.broken(reference), reader, Outcome.BROKEN)

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
        if await self.desk.db.read(known, incoming, self.desk.catalogue.languages, now) is not None:
            return None
        arrival, is_new = await self.desk.db.write(_join, incoming, self.desk.catalogue.languages, now)
        return Reply(self.welcome(), arrival.reader) if is_new else None

    async def _arrive(self, incoming: Incoming) -> Arrival:
        now = self.desk.clock.now()
        arrival = await self.desk.db.read(known, incoming, self.desk.catalogue.languages, now)
        if arrival is None:
            arrival = await self.desk.db.write(arrive, incoming, self.desk.catalogue.languages, now)
        return arrival

    async def _listen(self, visit: Visit, said: Said) -> Reply | None:
        assert self.routes.listener is not None
        try:
            heard = await self.routes.listener(visit, replace(said, text=storable(said.text)))
        except Refusal as refusal:
            if refusal.key == "person.unknown":
                raise
            log.info("words.refused", reason=refusal.key, person=visit.arrival.person_id)
            return Reply(refusals.screen(refusal, retry=None), visit.reader, refusals.outcome(refusal))
        if isinstance(heard, Incoming):
            return await self.answer(heard)
        return None if heard is None else Reply(heard, visit.reader)

    async def _patiently(self, visit: Visit, attend: Attend) -> Reply | None:
        """Once more for somebody who was joined to another person while we looked."""
        try:
            return await attend(visit)
        except (NotFound, IntegrityError):
            again = await self._arrive(visit.incoming)
            if again.person_id == visit.arrival.person_id:
                raise
            return await attend(replace(visit, arrival=again))

    async def _reply(self, visit: Visit) -> Reply:
        route = visit.incoming.route
        handler = self.routes.handlers.get(route.name)
        if handler is None and "." not in route.name:
            explained = await self._reply(replace(visit, incoming=_asking(visit.incoming)))
            return replace(explained, outcome=Outcome.UNKNOWN)
        if handler is None:
            unknown = refusals.screen(NotFound("route.unknown"), retry=None)
            return Reply(unknown, visit.reader, Outcome.UNKNOWN)
        reopen = _reopening(handler, route)
        try:
            screen = await run(handler, visit)
        except Refusal as refusal:
            if refusal.key == "person.unknown":
                raise
            log.info("route.refused", route=route.name, reason=refusal.key, person=visit.arrival.person_id)
            if reopen is not None and handler.keeps and visit.answers:
                await self.desk.db.write(_keep, visit, str(reopen))
            refused = refusals.screen(refusal, retry=reopen, kept=handler.keeps)
            return Reply(refused, visit.reader, refusals.outcome(refusal))
        if reopen is not None and visit.answers:
            await self.desk.db.write(drafts.discard, visit.arrival.person_id, str(reopen))
        if screen.form is not None:
            kept = await self.desk.db.read(drafts.kept, visit.arrival.person_id, str(screen.form.reopen))
            screen = replace(screen, form=filled(screen.form, kept))
        elif handler.shows and self._leads_out(visit):
            screen = browser.onward(screen, route)
        return Reply(screen, await self._reader(visit))

    def _leads_out(self, visit: Visit) -> bool:
        """Whether our pages can show the same to the same person. They do not hear answers or manage places."""
        entrance = self.desk.entrance
        if entrance is None or not entrance.is_open or visit.answers or not visit.incoming.in_chat:
            return False
        topic = visit.incoming.route.name.partition(".")[0]
        return not any(command.name == topic and command.managers for command in self.commands)

    async def _reader(self, visit: Visit) -> chat.Reader:
        """The reader after the command, which may have changed how they read."""
        if not visit.incoming.route.name.startswith("settings"):
            return visit.reader
        return (await self._arrive(visit.incoming)).reader


async def run(handler: Handler, visit: Visit) -> Screen:
    """What a handler answers, in the way that it works."""
    if handler.workflow is not None:
        return await handler.workflow(visit)
    assert handler.verb is not None
    within = visit.desk.db.write if handler.writes else visit.desk.db.read
    return await within(handler.verb, visit)


def _join(
    session: Session, incoming: Incoming, languages: Sequence[str], now: datetime
) -> tuple[Arrival, bool]:
    assert incoming.place is not None
    is_new = communities.at(session, incoming.place) is None
    return arrive(session, incoming, languages, now), is_new


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
