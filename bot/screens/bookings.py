"""A booking's card through its whole life, and the lists of bookings."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from bot.screens import (
    again,
    agreeing,
    attending,
    canceling,
    changing,
    clocks,
    objections,
    paying,
    plan_part,
    prepaid,
    requests,
    reviews,
    rooms,
    times,
    wallet,
)
from bot.screens.view import View
from core.booking.life import BookingState
from core.chat import (
    Button,
    Card,
    Code,
    Control,
    Fact,
    Facts,
    Link,
    Note,
    Paragraph,
    Part,
    Screen,
    Style,
    Text,
    Tone,
    When,
    WhenStyle,
    _,
    to,
)
from core.payments.payments import PaymentState

STATES: Final = {
    BookingState.REQUESTED: _("Requested"),
    BookingState.HELD: _("Held"),
    BookingState.CONFIRMED: _("Confirmed"),
    BookingState.COMPLETED: _("Done"),
    BookingState.STUDENT_NO_SHOW: _("Student did not come"),
    BookingState.MENTOR_NO_SHOW: _("Mentor did not come"),
    BookingState.DISPUTED: _("In dispute"),
    BookingState.SETTLED: _("Settled"),
    BookingState.REFUNDED: _("Refunded"),
    BookingState.DECLINED: _("Declined"),
    BookingState.EXPIRED: _("Lapsed"),
    BookingState.CANCELED: _("Canceled"),
}
TONES: Final = {
    BookingState.REQUESTED: Tone.WAITING,
    BookingState.HELD: Tone.WAITING,
    BookingState.CONFIRMED: Tone.GOOD,
    BookingState.DISPUTED: Tone.WAITING,
    BookingState.STUDENT_NO_SHOW: Tone.BAD,
    BookingState.MENTOR_NO_SHOW: Tone.BAD,
    BookingState.DECLINED: Tone.BAD,
    BookingState.EXPIRED: Tone.BAD,
}
"""All others are neutral."""


def card(view: View, *, news: Text | None = None) -> Screen:
    """The one card of a booking; `news` is what it is shown for."""
    booking = view.booking
    parts: list[Part] = [Paragraph(news)] if news else []
    parts += [
        _facts(view),
        *_words(view),
        *changing.words(view),
        *canceling.words(view, is_said=news is not None),
        *clocks.words(view),
        *attending.words(view),
        *objections.words(view),
    ]
    parts += reviews.words(view.review, view.other)
    return Screen(
        _("{state} · {name}", state=STATES[booking.state], name=view.other),
        tuple(parts),
        tuple(_controls(view)),
        subject=booking.subject,
        tone=TONES.get(booking.state, Tone.NEUTRAL),
    )


def listing(views: Sequence[View], *, past: bool, mentors: bool = False) -> Screen:
    """Coming or past bookings, each with its card behind a button; who `mentors` has a schedule as well."""
    switch = Button(_("Coming"), to("bookings")) if past else Button(_("Past"), to("bookings.past"))
    find = Button(_("Find a mentor"), to("mentors"), Style.PLAIN if mentors else Style.PRIMARY)
    desk = (Button(_("Your schedule"), to("mentoring.schedule"), Style.PRIMARY),) if mentors else ()
    title = _("Past bookings") if past else _("Your bookings")
    if not views:
        empty = (
            _("There is nothing here yet.")
            if past
            else _("Nothing is coming up. Find a mentor and take a time.")
        )
        return Screen(title, (Paragraph(empty),), (*desk, find, switch))
    return Screen(title, tuple(_line(view) for view in views), (*desk, switch, find))


def _facts(view: View) -> Facts:
    booking = view.booking
    items = [
        Fact(_("When"), When(booking.starts_at)),
        Fact(_("Length"), timedelta(minutes=booking.minutes)),
        *prepaid.facts(view),
    ]
    if view.credit:
        items.append(Fact(_("From your wallet"), view.credit))
    if booking.topic:
        items.append(Fact(_("Topic"), booking.topic))
    if booking.agenda:
        items.append(Fact(_("Agenda"), booking.agenda))
    if view.standing:
        items.append(Fact(_("Student"), reviews.standing(view.standing)))
    items.append(Fact(_("Code"), Code(booking.code)))
    return Facts(tuple(items))


def _words(view: View) -> list[Part]:
    booking = view.booking
    if view.is_late:
        return _late_words(view)
    asked = requests.words(view)
    if asked:
        return asked
    match booking.state:
        case BookingState.HELD if view.payment is PaymentState.PROCESSING:
            return [Paragraph(_("Your payment is on its way. The time stays yours until it has arrived."))]
        case BookingState.HELD if view.is_live_hold:
            return _held_words(view)
        case BookingState.HELD:
            return [Paragraph(_("The hold is over. I am making sure that nothing was paid."))]
        case BookingState.CONFIRMED if not view.join_url:
            return [Note(_("The join link appears here 10 minutes before the start."))]
        case BookingState.EXPIRED:
            return [Paragraph(_("The hold lapsed and the time is free again. You were not charged."))]
        case BookingState.CANCELED if booking.closed_reason == "refunded":
            return [Paragraph(_("The payment was given back in full, so the session is off."))]
        case _:
            return []


def _held_words(view: View) -> list[Part]:
    booking = view.booking
    assert booking.hold_until is not None
    until = When(booking.hold_until, WhenStyle.COUNTDOWN)
    if view.is_mentor:
        return [Note(_("Held by a student. The hold ends {until}.", until=until))]
    if booking.included:
        return [prepaid.held(view), *plan_part.terms(booking), *agreeing.terms(booking.policy)]
    if view.share is not None:
        return [prepaid.held(view), *prepaid.terms(view.share, None), *agreeing.terms(booking.policy)]
    if not booking.is_ready_to_pay:
        return [
            Paragraph(
                _("This time is yours. Say what it is about, then pay: the hold ends {until}.", until=until)
            ),
            *prepaid.terms(None, view.why_not),
            *prepaid.kept(view.others),
            *wallet.part(view.credit, booking.price),
            *agreeing.terms(booking.policy),
        ]
    return [
        Paragraph(_("Pay to confirm it: the hold ends {until}.", until=until)),
        *wallet.part(view.credit, booking.price),
        *(paying.words(view.pay, view.due) if view.due else ()),
        agreeing.agreed(booking.policy),
    ]


def _late_words(view: View) -> list[Part]:
    assert view.late_until is not None
    return [
        Paragraph(
            _(
                "Your payment arrived after the hold had ended, and the time is gone. "
                "Take another time at the same price, or have all of it back."
            )
        ),
        Note(_("If you choose nothing until {until}, it goes back by itself.", until=When(view.late_until))),
    ]


def _controls(view: View) -> list[Control]:
    booking = view.booking
    if view.is_late:
        other = [times.to_take(booking.short, view.nearest)] if view.nearest else []
        return [*other, Button(_("Refund me in full"), to("late.refund", booking.short), Style.DANGER)]
    if booking.state is BookingState.REQUESTED:
        return [*changing.answers(view), *requests.controls(view)]
    if booking.state is BookingState.HELD and not view.is_mentor:
        return _held_controls(view)
    if booking.state is BookingState.CONFIRMED:
        return _confirmed_controls(view)
    stars = reviews.controls(booking.short, view.review)
    after = [*stars, *attending.controls(view), *objections.controls(view)]
    if view.is_mentor:
        return [*after, *rooms.controls(view)]
    return [*after, again.button(booking), *rooms.controls(view)]


def _held_controls(view: View) -> list[Control]:
    booking = view.booking
    if not view.is_live_hold or view.payment is PaymentState.PROCESSING:
        return [Button(_("I have paid"), to("booking.paid", booking.short))]
    release = Button(_("Release the time"), to("booking.release", booking.short), Style.DANGER)
    if not booking.is_ready_to_pay:
        terms = Button(_("Topic and terms"), to("book.agree_form", booking.short), Style.PRIMARY)
        return [terms, *prepaid.ways(view), release]
    if view.credit and not view.due:
        pay_all = Button(_("Pay with my wallet"), to("booking.pay", booking.short), Style.PRIMARY)
        return [pay_all, release]
    return [*paying.controls(view.pay, view.due, booking.subject), release]


def _confirmed_controls(view: View) -> list[Control]:
    booking = view.booking
    calendar = Button(_("Calendar file"), to("booking.calendar", booking.short))
    if view.join_url:
        return [
            Link(_("Join"), view.join_url),
            *attending.controls(view),
            *rooms.controls(view),
            *changing.controls(view),
            calendar,
        ]
    refresh = Button(_("Refresh"), to("booking.show", booking.short))
    return [*attending.controls(view), *rooms.controls(view), *changing.controls(view), calendar, refresh]


def _line(view: View) -> Card:
    booking = view.booking
    state = _("{state} · {length}", state=STATES[booking.state], length=timedelta(minutes=booking.minutes))
    lines = [_("{time}", time=When(booking.starts_at)), state]
    if booking.topic:
        lines.append(_("{topic}", topic=booking.topic))
    return Card(
        _("{name}", name=view.other), tuple(lines), Button(_("Open"), to("booking.show", booking.short))
    )
