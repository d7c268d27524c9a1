"""What staff does about a booking: cancels it for somebody, moves it, gives money back. Everything is written down
with who did it and why, and asked for again before money moves."""

from sqlalchemy.orm import Session

from bot import reading
from bot.commands import duty, register
from bot.router import Routes
from bot.screens import casework as screens
from bot.visit import Visit, calendar_day, moment
from core import drafts
from core.booking import canceling, handing, moving, openings, prepaying
from core.booking.canceling import Back
from core.booking.life import Booking, Who
from core.chat import Screen, _
from core.db import short_id
from core.desk import register as books
from core.errors import Invalid, NotFound
from core.money import Money

routes = Routes()


@routes.read("desk.cancel_form")
def cancel_form(session: Session, visit: Visit) -> Screen:
    booking = duty.booking(session, visit)
    quote = canceling.quoted(session, booking, Who.STAFF, now=visit.now)
    return screens.cancel_form(books.entry(session, booking), quote)


@routes.write("desk.cancel", form="desk.cancel_form")
def cancel(session: Session, visit: Visit) -> Screen:
    booking, note = duty.booking(session, visit), _note(visit)
    quote = canceling.quoted(session, booking, Who.STAFF, now=visit.now)
    staff = visit.person(session)
    whole = True if quote.back is Back.SESSION else None
    canceling.call_off(
        session, booking, Who.STAFF, staff, refund=quote.amount, whole=whole, note=note, now=visit.now
    )
    return register.card(session, visit, booking, news=_("It is canceled, and both are told."))


@routes.read("desk.days")
def days(session: Session, visit: Visit) -> Screen:
    booking = duty.booking(session, visit)
    moving.require_movable(booking, Who.STAFF, now=visit.now)
    opening = moving.opening_for(session, booking, now=visit.now)
    free = openings.by_day(opening.ahead(booking.minutes), visit.zone)
    return screens.move_days(books.entry(session, booking), free)


@routes.read("desk.times")
def times(session: Session, visit: Visit) -> Screen:
    booking = duty.booking(session, visit)
    opening = moving.opening_for(session, booking, now=visit.now)
    free = openings.by_day(opening.ahead(booking.minutes), visit.zone)
    starts = free.get(calendar_day(visit.arg(1)), [])
    return screens.move_times(books.entry(session, booking), starts)


@routes.write("desk.move")
def move(session: Session, visit: Visit) -> Screen:
    booking = duty.booking(session, visit)
    staff = visit.person(session)
    moving.move(session, booking, Who.STAFF, staff, moment(visit.arg(1)), now=visit.now)
    return register.card(session, visit, booking, news=_("It is moved, and both are told."))


@routes.read("desk.refund_form")
def refund_form(session: Session, visit: Visit) -> Screen:
    booking = duty.booking(session, visit)
    left = books.refundable(session, booking)
    handing.require(session, booking, left)
    return screens.refund_form(books.entry(session, booking), left, reading.typed(left, visit.reader.locale))


@routes.write("desk.refund_ask", form="desk.refund_form")
def refund_ask(session: Session, visit: Visit) -> Screen:
    """Shows what would be done; it is kept for the button that does it, once."""
    booking, note = duty.booking(session, visit), _note(visit)
    amount = reading.amount(visit.answer("amount"), booking.currency, visit.reader.locale)
    handing.require(session, booking, amount)
    way, act = visit.answer("way"), short_id(6)
    if way not in ("money", "credit"):
        raise Invalid("setup.choice", value=way)
    kept = {"amount": str(amount.amount), "way": way, "note": note}
    drafts.keep(session, visit.arrival.person_id, _kept_as(booking, act), kept, now=visit.now)
    purse = books.purse(session, booking)
    return screens.refund_ask(
        books.entry(session, booking),
        amount,
        purse.left,
        note,
        act,
        as_credit=way == "credit",
        is_shared=handing.is_shared(session, booking, amount),
        is_session=way == "money"
        and amount == booking.price
        and prepaying.can_return(session, booking, now=visit.now),
    )


@routes.write("desk.refund")
def refund(session: Session, visit: Visit) -> Screen:
    booking, staff, act = duty.booking(session, visit), visit.person(session), visit.arg(1)
    kept = drafts.kept(session, staff.id, _kept_as(booking, act))
    if not kept:
        return register.card(session, visit, booking, news=_("This was done already, or it is too old."))
    amount = Money(int(kept["amount"]), booking.currency)
    handing.give(
        session,
        booking,
        staff,
        amount,
        kept["note"],
        act,
        as_credit=kept["way"] == "credit",
        now=visit.now,
    )
    drafts.discard(session, staff.id, _kept_as(booking, act))
    return register.card(session, visit, booking, news=_("It is given back, and the student is told."))


def _note(visit: Visit) -> str:
    note = visit.answer("note")
    if not note:
        raise Invalid("text.empty", field="note")
    if len(note) > screens.LONGEST_NOTE:
        raise Invalid("text.long", field="note", longest=screens.LONGEST_NOTE)
    return note


def _kept_as(booking: Booking, act: str) -> str:
    if not act.isalnum() or len(act) > 12:
        raise NotFound("route.unknown")
    return f"desk.refund:{booking.short}:{act}"
