"""Samples of the booking room, of what is carried between the two, and of the notes."""

from collections.abc import Iterator

from bot.screens import notes, relay, rooms
from bot.screens.notes import Sheet
from bot.screens.rooms import Inside, Line
from core.booking.life import BookingState
from core.chat import File, Screen, _
from core.messages.conversations import LONGEST, RoomMessage
from core.messages.notes import LONGEST as LONGEST_NOTE
from core.messages.notes import LONGEST_ITEM, MOST_ITEMS, ActionItem, SessionNote
from core.messages.rooms import Room, RoomKind
from tests.bot.sitters import NOW, ORDINARY, START, Sitter, filled
from tests.bot.walls import alike, hangs

FAR = 10**9


def _message(sitter: Sitter, number: int = FAR, **changes: object) -> RoomMessage:
    row = {"id": number, "room_id": 1, "author_id": 1, "text": sitter.agenda, "source": "", "said_at": NOW}
    row |= {"revision": 0, "attempts": 0, "rung": "", "problem": "", "edited_at": None, "try_at": NOW}
    return RoomMessage(**row | {"delivered_at": None, "seen_at": None} | changes)


def _lines(sitter: Sitter) -> tuple[Line, ...]:
    long = filled(f"{sitter.agenda}\n```\n", LONGEST) if sitter.agenda else ""
    own = (
        _message(sitter),
        _message(sitter, text=long, delivered_at=NOW, try_at=None),
        _message(sitter, delivered_at=NOW, seen_at=START, edited_at=NOW),
        _message(sitter, try_at=None, problem="gone"),
    )
    theirs = [Line(_message(sitter, text=long), sitter.name, False, (filled("σχέδιο ", 120),) * 5)] * 6
    return (*(Line(each, sitter.name, True) for each in own), *theirs)


def _insides(sitter: Sitter) -> Iterator[Inside]:
    room = Room(id=1, booking_id=1, kind=RoomKind.RELAY, opened_at=NOW, closes_at=START, closed_at=None)
    closed = Room(id=1, booking_id=1, kind=RoomKind.RELAY, opened_at=NOW, closes_at=NOW, closed_at=NOW)
    confirmed = sitter.view(BookingState.CONFIRMED, join_url="https://example.org/join")
    yield Inside(sitter.view(BookingState.CONFIRMED), room)
    yield Inside(confirmed, room, _lines(sitter), has_older=True, notes=20, items=20, done=7)
    yield Inside(sitter.view(BookingState.SETTLED), closed, _lines(sitter))


@hangs(rooms.room)
def _room(sitter: Sitter) -> Iterator[Screen]:
    for inside in _insides(sitter):
        yield rooms.room(inside)
        yield rooms.room(inside, news=_("It is on its way."))


@hangs(rooms.older)
def _older(sitter: Sitter) -> Iterator[Screen]:
    for inside in _insides(sitter):
        yield rooms.older(inside)


@hangs(relay.bubble)
def _bubble(sitter: Sitter) -> Iterator[Screen]:
    view, file = sitter.view(BookingState.CONFIRMED), File("plan.pdf", b"%PDF-", "application/pdf", _("plan"))
    yield relay.bubble(view, _message(sitter, text=filled(sitter.agenda or "a", LONGEST)), ())
    yield relay.bubble(view, _message(sitter, edited_at=NOW), ())
    yield relay.bubble(view, _message(sitter, text=""), (file,) * 5)


alike(rooms.form, lambda s: (s.view(BookingState.CONFIRMED),))
alike(rooms.left, lambda s: (s.view(BookingState.CONFIRMED),))
alike(rooms.listing, lambda s: ([],), lambda s: ([s.view(BookingState.CONFIRMED)] * s.many,))
alike(
    relay.which,
    lambda s: (
        [s.view(BookingState.CONFIRMED, short=f"K7Q2M9{n:02}") for n in range(min(max(s.many, 1), 25))],
        _message(s),
    ),
)
alike(relay.sent, lambda s: (s.view(BookingState.CONFIRMED),))
alike(relay.nobody, lambda s: ())
alike(relay.lost, lambda s: (s.view(BookingState.CONFIRMED), _message(s)))


@hangs(notes.sheet)
def _sheet(sitter: Sitter) -> Iterator[Screen]:
    note = SessionNote(id=1, text=filled(sitter.agenda or "a", LONGEST_NOTE), at=NOW)
    words = sitter.name if sitter is ORDINARY else filled(sitter.name, LONGEST_ITEM)
    items = [
        ActionItem(id=FAR + number, text=words, done_at=NOW if number % 2 else None)
        for number in range(MOST_ITEMS)
    ]
    for is_mentor in (True, False):
        view = sitter.view(BookingState.CONFIRMED, is_mentor=is_mentor)
        yield notes.sheet(Sheet(view))
        yield notes.sheet(Sheet(view, [note] * 2, items, 1), news=notes.news())


alike(notes.listing, lambda s: ([],), lambda s: ([s.view(BookingState.CONFIRMED)] * min(s.many, 10),))
alike(notes.note_form, lambda s: (s.view(BookingState.CONFIRMED),))
alike(notes.items_form, lambda s: (s.view(BookingState.CONFIRMED),))
