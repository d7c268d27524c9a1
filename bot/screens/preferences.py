"""What I tell a person, and when: switches, quiet hours, the morning agenda."""

from collections.abc import Mapping, Sequence
from datetime import date, time
from typing import Final

from bot.screens.view import View
from core.chat import (
    Button,
    Card,
    Choice,
    Fact,
    Facts,
    Field,
    Form,
    Note,
    Option,
    Paragraph,
    Part,
    Screen,
    Style,
    Text,
    Value,
    When,
    WhenStyle,
    _,
    _n,
    to,
)
from core.messages.preferences import MORNING, Topic, Wishes

TOPICS: Final[Mapping[Topic, Text]] = {
    Topic.REMINDERS: _("Reminders before a session"),
    Topic.REVIEWS: _("Asking for a review"),
    Topic.RECEIPTS: _("Receipts"),
    Topic.WAITLIST: _("Offers of the waitlist"),
    Topic.ROOM: _("Notes of a session"),
    Topic.PACKS: _("Reminders to renew packs"),
}
MOST_SESSIONS: Final = 8


def overview(wishes: Wishes, *, zone: str) -> Screen:
    """What is on, and how to change it."""
    facts = (
        Fact(_("Quiet hours"), _quiet(wishes)),
        Fact(_("Morning agenda"), _("off") if wishes.agenda is None else _clock(wishes.agenda)),
        *(Fact(name, _("off") if topic in wishes.off else _("on")) for topic, name in TOPICS.items()),
    )
    parts: tuple[Part, ...] = (
        Facts(facts),
        Note(
            _(
                "What comes in quiet hours waits for their end, in {zone}, unless a session starts within two hours "
                "or something would be over by the morning.",
                zone=zone,
            )
        ),
        Note(
            _(
                "The morning agenda is one message on each day with sessions. It comes instead of the news of each new "
                "booking and of the reminders a day before; the reminder with the link still comes."
            )
        ),
        Note(_("Confirmations, cancellations, a seat you may lose and trouble with money always come.")),
    )
    options = tuple(
        Option(
            name, to("settings.switch", topic), hint=_("Turn on") if topic in wishes.off else _("Turn off")
        )
        for topic, name in TOPICS.items()
    )
    controls = (
        Choice(_("Turn on or off"), options),
        Button(_("Quiet hours"), to("settings.quiet_form")),
        Button(_("Morning agenda"), to("settings.agenda_form")),
        Button(_("Settings"), to("settings")),
    )
    return Screen(_("Messages"), parts, controls)


def quiet_form(wishes: Wishes) -> Screen:
    form = Form(
        _("Quiet hours"),
        (
            Field(
                "hours",
                _("From and until"),
                hint=_("Such as 22:00-08:00; empty is none"),
                default=_typed_span(wishes),
                required=False,
                max_length=20,
            ),
        ),
        submit=to("settings.quiet"),
        reopen=to("settings.quiet_form"),
        submit_label=_("Save"),
    )
    return Screen(_("Quiet hours"), form=form)


def agenda_form(wishes: Wishes) -> Screen:
    form = Form(
        _("Morning agenda"),
        (
            Field(
                "time",
                _("At what time"),
                hint=_("Such as 07:30; empty is never"),
                default=_typed(MORNING if wishes.agenda is None else wishes.agenda),
                required=False,
                max_length=8,
            ),
        ),
        submit=to("settings.agenda"),
        reopen=to("settings.agenda_form"),
        submit_label=_("Save"),
    )
    return Screen(_("Morning agenda"), form=form)


def agenda(day: date, sessions: Sequence[View]) -> Screen:
    """The day's sessions in one message."""
    parts: list[Part] = [Paragraph(_n("{n} session today.", "{n} sessions today.", len(sessions)))]
    parts += [_session(view) for view in sessions[:MOST_SESSIONS]]
    more = len(sessions) - MOST_SESSIONS
    if more > 0:
        parts.append(Note(_n("{n} more is in /mentoring.", "{n} more are in /mentoring.", more)))
    return Screen(_("Your sessions on {day}", day=day), tuple(parts))


def _session(view: View) -> Card:
    booking = view.booking
    lines = [_("{time}", time=When(booking.starts_at, WhenStyle.CLOCK))]
    if booking.topic:
        lines.append(_("{topic}", topic=booking.topic))
    open_card = Button(_("Open"), to("booking.show", booking.short), Style.PRIMARY)
    return Card(_("{name}", name=view.other), tuple(lines), open_card)


def _quiet(wishes: Wishes) -> Value:
    since, until = wishes.quiet.since, wishes.quiet.until
    if since == until:
        return _("none")
    return _("{since} to {until}", since=_clock(since), until=_clock(until))


def _clock(minute: int) -> time:
    return time(minute // 60, minute % 60)


def _typed(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


def _typed_span(wishes: Wishes) -> str:
    since, until = wishes.quiet.since, wishes.quiet.until
    return "" if since == until else f"{_typed(since)}-{_typed(until)}"
