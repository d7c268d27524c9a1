"""Requests: what both see while a mentor is asked, the answer, and the mentor's queue."""

from collections.abc import Sequence
from datetime import timedelta

from bot.screens import agreeing, paying, plan_part, prepaid
from bot.screens.view import View
from core.booking import requests
from core.booking.life import Booking, BookingState
from core.chat import (
    Button,
    Card,
    Control,
    Fact,
    Facts,
    Field,
    FieldKind,
    Form,
    Note,
    Paragraph,
    Part,
    Screen,
    Style,
    Text,
    Tone,
    Value,
    When,
    WhenStyle,
    _,
    _n,
    to,
)
from core.payments.payments import PaymentState
from core.people.mentors import Mentor

SHOWN = 8


def words(view: View) -> list[Part]:
    """What the card says of a request, from the question to the payment or to its end; nothing of other bookings."""
    booking = view.booking
    match booking.state:
        case BookingState.REQUESTED:
            return [Paragraph(_waiting(view))]
        case BookingState.HELD if view.is_live_hold and view.payment is not PaymentState.PROCESSING:
            return _held(view)
        case BookingState.DECLINED:
            declined = (
                _("You declined this request.")
                if view.is_mentor
                else _("{name} declined this request. Nothing was paid.", name=view.other)
            )
            return [Paragraph(declined), *_reason(booking)]
        case BookingState.EXPIRED if booking.closed_reason == "unanswered" or booking.accepted_at:
            return [Paragraph(lapsed(view))]
        case _:
            return []


def controls(view: View) -> list[Control]:
    """What can be done with a request that is open."""
    booking = view.booking
    proposed = Button(_("Proposed times"), to("proposal.show", booking.short), Style.PRIMARY)
    answered: list[Control] = [proposed] if view.proposal is not None else []
    if not view.is_mentor:
        return [*answered, Button(_("Take it back"), to("booking.release", booking.short), Style.DANGER)]
    if not requests.is_open(booking, view.now):
        return []
    return [
        Button(_("Accept"), to("request.accept", booking.short), Style.SUCCESS),
        Button(_("Propose other times"), to("propose.form", booking.short)),
        *answered,
        Button(_("Decline"), to("request.decline_form", booking.short), Style.DANGER),
    ]


def news(kind: str, view: View) -> Text:
    """What a notice about a request begins with; the card says the rest."""
    match kind:
        case "requested":
            return _("You have a new request.")
        case "unanswered":
            return _("This request still waits for your answer.")
        case "accepted" if view.is_mentor:
            return _("{name} takes the time that you proposed.", name=view.other)
        case "accepted" | "declined":
            return _("There is an answer to your request.")
        case "unpaid":
            return _("This session is not paid yet.")
        case "withdrawn":
            return _("{name} has taken the request back.", name=view.other)
        case _:
            return _("A request has lapsed.")


def lapsed(view: View) -> Text:
    """A request that came to nothing: because nobody answered, or because nobody paid."""
    if view.booking.accepted_at is not None:
        if view.is_mentor:
            return _("{name} did not pay in time, so the time is free again.", name=view.other)
        return _("It was not paid in time, so the time is free again. You were not charged.")
    if view.is_mentor:
        return _("The request of {name} was not answered in time and has lapsed.", name=view.other)
    return _("{name} did not answer in time, so the request has lapsed. Nothing was paid.", name=view.other)


def decline_form(booking: Booking, student: str) -> Screen:
    title = _("Decline {name}", name=student)
    form = Form(
        title,
        (
            Field(
                "reason",
                _("Reason"),
                FieldKind.LONG,
                hint=_("{name} will read it", name=student),
                max_length=requests.LONGEST_REASON,
            ),
        ),
        submit=to("request.decline", booking.short),
        reopen=to("request.decline_form", booking.short),
        submit_label=_("Decline"),
    )
    return Screen(title, form=form, subject=booking.subject)


