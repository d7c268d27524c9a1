"""News of a plan's money that goes back by itself; and for staff, of money that could not."""

from typing import Final

from core.chat import Button, Paragraph, Screen, Text, Tone, _, to
from core.money import Money
from core.plans.givebacks import GiveBack, Why
from core.plans.subscriptions import Subscription


def refunded(subscription: Subscription, back: GiveBack) -> Screen:
    """To who paid, as soon as it is on its way."""
    return Screen(
        _("You get {amount} back", amount=back.money),
        (Paragraph(_WHY[back.reason](subscription.name, back.money)),),
        (Button(_("Plans"), to("plans")),),
        subject=f"plan-refund:{back.id}",
        tone=Tone.GOOD,
    )


def failed(subscription: Subscription, back: GiveBack, person: str) -> Screen:
    """To staff: the host's own hand is needed."""
    said = _(
        "{amount} should go back to {person}, who paid for {name} without having it. The provider did not do it: "
        "give the money back in its own dashboard.",
        amount=back.money,
        person=person,
        name=subscription.name,
    )
    return Screen(
        _("Money did not go back"), (Paragraph(said),), subject=f"plan-refund:{back.id}", tone=Tone.BAD
    )


def _double(name: str, amount: Money) -> Text:
    return _(
        "You paid for {name} while another plan of yours was running. I have stopped {name}; {amount} goes back "
        "the way you paid it, in a few days at most.",
        name=name,
        amount=amount,
    )


def _after_the_end(name: str, amount: Money) -> Text:
    return _(
        "You paid for {name} when it had ended. {amount} goes back the way you paid it, in a few days at most. "
        "/plans shows what you can choose now.",
        name=name,
        amount=amount,
    )


_WHY: Final = {Why.DOUBLE: _double, Why.ENDED: _after_the_end}
