"""What a payment's news do to what it is for. Each verb is one transaction and harmless when repeated."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from core.booking import bookings, canceling, diary, moves, openings, prepaying, wares
from core.booking.life import AFTER, Booking, BookingState, Who
from core.booking.wares import Ware
from core.errors import Conflict
from core.money import Money
from core.payments import checks, elsewhere, funding, ledger, paying, payments, refunds
from core.payments.payments import Payment, PaymentState
from core.people import mentors
from core.people.people import Person
from core.ports import LinkState, LinkStatus
from core.prepaid import incoming, selling
from core.prepaid.packs import Pack, PackState
from core.schedule import timetable
from core.schedule.times import Span

ARRIVED = (LinkStatus.PAID, LinkStatus.PROCESSING)
"""Money has come, or is on its way."""


def settle(session: Session, provider: str, link: LinkState, *, now: datetime) -> Payment | None:
    """Takes in what a provider says of a link. `None` where the link is none of ours."""
    payment = payments.by_link(session, provider, link)
    if payment is None:
        return None
    ware = wares.lock(session, wares.of(session, payment))
    payments.locked(session, payment.id)
    if payment.ref is None:
        paying.opened(session, payment, link)
    if payment.ref != link.ref and link.status not in ARRIVED:
        return payment  # another link of the same ask, whose answer was lost: its end is not the end of ours
    misfit = _misfit(payment, link)
    if misfit:
        paying.flag(session, payment, misfit, now=now)
        return payment
    state = payments.STATE_OF.get(link.status)
    if state is None or not paying.advance(session, payment, state, link, now=now):
        paying.postpone_if_open(payment, now=now)
    else:
        if payment.state is PaymentState.PAID:
            ledger.post_capture(session, payment, now=now)
        if not _is_left(session, ware, payment, now=now):
            _apply(session, ware, payment, now=now)
    if link.refunded is not None:
        _take_in_refund(session, ware, payment, link.refunded, now=now)
    session.flush()
    wares.serve(session, ware, now=now)
    return payment


def is_misfit(session: Session, provider: str, link: LinkState) -> bool:
    """Whether it is about one of our payments, and not as we asked for it."""
    payment = payments.by_link(session, provider, link)
    return payment is not None and bool(_misfit(payment, link))


def lapse_due(session: Session, *, now: datetime) -> int:
    """Ends holds whose time is up. One with an open link waits for its provider, but not for ever."""
    lapsed: list[Ware] = [*diary.lapsed(session, now=now), *selling.lapsed(session, now=now)]
    for ware in lapsed:
        paying.close_all(session, ware.purpose, now=now)
        if not _may_still_be_paid(session, ware, now=now):
            wares.lapse(session, ware, now=now)
    for ware in sorted(lapsed, key=lambda each: each.mentor_id):
        wares.serve(session, ware, now=now)
    return len(lapsed)


def late_payment(session: Session, booking: Booking) -> Payment | None:
    """Money that came for this booking and waits for its person to choose."""
    return late_among(payments.of_booking(session, booking.id))


def late_among(paid: Sequence[Payment]) -> Payment | None:
    return next((payment for payment in paid if payment.late_until), None)


def take_other_time(
    session: Session, booking: Booking, student: Person, starts_at: datetime, *, now: datetime
) -> None:
    """Late money finds another time with the same mentor, at the same price."""
    bookings.require_student(booking, student)
    payment = late_payment(session, bookings.lock(session, booking))
    if payment is None:
        raise Conflict(f"booking.is_{booking.state}")
    if not funding.can_spend_again(session, booking, payment):
        raise Conflict("wallet.gone")
    mentor = mentors.find(session, booking.mentor_id)
    opening = openings.of(session, mentor, now=now, student_id=student.id)
    free = opening.free(booking.minutes, Span(starts_at, starts_at + timedelta(minutes=1)))
    at = Span(starts_at, starts_at + timedelta(minutes=booking.minutes))
    busy = opening.hours.busy(starts_at, booking.minutes)
    if starts_at not in free.times or not bookings.revive(
        session, booking, Who.STUDENT, now=now, at=at, busy=busy
    ):
        nearest = opening.nearest(booking.minutes, starts_at)
        raise Conflict("booking.late_taken", nearest=nearest, short=booking.short)
    paying.place_late(payment)
    funding.spend_again(session, booking, payment, now=now)


def want_late_refund(session: Session, booking: Booking, student: Person, *, now: datetime) -> None:
    """The person would rather have late money back."""
    bookings.require_student(booking, student)
    payment = late_payment(session, bookings.lock(session, booking))
    if payment is None:
        raise Conflict(f"booking.is_{booking.state}")
    _refund_late(session, payment, now=now, actor_id=student.id)


def refund_overdue_late(session: Session, *, now: datetime) -> int:
    """Late money that nobody chose for in a day goes back by itself."""
    overdue = payments.overdue_late(session, now=now)
    for payment in overdue:
        wares.lock(session, wares.of(session, payment))
        if payments.locked(session, payment.id).late_until is not None:
            _refund_late(session, payment, now=now)
    return len(overdue)


def _is_left(session: Session, ware: Ware, payment: Payment, *, now: datetime) -> bool:
    """Whether its student pays by another link now, so that the end of this one ends nothing. One that is paid has all
    others closed.
    """
    if payment.state in (PaymentState.PAID, PaymentState.PROCESSING):
        paying.close_all(session, ware.purpose, now=now)
        return False
    return payments.may_still_come(session, ware.purpose)


def _apply(session: Session, ware: Ware, payment: Payment, *, now: datetime) -> None:
    if isinstance(ware, Pack):
        incoming.hear(session, ware, payment, now=now)
    else:
        _hear(session, ware, payment, now=now)


def _hear(session: Session, booking: Booking, payment: Payment, *, now: datetime) -> None:
    match payment.state:
        case PaymentState.PAID:
            _place(session, booking, payment, now=now)
        case PaymentState.PROCESSING:
            if booking.state is BookingState.HELD:
                bookings.extend(session, booking, now + selling.SLOW_PAYMENT)
        case PaymentState.FAILED:
            if booking.state is BookingState.HELD:
                moves.lapse(session, booking, Who.PROVIDER, now=now, reason="payment_failed")
        case PaymentState.EXPIRED:
            if booking.state is BookingState.HELD and not booking.is_live_hold(now):
                moves.lapse(session, booking, Who.CLOCK, now=now)


def _place(session: Session, booking: Booking, payment: Payment, *, now: datetime) -> None:
    """Money arrived: the session is confirmed, or its time taken again, or the person is asked."""
    if booking.state is BookingState.HELD:
        bookings.confirm(session, booking, Who.PROVIDER, now=now)
    elif booking.state is BookingState.CONFIRMED or booking.state in AFTER:
        refunds.want(session, payment, payment.money, "double", now=now)
    elif not _take_again(session, booking, payment, now=now):
        paying.wait_late(session, payment, now=now)


def _take_again(session: Session, booking: Booking, payment: Payment, *, now: datetime) -> bool:
    if not funding.can_spend_again(session, booking, payment):
        return False
    if booking.starts_at <= now or booking.closed_reason in ("refunded", *canceling.CALLED_OFF):
        return False
    at = Span(booking.starts_at, booking.ends_at)
    hours = timetable.hours(session, booking.mentor_id, now=now)
    busy = hours.busy(booking.starts_at, booking.minutes)
    if not bookings.revive(session, booking, Who.PROVIDER, now=now, at=at, busy=busy):
        return False
    funding.spend_again(session, booking, payment, now=now)
    return True


def _take_in_refund(session: Session, ware: Ware, payment: Payment, total: Money, *, now: datetime) -> None:
    change = elsewhere.take_in(session, payment, total, now=now)
    funding.make_good(session, ware, now=now)
    if change.amount < 0 and _is_void(ware):
        reason = f"returned:{ledger.count(session, payment.id)}"
        refunds.want(session, payment, -change, reason, now=now)
    if change.amount <= 0 or refunds.promised(session, payment) < payment.amount:
        return
    paying.place_late(payment)
    if isinstance(ware, Pack):
        incoming.went_back(session, ware, payment, now=now)
    else:
        _went_back(session, ware, payment, now=now)


def _is_void(ware: Ware) -> bool:
    """It ended because its money went back at the provider's dashboard; should that fail, the money is still owed."""
    if isinstance(ware, Pack):
        return ware.state is PackState.REFUNDED
    return ware.state is BookingState.CANCELED and ware.closed_reason == "refunded"


