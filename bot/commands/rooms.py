"""`/rooms` and the booking room: what people say without a command, and the room's own screen.

Plain words go to the room that a person has opened in this chat, or to their only one. Whoever is in none is
answered as before; who is in several is asked, and what they wrote waits for the answer.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy.orm import Session

from bot.commands.bookings import view_of
from bot.pictures import bare
from bot.router import Routes
from bot.screens import relay
from bot.screens import rooms as screens
from bot.screens.rooms import Inside, Line
from bot.screens.view import View
from bot.visit import Visit
from core.booking import diary
from core.booking.life import Booking
from core.chat import Attachment, Command, Incoming, Route, Said, Screen, Text, _
from core.errors import Conflict, Invalid
from core.messages import conversations, enclosures, notes, parcels, rooms
from core.messages.conversations import RoomMessage
from core.messages.parcels import Parcel
from core.messages.rooms import Room, Whereabouts
from core.people import communities
from core.ports import Threads, Undeliverable

routes = Routes()
routes.commands.append(Command("rooms", _("Your open booking rooms")))
HELP = Route("help")


@routes.hears
async def hear(visit: Visit, said: Said) -> Screen | Incoming | None:
    """Words and files for whoever is in the room."""
    db, person_id, source = visit.desk.db, visit.arrival.person_id, f"{said.account.platform}:{said.key}"
    if said.is_edit:
        await db.write(conversations.edit, person_id, said.text, source=source, now=visit.now)
        return None
    where = await db.read(_whereabouts, visit, said)
    if where is None or await db.read(conversations.was_said, source):
        return None
    if where.room is None and not where.others:
        return _unheard(visit, said)
    await db.read(conversations.check, person_id, said.text, len(said.files), now=visit.now)
    given = await _parcels(said.files)
    return await db.write(_say, visit, said, where, given, source)


@routes.read("rooms")
def open_rooms(session: Session, visit: Visit) -> Screen:
    found = rooms.open_of(session, visit.arrival.person_id, now=visit.now)
    return screens.listing([_view(session, visit, _booking_of(session, room)) for room in found])


@routes.write("room.open")
def enter(session: Session, visit: Visit) -> Screen:
    """Shows the room; in a chat, plain words go there from now on."""
    room, booking = _room(session, visit)
    person_id = visit.arrival.person_id
    if visit.incoming.in_chat and room.is_open(visit.now):
        rooms.enter(session, room, person_id, visit.incoming.account.platform, now=visit.now)
    conversations.see(session, room, person_id, now=visit.now)
    return _show(session, visit, room, booking)


@routes.read("room.older")
def older(session: Session, visit: Visit) -> Screen:
    room, booking = _room(session, visit)
    return screens.older(_inside(session, visit, room, booking, before=visit.number(1)))


@routes.read("room.form")
def form(session: Session, visit: Visit) -> Screen:
    room, booking = _room(session, visit)
    if not room.is_open(visit.now):
        raise Conflict("room.closed")
    return screens.form(_view(session, visit, booking))


@routes.write("room.write", form="room.form")
def write(session: Session, visit: Visit) -> Screen:
    room, booking = _room(session, visit)
    incoming = visit.incoming
    source = f"form:{incoming.account.platform}:{incoming.account.key}:{incoming.key}"
    conversations.say(
        session, room, visit.arrival.person_id, visit.answer("words"), source=source[:160], now=visit.now
    )
    return _show(session, visit, room, booking, news=_("It is on its way."))


@routes.write("room.send")
def address(session: Session, visit: Visit) -> Screen:
    """What was written goes to this room, and so does what follows."""
    room, booking = _room(session, visit)
    person_id = visit.arrival.person_id
    conversations.address(session, visit.number(1), person_id, room, now=visit.now)
    rooms.enter(session, room, person_id, visit.incoming.account.platform, now=visit.now)
    return relay.sent(_view(session, visit, booking))


@routes.write("room.leave")
def leave(session: Session, visit: Visit) -> Screen:
    room, booking = _room(session, visit)
    rooms.leave(session, room, visit.arrival.person_id, visit.incoming.account.platform, now=visit.now)
    return screens.left(_view(session, visit, booking))


# --- plain words ------------------------------------------------------------------------------


def _whereabouts(session: Session, visit: Visit, said: Said) -> Whereabouts | None:
    """`None` in a thread that is no room of theirs."""
    person_id, platform = visit.arrival.person_id, said.account.platform
    if not said.thread:
        return rooms.whereabouts(session, person_id, platform, now=visit.now)
    room = rooms.at_thread(session, platform, said.thread)
    if room is None or person_id not in rooms.pair_of(_booking_of(session, room)):
        return None
    return Whereabouts(room, True, ())


def _unheard(visit: Visit, said: Said) -> Screen | Incoming:
    if said.files:
        return relay.nobody()
    return replace(visit.incoming, route=HELP, answers={"word": said.text})


async def _parcels(files: Sequence[Attachment]) -> list[Parcel]:
    """The files, each judged by what is known of it before it is fetched."""
    for file in files:
        parcels.promise(file.name, file.size)
    return [await _parcel(file) for file in files]


async def _parcel(file: Attachment) -> Parcel:
    try:
        content = await file.fetch()
    except Undeliverable:
        raise Conflict("room.file_away", name=parcels.clean(file.name)) from None
    parcel = parcels.accept(file.name, content)
    if not parcel.is_picture:
        return parcel
    try:
        return replace(parcel, content=await asyncio.to_thread(bare.picture, parcel.content))
    except bare.Unreadable:
        raise Invalid("room.file_false", name=parcel.name) from None


def _say(
    session: Session,
    visit: Visit,
    said: Said,
    where: Whereabouts,
    given: Sequence[Parcel],
    source: str,
) -> Screen | None:
    """`None` where the person knows where it goes."""
    room = session.get_one(Room, where.room.id) if where.room is not None else None
    person_id, in_thread = visit.arrival.person_id, bool(said.thread)
    message = conversations.say(
        session, room, person_id, said.text, given, source=source, now=visit.now, in_thread=in_thread
    )
    if room is None:
        return relay.which(
            [_view(session, visit, _booking_of(session, each)) for each in where.others], message
        )
    return None if where.is_chosen else relay.sent(_view(session, visit, _booking_of(session, room)))


# --- the room ---------------------------------------------------------------------------------


def _room(session: Session, visit: Visit) -> tuple[Room, Booking]:
    return rooms.of_party(session, visit.arg(0), visit.arrival.person_id, now=visit.now)


def _booking_of(session: Session, room: Room) -> Booking:
    return diary.find(session, room.booking_id)


def _view(session: Session, visit: Visit, booking: Booking) -> View:
    return view_of(session, visit.desk, booking, visit.person(session), now=visit.now)


def _show(
    session: Session, visit: Visit, room: Room, booking: Booking, *, news: Text | None = None
) -> Screen:
    return screens.room(_inside(session, visit, room, booking), news=news)


def _inside(session: Session, visit: Visit, room: Room, booking: Booking, *, before: int = 0) -> Inside:
    view = _view(session, visit, booking)
    found = conversations.latest(session, room, before=before, most=conversations.LATEST + 1)
    shown = found[-conversations.LATEST :]
    written, items, done = notes.counts(session, booking.id)
    lines = _lines(session, visit, view, shown)
    thread = _thread(session, visit, room, booking)
    return Inside(view, room, lines, len(found) > len(shown), written, items, done, thread)


def _thread(session: Session, visit: Visit, room: Room, booking: Booking) -> str:
    """The address of the room's thread, for those who are on its platform just now."""
    door = visit.desk.platforms.get(room.platform or "")
    if not room.thread or not isinstance(door, Threads) or visit.incoming.account.platform != room.platform:
        return ""
    return door.thread_address(communities.find(session, booking.community_id).key, room.thread)


def _lines(session: Session, visit: Visit, view: View, shown: Sequence[RoomMessage]) -> tuple[Line, ...]:
    files: dict[int, list[str]] = {}
    for file in enclosures.of(session, [message.id for message in shown]):
        files.setdefault(file.message_id, []).append(file.name)
    own, person_id = rooms.name_of(session, view.booking, visit.arrival.person_id), visit.arrival.person_id
    return tuple(
        Line(
            message,
            own if message.author_id == person_id else view.other,
            message.author_id == person_id,
            tuple(files.get(message.id, ())),
        )
        for message in shown
    )