def queue(mentor: Mentor, waiting: Sequence[tuple[Booking, str]]) -> Screen:
    """What a mentor has to answer, the most urgent first, and whether there are requests at all."""
    how = (
        _("You accept each booking before it is paid.")
        if mentor.asks_first
        else _("Your times are booked at once, without asking you.")
    )
    count = _n("{n} request is waiting for you.", "{n} requests are waiting for you.", len(waiting))
    parts: tuple[Part, ...] = (Paragraph(count if waiting else _("No request is waiting.")), Note(how))
    switch = (
        Button(_("Book at once"), to("mentoring.ask_first", "no"))
        if mentor.asks_first
        else Button(_("Ask me first"), to("mentoring.ask_first", "yes"))
    )
    return Screen(
        _("Requests"),
        (*parts, *(_line(booking, name) for booking, name in waiting[:SHOWN])),
        (switch, Button(_("My desk"), to("mentoring"))),
        tone=Tone.WAITING if waiting else Tone.NEUTRAL,
    )


def _waiting(view: View) -> Text:
    if not requests.is_open(view.booking, view.now):
        return _("The time for an answer is over.")
    until = When(view.booking.hold_until or view.now, WhenStyle.COUNTDOWN)
    if view.proposal is not None and not view.is_mentor:
        return _(
            "{name} proposes another time. The request is open until {until}.", name=view.other, until=until
        )
    if view.is_mentor:
        return _("{name} asks for this time. Your answer is due {until}.", name=view.other, until=until)
    return _(
        "I have asked {name}; the answer is due {until}. Nothing is paid before.",
        name=view.other,
        until=until,
    )


def _held(view: View) -> list[Part]:
    if view.booking.accepted_at is not None:
        return _accepted(view)
    return _to_be_asked(view) if view.booking.asks_first and not view.is_mentor else []


def _accepted(view: View) -> list[Part]:
    until = When(view.booking.hold_until or view.now, WhenStyle.COUNTDOWN)
    if view.is_mentor:
        return [Paragraph(_("You accepted. It waits for the payment: the hold ends {until}.", until=until))]
    return [
        Paragraph(
            _("{name} has accepted. Pay to confirm it: the hold ends {until}.", name=view.other, until=until)
        ),
        *(paying.words(view.pay, view.due) if view.due else ()),
        agreeing.agreed(view.booking.policy),
    ]


def _to_be_asked(view: View) -> list[Part]:
    until = When(view.booking.hold_until or view.now, WhenStyle.COUNTDOWN)
    return [
        Paragraph(
            _(
                "This time is yours for the moment: the hold ends {until}. Say what it is about, and I ask {name}.",
                until=until,
                name=view.other,
            )
        ),
        *_paid(view),
        *agreeing.terms(view.booking.policy),
    ]


def _paid(view: View) -> list[Part]:
    """Who pays for it, and when."""
    ahead = prepaid.terms(view.share, view.why_not)
    if view.booking.included:
        return plan_part.terms(view.booking)
    if view.share is not None:
        return ahead
    return [*ahead, Note(_("You pay when {name} has accepted.", name=view.other))]


def _reason(booking: Booking) -> list[Part]:
    return [Facts((Fact(_("Reason"), booking.closed_note),))] if booking.closed_note else []


def _line(booking: Booking, name: str) -> Card:
    price: Value = booking.price if booking.pack_id is None else _("Pack")
    if booking.included:
        price = _("Included in a plan")
    lines = [
        _("{time}", time=When(booking.starts_at)),
        _("{length} · {price}", length=timedelta(minutes=booking.minutes), price=price),
        _("Answer due {until}", until=When(booking.hold_until or booking.starts_at, WhenStyle.COUNTDOWN)),
    ]
    if booking.topic:
        lines.insert(2, _("{topic}", topic=booking.topic))
    return Card(_("{name}", name=name), tuple(lines), Button(_("Open"), to("booking.show", booking.short)))
