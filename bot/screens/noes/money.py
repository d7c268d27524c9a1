"""What is said when something is refused: prices, payments, refunds and credit."""

from collections.abc import Mapping
from typing import Final

from core.chat import Text, _

SENTENCES: Final[Mapping[str, Text]] = {
    "money.unreadable": _("I cannot read “{value}” as an amount. Write it like 25 or 25.50."),
    "money.decimals": _("{currency} has at most {decimals} decimals."),
    "money.currency": _("Prices here are in {currency}."),
    "money.negative": _("A price cannot be below zero."),
    "money.high": _("The highest price is {highest}."),
    "money.low": _("A session must cost nothing or at least {lowest}; payments below that cannot be taken."),
    "refund.nothing": _("Say how much to give back."),
    "quote.altered": _("This button is not one that I made for you."),
    "quote.expired": _("What I told you was good for five minutes. Look again at what comes back now."),
    "quote.moved": _("The session was moved since. Look again at what comes back now."),
    "quote.changed": _("The pack has changed since. Look again at what comes back now."),
    "wallet.short": _("There is not enough credit for this."),
    "wallet.gone": _(
        "Your wallet was to pay a part of it, and that credit is spent by now. You can have your payment back in full."
    ),
    "payment.unknown": _("I do not know this payment link."),
    "payment.down": _(
        "The payment provider does not answer at the moment. Nothing is lost: your time is held, try again shortly."
    ),
    "payment.refused": _(
        "The payment provider does not accept this payment. The staff of the community has been told."
    ),
    "payment.processing": _("Your payment is on its way. I will tell you as soon as it has arrived."),
    "payment.no_way": _("No way to pay that is open here takes {amount}. Please ask the community's staff."),
    "payment.not_offered": _("This way to pay is not offered here any more. Choose another one."),
    "payment.too_many": _(
        "You have changed the way to pay very often. Pay by the link that is open, or let it go and begin again."
    ),
    "payment.is_closing": _("This payment link is closed."),
    "payment.is_paid": _("This has been paid already. Thank you!"),
    "payment.is_processing": _("Your payment is on its way. I will tell you as soon as it has arrived."),
    "payment.is_expired": _("This payment link has expired."),
    "payment.is_failed": _("This payment did not work."),
    "refund.too_much": _("More than was paid cannot be given back."),
    "refund.unknown": _("I do not know this refund."),
    "refund.mended": _("Somebody has taken care of this refund already."),
}
