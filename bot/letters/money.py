"""Letters about payments and refunds."""

from typing import Final

from sqlalchemy.orm import Session

from bot.letters import bookings
from bot.letters.writing import Due, Writers
from bot.screens import notices as screens
from core.booking import diary
from core.booking.life import Booking
from core.chat import Screen
from core.money import Money
from core.payments import payments, refunds
from core.payments.payments import Payment
from core.people import mentors


def receipt(session: Session, due: Due) -> Screen:
    payment, booking, mentor = _about(session, due)
    return screens.receipt(booking.code, payment.money, mentor)


def refunded(session: Session, due: Due) -> Screen:
    payment, booking, mentor = _about(session, due)
    total = Money(refunds.promised(session, payment), payment.currency)
    return screens.refunded(booking.code, total, mentor)


def trouble(session: Session, due: Due) -> Screen:
    payment, booking, _mentor = _about(session, due)
    return screens.trouble(booking.code, payment.problem, payment.money)


def late(session: Session, due: Due) -> Screen:
    booking_id = payments.find(session, due.notice.subject_id).booking_id
    return screens.booking(due.notice.kind, bookings.view(session, due, booking_id))


def processing(session: Session, due: Due) -> Screen:
    booking_id = payments.find(session, due.notice.subject_id).booking_id
    return screens.processing(bookings.view(session, due, booking_id))


def _about(session: Session, due: Due) -> tuple[Payment, Booking, str]:
    """The payment, its booking, and the mentor's name."""
    payment = payments.find(session, due.notice.subject_id)
    booking = diary.find(session, payment.booking_id)
    return payment, booking, mentors.find(session, booking.mentor_id).name


WRITERS: Final[Writers] = {
    "receipt": receipt,
    "refunded": refunded,
    "trouble": trouble,
    "late": late,
    "processing": processing,
}
