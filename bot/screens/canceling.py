"""Canceling: the quote before the red button, with everything else that could be done instead."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.screens import changing, plan_part, prepaid
from bot.screens.view import View
from core.booking.canceling import REASONS, REFUSED_MOVE, Back, Quote
from core.booking.life import Booking, BookingState, Who
from core.chat import (
    Button,
    Control,
    Fact,
    Facts,
    Field,
    FieldKind,
    Form,
    Note,
    Paragraph,
    Part,
    Percent,
    Route,
    Screen,
    Style,
    Text,
    Tone,
    When,
    _,
    to,
)
from core.money import Money

LONGEST_REASON = 500


@dataclass(frozen=True, slots=True)
class Offer:
    """A quote with the signed routes that make it true; `nearest` are times that it could be moved to instead, or
    `stays` is why it cannot be moved."""

    quote: Quote
    refund: Route
    credit: Route | None = None
    nearest: Sequence[datetime] = ()
    stays: Text | None = None


def quote(booking: Booking, who: Who, other: str, offer: Offer) -> Screen:
    """Exactly what comes back and why; the alternatives stand before the red button."""
    parts: list[Part] = [Facts((Fact(_("When"), When(booking.starts_at)), *_amounts(booking, offer.quote)))]
    parts += _why(booking, who, other, offer.quote)
    parts += [Note(offer.stays)] if offer.stays else []
    alternatives = _alternatives(booking, who, offer)
    if alternatives:
        parts.append(Paragraph(_("You could also choose one of these instead.")))
    if booking.price or booking.pack_id is not None:
        parts.append(Note(_("This is good for five minutes.")))
    red = plan_part.red(booking, offer.quote.amount) if booking.included else _red(who, offer.quote)
    cancel = Button(red, offer.refund, Style.DANGER)
    controls = (*alternatives, cancel, *changing.back(booking, who))
    title = _("Cancel the session with {name}?", name=other)
    return Screen(title, tuple(parts), controls, subject=booking.subject, tone=Tone.WAITING)


def reason_form(booking: Booking, other: str, *, submit: Route, reopen: Route) -> Screen:
    """Why a mentor or staff calls it off; the student reads it."""
    title = _("Cancel the session")
    hint = _("{name} will read it", name=other)
    field = Field("reason", _("Reason"), FieldKind.LONG, hint=hint, max_length=LONGEST_REASON)
    form = Form(title, (field,), submit=submit, reopen=reopen, submit_label=_("Cancel the session"))
    return Screen(title, form=form, subject=booking.subject)


def off(back: Money, *, as_credit: bool, session_of: Who | None = None) -> Text:
    """What somebody who has just canceled is told; `session_of` has, where a session came back, canceled it."""
    if session_of is not None:
        said = prepaid.back(is_mine=session_of is Who.STUDENT)
        return _("The session is off. {back}", back=said)
    if not back:
        return _("The session is off.")
    if as_credit:
        return _("The session is off. {amount} is in your wallet.", amount=back)
    return _("The session is off. {amount} goes back.", amount=back)


def words(view: View, *, is_said: bool) -> list[Part]:
    """On the card of what was called off: by whom, where the news do not say so, and why."""
    booking, said = view.booking, by_whom(view)
    if booking.state is not BookingState.CANCELED or said is None:
        return []
    parts: list[Part] = [] if is_said else [Paragraph(said)]
    if booking.closed_note:
        parts.append(Facts((Fact(_("Reason"), booking.closed_note),)))
    return parts


def by_whom(view: View) -> Text | None:
    """A sentence on who called it off, without blame; nothing where nobody did."""
    reason = view.booking.closed_reason
    mine = REASONS[Who.MENTOR if view.is_mentor else Who.STUDENT]
    theirs = REASONS[Who.STUDENT if view.is_mentor else Who.MENTOR]
    if reason == mine:
        return _("You canceled this session.")
    if reason == theirs and view.is_mentor:
        return _("{name} canceled this session.", name=view.other)
    if reason == theirs:
        return _("{name} is sorry: the session cannot take place.", name=view.other)
    if reason == REASONS[Who.STAFF]:
        return _("The staff of the community canceled this session.")
    if reason == REFUSED_MOVE and view.is_mentor:
        return _(
            "None of your times suited {name}, so the session is off. It does not count against you.",
            name=view.other,
        )
    return _("None of the other times suited you, so the session is off.") if reason == REFUSED_MOVE else None


def canceled(view: View, refunded: Money, credited: Money) -> Text:
    """The news of it: who, and what comes back to the student."""
    who = by_whom(view)
    if who is None:
        return _("The payment was given back, so this session is off.")
    if not view.is_mentor and view.share is not None and view.share.is_back:
        return _("{what} {back}", what=who, back=prepaid.back(is_mine=True))
    if view.is_mentor or not (refunded or credited):
        return who
    if credited and not refunded:
        return _("{what} You have {amount} in your wallet for it.", what=who, amount=credited)
    return _("{what} You get {amount} back.", what=who, amount=refunded + credited)


def _amounts(booking: Booking, quote: Quote) -> tuple[Fact, ...]:
    """What comes back and what does not: a session where it is one."""
    one = _("1 session of the pack")
    if quote.back is Back.SESSION:
        return (Fact(_("Comes back"), one),)
    if booking.included:
        return (Fact(_("Comes back"), plan_part.minutes(plan_part.back(booking, quote.amount))),)
    if booking.pack_id is not None and not quote.amount:
        return (Fact(_("Comes back"), _("nothing")), Fact(_("Is used"), one))
    if not quote.amount and not quote.kept:
        return ()
    kept = (Fact(_("Is kept"), quote.kept),) if quote.kept else ()
    return (Fact(_("Comes back"), quote.amount), *kept)


def _why(booking: Booking, who: Who, other: str, quote: Quote) -> list[Part]:
    if who is Who.MENTOR:
        counts = Note(_("It counts: bookings are paused for mentors who cancel often."))
        if not booking.price:
            return [counts]
        if quote.back is Back.SESSION:
            return [Paragraph(_("{name} gets the session back when you cancel.", name=other)), counts]
        return [Paragraph(_("{name} gets everything back when you cancel.", name=other)), counts]
    if booking.pack_id is None and not quote.amount and not quote.kept:
        return []
    return [*_terms(booking, quote), *_pack_words(booking, quote)]


def _pack_words(booking: Booking, quote: Quote) -> list[Part]:
    """Where the amount of a session of a pack goes."""
    if booking.pack_id is None or quote.back is not Back.WALLET or not quote.amount:
        return []
    if quote.kept:
        return [Note(_("It goes into the wallet, and the session of the pack is used."))]
    return [Note(_("The session cannot go back into its pack any more, so its value goes into the wallet."))]


def _terms(booking: Booking, quote: Quote) -> list[Part]:
    if quote.tier is not None and quote.back is Back.SESSION and quote.percent < 100:
        ahead = _rounded(quote.ahead)
        return [
            Paragraph(
                _("You cancel {span} before the start. The session comes back all the same.", span=ahead)
            )
        ]
    if quote.tier is None:
        return [Paragraph(_("When the staff cancels, everything goes back."))]
    share = Percent(quote.tier.percent * 100)
    if booking.anchor < booking.starts_at:
        first = _(
            "The session was moved, so the terms count from its first start, {time}: {share}.",
            time=When(booking.anchor),
            share=share,
        )
        return [Paragraph(first)]
    return [
        Paragraph(_("You cancel {span} before the start: {share}.", span=_rounded(quote.ahead), share=share))
    ]


def _rounded(ahead: timedelta) -> timedelta:
    """Whole hours, or minutes where there are few; never more than is left."""
    hours = ahead // timedelta(hours=1)
    return timedelta(hours=hours) if hours >= 2 else timedelta(minutes=ahead // timedelta(minutes=1))


def _alternatives(booking: Booking, who: Who, offer: Offer) -> tuple[Control, ...]:
    if who is Who.MENTOR:
        return (Button(_("Propose other times"), to("propose.form", booking.short), Style.PRIMARY),)
    move = (changing.to_move(booking.short, offer.nearest),) if offer.nearest else ()
    credit = offer.quote.credit
    if credit is None or offer.credit is None:
        return move
    return (*move, Button(_("Take {amount} as credit", amount=credit), offer.credit))


def _red(who: Who, quote: Quote) -> Text:
    if who is Who.STUDENT and quote.back is Back.SESSION:
        return _("Cancel and get the session back")
    if who is Who.STUDENT and quote.back is Back.WALLET and quote.amount:
        return _("Cancel and get {amount} as credit", amount=quote.amount)
    if who is Who.STUDENT and quote.amount:
        return _("Cancel and get {amount} back", amount=quote.amount)
    if who is Who.STUDENT and quote.kept:
        return _("Cancel without a refund")
    return _("Cancel the session")
