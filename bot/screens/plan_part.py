"""What a plan does for a booking, as its card and the screens of canceling say it."""

from core.booking.life import Booking
from core.chat import Fact, Note, Part, Text, _, _n
from core.money import Money


def facts(booking: Booking, *, is_mentor: bool) -> list[Fact]:
    """Who pays; nothing where no plan does."""
    if booking.included:
        what = _("Included in a plan") if is_mentor else minutes(booking.included)
        return [Fact(_("Price"), what)]
    return []


def discounted(booking: Booking, *, is_mentor: bool) -> list[Fact]:
    """That the price is one with a discount; the mentor earns the same, so they need not know."""
    if is_mentor or booking.subscription_id is None or booking.included:
        return []
    return [Fact(_("Your plan"), _("its discount is in the price"))]


def terms(booking: Booking) -> list[Part]:
    """Before somebody agrees: what is used."""
    if not booking.included:
        return []
    said = _n(
        "{n} included minute of your plan pays for it.",
        "{n} included minutes of your plan pay for it.",
        booking.included,
    )
    return [Note(said)]


def minutes(count: int) -> Text:
    return _n("{n} minute of your plan", "{n} minutes of your plan", count)


def back(booking: Booking, amount: Money) -> int:
    """How many of its minutes come back with an amount of its price."""
    kept = booking.price - amount
    return booking.included - -(-booking.included * kept.amount // booking.amount)


def red(booking: Booking, amount: Money) -> Text:
    """What the button that cancels says."""
    count = back(booking, amount)
    if not count:
        return _("Cancel the session")
    return _n("Cancel and get {n} minute back", "Cancel and get {n} minutes back", count)


def off(booking: Booking, amount: Money) -> Text:
    """What somebody who has just canceled it is told."""
    count = back(booking, amount)
    if not count:
        return _("The session is off.")
    return _n(
        "The session is off. {n} minute is back in the plan.",
        "The session is off. {n} minutes are back in the plan.",
        count,
    )
