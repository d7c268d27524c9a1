"""What a session of a pack is called where others have a price: on the card, on the form, and when it comes back.

Who has paid ahead reads everywhere what is used, and can pay instead until they have agreed to the terms.
"""

from collections.abc import Sequence
from typing import Final

from bot.screens import plan_part
from bot.screens.pack_why import REASONS
from bot.screens.view import View
from core.booking.life import Booking
from core.booking.means import Means, Offer
from core.booking.prepaying import Share
from core.chat import Button, Fact, Note, Paragraph, Part, Text, Value, When, WhenStyle, _, _n, to
from core.prepaid.entitlement import Why

TAPS: Final = {
    Means.PACK: _("Which time? The tap holds it for you, and one session of your pack pays for it."),
    Means.PLAN: _("Which time? The tap holds it for you, and minutes of your plan pay for it."),
    Means.MONEY: _("Which time? The tap holds it for you while you pay."),
}
"""What the tap on a time does."""


def facts(view: View) -> list[Fact]:
    """The price on a card; a mentor is to know only that a pack pays."""
    share = view.share
    if view.booking.included:
        return plan_part.facts(view.booking, is_mentor=view.is_mentor)
    if share is None:
        return [
            Fact(_("Price"), view.booking.price if view.booking.price else _("Free of charge")),
            *plan_part.discounted(view.booking, is_mentor=view.is_mentor),
        ]
    if view.is_mentor:
        return [Fact(_("Price"), _("Pack"))]
    return [Fact(_("Price"), _("1 session of your pack")), Fact(_("Your pack"), left(share))]


def price(booking: Booking) -> Value:
    """What a student is asked for, in short."""
    if booking.pack_id is not None:
        return _("1 session of your pack")
    if booking.included:
        return plan_part.minutes(booking.included)
    return booking.price if booking.price else _("Free of charge")


def by(offer: Offer, minutes: int) -> Value:
    """What a session of so many minutes takes."""
    if offer.means is Means.PACK:
        return _("1 session of your pack")
    return plan_part.minutes(minutes) if offer.means is Means.PLAN else offer.price


def left(share: Share) -> Value:
    return _("{left} of {total} left", left=share.left, total=share.total)


def terms(share: Share | None, why_not: Why | None) -> list[Part]:
    """Before somebody agrees: what is used, or why the pack is not."""
    if share is not None:
        used = _("One session of your pack is used: {left} of {total} are left after it.", **_count(share))
        return [Note(used)]
    if why_not is not None:
        return [Note(_("Your pack is not used for it. {why}", why=REASONS[why_not]))]
    return []


def kept(others: Sequence[Offer]) -> list[Part]:
    """Who pays although they have paid ahead reads that nothing of it is taken."""
    found = {offer.means for offer in others}
    if Means.PACK in found:
        return [Note(_("You use no session of your pack for it."))]
    if Means.PLAN in found:
        return [Note(_("You use no minutes of your plan for it."))]
    return []


def ways(view: View) -> list[Button]:
    """What else could pay for what is held."""
    return [_way(offer, view.booking) for offer in view.others]


def _way(offer: Offer, booking: Booking) -> Button:
    labels = {
        Means.PACK: _("Use my pack"),
        Means.PLAN: _("Use my plan"),
        Means.MONEY: _("Pay {price} instead", price=offer.price),
    }
    is_free = offer.means is Means.MONEY and not offer.price
    label = _("Take it free of charge") if is_free else labels[offer.means]
    return Button(label, to("book.means", booking.short, offer.means))


def held(view: View) -> Paragraph:
    """A hold that a pack pays for waits for nothing but the topic."""
    until = When(view.booking.hold_until or view.now, WhenStyle.COUNTDOWN)
    return Paragraph(
        _(
            "This time is yours. Say what it is about, and it is confirmed: the hold ends {until}.",
            until=until,
        )
    )


def back(*, is_mine: bool) -> Text:
    """That a session came back."""
    if is_mine:
        return _("One session is back in your pack.")
    return _("The session is back in the student's pack.")


def sessions(count: int) -> Text:
    return _n("{n} session of the pack", "{n} sessions of the pack", count)


def _count(share: Share) -> dict[str, Value]:
    return {"left": share.left, "total": share.total}
