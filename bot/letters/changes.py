"""Letters about changes: moved, called off, other times proposed; and to mentors who cancel too often."""

from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.letters import bookings
from bot.letters.writing import Due, Writers
from bot.screens import bookings as cards
from bot.screens import canceling, changing, proposing
from bot.screens import standing as standings
from core.booking import diary, proposals, standing
from core.booking.life import Booking, Who
from core.chat import Screen, _
from core.history import History
from core.messages.news.changes import STAYED
from core.money import Money
from core.payments import ledger, payments, refunds
from core.payments.ledger import Kind
from core.people import communities, mentors


def moved(session: Session, due: Due) -> Screen:
    view = bookings.view(session, due, due.notice.subject_id)
    row = _latest(session, "booking.moved", view.booking)
    before = datetime.fromisoformat(str(row.facts["before"])) if row and "before" in row.facts else None
    proposed = row is not None and row.facts.get("who") == Who.MENTOR
    return cards.card(view, news=changing.moved(view, before, proposed=proposed))


def canceled(session: Session, due: Due) -> Screen:
    view = bookings.view(session, due, due.notice.subject_id)
    refunded, credited = _gone_back(session, view.booking)
    return cards.card(view, news=canceling.canceled(view, refunded, credited))


def proposed(session: Session, due: Due) -> Screen:
    booking = diary.find(session, due.notice.subject_id)
    proposal = proposals.standing(session, booking, now=due.now)
    if proposal is None:
        return cards.card(bookings.view(session, due, booking.id))
    mentor = mentors.find(session, booking.mentor_id)
    return proposing.shown(booking, mentor.name, proposal, is_mentor=False)


def stayed(session: Session, due: Due) -> Screen:
    view = bookings.view(session, due, due.notice.subject_id)
    news = _("{name} would rather leave the time as it is.", name=view.other)
    return cards.card(view, news=news)


def warned(session: Session, due: Due) -> Screen:
    mentor = mentors.find(session, due.notice.subject_id)
    community = communities.find(session, mentor.community_id)
    return standings.warned(standing.of(session, mentor.id, now=due.now), community.name)


def paused(session: Session, due: Due) -> Screen:
    mentor = mentors.find(session, due.notice.subject_id)
    return standings.paused(standing.of(session, mentor.id, now=due.now))


def resumed(session: Session, due: Due) -> Screen:
    return standings.resumed()


def paused_staff(session: Session, due: Due) -> Screen:
    mentor = mentors.find(session, due.notice.subject_id)
    return standings.to_decide(mentor, standing.of(session, mentor.id, now=due.now))


def _latest(session: Session, event: str, booking: Booking) -> History | None:
    rows = select(History).where(History.event == event, History.subject_id == booking.id)
    return session.scalar(rows.order_by(History.id.desc()).limit(1))


def _gone_back(session: Session, booking: Booking) -> tuple[Money, Money]:
    """What goes back to where it was paid from, and what went into the student's wallet."""
    back = sum(refunds.promised(session, each) for each in payments.of_booking(session, booking.id))
    wallet = ledger.wallet(booking.student_id)
    credited = ledger.moved(session, booking.purpose, wallet, booking.currency, Kind.CREDIT)
    return Money(back, booking.currency), -credited


WRITERS: Final[Writers] = {
    "moved": moved,
    "canceled": canceled,
    "proposed": proposed,
    STAYED: stayed,
    "warned": warned,
    "paused": paused,
    "resumed": resumed,
    "paused_staff": paused_staff,
}
