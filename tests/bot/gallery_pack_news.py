"""Samples of what people hear of packs and seats, and of what staff and mentors do about them."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from bot.screens import badges, pack_care, pack_moves, pack_news, pack_why, seat_desk, seat_news
from bot.screens.pack_news import PackView
from bot.screens.pack_why import Step
from bot.screens.seat_news import SeatView
from core.chat import Screen, _, to
from core.desk.packbook import Entry, Found, Insight, Room, Row
from core.money import Money
from core.people.mentors import MentorState
from core.prepaid.credits import CreditEntry, CreditKind
from core.prepaid.entitlement import Why
from core.prepaid.packs import Pack, PackState
from core.prepaid.returning import Quote
from core.prepaid.seats import Seat, SeatState
from tests.bot.sitters import NOW, Sitter, filled
from tests.bot.walls import alike, hangs

SLUG = filled("slug-", 33)
SHORTS = [f"K7Q2M9AB{number:02}" for number in range(40)]


def pack_of(sitter: Sitter, state: PackState = PackState.ACTIVE, **changes: Any) -> Pack:
    return Pack(
        **{
            "id": 1,
            "short": "K7Q2M9ABCD",
            "code": "PK-20261124-K7Q2M",
            "community_id": 1,
            "mentor_id": 1,
            "student_id": 2,
            "name": sitter.name[:60],
            "sessions": 100,
            "minutes": 90,
            "amount": sitter.hourly.amount,
            "currency": sitter.hourly.currency,
            "state": state,
            "paid_at": NOW,
            "expires_at": NOW + timedelta(days=90),
        }
        | changes
    )


def pack_view(sitter: Sitter, left: int | None = None, **changes: Any) -> PackView:
    pack = changes.pop("pack", None) or pack_of(sitter)
    count = sitter.many if left is None else left
    return PackView(pack, sitter.name, SLUG, sitter.name, count, **changes)


def seat_of(state: SeatState = SeatState.GRACE) -> Seat:
    until = NOW + timedelta(hours=12)
    return Seat(id=10**11, mentor_id=1, student_id=2, number=3, state=state, since=NOW, until=until)


def _seats(sitter: Sitter) -> list[tuple[SeatView]]:
    pack = pack_of(sitter, PackState.USED)
    plain = SeatView(seat_of(), sitter.name, sitter.name, pack)
    ended = SeatView(seat_of(), sitter.name, sitter.name, pack_of(sitter, PackState.EXPIRED))
    bare = SeatView(seat_of(), sitter.name, sitter.name)
    mine = SeatView(seat_of(), sitter.name, sitter.name, pack, is_mentor=True)
    return [(plain,), (bare,), (ended,), (mine,)]


def _note(sitter: Sitter) -> str:
    return (sitter.agenda or sitter.name)[:200]


for _screen in (
    *(pack_news.bought, pack_news.sold, pack_news.low, pack_news.renewal, pack_news.ending),
    *(pack_news.expired, pack_news.lapsed, pack_news.mentor_left),
):
    alike(_screen, lambda s: (pack_view(s),), lambda s: (pack_view(s, pack=pack_of(s, expires_at=None)),))
alike(
    pack_news.adjusted,
    lambda s: (pack_view(s), 1, _note(s)),
    lambda s: (pack_view(s, is_mentor=True), -100, _note(s)),
)
alike(
    pack_news.extended,
    lambda s: (pack_view(s), _note(s)),
    lambda s: (pack_view(s, is_mentor=True), ""),
)
alike(pack_news.transferred, lambda s: (pack_view(s), s.name, _note(s)))
alike(
    pack_news.refunded,
    lambda s: (pack_view(s), s.hourly, s.hourly, _note(s)),
    lambda s: (pack_view(s, is_mentor=True), s.hourly, Money(0, s.hourly.currency), ""),
)
alike(pack_news.credited, lambda s: (pack_view(s), s.hourly))
for _seat_screen in (seat_news.grace, seat_news.warning, seat_news.released):
    alike(_seat_screen, *(lambda s, number=number: _seats(s)[number] for number in range(4)))
alike(seat_news.offered, lambda s: (s.name, 10**11, NOW))
alike(seat_news.silent, lambda s: (s.name, 10**11))
alike(seat_news.line_over, lambda s: (s.name, 10**11))


@hangs(badges.repaired)
def _repaired(sitter: Sitter) -> Iterator[Screen]:
    names = [sitter.name] * sitter.many
    yield badges.repaired(names, names, names)
    yield badges.repaired([sitter.name], [], [])


alike(badges.stuck, lambda s: ([s.name] * s.many,))
alike(badges.refused, lambda s: (s.mentor(),))


# --- why --------------------------------------------------------------------------------------


def _steps(sitter: Sitter) -> list[Step]:
    found = [
        Step(
            CreditEntry(kind=kind, amount=amount, balance=100, note=_note(sitter), at=NOW),
            "NP-20261124-K7Q2M",
        )
        for kind in CreditKind
        for amount in (1, -100)
    ]
    return found if sitter.many else []


@hangs(pack_why.ledger)
def _ledger(sitter: Sitter) -> Iterator[Screen]:
    for view in (pack_view(sitter), pack_view(sitter, is_mentor=True), pack_view(sitter, is_left=True)):
        yield pack_why.ledger(view, _steps(sitter), 0, [])
        yield pack_why.ledger(view, _steps(sitter), 1, list(Why))


alike(
    pack_why.choice,
    lambda s: ([],),
    lambda s: ([pack_view(s, pack=pack_of(s, short=short)) for short in SHORTS[: s.many]],),
)


# --- the desk ---------------------------------------------------------------------------------


def _entry(sitter: Sitter, state: PackState = PackState.ACTIVE, **changes: Any) -> Entry:
    return Entry(pack_of(sitter, state, **changes), sitter.name, sitter.name, sitter.many)


@hangs(pack_care.listing)
def _listing(sitter: Sitter) -> Iterator[Screen]:
    entries = [_entry(sitter, state) for state in PackState]
    for page in (0, 1):
        found = Found(entries[: sitter.many], 20 * sitter.many, page)
        yield pack_care.listing(found, "K7Q2", is_staff=True, to_help=sitter.many)
        yield pack_care.listing(found, "-", is_staff=False)
    for is_staff in (True, False):
        yield pack_care.listing(Found([], 0, 0), "-", is_staff=is_staff, is_filtered=False)


@hangs(pack_care.page)
def _page(sitter: Sitter) -> Iterator[Screen]:
    for state in PackState:
        for is_staff in (True, False):
            seat = seat_of() if is_staff else None
            insight = Insight(_entry(sitter, state), sitter.many, sitter.hourly, seat, has_left=is_staff)
            yield pack_care.page(insight, is_staff=is_staff)
            yield pack_care.page(insight, is_staff=is_staff, news=_("It is done, and both are told."))


alike(pack_care.left_behind, lambda s: ([],), lambda s: ([_entry(s)] * s.many,))
alike(
    pack_care.filter_form,
    lambda s: ({}, "-"),
    lambda s: ({"state": "active", "student": s.name}, "K7Q2"),
)
alike(pack_care.adjust_form, lambda s: (_entry(s),))
alike(pack_care.extend_form, lambda s: (_entry(s),))
alike(
    pack_care.tell_which,
    lambda s: ([_entry(s, short=short) for short in SHORTS[: s.many]], "care.purchase"),
    lambda s: ([], "care.grace"),
)


@hangs(pack_moves.others)
def _others(sitter: Sitter) -> Iterator[Screen]:
    takers = [(sitter.mentor(slug=filled(f"{number}-slug", 33)), number % 4) for number in range(sitter.many)]
    for is_staff in (True, False):
        yield pack_moves.others(pack_of(sitter), takers, is_staff=is_staff)
        yield pack_moves.others(pack_of(sitter), (), is_staff=is_staff)


@hangs(pack_moves.quote)
def _quote(sitter: Sitter) -> Iterator[Screen]:
    found = Quote(100, sitter.hourly, NOW)
    go = to("care.back", "K7Q2M9ABCD", 100, sitter.hourly.amount, "67400000", filled("x", 16))
    for is_staff in (True, False):
        yield pack_moves.quote(pack_of(sitter), found, sitter.many, go, is_staff=is_staff)


alike(pack_moves.take, lambda s: (pack_of(s), s.mentor(), s.many))
alike(pack_moves.taken, lambda s: (pack_of(s), s.mentor()))
alike(pack_moves.transfer_form, lambda s: (pack_of(s), s.mentor(), s.name))
alike(
    pack_moves.refund_form,
    lambda s: (pack_of(s), s.name),
    submit=to("care.back", "K7Q2M9ABCD"),
    reopen=to("care.ask", "K7Q2M9ABCD"),
)
alike(
    pack_moves.refunded,
    lambda s: (pack_of(s), s.hourly, s.hourly),
    lambda s: (pack_of(s), Money(0, s.hourly.currency), s.hourly),
    lambda s: (pack_of(s), s.hourly, Money(0, s.hourly.currency)),
)


# --- seats ------------------------------------------------------------------------------------


def _mentor(sitter: Sitter, **changes: Any) -> Any:
    return sitter.mentor(seats=200, **changes)


alike(
    seat_desk.overview,
    lambda s: ([],),
    lambda s: ([Row(_mentor(s, slug=filled(f"{n}-slug", 33)), 200, s.many) for n in range(s.many)],),
)


@hangs(seat_desk.room)
def _room(sitter: Sitter) -> Iterator[Screen]:
    held = [(seat_of(state), sitter.name) for state in SeatState] * sitter.many
    for is_staff in (True, False):
        found = Room(_mentor(sitter), held, [sitter.name] * sitter.many)
        yield seat_desk.room(found, is_staff=is_staff, has_roles=is_staff)
    left = Room(_mentor(sitter, state=MentorState.LEFT), [], [])
    yield seat_desk.room(left, is_staff=True, has_roles=False, news=_("The number of seats is changed."))


alike(seat_desk.number_form, lambda s: (_mentor(s),))
alike(seat_desk.role, lambda s: (s.mentor(),))
alike(seat_desk.chosen, lambda s: (s.mentor(), s.name))
for _is_self in (True, False):
    alike(seat_desk.leave_ask, lambda s: (s.mentor(), s.many, s.many), is_self=_is_self)
    alike(seat_desk.gone, lambda s: (s.mentor(), s.many, s.many), is_self=_is_self)
    alike(seat_desk.gone, lambda s: (s.mentor(), 0, 0), is_self=_is_self)
