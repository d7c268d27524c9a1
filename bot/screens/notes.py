"""What stays of a session: the mentor's notes, one at a time, and the action items with their ticks."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from bot.screens.view import View
from core.chat import (
    Button,
    Card,
    Choice,
    Control,
    Field,
    FieldKind,
    Form,
    Markdown,
    Note,
    Option,
    Paragraph,
    Part,
    Prose,
    Screen,
    Style,
    Text,
    When,
    WhenStyle,
    _,
    to,
)
from core.messages import notes
from core.messages.notes import ActionItem, SessionNote

LONGEST_LIST: Final = notes.MOST_ITEMS * (notes.LONGEST_ITEM + 1)


@dataclass(frozen=True, slots=True)
class Sheet:
    """The notes of a booking, the first written first; `place` is the one that is shown."""

    view: View
    notes: Sequence[SessionNote] = ()
    items: Sequence[ActionItem] = ()
    place: int = 0

    @property
    def short(self) -> str:
        return self.view.booking.short


def sheet(sheet: Sheet, *, news: Text | None = None) -> Screen:
    parts: list[Part] = [Paragraph(news)] if news else []
    parts += _note(sheet)
    if sheet.items:
        parts.append(Card(_("Action items"), tuple(_line(item) for item in sheet.items)))
    if not sheet.notes and not sheet.items:
        nothing = (
            _(
                "Write down what matters, and what {name} should do until the next time.",
                name=sheet.view.other,
            )
            if sheet.view.is_mentor
            else _("{name} has not written anything down yet.", name=sheet.view.other)
        )
        parts.append(Paragraph(nothing))
    return Screen(_("Notes · {name}", name=sheet.view.other), tuple(parts), tuple(_controls(sheet)))


def listing(views: Sequence[View]) -> Screen:
    """The sessions that have notes or may get some."""
    back = Button(_("Your bookings"), to("bookings"))
    if not views:
        empty = _("There is no session yet that notes could be about.")
        return Screen(_("Notes"), (Paragraph(empty),), (back,))
    return Screen(_("Notes"), tuple(_session(view) for view in views), (back,))


def note_form(view: View) -> Screen:
    short = view.booking.short
    note = Field("note", _("Note"), FieldKind.LONG, max_length=notes.LONGEST)
    title = _("A note for {name}", name=view.other)
    return Screen(title, form=Form(title, (note,), to("note.write", short), to("note.form", short)))


def items_form(view: View) -> Screen:
    short = view.booking.short
    hint = _("One a line, each at most {longest} characters.", longest=notes.LONGEST_ITEM)
    items = Field("items", _("Action items"), FieldKind.LONG, hint=hint, max_length=LONGEST_LIST)
    title = _("What should {name} do?", name=view.other)
    return Screen(title, form=Form(title, (items,), to("note.items", short), to("note.items_form", short)))


def news() -> Text:
    """To the student, above the notes."""
    return _("Your mentor has written something down for you.")


def _note(sheet: Sheet) -> list[Part]:
    if not sheet.notes:
        return []
    note = sheet.notes[sheet.place]
    at = When(note.at, WhenStyle.DAY)
    count = _("Note {number} of {count}, {day}", number=sheet.place + 1, count=len(sheet.notes), day=at)
    return [Note(count), Prose(Markdown(note.text))]


def _line(item: ActionItem) -> Text:
    return _("☑ {item}", item=item.text) if item.is_done else _("☐ {item}", item=item.text)


def _controls(sheet: Sheet) -> list[Control]:
    short = sheet.short
    found: list[Control] = []
    if sheet.view.is_mentor:
        found.append(Button(_("Write a note"), to("note.form", short), Style.PRIMARY))
        found.append(Button(_("Add action items"), to("note.items_form", short)))
    if sheet.place > 0:
        found.append(Button(_("Earlier note"), to("note.show", short, sheet.place - 1)))
    if sheet.items:
        options = tuple(
            Option(_line(item), to("note.tick", short, item.id, 0 if item.is_done else 1))
            for item in sheet.items
        )
        found.append(Choice(_("Done, or not done after all"), options))
    found.append(Button(_("Room"), to("room.open", short)))
    return found


def _session(view: View) -> Card:
    booking = view.booking
    lines = [_("{time}", time=When(booking.starts_at))]
    if booking.topic:
        lines.append(_("{topic}", topic=booking.topic))
    return Card(
        _("{name}", name=view.other), tuple(lines), Button(_("Notes"), to("note.show", booking.short))
    )
