"""The mentor's desk: what waits there, prices, the video link, the schedule."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from bot.screens.bookings import STATES
from core.booking.life import Booking
from core.chat import (
    Button,
    Card,
    Choice,
    Control,
    Fact,
    Facts,
    Field,
    FieldKind,
    Form,
    Note,
    Option,
    Paragraph,
    Screen,
    Style,
    Tone,
    When,
    _,
    to,
)
from core.money import Money
from core.people.mentors import DURATIONS, Mentor


def desk(
    mentor: Mentor,
    *,
    has_hours: bool,
    away: bool,
    coming: int,
    next_free: datetime | None,
    asked: int = 0,
    new_currency: str = "",
) -> Screen:
    """What an approved mentor sees first: what is missing, what comes, where to go."""
    parts: list[Paragraph | Note] = []
    if mentor.paused_at is not None:
        parts.append(Paragraph(_("Your bookings are paused: you canceled too often. Talk to the staff.")))
    elif new_currency:
        parts.append(
            Paragraph(
                _(
                    "Prices here are in {currency} now. Set yours again under Profile, so that you can be booked.",
                    currency=new_currency,
                )
            )
        )
    elif not has_hours:
        parts.append(Paragraph(_("Nobody can book you yet: open your hours first.")))
    elif away:
        parts.append(Paragraph(_("You are on vacation: the days you named cannot be booked.")))
    elif next_free is None:
        parts.append(Paragraph(_("Nothing of yours is free at the moment.")))
    else:
        parts.append(Paragraph(_("The next time you can be booked is {time}.", time=When(next_free))))
    hours_style = Style.PLAIN if has_hours else Style.PRIMARY
    controls = (
        Button(
            _("Schedule ({n})", n=coming), to("mentoring.schedule"), Style.PRIMARY if coming else Style.PLAIN
        ),
        Button(
            _("Requests ({n})", n=asked), to("mentoring.requests"), Style.PRIMARY if asked else Style.PLAIN
        ),
        Button(_("Open hours"), to("mentoring.hours"), hours_style),
        Button(_("Prices"), to("mentoring.prices")),
        Button(_("Profile"), to("mentoring.apply_form")),
        Button(_("Video link"), to("mentoring.link_form")),
        Button(_("Come back"), to("mentoring.back"), Style.SUCCESS)
        if away
        else Button(_("Vacation"), to("mentoring.away_form")),
        Button(_("See my profile"), to("mentor.show", mentor.slug)),
        Button(_("Stop mentoring"), to("mentoring.leave")),
    )
    return Screen(_("Your desk, {name}", name=mentor.name), tuple(parts), controls)


def prices(mentor: Mentor, offered: Mapping[int, Money]) -> Screen:
    """What each duration costs, and whether it is offered."""
    facts = tuple(
        Fact(
            _("{length}", length=timedelta(minutes=minutes)),
            offered[minutes] if minutes in offered else _("not offered"),
        )
        for minutes in DURATIONS
    )
    options = tuple(
        Option(_("{length}", length=timedelta(minutes=minutes)), to("mentoring.price_form", minutes))
        for minutes in DURATIONS
    )
    return Screen(
        _("Your prices"),
        (
            Facts((Fact(_("An hour"), mentor.hourly), *facts)),
            Note(_("Bookings keep the price they were made at.")),
        ),
        (Choice(_("Change a duration"), options), Button(_("My desk"), to("mentoring"))),
    )


def price_form(mentor: Mentor, minutes: int, price: str) -> Screen:
    form = Form(
        _("A session of {length}", length=timedelta(minutes=minutes)),
        (
            Field(
                "price",
                _("Price in {currency}", currency=mentor.currency),
                hint=_("Empty follows your hourly price"),
                default=price,
                required=False,
                max_length=12,
            ),
            Field(
                "offered",
                _("I offer this duration"),
                FieldKind.CHECK,
                default="yes",
                required=False,
                max_length=3,
            ),
        ),
        submit=to("mentoring.price", minutes),
        reopen=to("mentoring.price_form", minutes),
        submit_label=_("Save"),
    )
    return Screen(_("A session of {length}", length=timedelta(minutes=minutes)), form=form)


def link_form(mentor: Mentor) -> Screen:
    form = Form(
        _("Your video link"),
        (
            Field(
                "url",
                _("Link"),
                hint=_("Empty uses the community's rooms"),
                default=mentor.meeting_url,
                required=False,
                max_length=300,
            ),
        ),
        submit=to("mentoring.link"),
        reopen=to("mentoring.link_form"),
        submit_label=_("Save"),
    )
    return Screen(_("Your video link"), form=form)


def schedule(sessions: Sequence[tuple[Booking, str]]) -> Screen:
    """What is coming, and who with."""
    back = Button(_("My desk"), to("mentoring"))
    if not sessions:
        return Screen(_("Your schedule"), (Paragraph(_("Nothing is booked yet.")),), (back,))
    return Screen(_("Your schedule"), tuple(_session(booking, name) for booking, name in sessions), (back,))


def saved(what: Paragraph, *controls: Control) -> Screen:
    return Screen(_("Saved"), (what,), (*controls, Button(_("My desk"), to("mentoring"))), tone=Tone.GOOD)


def _session(booking: Booking, name: str) -> Card:
    state = _("{state} · {length}", state=STATES[booking.state], length=timedelta(minutes=booking.minutes))
    lines = [_("{time}", time=When(booking.starts_at)), state]
    if booking.topic:
        lines.append(_("{topic}", topic=booking.topic))
    return Card(_("{name}", name=name), tuple(lines), Button(_("Open"), to("booking.show", booking.short)))