def _went_back(session: Session, booking: Booking, payment: Payment, *, now: datetime) -> None:
    """All of the money went back at the provider: a session that nothing pays for any more is off."""
    is_ahead = booking.state is BookingState.CONFIRMED and booking.starts_at > now
    if is_ahead and not _is_paid(session, booking):
        bookings.void(session, booking, now=now)
        left = funding.left(session, booking)
        prepaying.give_back(session, booking, left, f"void:{payment.id}", now=now)


def _is_paid(session: Session, booking: Booking) -> bool:
    """Whether some of the money that came for it is still here; a session may have been paid twice."""
    paid = (p for p in payments.of_booking(session, booking.id) if p.state is PaymentState.PAID)
    return any(refunds.promised(session, payment) < payment.amount for payment in paid)


def _refund_late(session: Session, payment: Payment, *, now: datetime, actor_id: int | None = None) -> None:
    paying.place_late(payment)
    rest = Money(payment.amount - refunds.promised(session, payment), payment.currency)
    if rest.amount > 0:
        refunds.want(session, payment, rest, "late", now=now, actor_id=actor_id)


def _may_still_be_paid(session: Session, ware: Ware, *, now: datetime) -> bool:
    """Whether a provider has yet to say what became of a link; after two silent minutes the time is freed."""
    assert ware.hold_until is not None
    waiting = any(payment.state in payments.UNSETTLED for payment in payments.of(session, ware.purpose))
    return waiting and now < ware.hold_until + checks.DOWN_GRACE


def _misfit(payment: Payment, link: LinkState) -> str:
    """What about the money is not what was asked; empty where all fits. Money that arrives has an amount."""
    if link.payment and link.payment != payment.token:
        return "other_payment"
    is_known = link.amount is not None or link.status in ARRIVED
    return "other_amount" if is_known and link.amount != payment.money else ""
