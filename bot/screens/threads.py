"""The thread of a booking in the community, for both of its people at once: nothing stands here that is only one's."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from core.booking.life import Booking
from core.chat import (
    Button,
    Card,
    Control,
    Fact,
    Facts,
    Markdown,
    Note,
    Paragraph,
    Part,
    Prose,
    Screen,
    Style,
    Text,
    Tone,
    When,
    WhenStyle,
    _,
    to,
)
from core.messages.tending import Stage


@dataclass(frozen=True, slots=True)
class Together:
    """A booking as both see it; `note` is the last one that the mentor wrote, `items` are what is to be done."""

    booking: Booking
    mentor: str
    student: str
    slug: str
    stage: Stage
    closes_at: datetime
    note: str = ""
    items: Sequence[str] = ()


def card(together: Together) -> Screen:
    """The brief, the way in, what was written down, and what comes next."""
    booking = together.booking
    return Screen(
        _("{mentor} and {student}", mentor=together.mentor, student=together.student),
        (Paragraph(_words(together)), _facts(booking), *_written(together), *_small_print(together)),
        tuple(_controls(together)),
        subject=f"room:{booking.short}",
        private=False,
        tone=Tone.BAD if together.stage is Stage.OFF else Tone.GOOD,
    )


def reminder(offset: int, booking: Booking) -> Screen:
    """For somebody whose own chat is closed, in the thread where the other one reads it too."""
    return Screen(
        _("A reminder, {span} ahead", span=timedelta(minutes=offset)),
        (Paragraph(_("Your session starts {time}.", time=When(booking.starts_at, WhenStyle.COUNTDOWN))),),
        (Button(_("Open"), to("booking.show", booking.short)),),
        private=False,
    )


def lost(booking: Booking, other: str) -> Screen:
    """The thread is gone; to each of the two in their own chat."""
    return Screen(
        _("Your thread with {name} is gone", name=other),
        (Paragraph(_("Write to me here instead: I carry what you say to {name}, and back.", name=other)),),
        (Button(_("Room"), to("room.open", booking.short), Style.PRIMARY),),
        subject=f"thread:{booking.short}",
    )


def _words(together: Together) -> Text:
    match together.stage:
        case Stage.COMING:
            return _(
                "This is your room: write here, send files, ask ahead. The way in opens 10 minutes before the start."
            )
        case Stage.JOINING:
            return _("The room for the call is open: press Join, and only you see your link.")
        case Stage.OVER:
            return _("The session is over. You can go on writing here for some days.")
        case Stage.CLOSED:
            return _("This room is closed. Everything stays here to be read.")
        case Stage.OFF:
            return _("The session is off, so this room is closed. Everything stays here to be read.")


def _facts(booking: Booking) -> Facts:
    items = [
        Fact(_("When"), When(booking.starts_at)),
        Fact(_("Length"), timedelta(minutes=booking.minutes)),
    ]
    if booking.topic:
        items.append(Fact(_("Topic"), booking.topic))
    if booking.agenda:
        items.append(Fact(_("Agenda"), booking.agenda))
    return Facts(tuple(items))


def _written(together: Together) -> list[Part]:
    parts: list[Part] = []
    if together.note:
        parts += [Paragraph(_("The last note:")), Prose(Markdown(together.note))]
    if together.items:
        parts.append(Card(_("Action items"), tuple(_("• {item}", item=item) for item in together.items)))
    return parts


def _small_print(together: Together) -> list[Part]:
    if together.stage in (Stage.CLOSED, Stage.OFF):
        return []
    until = When(together.closes_at, WhenStyle.DAY)
    return [
        Note(
            _(
                "Open until {until}. Besides you two, only moderators of the server can read here.",
                until=until,
            )
        )
    ]


def _controls(together: Together) -> list[Control]:
    booking = together.booking
    show, notes = to("booking.show", booking.short), Button(_("Notes"), to("note.show", booking.short))
    match together.stage:
        case Stage.COMING:
            return [Button(_("Open the booking"), show), notes]
        case Stage.JOINING:
            return [Button(_("Join"), show, Style.PRIMARY), notes]
        case Stage.OVER:
            return [Button(_("Book the next one"), to("again", booking.short), Style.PRIMARY), notes]
        case Stage.CLOSED | Stage.OFF:
            return [notes]
