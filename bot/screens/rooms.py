"""The booking room: what it is about, what was said there with its marks, the way to write, to look back, to leave."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.screens.relay import clipped
from bot.screens.view import View
from core.booking.life import AFTER, BookingState
from core.chat import (
    Button,
    Card,
    Control,
    Fact,
    Facts,
    Field,
    FieldKind,
    Form,
    Link,
    Markdown,
    Note,
    Paragraph,
    Part,
    Prose,
    Screen,
    Series,
    Style,
    Text,
    When,
    WhenStyle,
    _,
    _n,
    to,
)
from core.messages import conversations
from core.messages.conversations import RoomMessage
from core.messages.rooms import Room


@dataclass(frozen=True, slots=True)
class Line:
    """A message as one of the two sees it, with the names of its files."""

    message: RoomMessage
    name: str
    is_own: bool
    files: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Inside:
    """A room as one of the two sees it: its last messages, how many notes and items there are, how many done, and
    the address of its thread, where it is one."""

    view: View
    room: Room
    lines: tuple[Line, ...] = ()
    has_older: bool = False
    notes: int = 0
    items: int = 0
    done: int = 0
    thread: str = ""

    @property
    def is_open(self) -> bool:
        return self.room.is_open(self.view.now)


def room(inside: Inside, *, news: Text | None = None) -> Screen:
    """The room: what the session is about, what was said last, the notes."""
    parts: list[Part] = [Paragraph(news)] if news else []
    parts.append(_brief(inside))
    for line in inside.lines:
        parts += _said(line)
    if not inside.lines:
        parts.append(Paragraph(_("Nothing has been written here yet.")))
    parts.append(_closing(inside))
    return Screen(_("Room with {name}", name=inside.view.other), tuple(parts), tuple(_controls(inside)))


def older(inside: Inside) -> Screen:
    """What was said before."""
    short = inside.view.booking.short
    parts = [part for line in inside.lines for part in _said(line)]
    controls: list[Control] = [_older(inside)] if inside.has_older else []
    controls.append(Button(_("Back to the room"), to("room.open", short), Style.PRIMARY))
    if not parts:
        parts.append(Paragraph(_("That was all.")))
    return Screen(_("Room with {name}", name=inside.view.other), tuple(parts), tuple(controls))


def form(view: View) -> Screen:
    words = Field("words", _("Your message"), FieldKind.LONG, max_length=conversations.LONGEST)
    short = view.booking.short
    asked = Form(
        _("Write to {name}", name=view.other), (words,), to("room.write", short), to("room.form", short)
    )
    return Screen(asked.title, form=asked)


def left(view: View) -> Screen:
    short = view.booking.short
    return Screen(
        _("You have left the room with {name}", name=view.other),
        (
            Paragraph(
                _("What you write to me does not go there any more. What they write still reaches you.")
            ),
        ),
        (Button(_("Back to the room"), to("room.open", short)), Button(_("Your rooms"), to("rooms"))),
    )


def listing(views: "Sequence[View]") -> Screen:
    """The rooms that are open."""
    find = Button(_("Your bookings"), to("bookings"))
    if not views:
        empty = _("No room is open. Each confirmed booking has one, until some days after the session.")
        return Screen(_("Your rooms"), (Paragraph(empty),), (find,))
    return Screen(_("Your rooms"), tuple(_door(view) for view in views), (find,))


def controls(view: View) -> list[Control]:
    """What the booking's card has of the room, from the moment that there is one."""
    if view.booking.state not in (BookingState.CONFIRMED, *AFTER):
        return []
    return [Button(_("Room"), to("room.open", view.booking.short))]


# --- private ----------------------------------------------------------------------------------


def _brief(inside: Inside) -> Facts:
    booking = inside.view.booking
    items = [Fact(_("When"), When(booking.starts_at))]
    if booking.topic:
        items.append(Fact(_("Topic"), booking.topic))
    if booking.agenda:
        items.append(Fact(_("Agenda"), booking.agenda))
    if inside.notes:
        items.append(Fact(_("Notes"), inside.notes))
    if inside.items:
        items.append(
            Fact(_("Action items"), _("{done} of {items} done", done=inside.done, items=inside.items))
        )
    return Facts(tuple(items))


def _said(line: Line) -> list[Part]:
    message = line.message
    day, clock = When(message.said_at, WhenStyle.DAY), When(message.said_at, WhenStyle.CLOCK)
    heading = _("{name}, {day}, {time}", name=line.name, day=day, time=clock)
    if message.edited_at is not None:
        heading = _("{heading}, edited", heading=heading)
    if line.is_own:
        heading = _("{heading} · {mark}", heading=heading, mark=_mark(message))
    parts: list[Part] = [Note(heading)]
    if message.text.strip():
        parts.append(Prose(Markdown(clipped(message.text))))
    if line.files:
        parts.append(
            Paragraph(_n("File: {files}", "Files: {files}", len(line.files), files=Series(line.files)))
        )
    return parts


def _mark(message: RoomMessage) -> Text:
    if message.delivered_at is None:
        return _("could not be delivered") if message.is_lost else _("on its way")
    delivered = When(message.delivered_at, WhenStyle.CLOCK)
    if message.seen_at is None:
        return _("delivered {delivered}", delivered=delivered)
    seen = When(message.seen_at, WhenStyle.CLOCK)
    return _("delivered {delivered}, seen {seen}", delivered=delivered, seen=seen)


def _closing(inside: Inside) -> Note:
    at = When(inside.room.closed_at or inside.room.closes_at)
    if inside.is_open and inside.thread:
        return Note(
            _("Open until {at}. You two have a thread: write there, or to me and I put it there.", at=at)
        )
    if inside.is_open:
        return Note(
            _("Open until {at}. What you write to me here goes to {name}.", at=at, name=inside.view.other)
        )
    return Note(_("Closed since {at}. Everything stays here to be read.", at=at))


def _controls(inside: Inside) -> list[Control]:
    view, short = inside.view, inside.view.booking.short
    found: list[Control] = [Link(_("Join"), view.join_url)] if view.join_url else []
    if inside.thread:
        found.append(Link(_("Open the thread"), inside.thread))
    if inside.is_open:
        found.append(Button(_("Write"), to("room.form", short), Style.PRIMARY))
    if inside.has_older:
        found.append(_older(inside))
    found.append(Button(_("Notes"), to("note.show", short)))
    found.append(Button(_("Refresh"), to("room.open", short)))
    if inside.is_open:
        found.append(Button(_("Leave the room"), to("room.leave", short)))
    return found


def _older(inside: Inside) -> Button:
    first = inside.lines[0].message.id
    return Button(_("Older"), to("room.older", inside.view.booking.short, first))


def _door(view: View) -> Card:
    booking = view.booking
    lines = [_("{time}", time=When(booking.starts_at))]
    if booking.topic:
        lines.append(_("{topic}", topic=booking.topic))
    return Card(_("{name}", name=view.other), tuple(lines), Button(_("Open"), to("room.open", booking.short)))
