"""Every notice's screen. Those about a booking are its card, with the news on top."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Final

from bot.screens import bookings
from bot.screens.view import View
from core.chat import (
    Button,
    Code,
    Fact,
    Facts,
    Note,
    Paragraph,
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
from core.money import Money
from core.people.mentors import Mentor

PAYMENT_FAILED = "payment_failed"


def booking(kind: str, view: View) -> Screen:
    """A booking's card, for the news that `kind` names."""
    return bookings.card(view, news=_news(kind, view))


def reminder(offset: int, view: View) -> Screen:
    start = When(view.booking.starts_at, WhenStyle.COUNTDOWN)
    if view.join_url:
        news = _(
            "Your session with {name} starts {start}. Here is the link.",
            name=view.other,
            start=start,
        )
    else:
        news = _(
            "A reminder, {span} ahead: your session with {name} starts {start}.",
            span=timedelta(minutes=offset),
            name=view.other,
            start=start,
        )
    return bookings.card(view, news=news)


def receipt(code: str, money: Money, mentor: str, sessions: int = 1) -> Screen:
    return Screen(
        _("Payment received"),
        (
            paid_for(code, money, mentor, sessions),
            Note(_("Keep this as your receipt.")),
        ),
        subject=f"receipt:{code}",
        tone=Tone.GOOD,
    )


def processing_pack(code: str, money: Money, mentor: str, sessions: int = 1) -> Screen:
    return Screen(
        _("Your payment is on its way"),
        (
            paid_for(code, money, mentor, sessions),
            Note(_("Your pack waits for it. I tell you when it has arrived.")),
        ),
        subject=f"processing:{code}",
        tone=Tone.WAITING,
    )


def processing(view: View) -> Screen:
    return bookings.card(view, news=_("Your payment is being processed. Some ways to pay take a day or two."))


PROBLEMS: Final[Mapping[str, Value]] = {
    "": _("refused"),
    "other_amount": _("Another amount than was asked for"),
    "other_payment": _("It says that it is for another payment"),
    "refund_returned": _("A refund that you made came back"),
}
"""What we say ourselves is wrong; all else is the provider's own word."""


def trouble(code: str, what: str, money: Money) -> Screen:
    """For staff: money that needs a human eye."""
    return Screen(
        _("A payment needs your eye"),
        (
            Paragraph(_("Look at it in the payment provider's own dashboard.")),
            Facts(
                (
                    Fact(_("Code"), Code(code)),
                    Fact(_("Amount"), money),
                    Fact(_("Problem"), PROBLEMS.get(what, what)),
                )
            ),
        ),
        tone=Tone.BAD,
    )


def approved(mentor: Mentor, community: str) -> Screen:
    return Screen(
        _("Welcome, mentor"),
        (
            Paragraph(_("You mentor in {community} now.", community=community)),
            Paragraph(_("Open your hours next, so that students can book you.")),
        ),
        (
            Button(_("Open hours"), to("mentoring.hours"), Style.PRIMARY),
            Button(_("See my profile"), to("mentor.show", mentor.slug)),
        ),
        tone=Tone.GOOD,
    )


def rejected(mentor: Mentor, community: str) -> Screen:
    return Screen(
        _("Your application was not accepted"),
        (
            Paragraph(_("The staff of {community} wrote:", community=community)),
            Facts((Fact(_("Reason"), mentor.reason),)),
        ),
        (Button(_("Apply again"), to("mentoring.apply_form"), Style.PRIMARY),),
        tone=Tone.BAD,
    )


def nudge() -> Screen:
    """For a channel that others read too: nothing private."""
    return Screen(
        _("I have news for you"),
        (
            Paragraph(
                _(
                    "I could not write to you in private. "
                    "See /bookings or /mentoring here, or allow messages from this community."
                )
            ),
        ),
        private=False,
    )


def paid_for(code: str, money: Money, mentor: str, sessions: int = 1) -> Facts:
    """An amount, and the session or the pack that it is about."""
    what = _("a session with {name}", name=mentor)
    if sessions > 1:
        what = _n("{n} session with {name}", "{n} sessions with {name}", sessions, name=mentor)
    return Facts(
        (
            Fact(_("Amount"), money),
            Fact(_("For"), what),
            Fact(_("Code"), Code(code)),
        )
    )


def _news(kind: str, view: View) -> Text:
    hold = When(view.booking.hold_until or view.booking.starts_at, WhenStyle.COUNTDOWN)
    match kind:
        case "confirmed":
            return _("It is settled: your session with {name} is confirmed.", name=view.other)
        case "booked":
            return _("{name} has booked a session with you.", name=view.other)
        case "lapsing":
            return _("Your hold is about to lapse: it ends {until}.", until=hold)
        case "lapsed" if view.booking.closed_reason == PAYMENT_FAILED:
            return _("Your payment did not work, so the time is free again.")
        case "lapsed":
            return _("Your hold has lapsed. Book again while the time is free.")
        case "late":
            return _("Your payment has arrived, but late.")
        case _:
            return _("Something about this booking has changed.")
