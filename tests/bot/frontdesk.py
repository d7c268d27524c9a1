"""The front desk with everybody who may come to it: the router over a real database, a strict bank and the cast."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Final

from sqlalchemy import TextClause, func, literal, select, text, union_all
from sqlalchemy.orm import Session

from adapters.calendars.ical import calendar_file
from adapters.database import Database
from adapters.discord.modal import modal
from adapters.discord.render import render
from adapters.meetings.jitsi import JitsiRooms
from adapters.words import Words, plain_words
from bot import commands
from bot.i18n import FOLDER, Catalogue
from bot.router import Router
from bot.screens.help import welcome
from bot.visit import Desk
from core import chat, drafts
from core.booking import moves
from core.booking.life import Booking, Who
from core.booking.till import Till
from core.chat import Account, Incoming, Place, Reply, Route, Screen
from core.db import Base
from core.people import mentorship
from core.people.mentors import Mentor
from core.people.people import Identity
from tests import cast
from tests.bank import Bank
from tests.cast import HOUR, MONDAY, TUESDAY_TEN
from tests.doubles.clock import MovableClock
from tests.tapes import taped

GUILD: Final = Place("discord", "guild", "Guild")
ANA, BEN, HANA = "Ana", "Ben", "Hana of Guild"
STRANGER, APPLICANT, REJECTED = "Sten", "Dora", "Eli"
FAR_STAFF, FAR_MENTOR = "Hana of Nest", "Cleo"
COMES_AND_GOES: Final = frozenset({"people", "identities", "memberships", "drafts", "codes", "guesses"})
BROKEN: Final = "Something went wrong"
REFUSED: Final = "That does not work"


@dataclass
class FrontDesk:
    """`short` is a booking of somebody else's in each state of life."""

    db: Database
    clock: MovableClock
    ben: Mentor
    cleo: Mentor
    short: Mapping[str, str]
    router: Router
    bank: Bank
    catalogue: Catalogue = field(default_factory=Catalogue)

    @classmethod
    async def open(cls, db: Database, folder: Path = FOLDER) -> "FrontDesk":
        """`folder` holds the catalogues."""
        clock = MovableClock(MONDAY)
        bank = Bank(clock)
        desk = Desk(
            db=db,
            till=Till({bank.name: bank}, bank.name, "", "https://discord.example/guild"),
            rooms=JitsiRooms("https://meet.example"),
            calendar_file=calendar_file,
            catalogue=(catalogue := Catalogue(folder)),
            clock=clock,
            tell=plain_words(catalogue),
            secret="a secret of the house",
        )
        ben, cleo, short = await db.write(_populate)
        return cls(db, clock, ben, cleo, short, Router(desk, commands.table(), welcome), bank, catalogue)

    async def hear(
        self,
        who: str,
        path: str,
        answers: Mapping[str, str] | None = None,
        *,
        place: Place | None = GUILD,
        may_manage: bool | None = None,
    ) -> Screen:
        """What somebody is shown, once it is sure that a door can show it."""
        reply = await self.ask(who, path, answers, place=place, may_manage=may_manage)
        render(reply.screen, reply.reader, self.catalogue)
        if reply.screen.form:
            modal(reply.screen.form, Words(self.catalogue, reply.reader))
        return reply.screen

    async def ask(
        self,
        who: str,
        path: str,
        answers: Mapping[str, str] | None = None,
        *,
        place: Place | None = GUILD,
        may_manage: bool | None = None,
    ) -> Reply:
        """What the router says, shown to nobody."""
        manages = who == HANA and place is not None if may_manage is None else may_manage
        account = Account("discord", f"discord:{who.lower()}", who)
        incoming = Incoming(account, Route.parse(path), "1", place, answers or {}, may_manage=manages)
        return await self.router.answer(incoming)

    async def counts(self) -> dict[str, int]:
        """How many rows stand in each table that a refusal must leave alone."""
        return await self.db.read(counts)

    async def kept(self, who: str, form: str) -> dict[str, str]:
        """What somebody's draft of a form holds."""
        return await self.db.read(_kept, who, form)


def sentence(screen: Screen) -> str:
    """Title and first paragraph as an English person reads them."""
    words = Words(lambda _locale, msgid, _plural="", _count=None: msgid, chat.Reader("en", "UTC"))
    said = [part.text for part in screen.parts if isinstance(part, chat.Paragraph)][:1]
    return ": ".join(words.say(text) for text in (screen.title, *said))


@taped
def _populate(session: Session) -> tuple[Mentor, Mentor, dict[str, str]]:
    troupe = cast.enter(session)
    nest, host = cast.community(session, "Nest")
    cleo = cast.mentor(session, nest, FAR_MENTOR, by=host)
    for name in (APPLICANT, REJECTED):
        someone = cast.person(session, name)
        mentor = mentorship.apply(
            session, troupe.community, someone, cast.application(), lowest=None, now=MONDAY
        )
        if name == REJECTED:
            mentorship.reject(session, mentor, troupe.hana, "Not yet", now=MONDAY)
    held, agreed, confirmed, completed, expired, canceled = (
        cast.hold(
            session, troupe.ben, cast.person(session, f"Zoe {number}"), TUESDAY_TEN + 24 * number * HOUR
        )
        for number in range(6)
    )
    cast.agree(session, agreed)
    for booking in (confirmed, completed):
        cast.confirm(session, booking)
    cast.complete(session, completed)
    moves.lapse(session, expired, Who.CLOCK, now=MONDAY)
    cast.release(session, canceled)
    named: dict[str, Booking] = {
        "held": held,
        "agreed": agreed,
        "confirmed": confirmed,
        "completed": completed,
        "expired": expired,
        "canceled": canceled,
    }
    return troupe.ben, cleo, {state: booking.short for state, booking in named.items()}


@cache
def _counting() -> TextClause:
    """As plain text: building it from the tables each time takes ten times as long as the counting."""
    tables = [table for table in Base.metadata.sorted_tables if table.name not in COMES_AND_GOES]
    counted = (select(literal(str(table.name)), func.count()).select_from(table) for table in tables)
    return text(str(union_all(*counted).compile(compile_kwargs={"literal_binds": True})))


def counts(session: Session) -> dict[str, int]:
    return {name: count for name, count in session.execute(_counting())}


def _kept(session: Session, who: str, form: str) -> dict[str, str]:
    account = select(Identity.person_id).where(Identity.account == f"discord:{who.lower()}")
    return drafts.kept(session, session.scalars(account).one(), form)
