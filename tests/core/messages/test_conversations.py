"""The booking room: what is said there is carried once, in order, and to nobody else."""

import asyncio
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from adapters.database import Database
from core.booking import diary, moves
from core.booking.life import Booking, Who
from core.chat import Reader, Screen, Text
from core.desk import joining
from core.errors import Conflict, Invalid, NotFound
from core.history import History
from core.messages import carrying, conversations, enclosures, notices, rooms
from core.messages.carrying import Bubble
from core.messages.conversations import LONGEST, MOST_A_MINUTE, RoomMessage
from core.messages.enclosures import RoomFile
from core.messages.parcels import Parcel
from core.messages.rooms import Room, RoomKind, Whereabouts
from core.people import people
from core.people.people import Person
from tests import cast
from tests.cast import HOUR, MINUTE, MONDAY, TUESDAY_TEN, Cast
from tests.core.messages.desk import Chat

pytestmark = pytest.mark.anyio
DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)
ANA, BEN = "discord:ana", "discord:ben"
BEN_TOO = "telegram:ben"
PLAN = Parcel("plan.txt", "text/plain", b"one")


@pytest.fixture
async def troupe(db: Database) -> Cast:
    return await db.write(cast.enter)


@pytest.fixture
async def booking(db: Database, troupe: Cast) -> Booking:
    booked = await db.write(cast.book, troupe.ben, troupe.ana)
    await tell(db)
    return booked


async def tell(db: Database, now: datetime = MONDAY) -> None:
    while await db.write(notices.fan_out, now=now):
        pass


async def room_of(db: Database, booking: Booking) -> Room:
    room = await db.read(rooms.of_booking, booking.id)
    assert room is not None
    return room


async def says(
    db: Database, booking: Booking, who: Person, words: str, *files: Parcel, now: datetime = MONDAY
) -> RoomMessage:
    return await db.write(_say, booking.id, who.id, words, files, now)


async def carry(db: Database, *chats: Chat, now: datetime = MONDAY) -> datetime | None:
    return await carrying.carry_due(db, {each.platform: each for each in chats}, wrap, now=now)


def wrap(session: Session, message: RoomMessage, now: datetime) -> Bubble:
    """The words are all there is to see."""
    return Bubble(
        Screen(Text(message.text), subject=message.subject), Reader("en", "UTC"), rings=not message.revision
    )


def _say(
    session: Session, booking_id: int, author: int, words: str, files: tuple[Parcel, ...], now: datetime
) -> RoomMessage:
    room = rooms.of_booking(session, booking_id)
    count = session.scalar(select(func.count()).select_from(RoomMessage)) or 0
    return conversations.say(session, room, author, words, files, source=f"discord:{count}", now=now)


def _find(session: Session, message: RoomMessage) -> RoomMessage:
    return session.get_one(RoomMessage, message.id)


# --- the room's life ----------------------------------------------------------------------------


async def test_a_confirmed_booking_has_one_room_until_a_week_after_its_end(
    db: Database, booking: Booking
) -> None:
    room = await room_of(db, booking)
    assert (room.kind, room.closes_at) == (RoomKind.RELAY, booking.ends_at + 7 * DAY)
    assert room.is_open(booking.ends_at + 6 * DAY)
    assert await carry(db, Chat(), now=MONDAY) == room.closes_at
    await carry(db, Chat(), now=room.closes_at)
    closed = await room_of(db, booking)
    assert closed.closed_at == room.closes_at


async def test_a_hold_has_no_room(db: Database, troupe: Cast) -> None:
    held = await db.write(cast.hold, troupe.ben, troupe.ana)
    await tell(db)
    assert await db.read(rooms.of_booking, held.id) is None
    with pytest.raises(NotFound, match=r"room\.none"):
        await db.write(rooms.of_party, held.short, troupe.ana.id, now=MONDAY)


async def test_the_room_of_a_canceled_booking_closes_at_once_and_stays_to_be_read(
    db: Database, troupe: Cast, booking: Booking
) -> None:
    await says(db, booking, troupe.ana, "Hello")
    await db.write(_cancel, booking)
    await tell(db, MONDAY + MINUTE)
    with pytest.raises(Conflict, match=r"room\.closed"):
        await says(db, booking, troupe.ana, "Are you there?", now=MONDAY + MINUTE)
    room = await room_of(db, booking)
    assert [message.text for message in await db.read(conversations.latest, room)] == ["Hello"]


