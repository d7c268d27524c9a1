"""What is carried from one of the two in a room to the other, and what is said back to whoever wrote it."""

from collections.abc import Sequence
from typing import Final

from bot.screens.view import View
from core.chat import (
    Button,
    Choice,
    File,
    Markdown,
    Note,
    Option,
    Paragraph,
    Part,
    Prose,
    Screen,
    When,
    WhenStyle,
    _,
    to,
)
from core.messages.conversations import RoomMessage

SHOWN: Final = 280
"""So many letters of each message are shown in the room; all of it stands in the chat it was carried to."""
FENCE: Final = "```"
LONG: Final = 3_800
"""Beyond that Discord has no room for all of it beside the name, so it comes as a file too."""


def bubble(view: View, message: RoomMessage, files: tuple[File, ...]) -> Screen:
    """What the other one has written, in the reader's own chat."""
    parts: list[Part] = [Prose(Markdown(message.text))] if message.text.strip() else []
    if message.edited_at is not None:
        parts.append(Note(_("edited")))
    if len(message.text) > LONG:
        files = (*files, _whole(message))
    return Screen(
        _("{name} writes", name=view.other),
        tuple(parts),
        (Button(_("Room"), to("room.open", view.booking.short)),),
        files=files,
        subject=message.subject,
    )


def lost(view: View, message: RoomMessage) -> Screen:
    """To the author: there was no way to the other one."""
    why = _(
        "{name} could not be reached, so this message of yours has not arrived. Try again later.",
        name=view.other,
    )
    parts: list[Part] = [Paragraph(why)]
    if message.text.strip():
        parts.append(Prose(Markdown(clipped(message.text))))
    return Screen(
        _("A message did not arrive"),
        tuple(parts),
        (Button(_("Room"), to("room.open", view.booking.short)),),
    )


def which(views: "Sequence[View]", message: RoomMessage) -> Screen:
    """Somebody has written, and it is not clear to whom."""
    options = tuple(
        Option(
            _("{name}, {day}", name=view.other, day=When(view.booking.starts_at, WhenStyle.DAY)),
            to("room.send", view.booking.short, message.id),
        )
        for view in views
    )
    why = _("You are in several rooms. Choose one: your message goes there, and so does what you write next.")
    return Screen(_("To whom?"), (Paragraph(why),), (Choice(_("Room"), options),))


def sent(view: View) -> Screen:
    """A short mark, for one who has not said to which room their words go."""
    return Screen(
        _("Sent to {name}", name=view.other), (), (Button(_("Room"), to("room.open", view.booking.short)),)
    )


def nobody() -> Screen:
    """A file, and no room that it could go to."""
    why = _("You are in no booking room just now, so there is nobody I could give this to.")
    return Screen(_("For whom is this?"), (Paragraph(why),), (Button(_("Your rooms"), to("rooms")),))


def _whole(message: RoomMessage) -> File:
    return File("message.txt", message.text.encode(), "text/plain", _("All of this message"))


def clipped(text: str) -> str:
    """The beginning of a message; a block of code that is cut is closed."""
    if len(text) <= SHOWN:
        return text
    shown = text[:SHOWN].rstrip().rstrip("\\") + " …"
    return f"{shown}\n{FENCE}" if shown.count(FENCE) % 2 else shown
