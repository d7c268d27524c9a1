"""`/packs-admin`: a community's packs, one pack's page, and what staff does about it."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Final

from bot.screens.packs import STATES
from core.chat import (
    Button,
    Card,
    Choice,
    Code,
    Control,
    Fact,
    Facts,
    Field,
    FieldKind,
    FieldOption,
    Form,
    Note,
    Option,
    Paragraph,
    Part,
    Screen,
    Style,
    Text,
    Tone,
    When,
    _,
    _n,
    to,
)
from core.desk.packbook import PAGE, Entry, Found, Insight
from core.prepaid.packs import Pack, PackState
from core.prepaid.seats import SeatState

ANY: Final = "any"
SEATS: Final[Mapping[SeatState, Text]] = {
    SeatState.RESERVED: _("reserved"),
    SeatState.ACTIVE: _("active"),
    SeatState.GRACE: _("kept for now"),
    SeatState.RELEASED: _("released"),
}
TELLING: Final = (
    (_("The purchase"), "care.purchase"),
    (_("Time to renew"), "care.renewal"),
    (_("The seat is about to go"), "care.grace"),
)
PACKS: Final = Button(_("All packs"), to("packs-admin"))


def listing(found: Found, key: str, *, is_staff: bool, is_filtered: bool = True, to_help: int = 0) -> Screen:
    """One page of what fits, or of all. `to_help` students have sessions whose mentor left."""
    controls: list[Control] = []
    if found.page:
        controls.append(Button(_("Back"), to("care.list", key, found.page - 1)))
    if (found.page + 1) * PAGE < found.count:
        controls.append(Button(_("More"), to("care.list", key, found.page + 1)))
    controls += [
        Button(_("Filter"), to("care.filter_form", key), Style.PRIMARY),
        Button(_("Seats"), to("care.seats")),
        Button(_("What is sold"), to("products")),
    ]
    if is_staff and to_help:
        controls.append(Button(_("Mentor left ({n})", n=to_help), to("care.left"), Style.DANGER))
    title = _("Packs")
    if not found.count:
        return Screen(title, (_nothing(is_staff=is_staff, is_filtered=is_filtered),), tuple(controls))
    count = _n("{n} pack.", "{n} packs.", found.count)
    return Screen(title, (Paragraph(count), *map(_card, found.entries)), tuple(controls))


def _nothing(*, is_staff: bool, is_filtered: bool) -> Paragraph:
    if is_filtered:
        return Paragraph(_("No pack fits."))
    if is_staff:
        return Paragraph(_("Nobody has bought a pack here yet."))
    return Paragraph(_("Nobody has bought a pack of yours yet."))


def left_behind(entries: Sequence[Entry]) -> Screen:
    """Packs whose mentor has left, and whose students have not chosen yet."""
    title = _("Packs whose mentor has left")
    if not entries:
        return Screen(title, (Paragraph(_("Everybody has chosen what to do.")),), (PACKS,), tone=Tone.GOOD)
    text = _n(
        "{n} student could have another mentor or a refund, and has not chosen yet.",
        "{n} students could have another mentor or a refund, and have not chosen yet.",
        len(entries),
    )
    return Screen(title, (Paragraph(text), *map(_card, entries[:PAGE])), (PACKS,), tone=Tone.WAITING)


def filter_form(given: Mapping[str, str], key: str) -> Screen:
    title = _("Which packs?")
    states = (FieldOption(ANY, _("Any state")), *(FieldOption(state, name) for state, name in STATES.items()))
    fields = (
        Field("state", _("State"), FieldKind.CHOICE, default=given.get("state") or ANY, options=states),
        Field("student", _("Student"), default=given.get("student", ""), required=False, max_length=100),
    )
    form = Form(title, fields, to("care.filter", key), to("care.filter_form", key), _("Show them"))
    return Screen(title, form=form)


def page(insight: Insight, *, is_staff: bool, news: Text | None = None) -> Screen:
    """One pack, with what staff can do about it; a mentor has the pack told, and changes nothing."""
    entry, parts = insight.entry, list[Part]([Paragraph(news)] if news else [])
    parts.append(Facts(tuple(_facts(insight, is_staff=is_staff))))
    if insight.has_left:
        parts.append(Note(_("The mentor does not mentor here any more.")))
    return Screen(
        _("{mentor} and {student}", mentor=entry.mentor, student=entry.student),
        tuple(parts),
        (*(_acts(insight) if is_staff else ()), *_ways(entry.pack)),
        subject=subject(entry.pack),
    )


def adjust_form(entry: Entry) -> Screen:
    title = _("Add or take sessions")
    by = Field("by", _("Sessions"), hint=_("Such as 1 or -1; {n} are left", n=entry.left), max_length=4)
    return _form(title, entry, (by, _reason(entry)), "adjust")


def extend_form(entry: Entry) -> Screen:
    title = _("Extend the pack")
    days = Field("days", _("Days"), hint=_("1 to 365"), default="30", max_length=3)
    return _form(title, entry, (days, _reason(entry)), "extend")


def subject(pack: Pack) -> str:
    return f"care:{pack.short}"


def tell_which(entries: Sequence[Entry], name: str) -> Screen:
    """Which pack somebody wants told of; `name` is the route that tells it."""
    title = _("Which pack?")
    if not entries:
        return Screen(title, (Paragraph(_("There is no pack yet that was paid.")),), (PACKS,))
    options = tuple(
        Option(
            _("{student}: {name}", student=entry.student, name=entry.pack.name),
            to(name, entry.pack.short),
            hint=_("{state}, with {mentor}", state=STATES[entry.pack.state], mentor=entry.mentor),
        )
        for entry in entries[:25]
    )
    return Screen(title, (), (Choice(_("Pack"), options), PACKS))


def _card(entry: Entry) -> Card:
    return Card(
        _("{mentor} and {student}", mentor=entry.mentor, student=entry.student),
        (
            _("{name} · {code}", name=entry.pack.name, code=Code(entry.pack.code)),
            _standing(entry),
        ),
        Button(_("Open"), to("care.pack", entry.pack.short)),
    )


def _standing(entry: Entry) -> Text:
    """What was never paid has no sessions to be counted."""
    if entry.pack.expires_at is None:
        return STATES[entry.pack.state]
    left = _n("{n} session left", "{n} sessions left", entry.left)
    return _("{state} · {left}", state=STATES[entry.pack.state], left=left)


def _facts(insight: Insight, *, is_staff: bool) -> list[Fact]:
    entry, pack = insight.entry, insight.entry.pack
    facts = [
        Fact(_("Pack"), pack.name),
        Fact(_("State"), STATES[pack.state]),
        Fact(_("Left to book"), entry.left),
        Fact(_("Booked"), insight.booked),
        Fact(_("Length"), timedelta(minutes=pack.minutes)),
    ]
    if pack.expires_at is not None:
        facts.append(Fact(_("Valid until"), When(pack.expires_at)))
    facts.append(Fact(_("Seat"), SEATS[insight.seat.state] if insight.seat else _("none")))
    if insight.seat is not None and insight.seat.until is not None:
        facts.append(Fact(_("Kept until"), When(insight.seat.until)))
    if is_staff:
        facts += [Fact(_("Price"), pack.price), Fact(_("Not used yet"), insight.money)]
    return [*facts, Fact(_("Code"), Code(pack.code))]


def _acts(insight: Insight) -> list[Control]:
    short, state = insight.entry.pack.short, insight.entry.pack.state
    acts: list[Control] = []
    if state in (PackState.ACTIVE, PackState.USED):
        acts.append(Button(_("Add or take sessions"), to("care.adjust_form", short)))
    if state in (PackState.ACTIVE, PackState.USED, PackState.EXPIRED):
        acts.append(Button(_("Extend"), to("care.extend_form", short)))
    if state is PackState.ACTIVE and insight.entry.left:
        acts.append(Button(_("Another mentor"), to("care.others", short)))
        acts.append(Button(_("Refund"), to("pack.quote", short), Style.DANGER))
    return acts


def _ways(pack: Pack) -> tuple[Control, ...]:
    tell = tuple(Option(label, to(route, pack.short)) for label, route in TELLING)
    why = Button(_("Every step of it"), to("pack.why", pack.short))
    return (*((Choice(_("Tell them now"), tell),) if pack.paid_at else ()), why, PACKS)


def _reason(entry: Entry) -> Field:
    hint = _("{name} will read it", name=entry.student)
    return Field("reason", _("Reason"), FieldKind.LONG, hint=hint, max_length=200)


def _form(title: Text, entry: Entry, fields: tuple[Field, ...], act: str) -> Screen:
    short = entry.pack.short
    form = Form(title, fields, to(f"care.{act}", short), to(f"care.{act}_form", short), title)
    return Screen(title, form=form, subject=subject(entry.pack))
