"""Samples of the screens of sessions that a pack pays for, and of those that are said to be done."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

from bot.screens import (
    agreeing,
    audit,
    book,
    bookings,
    canceling,
    casework,
    completing,
    disputes,
    objections,
    outcomes,
    prepaid,
)
from bot.screens.canceling import Offer
from bot.screens.view import View
from core.booking import means as choices
from core.booking.canceling import CALLED_OFF, Back, Quote
from core.booking.disputes import Dispute
from core.booking.life import BookingState, Who
from core.booking.means import Means
from core.booking.prepaying import Share
from core.chat import Screen
from core.desk.audit import Line, Source
from core.desk.register import Entry, Purse
from core.money import Money
from core.policy import Tier
from core.prepaid.credits import CreditKind
from core.prepaid.entitlement import Why
from core.schedule.times import Reason
from tests.bot.gallery_changing import SIGNED
from tests.bot.sitters import DAY, NOW, START, Sitter
from tests.bot.walls import hangs

CODE = "PK-20261123-K7Q2M"


def share(sitter: Sitter, *, is_back: bool = False) -> Share:
    return Share(CODE, sitter.many, 100, is_back)


def _entry(sitter: Sitter, state: BookingState = BookingState.CONFIRMED) -> Entry:
    booking = sitter.booking(state, pack_id=1, stands_at=START, created_at=NOW)
    return Entry(booking, sitter.name[:100], sitter.name[:100])


def _dispute() -> Dispute:
    said = {"reason": "α", "statement": "", "note": "α", "opened_at": NOW, "decided_at": NOW}
    return Dispute(by=Who.STUDENT, proposed="completed", refunded=0, **said)


def _views(sitter: Sitter) -> Iterator[View]:
    """In every state, before the session came back and after, as both sides see it."""
    for state in BookingState:
        for is_back in (False, True):
            view = sitter.view(state, pack_id=1, share=share(sitter, is_back=is_back), dispute=_dispute())
            yield from (view, replace(view, is_mentor=True))
    yield sitter.view(pack_id=1, agreed_at=None, asks_first=True, share=share(sitter))
    nothing = Money(0, sitter.hourly.currency)
    offers = tuple(choices.Offer(means, sitter.hourly) for means in Means)
    yield sitter.view(pack_id=1, agreed_at=None, share=share(sitter), others=offers[1:])
    yield sitter.view(included=60, agreed_at=None, others=(offers[0], offers[2]))
    yield sitter.view(agreed_at=None, others=offers[:2])
    yield sitter.view(agreed_at=None, others=offers[1:2])
    yield sitter.view(pack_id=1, agreed_at=None, others=(choices.Offer(Means.MONEY, nothing),))
    for why in Why:
        yield sitter.view(agreed_at=None, why_not=why)
        yield sitter.view(agreed_at=None, asks_first=True, why_not=why)


@hangs(completing.done)
def _done(sitter: Sitter) -> Iterator[Screen]:
    for who in (Who.MENTOR, Who.STAFF):
        for is_new in (True, False):
            for paid in (None, share(sitter)):
                yield completing.done(_entry(sitter, BookingState.COMPLETED), who, paid, is_new=is_new)
    for view in _views(sitter):
        yield bookings.card(view)
        yield outcomes.stands(view)
        yield outcomes.proposed(view)
        yield objections.object_form(view)
    yield from _times(sitter)
    yield from _agreements(sitter)
    yield from _desk(sitter)
    yield from _quotes(sitter)


@hangs(completing.choice)
def _choice(sitter: Sitter) -> Iterator[Screen]:
    for reader in (1, 2):
        entries = [_entry(sitter) for _start in sitter.starts()[:25]]
        for number, entry in enumerate(entries):
            entry.booking.short = f"K7Q2M9{number:02}"
        yield completing.choice(entries, reader)


def _times(sitter: Sitter) -> Iterator[Screen]:
    for means, ahead in (
        (Means.PACK, []),
        (Means.PLAN, []),
        (Means.MONEY, prepaid.terms(None, Why.AFTER_END)),
    ):
        yield book.clock_times(
            *(sitter.mentor(), 90, DAY, {DAY: sitter.starts() or [START]}),
            why_not=Reason.NOTICE,
            today=NOW.date(),
            zone=sitter.zone,
            has_zone=True,
            means=means,
            ahead=ahead,
        )


def _agreements(sitter: Sitter) -> Iterator[Screen]:
    for ahead in (prepaid.terms(share(sitter), None), prepaid.terms(None, Why.AFTER_END)):
        yield agreeing.agreement(sitter.booking(pack_id=1), sitter.mentor(), ahead=ahead)


def _desk(sitter: Sitter) -> Iterator[Screen]:
    entry, nothing = _entry(sitter), Money(0, sitter.hourly.currency)
    purse = Purse(nothing, nothing, nothing, nothing, sitter.hourly)
    yield casework.card(casework.Case(entry, purse, False, 0, NOW, share(sitter)))
    for is_session in (True, False):
        yield casework.refund_ask(
            *(entry, sitter.hourly, sitter.hourly, "α", "A1B2C3"),
            as_credit=False,
            is_shared=False,
            is_session=is_session,
        )
        case = disputes.Case(_dispute(), entry, sitter.hourly, is_session, is_back=is_session)
        yield disputes.case(case)
        yield disputes.resolve_form(case)
    lines = [
        Line(NOW, Source.CREDITS, kind, who, {"left": sitter.many}, detail=CODE)
        for kind in CreditKind
        for who in ("", sitter.name[:100])
    ]
    for page in (0, 1):
        yield audit.story(entry, lines, page)


def _quotes(sitter: Sitter) -> Iterator[Screen]:
    nothing, price, day = Money(0, sitter.hourly.currency), sitter.hourly, timedelta(hours=30)
    booking = sitter.booking(BookingState.CONFIRMED, pack_id=1)
    for back in (Back.SESSION, Back.WALLET):
        for tier in (Tier(24, 100), Tier(4, 50), None):
            for found in (
                Quote(price, nothing, tier.percent if tier else 100, tier, day, back=back),
                Quote(price, price, 50, tier, day, back=back),
                Quote(nothing, price, 0, tier, day, back=back),
                Quote(nothing, nothing, 0, tier, day, back=back),
            ):
                for who in (Who.STUDENT, Who.MENTOR, Who.STAFF):
                    yield canceling.quote(booking, who, sitter.name, Offer(found, SIGNED))
    for reason in CALLED_OFF:
        off = {"closed_reason": reason, "pack_id": 1, "share": share(sitter, is_back=True)}
        view = sitter.view(BookingState.CANCELED, **off)
        for side in (view, replace(view, is_mentor=True)):
            yield bookings.card(side, news=canceling.canceled(side, nothing, nothing))
    for who in (Who.STUDENT, Who.MENTOR):
        yield bookings.card(view, news=canceling.off(price, as_credit=False, session_of=who))
