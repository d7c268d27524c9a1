"""Seats as staff and mentors see them: who has which, who waits, how many there are; and a mentor who leaves."""

from collections.abc import Sequence

from bot.screens.pack_care import PACKS, SEATS
from core.chat import (
    Button,
    Card,
    Choice,
    Control,
    Entity,
    Fact,
    Facts,
    Field,
    Form,
    Note,
    Option,
    Paragraph,
    Part,
    Pick,
    Screen,
    Series,
    Style,
    Text,
    Tone,
    When,
    _,
    _n,
    to,
)
from core.desk.packbook import Room, Row
from core.people.mentors import Mentor
from core.prepaid.seats import Seat

MOST: int = 8


def overview(rows: Sequence[Row]) -> Screen:
    """All mentors, with their seats."""
    title = _("Seats")
    if not rows:
        return Screen(title, (Paragraph(_("Nobody mentors here yet.")),), (PACKS,))
    cards = tuple(
        Card(
            _("{name}", name=row.mentor.name),
            (_taken(row), *_waiting(row)),
            Button(_("Open"), to("care.seats_of", row.mentor.slug)),
        )
        for row in rows[:MOST]
    )
    more = tuple(
        Option(_("{name}", name=row.mentor.name), to("care.seats_of", row.mentor.slug), hint=_taken(row))
        for row in rows[MOST : MOST + 25]
    )
    choice = (Choice(_("Others"), more),) if more else ()
    return Screen(title, cards, (*choice, PACKS))


def room(found: Room, *, is_staff: bool, has_roles: bool, news: Text | None = None) -> Screen:
    """One mentor's seats. `has_roles`: the community's platform shows by a role who has one."""
    mentor = found.mentor
    parts: list[Part] = [Paragraph(news)] if news else []
    parts.append(Facts((Fact(_("Seats"), mentor.seats), *map(_seat, found.seats[:25]))))
    if found.waiting:
        parts.append(Facts((Fact(_("In line"), Series(tuple(found.waiting[:25]))),)))
    if not found.seats:
        parts.append(Note(_("Nobody has a seat.")))
    controls: list[Control] = [Button(_("Number of seats"), to("care.number_form", mentor.slug))]
    if is_staff and has_roles:
        controls.append(Button(_("Role of the students"), to("setup.student_role", mentor.slug)))
    if is_staff and mentor.is_bookable:
        controls.append(
            Button(_("{name} has left", name=mentor.name), to("care.leave", mentor.slug), Style.DANGER)
        )
    title = _("Seats with {name}", name=mentor.name)
    return Screen(title, tuple(parts), (*controls, PACKS), subject=f"seats:{mentor.slug}")


def number_form(mentor: Mentor) -> Screen:
    title = _("Number of seats")
    field = Field(
        "seats",
        title,
        hint=_("Nobody loses a seat that they have"),
        default=str(mentor.seats),
        max_length=3,
    )
    form = Form(title, (field,), to("care.number", mentor.slug), to("care.number_form", mentor.slug))
    return Screen(title, form=form, subject=f"seats:{mentor.slug}")


def role(mentor: Mentor) -> Screen:
    """Which role the students have; the bot makes one by itself where nobody chooses."""
    parts = (
        Paragraph(
            _(
                "Whoever has a seat with {name} gets this role, and loses it with the seat. "
                "Without a choice I make one.",
                name=mentor.name,
            )
        ),
        Note(_("I need Manage Roles, and my own role has to stand above it.")),
    )
    pick = Pick(_("Role"), Entity.ROLE, to("setup.student_pick", mentor.slug), given=True)
    back = Button(_("Seats"), to("care.seats_of", mentor.slug))
    return Screen(_("Role of the students"), parts, (pick, back))


def chosen(mentor: Mentor, name: str) -> Screen:
    text = _(
        "Students of {name} who have a seat have the role {role} from now on.", name=mentor.name, role=name
    )
    back = Button(_("Seats"), to("care.seats_of", mentor.slug))
    return Screen(_("Role of the students"), (Paragraph(text),), (back,), tone=Tone.GOOD)


def leave_ask(mentor: Mentor, sessions: int, packs: int, *, is_self: bool) -> Screen:
    """What stays and what does not, before somebody stops mentoring."""
    parts: list[Part] = []
    if sessions:
        text = _n(
            "{n} session is booked. It stays booked: it has to be held or canceled.",
            "{n} sessions are booked. They stay booked: they have to be held or canceled.",
            sessions,
        )
        parts.append(Paragraph(text))
    if packs:
        text = _n(
            "{n} pack has sessions that are not booked. Its student is offered another mentor or a refund.",
            "{n} packs have sessions that are not booked. Their students are offered another mentor or a refund.",
            packs,
        )
        parts.append(Paragraph(text))
    parts.append(Note(_("The profile cannot be found any more. Applying again is welcome.")))
    if is_self:
        title, label, back = _("Stop mentoring?"), _("Stop mentoring"), Button(_("My desk"), to("mentoring"))
    else:
        title, label = _("Has {name} left?", name=mentor.name), _("{name} has left", name=mentor.name)
        back = Button(_("Seats"), to("care.seats_of", mentor.slug))
    button = Button(label, to("care.leave_now", mentor.slug), Style.DANGER)
    return Screen(title, tuple(parts), (button, back), subject=f"leave:{mentor.slug}", tone=Tone.WAITING)


def gone(mentor: Mentor, sessions: int, packs: int, *, is_self: bool) -> Screen:
    """They do not mentor any more."""
    title = _("You do not mentor here any more") if is_self else _("{name} has left", name=mentor.name)
    parts: list[Part] = []
    if packs:
        parts.append(Paragraph(_("Students with packs are told and choose what they would like.")))
    if sessions:
        stays = _n("{n} session is still booked.", "{n} sessions are still booked.", sessions)
        parts.append(Paragraph(stays))
    parts.append(Note(_("The profile cannot be found any more. Applying again is welcome.")))
    back = Button(_("Bookings"), to("bookings")) if is_self else PACKS
    return Screen(title, tuple(parts), (back,), subject=f"leave:{mentor.slug}")


def _seat(held: tuple[Seat, str]) -> Fact:
    seat, student = held
    if seat.until is None:
        text = _("{name}, {state}", name=student, state=SEATS[seat.state])
    else:
        text = _("{name}, {state} until {time}", name=student, state=SEATS[seat.state], time=When(seat.until))
    return Fact(_("Seat {n}", n=seat.number), text)


def _taken(row: Row) -> Text:
    return _("{taken} of {seats} seats taken", taken=row.taken, seats=row.mentor.seats)


def _waiting(row: Row) -> tuple[Text, ...]:
    return (_n("{n} waits", "{n} wait", row.waiting),) if row.waiting else ()
