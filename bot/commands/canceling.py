"""Canceling: the quote, and doing exactly what it said."""

from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from bot.commands import changing
from bot.commands.changing import Case
from bot.router import Routes
from bot.screens import canceling as screens
from bot.screens import plan_part, refusals
from bot.screens.canceling import Offer
from bot.visit import Visit
from core.booking import bookings, canceling, moving, prepaying, quotes
from core.booking.canceling import Back
from core.booking.life import Who
from core.booking.quotes import Promise, Way
from core.chat import Route, Screen, to
from core.errors import Conflict, Forbidden, Invalid
from core.money import Money
from core.payments import funding

routes = Routes()
WAYS: Final = {Back.MONEY: Way.REFUND, Back.WALLET: Way.CREDIT, Back.SESSION: Way.SESSION}


@routes.read("booking.quote")
def quote(session: Session, visit: Visit) -> Screen:
    """What comes back, with signed buttons that give exactly that back."""
    case = changing.ahead(session, visit)
    found = canceling.quoted(session, case.booking, case.who, now=visit.now)
    stays = moving.why_not(case.booking, case.who, now=visit.now)
    name = "booking.cancel" if case.who is Who.STUDENT else "booking.why"
    offer = Offer(
        found,
        _signed(visit, case, name, found.amount, WAYS[found.back]),
        _signed(visit, case, name, found.credit, Way.CREDIT) if found.credit else None,
        () if stays else _nearest(session, visit, case),
        refusals.sentence(stays) if stays else None,
    )
    return screens.quote(case.booking, case.who, case.other, offer)


@routes.write("booking.cancel")
def cancel(session: Session, visit: Visit) -> Screen:
    case = changing.acting(session, visit)
    if case.who is not Who.STUDENT:
        raise Forbidden("booking.forbidden")
    return _call_off(session, visit, case, "")


@routes.read("booking.why")
def why_form(session: Session, visit: Visit) -> Screen:
    """A mentor and staff say why before they cancel."""
    case = changing.ahead(session, visit)
    _promised(visit, case)
    args = visit.incoming.route.args
    return screens.reason_form(
        case.booking, case.other, submit=to("booking.call_off", *args), reopen=to("booking.why", *args)
    )


@routes.write("booking.call_off", form="booking.why")
def call_off(session: Session, visit: Visit) -> Screen:
    case = changing.acting(session, visit)
    note = visit.answer("reason")
    if not note:
        raise Invalid("text.empty", field="reason")
    if len(note) > screens.LONGEST_REASON:
        raise Invalid("text.long", field="reason", longest=screens.LONGEST_REASON)
    return _call_off(session, visit, case, note)


def _call_off(session: Session, visit: Visit, case: Case, note: str) -> Screen:
    canceling.require_ahead(bookings.lock(session, case.booking), case.who, now=visit.now)
    promise = _promised(visit, case)
    as_credit, is_session = promise.way is Way.CREDIT, promise.way is Way.SESSION
    if is_session and not prepaying.can_return(session, case.booking, now=visit.now):
        raise Conflict("quote.expired", short=case.booking.short)
    if promise.money > funding.left(session, case.booking):
        raise Conflict("quote.expired", short=case.booking.short)  # some went back elsewhere since
    canceling.call_off(
        session,
        case.booking,
        case.who,
        visit.person(session),
        refund=promise.money,
        as_credit=as_credit,
        whole=is_session or None,
        note=note,
        now=visit.now,
    )
    session_of = case.who if is_session else None
    news = screens.off(promise.money, as_credit=as_credit, session_of=session_of)
    if case.booking.included:
        news = plan_part.off(case.booking, promise.money)
    return changing.done(session, visit, case, news)


def _signed(visit: Visit, case: Case, name: str, money: Money, way: Way) -> Route:
    promise = quotes.promise(case.booking, visit.arrival.person_id, money, way, now=visit.now)
    return to(name, case.booking.short, *quotes.written(visit.desk.secret, case.booking, promise))


def _promised(visit: Visit, case: Case) -> Promise:
    """What the route was signed for. Raises where it was altered, or is too old."""
    parts = (visit.arg(1), visit.arg(2), visit.arg(3), visit.arg(4))
    return quotes.read(visit.desk.secret, case.booking, visit.arrival.person_id, parts, now=visit.now)


def _nearest(session: Session, visit: Visit, case: Case) -> tuple[datetime, ...]:
    """Three other times; a mentor proposes instead."""
    booking = case.booking
    if case.who is Who.MENTOR:
        return ()
    return moving.opening_for(session, booking, now=visit.now).nearest(booking.minutes, booking.starts_at)
