"""Threads of rooms: opened where two people can be in one, kept up to date, closed; and what stands in where not."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

import pytest
from sqlalchemy.orm import Session

from adapters.database import Database
from core import chat
from core.booking import diary, moves
from core.booking.life import Booking, Who
from core.chat import Reader, Screen, Text
from core.messages import dispatch, rooms, tending, threads
from core.messages.outbox import Notice
from core.messages.rooms import Room, RoomKind
from core.messages.tending import Posting, Stage
from core.people import communities, governing, memberships, people
from core.people.people import Identity
from core.ports import Rung, RungKind, Undeliverable
from tests import cast
from tests.cast import HOUR, MINUTE, MONDAY, TUESDAY_TEN, Cast
from tests.core.messages.desk import Chat, compose, planned

pytestmark = pytest.mark.anyio
ANA, BEN = "discord:ana", "discord:ben"
DAY = 24 * HOUR
OVER = TUESDAY_TEN + HOUR
READER = Reader("en", "UTC")


@dataclass
class Server(Chat):
    """A platform with threads; `weather` is what it answers next instead."""

    opened: list[tuple[str, str, list[str]]] = field(default_factory=list)
    posted: list[tuple[str, bool]] = field(default_factory=list)
    closed: list[str] = field(default_factory=list)
    weather: list[Undeliverable] = field(default_factory=list)

    async def open_thread(self, channel: str, name: str, accounts: Sequence[str], *, key: str) -> str:
        self._rain()
        self.opened.append((channel, name, list(accounts)))
        return f"t{len(self.opened)}"

    async def post(self, thread: str, screen: Screen, reader: Reader, *, key: str, rings: bool) -> None:
        self._rain()
        self.posted.append((screen.title.msgid, rings))

    async def close_thread(self, thread: str) -> None:
        self._rain()
        self.closed.append(thread)

    def thread_address(self, place: str, thread: str) -> str:
        return f"https://example.org/{place}/{thread}"

    def _rain(self) -> None:
        if self.weather:
            raise self.weather.pop(0)


def shows(session: Session, booking: Booking, stage: Stage, now: datetime) -> Posting:
    return Posting(Screen(Text(f"{stage} {booking.agenda}")), READER)


@pytest.fixture
async def troupe(db: Database) -> Cast:
    """With a sessions channel; Ana and Ben are members."""
    troupe = await db.write(cast.enter)

    def appoint(session: Session) -> None:
        place, hana = cast.here(session, troupe.community), cast.here(session, troupe.hana)
        governing.appoint(session, place, hana, "sessions_channel", "77", "#sessions", now=MONDAY)
        for person_id in (troupe.ana.id, troupe.ben.person_id):
            memberships.welcome(session, place, people.find(session, person_id), now=MONDAY)

    await db.write(appoint)
    return troupe


async def booked(db: Database, troupe: Cast) -> Booking:
    booking = await db.write(cast.book, troupe.ben, troupe.ana)
    await dispatch.deliver_due(db, {}, compose, now=MONDAY)
    return booking


async def works(db: Database, server: Server, now: datetime) -> datetime | None:
    return await tending.keep(db, {"discord": server}, shows, now=now)


async def room_of(db: Database, booking: Booking) -> Room:
    room = await db.read(rooms.of_booking, booking.id)
    assert room is not None
    return room


async def test_a_confirmed_booking_gets_a_thread_that_changes_with_it(db: Database, troupe: Cast) -> None:
    booking, server = await booked(db, troupe), Server()
    due = await works(db, server, MONDAY)
    assert server.opened == [("77", f"Ben · Ana · {booking.code[-5:]}", [ANA, BEN])]
    assert due == TUESDAY_TEN - 10 * MINUTE
    room = await room_of(db, booking)
    assert (room.kind, room.platform, room.thread) == (RoomKind.THREAD, "discord", "t1")
    assert await works(db, server, due) == OVER
    assert await works(db, server, OVER) == OVER + 7 * DAY
    assert await works(db, server, OVER + 7 * DAY) is None
    words = [title.split()[0] for title, rings in server.posted if rings]
    assert words == ["coming", "joining", "over", "closed"]
    assert server.closed == ["t1"]


async def test_what_did_not_change_is_not_posted_and_what_is_noted_does_not_ring(
    db: Database, troupe: Cast
) -> None:
    booking, server = await booked(db, troupe), Server()
    await works(db, server, MONDAY)
    await db.write(threads.touch, booking.id, now=MONDAY)
    await works(db, server, MONDAY)
    assert len(server.posted) == 1

    def note(session: Session) -> None:
        diary.find(session, booking.id).agenda = "Something else"
        threads.touch(session, booking.id, now=MONDAY)

    await db.write(note)
    await works(db, server, MONDAY)
    assert server.posted[1:] == [("coming Something else", False)]


async def test_without_a_sessions_channel_there_is_no_thread(db: Database) -> None:
    troupe = await db.write(cast.enter)
    booking, server = await booked(db, troupe), Server()
    assert await works(db, server, MONDAY) is None
    assert (await room_of(db, booking)).kind is RoomKind.RELAY


async def test_who_is_not_in_the_community_gets_no_thread(db: Database, troupe: Cast) -> None:
    def move_out(session: Session) -> None:
        [identity] = people.identities(session, troupe.ana.id)
        identity.platform, identity.account = "telegram", "t:ana"

    await db.write(move_out)
    server = Server()
    await booked(db, troupe)
    assert await works(db, server, MONDAY) is None
    assert not server.opened


async def test_trouble_that_passes_is_waited_for(db: Database, troupe: Cast) -> None:
    booking, server = await booked(db, troupe), Server()
    server.weather = [Undeliverable("503", permanent=False)]
    due = await works(db, server, MONDAY)
    assert due is not None
    assert not server.opened
    assert (await room_of(db, booking)).kind is RoomKind.RELAY
    await works(db, server, due)
    assert len(server.opened) == 1


async def test_a_door_that_is_not_open_yet_is_waited_for(db: Database, troupe: Cast) -> None:
    await booked(db, troupe)
    due = await tending.keep(db, {}, shows, now=MONDAY)
    assert due is not None
    server = Server()
    await works(db, server, due)
    assert server.opened


async def test_a_thread_that_never_comes_about_is_not_waited_for_forever(db: Database, troupe: Cast) -> None:
    await booked(db, troupe)
    server, due = Server(), MONDAY
    server.weather = [Undeliverable("160006", permanent=False)] * 100
    for _n in range(100):
        if (following := await works(db, server, due)) is None:
            break
        due = following
    assert len(server.weather) == 100 - threads.MOST_ATTEMPTS


async def test_where_a_thread_cannot_be_the_bot_carries_the_messages(db: Database, troupe: Cast) -> None:
    booking, server = await booked(db, troupe), Server()
    server.weather = [Undeliverable("missing access", permanent=True)]
    assert await works(db, server, MONDAY) is None
    assert (await room_of(db, booking)).kind is RoomKind.RELAY
    await dispatch.deliver_due(db, {}, compose, now=MONDAY)
    assert "thread_lost" not in await db.read(planned, troupe.ana.id)  # there never was one


@pytest.mark.parametrize("told", [True, False])
async def test_a_thread_that_is_gone_makes_a_relay_and_both_are_told(
    db: Database, troupe: Cast, told: bool
) -> None:
    booking, server = await booked(db, troupe), Server()
    due = await works(db, server, MONDAY)
    assert due is not None
    now = MONDAY if told else due
    if told:
        await db.write(threads.lost, "discord", "t1", now=now)
    else:
        server.weather = [Undeliverable("unknown channel", permanent=True)]
    assert await works(db, server, now) is None
    assert (await room_of(db, booking)).kind is RoomKind.RELAY
    await dispatch.deliver_due(db, {}, compose, now=now)
    for person_id in (troupe.ana.id, troupe.ben.person_id):
        assert "thread_lost" in await db.read(planned, person_id)


async def test_a_thread_that_is_told_lost_twice_is_told_once(db: Database, troupe: Cast) -> None:
    await booked(db, troupe)
    await works(db, Server(), MONDAY)
    for _n in range(2):
        await db.write(threads.lost, "discord", "t1", now=MONDAY)
    await db.write(threads.lost, "discord", "elsewhere", now=MONDAY)
    await dispatch.deliver_due(db, {}, compose, now=MONDAY)
    rows = await db.read(lambda session: session.query(Notice).filter_by(kind="thread_lost").count())
    assert rows == 2


async def test_a_booking_that_is_called_off_closes_its_thread_and_one_revived_gets_another(
    db: Database, troupe: Cast
) -> None:
    booking, server = await booked(db, troupe), Server()
    await works(db, server, MONDAY)

    def void(session: Session) -> None:
        moves.make(
            session, diary.find(session, booking.id), "void", Who.PROVIDER, now=MONDAY, reason="refunded"
        )

    await db.write(void)
    await dispatch.deliver_due(db, {}, compose, now=MONDAY)
    assert await works(db, server, MONDAY) is None
    assert (server.closed, server.posted[-1][0].split()[0]) == (["t1"], "off")


async def ladder(db: Database, troupe: Cast, kind: str) -> list[Rung]:
    notice = (await db.read(planned, troupe.ana.id))[kind]
    return await db.read(dispatch.ladder, notice)


async def test_a_reminder_climbs_from_the_own_chat_to_the_thread_and_then_elsewhere(
    db: Database, troupe: Cast
) -> None:
    def link(session: Session) -> None:
        own = Identity(person_id=troupe.ana.id, platform="telegram", account="t:ana", name="Ana", locale="en")
        own.seen_at = MONDAY - DAY
        session.add(own)

    await db.write(link)
    await booked(db, troupe)
    await works(db, Server(), MONDAY)
    own, there = Rung("discord", RungKind.DIRECT, ANA), Rung("telegram", RungKind.DIRECT, "t:ana")
    thread = Rung("discord", RungKind.THREAD, ANA, "t1")
    assert await ladder(db, troupe, "reminder.60") == [own, thread, there]
    assert await ladder(db, troupe, "confirmed") == [own, there]
    await db.write(people.bury, "discord", ANA, now=MONDAY)
    assert await ladder(db, troupe, "reminder.60") == [thread, there]


async def test_a_reminder_that_finds_the_thread_gone_says_so_to_everybody(db: Database, troupe: Cast) -> None:
    booking = await booked(db, troupe)
    await works(db, Server(), MONDAY)
    await db.write(people.bury, "discord", ANA, now=MONDAY)
    await db.write(cast_off, troupe)
    await dispatch.deliver_due(db, {"discord": Deaf()}, compose, now=TUESDAY_TEN - HOUR)
    assert (await room_of(db, booking)).kind is RoomKind.RELAY


def cast_off(session: Session, troupe: Cast) -> None:
    """Nobody is told anything but by thread."""
    people.bury(session, "discord", BEN, now=MONDAY)


class Deaf(Server):
    async def deliver(self, rung: Rung, screen: Screen, reader: Reader, *, key: str, rings: bool) -> None:
        raise Undeliverable("unknown channel", permanent=True)


async def test_only_where_there_are_threads_a_sessions_channel_is_appointed(db: Database) -> None:
    def places(session: Session) -> list[tuple[str, ...]]:
        made = [
            communities.host(session, chat.Place(platform, "k", "K"), now=MONDAY)[0]
            for platform in ("discord", "telegram", "web")
        ]
        return [community.places for community in made]

    on_discord, on_telegram, on_the_web = await db.write(places)
    assert "sessions_channel" in on_discord
    assert on_telegram == on_the_web == tuple(each for each in on_discord if each != "sessions_channel")


def test_a_posting_is_known_by_what_it_shows() -> None:
    posting = Posting(Screen(Text("Hello")), READER)
    assert tending.digest(posting) == tending.digest(replace(posting))
    assert tending.digest(posting) != tending.digest(Posting(Screen(Text("Hello!")), READER))
