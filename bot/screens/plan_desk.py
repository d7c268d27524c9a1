"""What staff sees of the community's plans: those on sale, and the form of one."""

from collections.abc import Mapping, Sequence
from typing import Final

from bot.screens import plans as shown
from core.chat import (
    Button,
    Card,
    Control,
    Field,
    Form,
    Note,
    Paragraph,
    Part,
    Screen,
    Style,
    Text,
    Tone,
    _,
    _n,
    to,
)
from core.plans.plans import Plan

SHOWN: Final = 10


def listing(found: Sequence[Plan], members: Mapping[int, int], *, news: Text | None = None) -> Screen:
    """All plans on sale with how many have each; `members` by the plan's id."""
    cards = tuple(_card(plan, members.get(plan.id, 0)) for plan in found[:SHOWN])
    parts: tuple[Part, ...] = cards or (Paragraph(_("No plan is on sale.")),)
    if news is not None:
        parts = (Paragraph(news), *parts)
    controls: tuple[Control, ...] = (
        Button(_("New plan"), to("plans.define_form"), Style.PRIMARY),
        Button(_("Plans"), to("plans")),
    )
    return Screen(_("Manage plans"), parts, controls, subject="plans.admin")


def plan(found: Plan, members: int) -> Screen:
    """One plan, with what can be done with it."""
    lines = tuple(Paragraph(line) for line in shown.terms(found.terms))
    note = Note(_("Whoever has it keeps it as it is; a change is for those who subscribe later."))
    return Screen(
        _("{name}", name=found.name),
        (*lines, Paragraph(_members(members)), note),
        (
            Button(_("Change it"), to("plans.revise_form", found.short), Style.PRIMARY),
            Button(_("Take it off sale"), to("plans.retire", found.short), Style.DANGER),
            Button(_("Manage plans"), to("plans.admin")),
        ),
        subject="plans.admin",
    )


def form(values: Mapping[str, str], currency: str, *, short: str = "") -> Screen:
    """A new plan, or one that is changed."""
    title = _("Change a plan") if short else _("New plan")
    fields = (
        Field("name", _("Name of the plan"), default=values.get("name", ""), max_length=60),
        Field(
            "price",
            _("Price a month in {currency}", currency=currency),
            hint=_("0 for a plan that costs nothing"),
            default=values.get("price", ""),
            max_length=12,
        ),
        Field(
            "minutes",
            _("Minutes included a month"),
            hint=_("0 to 3000"),
            default=values.get("minutes", "0"),
            max_length=6,
        ),
        Field(
            "discount",
            _("Discount on further sessions"),
            hint=_("Percent; at most your commission, for the community carries it"),
            default=values.get("discount", "0"),
            max_length=6,
        ),
        Field(
            "priority",
            _("Hours before others"),
            hint=_("How much earlier members book what comes within the horizon, 0 to 168"),
            default=values.get("priority", "0"),
            max_length=4,
        ),
    )
    submit = to("plans.revise", short) if short else to("plans.define")
    reopen = to("plans.revise_form", short) if short else to("plans.define_form")
    return Screen(title, form=Form(title, fields, submit, reopen, _("Save")), tone=Tone.NEUTRAL)


def _card(found: Plan, members: int) -> Card:
    return Card(
        _("{name}", name=found.name),
        (*shown.terms(found.terms), _members(members)),
        Button(_("Look at it"), to("plans.one", found.short)),
    )


def _members(count: int) -> Text:
    return _n("{n} person has it.", "{n} people have it.", count) if count else _("Nobody has it yet.")
