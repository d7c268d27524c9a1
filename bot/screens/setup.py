"""The community's rules: shown, changed after a preview."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Final

from core.chat import (
    Button,
    Choice,
    Entity,
    Fact,
    Facts,
    Field,
    FieldKind,
    FieldOption,
    Form,
    LanguageName,
    Note,
    Option,
    Paragraph,
    Percent,
    Pick,
    Screen,
    Series,
    Style,
    Text,
    Tone,
    Value,
    _,
    _n,
    to,
)
from core.people.communities import Community
from core.policy import Policy, Tier

RULES: Final[Mapping[str, Text]] = {
    "language": _("Language"),
    "currency": _("Currency"),
    "zone": _("Time zone"),
    "commission": _("Commission"),
    "hold_minutes": _("Time to pay"),
    "reminders": _("Reminders"),
    "notice_minutes": _("Lead time"),
    "horizon_days": _("Horizon"),
    "tiers": _("Cancellation"),
    "public_directory": _("Public mentor pages"),
    "request_hours": _("Time to accept"),
    "accepted_hold_minutes": _("Time to pay once accepted"),
    "move_hours": _("Last moment to move"),
    "moves": _("Moves per booking"),
    "credit_instead": _("Credit when canceling"),
    "no_show_minutes": _("No-show"),
    "dispute_hours": _("Time to object"),
    "room_days": _("Room stays open"),
    "grace_hours": _("Seat kept after the last session"),
}
HINTS: Final[Mapping[str, Text]] = {
    "language": _("The community's own language"),
    "currency": _("A code such as USD, EUR or INR"),
    "zone": _("A city, such as Kolkata or Berlin"),
    "commission": _("Percent of the price, 0 to 90"),
    "hold_minutes": _("Minutes a time is held for payment, 5 to 1440"),
    "reminders": _("Minutes before the start, such as 1440, 60, 10"),
    "notice_minutes": _("Minutes between booking and start at least"),
    "horizon_days": _("Days ahead that can be booked, 1 to 365"),
    "tiers": _("Hours before : percent back, such as 24:100, 4:50, 0:0"),
    "public_directory": _("Whether anybody can see your mentors on the web"),
    "request_hours": _("Hours a mentor has to accept a request, 1 to 336"),
    "accepted_hold_minutes": _("Minutes an accepted time is held for payment, 15 to 1395"),
    "move_hours": _("Hours before the start until which students can move, 0 to 336"),
    "moves": _("How often a student can move one booking, 0 to 10"),
    "credit_instead": _("Whether students may take the full price as credit instead of less money"),
    "no_show_minutes": _("Minutes after the start until somebody counts as missing, 5 to 60"),
    "dispute_hours": _("Hours after the end in which either side can object, 1 to 720"),
    "room_days": _("Days the booking's room stays open after the session, 0 to 90"),
    "grace_hours": _("Hours a student has to renew before the mentor's seat is free again, 12 to 336"),
}
SWITCHES: Final = ("public_directory", "credit_instead")
"""Rules that are yes or no."""
SWITCH: Final[Mapping[str, Text]] = {"yes": _("yes"), "no": _("no")}
UNITS: Final = ("minutes", "hours", "days")
PICKS: Final = {
    "mentor_role": (_("Mentor role"), Entity.ROLE),
    "staff_role": (_("Staff role"), Entity.ROLE),
    "notice_channel": (_("Notice channel"), Entity.CHANNEL),
    "sessions_channel": (_("Sessions channel"), Entity.CHANNEL),
}


def overview(community: Community, *others: tuple[Fact, Option]) -> Screen:
    """All rules, and every way to change them; `others` have screens of their own."""
    policy = community.policy
    facts = [Fact(label, shown(policy, rule)) for rule, label in RULES.items()]
    facts += [fact for fact, _option in others]
    facts += [
        Fact(PICKS[place][0], str(community.labels.get(place, "")) or _("not set"))
        for place in community.places
    ]
    options = tuple(Option(label, to("setup.form", rule)) for rule, label in RULES.items())
    options += tuple(option for _fact, option in others)
    picks = tuple(
        Pick(*PICKS[place], to("setup.pick", place), given=place == "mentor_role")
        for place in community.places
    )
    return Screen(
        _("Rules of {name}", name=community.name),
        (
            Facts(tuple(facts)),
            Note(_("Each booking keeps the rules it was made under.")),
        ),
        (Choice(_("Change a rule"), options), *picks),
    )


def form(policy: Policy, rule: str, languages: Sequence[str]) -> Screen:
    """One rule to be changed; saving shows what it would do first. `languages` are those that are spoken."""
    field = Field("value", RULES[rule], hint=HINTS[rule], default=typed(policy, rule), max_length=100)
    if rule == "language":
        options = tuple(FieldOption(code, _("{language}", language=LanguageName(code))) for code in languages)
        field = Field("value", RULES[rule], FieldKind.CHOICE, default=policy.language, options=options)
    if rule in SWITCHES:
        options = tuple(FieldOption(value, label) for value, label in SWITCH.items())
        field = replace(field, kind=FieldKind.CHOICE, options=options)
    title = _("Change: {rule}", rule=RULES[rule])
    return Screen(
        title,
        form=Form(title, (field,), to("setup.preview", rule), to("setup.form", rule), _("Preview")),
    )


def preview(rule: str, before: Policy, after: Policy, *, kept: int, mentors: int) -> Screen:
    """What a change would do, before it is done: to bookings that exist, and to mentors' prices."""
    keep = _n(
        "{n} existing booking keeps the old policy.", "{n} existing bookings keep the old policy.", kept
    )
    return Screen(
        _("Change: {rule}", rule=RULES[rule]),
        (
            Facts((Fact(_("Now"), shown(before, rule)), Fact(_("New"), shown(after, rule)))),
            Paragraph(keep if kept else _("No existing booking is touched.")),
            *_repricing(before, after, mentors),
        ),
        (
            Button(_("Change it"), to("setup.apply", rule), Style.PRIMARY),
            Button(_("Leave it"), to("setup")),
        ),
        tone=Tone.WAITING,
    )


