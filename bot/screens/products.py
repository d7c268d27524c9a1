"""What is on sale, for those who put it there: staff, and mentors for themselves."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from bot.screens import packs
from core.chat import (
    Button,
    Card,
    Choice,
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
    Route,
    Screen,
    Series,
    Style,
    Text,
    Tone,
    _,
    _n,
    to,
)
from core.people.mentors import DURATIONS, Mentor
from core.prepaid.products import Product
from core.prepaid.terms import DAYS, LONGEST_NAME, SESSIONS

PAGE: Final = 6
MOST_CHOICES: Final = 25
LIST: Final = Button(_("All packs"), to("products", 0))


@dataclass(frozen=True, slots=True)
class Ware:
    """A product as those see it who may change it. `is_staff` chooses its mentors too."""

    product: Product
    mentors: tuple[str, ...]
    is_staff: bool = False


@dataclass(frozen=True, slots=True)
class Typed:
    """The terms as somebody types them."""

    name: str = ""
    sessions: str = "4"
    minutes: str = "60"
    price: str = ""
    days: str = "90"


def listing(wares: Sequence[Ware], page: int, pages: int) -> Screen:
    """All that one may change, what is on sale first."""
    controls: list[Control] = [Button(_("New pack"), to("product.new_form"), Style.PRIMARY)]
    if page > 0:
        controls.append(Button(_("Previous"), to("products", page - 1)))
    if page + 1 < pages:
        controls.append(Button(_("Next"), to("products", page + 1)))
    if not wares:
        empty = _("Nothing is on sale yet. A pack is a number of sessions at one price, paid ahead.")
        return Screen(_("Packs on sale"), (Paragraph(empty),), tuple(controls))
    return Screen(_("Packs on sale"), tuple(_line(ware) for ware in wares), tuple(controls))


def shown(ware: Ware, *, news: Text | None = None) -> Screen:
    """One product with all that can be done with it."""
    product = ware.product
    facts = (
        Fact(_("Sessions"), packs.size(product.sessions, product.minutes)),
        Fact(_("Price"), product.price if product.price else _("Free of charge")),
        Fact(_("Valid for"), _n("{n} day", "{n} days", product.validity_days)),
        Fact(_("Mentors"), Series(ware.mentors[:MOST_CHOICES]) if ware.mentors else _("none yet")),
        Fact(_("On sale"), _("yes") if product.is_active else _("no")),
    )
    parts = [Paragraph(news)] if news else []
    note = Note(_("A change touches nobody who has bought it or is paying for it."))
    tone = Tone.GOOD if product.is_active and ware.mentors else Tone.WAITING
    return Screen(
        _("{name}", name=product.name), (*parts, Facts(facts), note), tuple(_controls(ware)), tone=tone
    )


def form(typed: Typed, *, short: str = "") -> Screen:
    """The terms of a pack; without a short id it is a new one."""
    lengths = tuple(FieldOption(str(each), _n("{n} minute", "{n} minutes", each)) for each in DURATIONS)
    sessions = _("{lowest} to {highest}", lowest=SESSIONS[0], highest=SESSIONS[1])
    days = _("{lowest} to {highest}, from the payment", lowest=DAYS[0], highest=DAYS[1])
    title = _("Change the pack") if short else _("New pack")
    return Screen(
        title,
        form=Form(
            title,
            (
                Field("name", _("Name"), default=typed.name, max_length=LONGEST_NAME),
                Field("sessions", _("Sessions"), hint=sessions, default=typed.sessions, max_length=5),
                Field("minutes", _("Length"), FieldKind.CHOICE, default=typed.minutes, options=lengths),
                Field("price", _("Price of all"), hint=_("0 for free"), default=typed.price, max_length=12),
                Field("days", _("Valid for days"), hint=days, default=typed.days, max_length=5),
            ),
            submit=_form_route("product.edit", "product.new", short),
            reopen=_form_route("product.edit_form", "product.new_form", short),
            submit_label=_("Save"),
        ),
    )


def choice(ware: Ware, found: Sequence[tuple[Mentor, bool]], page: int, pages: int) -> Screen:
    """With whom the sessions may be: staff adds mentors and takes them out, one at a time."""
    product = ware.product
    text = Paragraph(_("Choose with whom the sessions may be. Who buys the pack chooses one of them."))
    chosen = Fact(_("Mentors"), Series(ware.mentors[:MOST_CHOICES]) if ware.mentors else _("none yet"))
    options = tuple(
        Option(
            _("{name}", name=mentor.name),
            to("product.mentor", product.short, mentor.slug, page),
            hint=_("tap to take out") if is_in else _("tap to add"),
            chosen=is_in,
        )
        for mentor, is_in in found
    )
    controls: list[Control] = [Choice(_("Add or take out"), options)] if options else []
    if page > 0:
        controls.append(Button(_("Previous"), to("product.mentors", product.short, page - 1)))
    if page + 1 < pages:
        controls.append(Button(_("Next"), to("product.mentors", product.short, page + 1)))
    done = Button(_("Done"), to("product.show", product.short), Style.PRIMARY)
    return Screen(_("{name}", name=product.name), (text, Facts((chosen,))), (*controls, done))


def _line(ware: Ware) -> Card:
    product = ware.product
    lines = [
        _(
            "{size} · {price}",
            size=packs.size(product.sessions, product.minutes),
            price=product.price if product.price else _("free of charge"),
        ),
        _("With {names}", names=Series(ware.mentors[:3])) if ware.mentors else _("No mentor chosen yet"),
    ]
    if not product.is_active:
        lines.append(_("Not on sale"))
    open_it = Button(_("Open"), to("product.show", product.short))
    return Card(_("{name}", name=product.name), tuple(lines), open_it)


def _controls(ware: Ware) -> list[Control]:
    short = ware.product.short
    change = Button(_("Change"), to("product.edit_form", short), Style.PRIMARY)
    mentors = [Button(_("Mentors"), to("product.mentors", short, 0))] if ware.is_staff else []
    sale = (
        Button(_("Take off sale"), to("product.retire", short), Style.DANGER)
        if ware.product.is_active
        else Button(_("Put on sale again"), to("product.restore", short))
    )
    return [change, *mentors, sale, LIST]


def _form_route(changing: str, new: str, short: str) -> Route:
    return to(changing, short) if short else to(new)
