"""A notice becomes a letter at the moment it is sent: its screen, in the reader's language and zone."""

from datetime import datetime

from sqlalchemy.orm import Session

from bot.commands.bookings import view_of
from bot.screens import browser, link, staff
from bot.screens import notices as screens
from bot.visit import Desk, reader_away
from core.booking import diary
from core.chat import Reader, Screen
from core.history import History
from core.messages import outbox, reminders
from core.messages.dispatch import Letter
from core.messages.outbox import Notice
from core.money import Money
from core.payments import payments, refunds
from core.people import browsers, communities, mentors, people

QUIET = frozenset({"receipt", "processing"})


class Letters:
    """Implements `core.messages.dispatch.Compose`."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    def __call__(self, session: Session, notice: Notice, now: datetime) -> Letter:
        return Letter(
            screen=self._screen(session, notice, now),
            nudge=screens.nudge(),
            reader=_reader(session, self.desk, notice),
            rings=notice.kind not in QUIET,
        )

    def _screen(self, session: Session, notice: Notice, now: datetime) -> Screen:
        match notice.kind:
            case "application":
                mentor = mentors.find(session, notice.subject_id)
                topics = mentors.topics(session, mentor.id)
                return staff.application(mentor, topics, mentors.languages(session, mentor.id))
            case "approved" | "rejected":
                return _outcome(session, notice)
            case "entered":
                return browser.entered(browsers.find(session, notice.subject_id))
            case outbox.JOINED:
                return _joined(session, notice)
            case "receipt" | "refunded" | "trouble":
                return _money(session, notice)
            case "late" | "processing":
                booking_id = payments.find(session, notice.subject_id).booking_id
                return self._booking(session, notice, booking_id, now)
            case _:
                return self._booking(session, notice, notice.subject_id, now)

    def _booking(self, session: Session, notice: Notice, booking_id: int, now: datetime) -> Screen:
        booking, person = diary.find(session, booking_id), people.find(session, notice.person_id)
        view = view_of(session, self.desk, booking, person, now=now)
        if notice.kind.startswith(reminders.KIND):
            return screens.reminder(int(notice.kind.removeprefix(reminders.KIND)), view)
        if notice.kind == "processing":
            return screens.processing(view)
        return screens.booking(notice.kind, view)


def _outcome(session: Session, notice: Notice) -> Screen:
    mentor = mentors.find(session, notice.subject_id)
    community = communities.find(session, mentor.community_id)
    compose = screens.approved if notice.kind == "approved" else screens.rejected
    return compose(mentor, community.name)


def _joined(session: Session, notice: Notice) -> Screen:
    """The revision is the row of history that tells of it."""
    row = session.get_one(History, notice.revision)
    found = row.facts.get("accounts")
    moved = [(platform, name) for platform, name in found] if isinstance(found, list) else []
    return link.news(moved, people.identities(session, notice.person_id), row.at)


def _money(session: Session, notice: Notice) -> Screen:
    payment = payments.find(session, notice.subject_id)
    booking = diary.find(session, payment.booking_id)
    mentor = mentors.find(session, booking.mentor_id)
    if notice.kind == "receipt":
        return screens.receipt(booking.code, payment.money, mentor.name)
    if notice.kind == "refunded":
        total = Money(refunds.promised(session, payment), payment.currency)
        return screens.refunded(booking.code, total, mentor.name)
    return screens.trouble(booking.code, payment.problem, payment.money)


def _reader(session: Session, desk: Desk, notice: Notice) -> Reader:
    person = people.find(session, notice.person_id)
    community = communities.find(session, notice.community_id) if notice.community_id else None
    return reader_away(session, person, community, desk.catalogue.languages)
