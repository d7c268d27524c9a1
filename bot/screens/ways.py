"""The ways to pay that a community takes: shown among its rules, turned on and off after a preview."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from bot.screens.paying import name_of
from bot.screens.setup import SWITCH
from core.chat import (
    Button,
    Fact,
    Facts,
    Field,
    FieldKind,
    FieldOption,
    Form,
    Note,
    Option,
    Paragraph,
    Screen,
    Series,
    Style,
    Text,
    Tone,
    Value,
    _,
    to,
)
from core.people.communities import Community
from core.ports import PaymentProvider

LABEL: Final = _("Ways to pay")


@dataclass(frozen=True, slots=True)
class Way:
    """One of the host's providers as it stands in a community; `fits`: it takes the community's currency."""

    name: str
    is_on: bool
    fits: bool


def standing(providers: Mapping[str, PaymentProvider], community: Community) -> list[Way]:
    """Every way that the host has, as it stands here."""
    currency = community.policy.currency
    return [
        Way(name, is_on=community.takes(name), fits=provider.minimum(currency) is not None)
        for name, provider in providers.items()
    ]


def rule(community: Community, ways: Sequence[Way]) -> Iterator[tuple[Fact, Option]]:
    """The line that it is among the community's rules."""
    on = [way for way in ways if way.is_on]
    yield Fact(LABEL, shown(community, on)), Option(LABEL, to("setup.ways_form"))


def form(community: Community, ways: Sequence[Way]) -> Screen:
    """One switch for each; what does not take the community's currency says so."""
    options = tuple(FieldOption(value, label) for value, label in SWITCH.items())
    fields = tuple(
        Field(
            way.name,
            name_of(way.name),
            FieldKind.CHOICE,
            hint=None if way.fits else _("Does not take {currency}", currency=community.policy.currency),
            default="yes" if way.is_on else "no",
            options=options,
        )
        for way in ways
    )
    title = _("Change: {rule}", rule=LABEL)
    sent = Form(title, fields, to("setup.ways_preview"), to("setup.ways_form"), _("Preview"))
    return Screen(title, form=sent)


def preview(community: Community, before: Sequence[Way], after: Sequence[Way]) -> Screen:
    """What a change would do, before it is done."""
    gone = {way.name for way in before} - {way.name for way in after}
    kept = _(
        "What was asked for by a way that is turned off stays as it is: it can be paid, and is paid back there."
    )
    return Screen(
        _("Change: {rule}", rule=LABEL),
        (
            Facts((Fact(_("Now"), shown(community, before)), Fact(_("New"), shown(community, after)))),
            Paragraph(_("Students choose among these when they pay.")),
            *([Note(kept)] if gone else []),
        ),
        (
            Button(_("Change it"), to("setup.ways_apply"), Style.PRIMARY),
            Button(_("Leave it"), to("setup")),
        ),
        tone=Tone.WAITING,
    )


def shown(community: Community, ways: Sequence[Way]) -> Value:
    return Series(tuple(_named(community, way) for way in ways)) if ways else _("none")


def _named(community: Community, way: Way) -> Text:
    if way.fits:
        return name_of(way.name)
    return _("{way} (not in {currency})", way=name_of(way.name), currency=community.policy.currency)
