"""What packs there are, for a student: their own, those on sale, and with whom."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from bot.screens import packs, seats
from bot.screens.packs import MINE, Owned
from bot.screens.seats import Place
from core.chat import (
    Button,
    Card,
    Choice,
    Control,
    Fact,
    Facts,
    Note,
    Option,
    Paragraph,
    Part,
    Route,
    Screen,
    Series,
    Style,
    Text,
    _,
    _n,
    to,
)
from core.prepaid.products import Product

PAGE: Final = 5


@dataclass(frozen=True, slots=True)
class Seller:
    """A mentor whose sessions a pack is for. `seats` are free for this student, who may have one already."""

    name: str
    slug: str
    seats: int
    has_own: bool = False

    @property
    def can_sell(self) -> bool:
        return self.has_own or self.seats > 0


@dataclass(frozen=True, slots=True)
class Offer:
    """A pack that can be bought."""

    product: Product
    sellers: tuple[Seller, ...]


def overview(
    mine: Sequence[Owned], places: Sequence[Place], offers: Sequence[Offer], *, more: bool
) -> Screen:
    """What one has, where one waits for a seat, and the first of what can be bought here."""
    parts: list[Part] = [packs.line(owned) for owned in mine]
    if not mine:
        parts.append(Paragraph(_("You have no pack at the moment.")))
    parts += [seats.line(place) for place in places]
    if offers:
        parts += [Paragraph(_("On sale here:")), *(_card(offer) for offer in offers)]
    else:
        parts.append(Note(_("There is nothing on sale here at the moment.")))
    controls = [Button(_("All packs on sale"), to("packs.sale", 0), Style.PRIMARY)] if more else []
    past = Button(_("Past packs"), to("packs.past"))
    find = Button(_("Find a mentor"), to("mentors"))
    return Screen(_("Your packs"), tuple(parts), (*controls, past, find))


def on_sale(offers: Sequence[Offer], page: int, pages: int) -> Screen:
    """A page of what can be bought."""
    controls: list[Control] = []
    if page > 0:
        controls.append(Button(_("Previous"), to("packs.sale", page - 1)))
    if page + 1 < pages:
        controls.append(Button(_("Next"), to("packs.sale", page + 1)))
    parts = tuple(_card(offer) for offer in offers) or (
        Paragraph(_("There is nothing on sale here at the moment.")),
    )
    return Screen(_("Packs on sale"), parts, (*controls, MINE))


def past(found: Sequence[Owned]) -> Screen:
    """Packs that are over, the latest first."""
    empty = (Paragraph(_("There is nothing here yet.")),)
    return Screen(_("Past packs"), tuple(packs.line(owned) for owned in found) or empty, (MINE,))


def offer(shown: Offer, *, news: Text | None = None) -> Screen:
    """One pack, and with whom its sessions can be."""
    product = shown.product
    facts = (
        Fact(_("Sessions"), packs.size(product.sessions, product.minutes)),
        Fact(_("Price"), product.price if product.price else _("Free of charge")),
        Fact(_("A session"), product.each if product.price else _("Free of charge")),
        Fact(_("Valid for"), _n("{n} day", "{n} days", product.validity_days)),
    )
    parts: list[Part] = [Paragraph(news)] if news else []
    parts.append(Facts(facts))
    return Screen(_("{name}", name=product.name), tuple(parts), (*_ways(shown), MINE))


def of_mentor(mentor: str, offers: Sequence[Offer], *, news: Text | None = None) -> Screen:
    """All packs of one mentor."""
    parts: list[Part] = [Paragraph(news)] if news else []
    parts += [_card(offer) for offer in offers[:8]]
    if not offers:
        parts.append(Paragraph(_("{name} offers no pack at the moment.", name=mentor)))
    return Screen(_("Packs with {name}", name=mentor), tuple(parts), (MINE,))


def short(found: Sequence[Product]) -> Text:
    """A mentor's packs in a few words, for the profile: the one there is, or from what on; the cheapest come first."""
    product = found[0]
    size = packs.size(product.sessions, product.minutes)
    if len(found) > 1 and product.price:
        return _("from {price} ({size})", price=product.price, size=size)
    return _("{size}, {price}", size=size, price=product.price if product.price else _("free of charge"))


def buying(product: Product, slug: str) -> Route:
    """Buying what is shown, at the terms that are shown."""
    return to("pack.buy", product.short, slug, product.revision)


def _card(offer: Offer) -> Card:
    product, sellers = offer.product, offer.sellers
    lines = [
        _("{size} · {price}", size=packs.size(product.sessions, product.minutes), price=_price(product)),
        _("With {names}", names=Series(tuple(seller.name for seller in sellers[:3]))),
    ]
    if len(sellers) > 3:
        lines[-1] = _n(
            "With {names} and {n} other",
            "With {names} and {n} others",
            len(sellers) - 3,
            names=Series(tuple(seller.name for seller in sellers[:3])),
        )
    if len(sellers) == 1:
        lines.append(_seats(sellers[0]))
    return Card(_("{name}", name=product.name), tuple(lines), _button(offer))


def _button(offer: Offer) -> Button:
    if len(offer.sellers) != 1:
        return Button(_("Choose a mentor"), to("pack.offer", offer.product.short), Style.PRIMARY)
    return _buy(offer.product, offer.sellers[0])


def _buy(product: Product, seller: Seller) -> Button:
    if seller.can_sell:
        return Button(_("Buy"), buying(product, seller.slug), Style.PRIMARY)
    return Button(_("Wait for a seat"), to("seat.join", seller.slug, product.short))


def _ways(shown: Offer) -> tuple[Control, ...]:
    product = shown.product
    if len(shown.sellers) == 1:
        return (_buy(product, shown.sellers[0]),)
    options = tuple(
        Option(
            _("{name}", name=seller.name),
            buying(product, seller.slug) if seller.can_sell else to("seat.join", seller.slug, product.short),
            hint=_seats(seller),
        )
        for seller in shown.sellers[:25]
    )
    return (Choice(_("With whom?"), options),) if options else ()


def _seats(seller: Seller) -> Text:
    if seller.has_own:
        return _("You have a seat")
    if not seller.seats:
        return _("No seat is free: wait in line")
    return _n("{n} seat is free", "{n} seats are free", seller.seats)


def _price(product: Product) -> Text:
    if not product.price:
        return _("free of charge")
    return _("{price}, {each} a session", price=product.price, each=product.each)