def _cancel(session: Session, booking: Booking) -> None:
    booking = diary.find(session, booking.id)
    moves.make(session, booking, "cancel", Who.MENTOR, now=MONDAY, reason="mentor", actor_id=None)


async def test_nobody_else_finds_the_room(db: Database, troupe: Cast, booking: Booking) -> None:
    with pytest.raises(NotFound, match=r"booking\.unknown"):
        await db.write(rooms.of_party, booking.short, troupe.hana.id, now=MONDAY)


# --- saying -------------------------------------------------------------------------------------


async def test_a_message_reaches_the_other_one_once(db: Database, troupe: Cast, booking: Booking) -> None:
    door = Chat()
    message = await says(db, booking, troupe.ana, "Where do we begin?")
    for _ in range(2):
        await carry(db, door)
    assert [(sent.account, sent.words, sent.key) for sent in door.shown] == [
        (BEN, "Where do we begin?", f"room:{message.id}")
    ]
    assert (await db.read(_find, message)).delivered_at == MONDAY


async def test_the_same_message_twice_counts_once(db: Database, troupe: Cast, booking: Booking) -> None:
    room, door = await room_of(db, booking), Chat()
    for _ in range(2):
        await db.write(conversations.say, room, troupe.ana.id, "Hello", source="discord:7", now=MONDAY)
    await carry(db, door)
    assert door.words_to(BEN) == ["Hello"]


@pytest.mark.parametrize(
    ("words", "files", "key"),
    [
        ("a" * (LONGEST + 1), 0, "room.long"),
        ("  \n", 0, "room.empty"),
        ("Look", 6, "room.files"),
    ],
)
async def test_what_cannot_be_said_is_refused_and_not_kept(
    db: Database, troupe: Cast, booking: Booking, words: str, files: int, key: str
) -> None:
    with pytest.raises(Invalid, match=key):
        await says(db, booking, troupe.ana, words, *[PLAN] * files)
    assert await db.read(conversations.latest, await room_of(db, booking)) == []


async def test_a_letter_that_is_no_mark_counts_once(db: Database, troupe: Cast, booking: Booking) -> None:
    message = await says(db, booking, troupe.ana, r"\*" * LONGEST)
    assert len(message.text) == 2 * LONGEST


async def test_the_31st_message_within_a_minute_is_refused_until_the_first_is_a_minute_old(
    db: Database, troupe: Cast, booking: Booking
) -> None:
    for number in range(MOST_A_MINUTE):
        await says(db, booking, troupe.ana, f"{number}", now=MONDAY + number * SECOND)
    with pytest.raises(Conflict) as refused:
        await says(db, booking, troupe.ana, "one more", now=MONDAY + 30 * SECOND)
    assert refused.value.facts["until"] == MONDAY + MINUTE
    await says(db, booking, troupe.ben_himself, "I may still", now=MONDAY + 30 * SECOND)
    await says(db, booking, troupe.ana, "one more", now=MONDAY + MINUTE)


# --- carrying -----------------------------------------------------------------------------------


async def test_messages_arrive_in_order_also_when_the_first_has_to_wait(
    db: Database, troupe: Cast, booking: Booking
) -> None:
    door = Chat(hiccups=1)
    for words in ("one", "two", "three"):
        await says(db, booking, troupe.ana, words)
    due = await carry(db, door)
    assert due == MONDAY + carrying.FIRST_RETRY
    await says(db, booking, troupe.ben_himself, "meanwhile")
    assert await carry(db, door) == due
    assert door.words_to(BEN) == []
    assert door.words_to(ANA) == ["meanwhile"]
    await carry(db, door, now=due or MONDAY)
    assert door.words_to(BEN) == ["one", "two", "three"]


async def test_it_goes_to_the_chat_that_was_used_last(db: Database, troupe: Cast, booking: Booking) -> None:
    await db.write(_also_on_telegram, troupe)
    telegram, discord = Chat("telegram"), Chat()
    await says(db, booking, troupe.ana, "Hello")
    await carry(db, telegram, discord)
    assert (telegram.words_to(BEN_TOO), discord.shown) == (["Hello"], [])