def preview_place(community: Community, place: str, name: str, *, mentors: int) -> Screen:
    """What a role or channel would be for, before it is set."""
    label, _entity = PICKS[place]
    effects = {
        "mentor_role": _n(
            "{n} mentor gets this role now, and whoever is approved later.",
            "{n} mentors get this role now, and whoever is approved later.",
            mentors,
        ),
        "staff_role": _(
            "Whoever has this role is staff here: they decide what waits in /staff, and may cancel and refund."
        ),
        "notice_channel": _(
            "I mention people here whose direct messages are closed; nothing private is shown."
        ),
        "sessions_channel": _(
            "Each confirmed session of two people who are both here gets a private thread in this channel."
        ),
    }
    before = str(community.labels.get(place, "")) or _("not set")
    return Screen(
        _("Change: {rule}", rule=label),
        (Facts((Fact(_("Now"), before), Fact(_("New"), name))), Paragraph(effects[place])),
        (
            Button(_("Change it"), to("setup.appoint", place), Style.PRIMARY),
            Button(_("Leave it"), to("setup")),
        ),
        tone=Tone.WAITING,
    )


def _repricing(before: Policy, after: Policy, mentors: int) -> tuple[Paragraph, ...]:
    if before.currency == after.currency or not mentors:
        return ()
    return (
        Paragraph(
            _n(
                "{n} mentor has to set prices in {currency} before new sessions can be booked.",
                "{n} mentors have to set prices in {currency} before new sessions can be booked.",
                mentors,
                currency=after.currency,
            )
        ),
    )


def typed(policy: Policy, rule: str) -> str:
    """A rule as a person types it."""
    match rule:
        case "commission":
            return f"{policy.commission / 100:g}"
        case "reminders":
            return ", ".join(str(offset) for offset in policy.reminders)
        case "tiers":
            return ", ".join(f"{tier.hours}:{tier.percent}" for tier in policy.tiers)
        case _ if rule in SWITCHES:
            return "yes" if getattr(policy, rule) else "no"
        case _:
            return str(getattr(policy, rule))


def shown(policy: Policy, rule: str) -> Value:
    """A rule as a person reads it; what is counted in a unit says so in its name."""
    unit = rule.rpartition("_")[2]
    match rule:
        case "language":
            return LanguageName(policy.language)
        case "commission":
            return Percent(policy.commission)
        case "reminders":
            if not policy.reminders:
                return _("none")
            return Series(tuple(timedelta(minutes=offset) for offset in policy.reminders))
        case "tiers":
            return Series(tuple(map(_step, policy.tiers)))
        case _ if rule in SWITCHES:
            return SWITCH[typed(policy, rule)]
        case _ if unit in UNITS:
            return timedelta(**{unit: getattr(policy, rule)})
        case _:
            return str(getattr(policy, rule))


def _step(tier: Tier) -> Text:
    return _("{span}: {share}", span=timedelta(hours=tier.hours), share=Percent(tier.percent * 100))
