"""How a person pays for what is held for them: a button for each way, then the link of the one they chose."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from core.chat import Button, Control, Link, Note, Paragraph, Part, Style, Text, _, to
from core.money import Money

NAMES: Final[Mapping[str, Text]] = {
    "stripe": _("Card"),
    "paypal": _("PayPal"),
    "razorpay": _("UPI or card (Razorpay)"),
    "sandbox": _("Play money"),
}


@dataclass(frozen=True, slots=True)
class Step:
    """`url` is the open link and `way` whose it is; `ways` are those that are offered, what was used last first."""

    url: str = ""
    way: str = ""
    ways: tuple[str, ...] = ()

    @property
    def must_choose(self) -> bool:
        return not self.way and len(self.ways) > 1


NO_STEP: Final = Step()


def name_of(way: str) -> Text:
    """One that nobody has found words for goes by its own name."""
    return NAMES.get(way, _("{way}", way=way.title()))


def words(step: Step, due: Money) -> list[Part]:
    """What a person is to know before they pay."""
    if step.must_choose:
        return [Paragraph(_("How do you want to pay {price}?", price=due))]
    if step.url and len(step.ways) > 1:
        return [Note(_("You pay by: {way}", way=name_of(step.way)))]
    if not step.way and not step.ways:
        return [
            Paragraph(
                _(
                    "No way to pay that is open here takes {amount}. Please ask the community's staff.",
                    amount=due,
                )
            )
        ]
    return []


def controls(step: Step, due: Money, subject: str) -> list[Control]:
    """`subject` is `booking:K7Q2M9AB` or `pack:M2Q7K9ABCD`: the routes are `booking.pay` and `booking.paid` of it."""
    kind, _colon, short = subject.partition(":")
    if step.url:
        paid = Button(_("I have paid"), to(f"{kind}.paid", short))
        others = [name for name in step.ways if name != step.way]
        return [
            Link(_("Pay {price}", price=due), step.url),
            paid,
            *(Button(_("Use {way}", way=name_of(name)), to(f"{kind}.pay", short, name)) for name in others),
        ]
    if step.must_choose:
        first = step.ways[0]
        return [
            Button(
                name_of(name),
                to(f"{kind}.pay", short, name),
                Style.PRIMARY if name == first else Style.PLAIN,
            )
            for name in step.ways
        ]
    if step.way or step.ways:
        return [Button(_("Get the pay link"), to(f"{kind}.pay", short), Style.PRIMARY)]
    return []