async def test_an_edit_goes_where_the_message_stands(db: Database, troupe: Cast, booking: Booking) -> None:
    telegram, discord = Chat("telegram"), Chat()
    message = await says(db, booking, troupe.ana, "Helo")
    await carry(db, telegram, discord)
    await db.write(_also_on_telegram, troupe)
    edited = await db.write(conversations.edit, troupe.ana.id, "Hello", source=message.source, now=MONDAY)
    assert edited is not None
    await carry(db, telegram, discord)
    assert [(sent.words, sent.key, sent.rings) for sent in discord.shown] == [
        ("Helo", f"room:{message.id}", True),
        ("Hello", f"room:{message.id}:1", False),
    ]
    assert telegram.shown == []


async def test_only_the_author_edits_and_only_what_was_said_here(
    db: Database, troupe: Cast, booking: Booking
) -> None:
    message = await says(db, booking, troupe.ana, "Hello")
    ben = troupe.ben_himself.id
    assert await db.write(conversations.edit, ben, "Forged", source=message.source, now=MONDAY) is None
    assert await db.write(conversations.edit, troupe.ana.id, "What", source="discord:99", now=MONDAY) is None
    assert (await db.read(_find, message)).text == "Hello"


async def test_an_edit_that_is_too_long_leaves_the_message_as_it_was(
    db: Database, troupe: Cast, booking: Booking
) -> None:
    message = await says(db, booking, troupe.ana, "Hello")
    too_long = "a" * (LONGEST + 1)
    with pytest.raises(Invalid, match=r"room\.long"):
        await db.write(conversations.edit, troupe.ana.id, too_long, source=message.source, now=MONDAY)
    assert (await db.read(_find, message)).text == "Hello"


async def test_a_message_without_a_way_is_lost_and_its_author_told(
    db: Database, troupe: Cast, booking: Booking
) -> None:
    message = await says(db, booking, troupe.ana, "Hello")
    await carry(db, Chat(gone={BEN}))
    assert (await db.read(_find, message)).is_lost
    lost = await db.read(_events, "room.lost")
    assert [(row.subject_id, row.actor_id) for row in lost] == [(message.id, troupe.ana.id)]


async def test_a_worker_that_died_leaves_its_message_to_the_next(
    db: Database, troupe: Cast, booking: Booking
) -> None:
    await says(db, booking, troupe.ana, "Hello")
    assert len(await db.write(carrying.claim, now=MONDAY)) == 1
    door = Chat()
    await carry(db, door)
    assert door.shown == []
    await carry(db, door, now=MONDAY + carrying.LEASE)
    assert door.words_to(BEN) == ["Hello"]


async def test_two_workers_at_once_carry_each_message_once(
    db: Database, troupe: Cast, booking: Booking
) -> None:
    for number in range(5):
        await says(db, booking, troupe.ana, f"{number}")
    door = Chat()
    await asyncio.gather(*(carry(db, door) for _ in range(3)))
    assert sorted(door.words_to(BEN)) == ["0", "1", "2", "3", "4"]


async def test_what_was_delivered_is_seen_when_the_other_one_looks_or_writes(
    db: Database, troupe: Cast, booking: Booking
) -> None:
    room = await room_of(db, booking)
    first = await says(db, booking, troupe.ana, "one")
    await carry(db, Chat())
    second = await says(db, booking, troupe.ana, "two")
    await db.write(conversations.see, room, troupe.ben.person_id, now=MONDAY + MINUTE)
    assert (await db.read(_find, first)).seen_at == MONDAY + MINUTE
    assert (await db.read(_find, second)).seen_at is None
    await carry(db, Chat())
    await says(db, booking, troupe.ben_himself, "I see", now=MONDAY + 2 * MINUTE)
    assert (await db.read(_find, second)).seen_at == MONDAY + 2 * MINUTE


async def test_what_is_said_in_a_thread_is_there_already(
    db: Database, troupe: Cast, booking: Booking
) -> None:
    room, door = await room_of(db, booking), Chat()
    message = await db.write(
        conversations.say, room, troupe.ana.id, "Hello", source="discord:1", now=MONDAY, in_thread=True
    )
    await carry(db, door)
    assert (message.delivered_at, door.shown) == (MONDAY, [])


