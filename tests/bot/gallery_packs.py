"""Samples of the screens about packs on sale, packs that one has, and waiting for a seat."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

from bot.screens import notices, packs, pay, products, seats, shop
from bot.screens.pack_news import PackView
from bot.screens.packs import Owned
from bot.screens.paying import Step
from bot.screens.products import Typed, Ware
from bot.screens.seats import Place
from bot.screens.shop import Offer, Seller
from core.booking.life import BookingState
from core.chat import Screen, _
from core.money import Money
from core.payments.payments import PaymentState
from core.people.mentors import DURATIONS
from core.prepaid.entitlement import Why
from core.prepaid.packs import Pack, PackState
from core.prepaid.products import Product
from tests.bot.sitters import NOW, Sitter, filled
from tests.bot.walls import alike, hangs

SLUG = filled("slug-", 33)
SHORT = "M2Q7K9ABCD"


def _slug(number: int) -> str:
    return f"{SLUG[:-3]}-{number:02}"


def pack(sitter: Sitter, state: PackState = PackState.ACTIVE, **changes: Any) -> Pack:
    unpaid = state in (PackState.HELD, PackState.LAPSED, PackState.CANCELED)
    return Pack(
        **{
            "id": 1,
            "short": SHORT,
            "code": "PK-20261123-M2Q7K",
            "name": sitter.name[:60],
            "sessions": 4 if sitter.many < 2 else 100,
            "minutes": 90,
            "amount": sitter.hourly.amount,
            "currency": sitter.hourly.currency,
            "validity_days": 90,
            "rules": sitter.policy.to_json(),
            "state": state,
            "hold_until": NOW + timedelta(minutes=15),
            "expires_at": None if unpaid else NOW + timedelta(days=90),
            "closed_reason": "",
        }
        | changes
    )


def owned(sitter: Sitter, state: PackState = PackState.ACTIVE, **changes: Any) -> Owned:
    row = {name: changes.pop(name) for name in [*changes] if name in Pack.__table__.columns}
    view = PackView(pack(sitter, state, **row), sitter.name, SLUG, sitter.name, left=3)
    return replace(Owned(view, NOW, can_renew=True), **changes)


def product(sitter: Sitter, **changes: Any) -> Product:
    return Product(
        **{
            "id": 1,
            "short": SHORT,
            "name": sitter.name[:60],
            "sessions": 4,
            "minutes": 60,
            "amount": sitter.hourly.amount,
            "currency": sitter.hourly.currency,
            "validity_days": 90,
            "is_active": True,
            "revision": 999,
        }
        | changes
    )


def _cards(sitter: Sitter) -> list[Owned]:
    """In every state, with every way to go on from there."""
    url = "https://example.org/" + "u" * (1_900 if sitter.many > 1 else 10)
    held = PackState.HELD
    return [
        *(owned(sitter, state) for state in PackState),
        owned(sitter, held, pay=Step(url, "stripe", ("stripe",)), payment=PaymentState.OPEN),
        owned(sitter, held, pay=Step(ways=("stripe", "paypal", "razorpay"))),
        owned(sitter, held, pay=Step(url, "stripe", ("stripe", "paypal", "razorpay"))),
        owned(sitter, held, credit=sitter.hourly),
        owned(sitter, held, credit=Money(1, sitter.hourly.currency), pay=Step(ways=("stripe",))),
        owned(sitter, held, payment=PaymentState.PROCESSING),
        owned(sitter, held, hold_until=NOW),
        owned(sitter, why=tuple(Why)),
        owned(sitter, PackState.USED, why=(Why.NOTHING_LEFT,), kept_until=NOW + timedelta(hours=72)),
        owned(sitter, why=(Why.SEAT_RELEASED,), can_renew=False),
    ]


def _offers(sitter: Sitter) -> list[Offer]:
    one = Seller(sitter.name, SLUG, 3)
    sellers = (one, replace(one, seats=0), replace(one, seats=0, has_own=True))
    count = max(2, min(sitter.many, 25))
    many = tuple(replace(sellers[number % 3], slug=_slug(number)) for number in range(count))
    singles = [Offer(product(sitter), (seller,)) for seller in sellers]
    return [*singles, Offer(product(sitter, amount=0), (one,)), Offer(product(sitter), many)]


def _places(sitter: Sitter) -> list[Place]:
    first = Place(10**11, sitter.name, SLUG, 1)
    return [first, replace(first, number=sitter.many + 3), replace(first, until=NOW + timedelta(hours=12))]


def _wares(sitter: Sitter) -> list[Ware]:
    names = (sitter.name,) * min(sitter.many, 25)
    return [
        Ware(product(sitter), names, is_staff=True),
        Ware(product(sitter, is_active=False, amount=0), ()),
        Ware(product(sitter), names),
    ]


@hangs(packs.card)
def _card(sitter: Sitter) -> Iterator[Screen]:
    for each in _cards(sitter):
        yield packs.card(each)
    yield packs.card(owned(sitter), news=_("The pack is yours."))


@hangs(shop.overview)
def _overview(sitter: Sitter) -> Iterator[Screen]:
    yield shop.overview([], [], [], more=False)
    cards = _cards(sitter)
    yield shop.overview(cards[:4], _places(sitter), _offers(sitter)[:4], more=True)
    yield shop.overview(cards[-4:], [*_places(sitter), _places(sitter)[0]], _offers(sitter)[-4:], more=True)


@hangs(shop.on_sale)
def _on_sale(sitter: Sitter) -> Iterator[Screen]:
    yield shop.on_sale([], 0, 1)
    yield shop.on_sale(_offers(sitter), 1, 5)


@hangs(shop.past)
def _past(sitter: Sitter) -> Iterator[Screen]:
    yield shop.past([])
    yield shop.past(_cards(sitter)[:8])


@hangs(shop.offer)
def _offer(sitter: Sitter) -> Iterator[Screen]:
    for each in _offers(sitter):
        yield shop.offer(each)
    yield shop.offer(Offer(product(sitter), ()), news=_("This is how it is sold now."))


@hangs(shop.of_mentor)
def _of_mentor(sitter: Sitter) -> Iterator[Screen]:
    yield shop.of_mentor(sitter.name, [])
    yield shop.of_mentor(sitter.name, _offers(sitter) * 2, news=_("This is what there is now."))


alike(seats.joined, *(lambda s, number=number: (_places(s)[number],) for number in range(3)))
alike(seats.offered, lambda s: (_places(s)[2], NOW + timedelta(hours=12)))
alike(seats.left, lambda s: (s.name,))
alike(seats.passed, lambda s: (s.name,))


@hangs(products.listing)
def _listing(sitter: Sitter) -> Iterator[Screen]:
    yield products.listing([], 0, 1)
    yield products.listing(_wares(sitter) * 2, 1, 3)


@hangs(products.shown)
def _shown(sitter: Sitter) -> Iterator[Screen]:
    for ware in _wares(sitter):
        yield products.shown(ware)
        yield products.shown(ware, news=_("The pack is on sale."))


@hangs(products.form)
def _form(sitter: Sitter) -> Iterator[Screen]:
    yield products.form(Typed())
    for minutes in DURATIONS:
        yield products.form(Typed(sitter.name[:60], "100", str(minutes), "10000.00", "730"), short=SHORT)


@hangs(products.choice)
def _choice(sitter: Sitter) -> Iterator[Screen]:
    count = min(sitter.many, 25)
    found = [(sitter.mentor(slug=_slug(number)), bool(number % 2)) for number in range(count)]
    for ware in _wares(sitter):
        yield products.choice(ware, found, 1, 3)


@hangs(pay.pack_done)
def _pack_done(sitter: Sitter) -> Iterator[Screen]:
    for state in (PackState.ACTIVE, PackState.LAPSED):
        for payment in PaymentState:
            yield pay.pack_done(pack(sitter, state), payment, sitter.name)


alike(notices.processing_pack, lambda s: ("PK-20261123-M2Q7K", s.hourly, s.name))


@hangs(pay.session_done)
def _session_done(sitter: Sitter) -> Iterator[Screen]:
    for state in (BookingState.CONFIRMED, BookingState.EXPIRED):
        for payment in PaymentState:
            yield pay.session_done(sitter.booking(state), payment, sitter.name)


alike(pay.awaited, *(lambda s, state=state: (state,) for state in PaymentState))
