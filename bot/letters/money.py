"""Letters about payments, refunds and credit. Each tells of its own piece of news, not of the sum of them."""

from typing import Final

from sqlalchemy.orm import Session

from bot.letters import bookings
from bot.letters.writing import Due, Writers
from bot.screens import bookings as cards
from bot.screens import notices as screens
from bot.screens import prepaid, wallet
from bot.screens import refunds as steps
from core import history
from core.booking import diary, wares
from core.booking.wares import Ware
from core.chat import Screen
from core.messages.news import money as news
from core.money import Money
from core.payments import payments
from core.payments.payments import Payment
from core.people import mentors, people
from core.prepaid.packs import Pack


def receipt(session: Session, due: Due) -> Screen:
    payment, ware, mentor = _about(session, due)
    return screens.receipt(ware.code, payment.money, mentor, _sessions(ware))


def refund(session: Session, due: Due) -> Screen:
    """How far one refund is; one that was made at the dashboard has no row of ours."""
    _payment, booking, mentor = _about(session, due)
    made = news.refund_of(session, due.notice)
    money = made.money if made else _told(session, due, booking)
    subject = f"refund:{made.id}" if made else f"dashboard:{due.notice.revision}"
    paid_for = screens.paid_for(booking.code, money, mentor, _sessions(booking))
    return steps.step(due.notice.kind, paid_for, subject=subject)


def refund_trouble(session: Session, due: Due) -> Screen:
    _payment, booking, _mentor = _about(session, due)
    failed = news.refund_of(session, due.notice)
    assert failed is not None
    return steps.failed(failed, booking.code, people.find(session, booking.student_id).name)


def credited(session: Session, due: Due) -> Screen:
    booking = diary.find(session, due.notice.subject_id)
    mentor = mentors.find(session, booking.mentor_id).name
    return wallet.credited(booking.code, _told(session, due, booking), mentor)


def session_back(session: Session, due: Due) -> Screen:
    """The booking's card, for the student."""
    view = bookings.view(session, due, due.notice.subject_id)
    return cards.card(view, news=prepaid.back(is_mine=True))


def trouble(session: Session, due: Due) -> Screen:
    payment, booking, _mentor = _about(session, due)
    return screens.trouble(booking.code, payment.problem, payment.money)


def late(session: Session, due: Due) -> Screen:
    """Only a session's time can be gone; a pack's late money goes back at once."""
    _payment, ware, _mentor = _about(session, due)
    return screens.booking(due.notice.kind, bookings.view(session, due, ware.id))


def processing(session: Session, due: Due) -> Screen:
    payment, ware, mentor = _about(session, due)
    if isinstance(ware, Pack):
        return screens.processing_pack(ware.code, payment.money, mentor, ware.sessions)
    return screens.processing(bookings.view(session, due, ware.id))


def _about(session: Session, due: Due) -> tuple[Payment, Ware, str]:
    """The payment, what it is for, and the mentor's name."""
    payment = payments.find(session, due.notice.subject_id)
    ware = wares.of(session, payment)
    return payment, ware, mentors.find(session, ware.mentor_id).name


def _sessions(ware: Ware) -> int:
    return ware.sessions if isinstance(ware, Pack) else 1


def _told(session: Session, due: Due, booking: Ware) -> Money:
    """The amount that the news itself speaks of."""
    facts = history.find(session, due.notice.revision).facts
    return Money(int(str(facts["amount"])), booking.currency)


WRITERS: Final[Writers] = {
    "receipt": receipt,
    **dict.fromkeys(steps.STEPS, refund),
    "refund_trouble": refund_trouble,
    "credited": credited,
    "session_back": session_back,
    "trouble": trouble,
    "late": late,
    "processing": processing,
}