async def test_files_are_kept_until_the_room_closes(db: Database, troupe: Cast, booking: Booking) -> None:
    message = await says(db, booking, troupe.ana, "", PLAN)
    await carry(db, Chat())
    assert await db.read(enclosures.parcels_of, message.id) == [PLAN]
    room = await room_of(db, booking)
    await carry(db, Chat(), now=room.closes_at)
    assert await db.read(enclosures.parcels_of, message.id) == []
    assert [file.name for file in await db.read(enclosures.of, [message.id])] == ["plan.txt"]


# --- where words go -----------------------------------------------------------------------------


async def where(db: Database, who: Person, platform: str = "discord") -> Whereabouts:
    return await db.read(rooms.whereabouts, who.id, platform, now=MONDAY)


async def test_plain_words_go_to_the_only_room_or_to_the_one_that_was_opened(
    db: Database, troupe: Cast, booking: Booking
) -> None:
    first = await room_of(db, booking)
    assert (await where(db, troupe.ana)).room is not None
    other = await db.write(cast.book, troupe.ben, troupe.ana, TUESDAY_TEN + 24 * HOUR)
    await tell(db)
    asked = await where(db, troupe.ana)
    assert (asked.room, len(asked.others)) == (None, 2)
    await db.write(rooms.enter, first, troupe.ana.id, "discord", now=MONDAY)
    assert (found := (await where(db, troupe.ana)).room) is not None
    assert found.id == first.id
    assert (await where(db, troupe.ana, "telegram")).room is None
    await db.write(rooms.leave, first, troupe.ana.id, "discord", now=MONDAY)
    left = await where(db, troupe.ana)
    assert left.room is not None
    assert left.room.booking_id == other.id
    assert not left.is_chosen


async def test_who_has_left_their_only_room_is_in_none(db: Database, troupe: Cast, booking: Booking) -> None:
    await db.write(rooms.leave, await room_of(db, booking), troupe.ana.id, "discord", now=MONDAY)
    assert await where(db, troupe.ana) == Whereabouts(None, False, [])


async def test_words_wait_until_their_author_says_to_whom(
    db: Database, troupe: Cast, booking: Booking
) -> None:
    door, room = Chat(), await room_of(db, booking)
    message = await db.write(conversations.say, None, troupe.ana.id, "Hello", source="discord:1", now=MONDAY)
    await carry(db, door)
    assert door.shown == []
    with pytest.raises(NotFound, match=r"room\.gone"):
        await db.write(conversations.address, message.id, troupe.ben.person_id, room, now=MONDAY)
    for _ in range(2):
        await db.write(conversations.address, message.id, troupe.ana.id, room, now=MONDAY)
    await carry(db, door)
    assert door.words_to(BEN) == ["Hello"]


async def test_words_that_nobody_was_named_for_are_forgotten(db: Database, troupe: Cast) -> None:
    await db.write(conversations.say, None, troupe.ana.id, "Hm", [PLAN], source="discord:1", now=MONDAY)
    await db.write(conversations.purge, now=MONDAY + 2 * DAY)
    assert await db.read(_count, RoomMessage) == await db.read(_count, RoomFile) == 0


async def test_two_accounts_that_become_one_share_their_rooms(db: Database, troupe: Cast) -> None:
    other = await db.write(cast.person, "Ana too", platform="telegram")
    booked = await db.write(cast.book, troupe.ben, other)
    await tell(db)
    room, message = await room_of(db, booked), await says(db, booked, other, "Hello")
    for who in (troupe.ana, other):
        await db.write(rooms.enter, room, who.id, "discord", now=MONDAY)
    await db.write(_joined, troupe.ana.id, other.id)
    assert (await db.read(_find, message)).author_id == troupe.ana.id
    assert (await where(db, troupe.ana)).is_chosen


def _joined(session: Session, one: int, other: int) -> None:
    joining.join(session, people.find(session, one), people.find(session, other), now=MONDAY)


def _also_on_telegram(session: Session, troupe: Cast) -> None:
    ben = people.find(session, troupe.ben.person_id)
    people.enrol(session, ben, "telegram", BEN_TOO, "en", now=MONDAY + MINUTE)


def _events(session: Session, event: str) -> list[History]:
    return list(session.scalars(select(History).where(History.event == event).order_by(History.id)))


def _count(session: Session, table: type[RoomMessage] | type[RoomFile]) -> int:
    return session.scalar(select(func.count()).select_from(table)) or 0
