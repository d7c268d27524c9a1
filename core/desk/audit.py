"""The whole story of one booking, in order, for the staff of its community: what happened, who was told and how,
every step of the money. Reads only, and never what was said in the room.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from core.booking.life import Booking
from core.discovery.written import Review
from core.history import History
from core.messages import reminders
from core.messages.conversations import RoomMessage
from core.messages.outbox import Notice
from core.messages.rooms import Room
from core.money import Money
from core.payments import payments
from core.payments.inbox import InboxEvent
from core.payments.ledger import Entry, Posting
from core.payments.payments import Payment
from core.people.people import Person
from core.prepaid.credits import CreditEntry
from core.prepaid.packs import Pack

OF_BOOKING: Final = ("booking.", "dispute.", "wallet.", "room.thread_lost")
OF_PAYMENT: Final = ("payment.", "refund.")
OF_REVIEW: Final = ("review.",)
OF_ROOM: Final = ("room.lost",)
OF_MENTOR: Final = ("mentor.marked",)
"""How the events begin whose subject is one of these."""
BOOKING_KINDS: Final = frozenset(
    {
        *("requested", "unanswered", "accepted", "unpaid", "declined", "withdrawn", "request_lapsed"),
        *("lapsing", "confirmed", "booked", "lapsed", "canceled", "moved", "proposed", "proposal_refused"),
        *("review", "review_again", "credited", "session_back", "room_notes", "thread_lost"),
        *("one_waits", "outcome", "outcome_stands"),
        *("dispute", "dispute_opened", "dispute_stated", "dispute_resolved"),
    }
)
PAYMENT_KINDS: Final = frozenset(
    {
        *("receipt", "processing", "late", "trouble"),
        *("refund_wanted", "refund_pending", "refund_failed", "refunded", "refund_trouble"),
    }
)
REVIEW_KINDS: Final = frozenset({"review_out", "review_reply", "review_decided", "review_reported"})
"""What the notices of a kind speak of; reminders are of bookings too."""


class Source(StrEnum):
    EVENT = "event"
    NOTICE = "notice"
    BOOKS = "books"
    CREDITS = "credits"
    WEBHOOK = "webhook"


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that happened. `key` names it in its source, `who` did it or was told, `detail` is a state or a
    place, `problem` what went wrong; `moves` are postings, by account."""

    at: datetime
    source: Source
    key: str
    who: str = ""
    facts: Mapping[str, object] = field(default_factory=dict)
    detail: str = ""
    problem: str = ""
    moves: Sequence[tuple[str, Money]] = ()


def story(session: Session, booking: Booking) -> list[Line]:
    """Everything there is, the oldest first; what happened at one moment in the order it was written down."""
    paid = payments.of_booking(session, booking.id)
    reviews = list(session.scalars(select(Review.id).where(Review.booking_id == booking.id)))
    payment_ids = [payment.id for payment in paid]
    lines = [
        *_events(session, booking, payment_ids, reviews),
        *_webhooks(session, paid),
        *_books(session, booking),
        *_credits(session, booking),
        *_notices(session, booking, payment_ids, reviews),
    ]
    return sorted(lines, key=lambda line: line.at)


def _events(
    session: Session, booking: Booking, payment_ids: Sequence[int], reviews: Sequence[int]
) -> Iterator[Line]:
    said = list(session.scalars(select(RoomMessage.id).join(Room).where(Room.booking_id == booking.id)))
    about = or_(
        _about(OF_BOOKING, [booking.id]),
        _about(OF_PAYMENT, payment_ids),
        _about(OF_REVIEW, reviews),
        _about(OF_ROOM, said),
        _about(OF_MENTOR, [booking.mentor_id]),
    )
    query = select(History, Person.name).outerjoin(Person, Person.id == History.actor_id)
    for row, who in session.execute(query.where(about).order_by(History.id)):
        if row.event not in OF_MENTOR or row.facts.get("code") == booking.code:
            yield Line(row.at, Source.EVENT, row.event, who or "", row.facts)


def _about(events: Sequence[str], subject_ids: Sequence[int]) -> ColumnElement[bool]:
    begins = or_(*(History.event.startswith(each) for each in events))
    return and_(begins, History.subject_id.in_(subject_ids))


def _notices(
    session: Session, booking: Booking, payment_ids: Sequence[int], reviews: Sequence[int]
) -> Iterator[Line]:
    of_booking = or_(Notice.kind.in_(BOOKING_KINDS), Notice.kind.startswith(reminders.KIND))
    about = or_(
        and_(of_booking, Notice.subject_id == booking.id),
        and_(Notice.kind.in_(PAYMENT_KINDS), Notice.subject_id.in_(payment_ids)),
        and_(Notice.kind.in_(REVIEW_KINDS), Notice.subject_id.in_(reviews)),
    )
    query = select(Notice, Person.name).join(Person, Person.id == Notice.person_id)
    for row, who in session.execute(query.where(about).order_by(Notice.due_at, Notice.id)):
        facts = {"state": str(row.state), "attempts": row.attempts, "due": row.due_at}
        at = row.sent_at or row.due_at
        yield Line(at, Source.NOTICE, row.kind, who, facts, detail=row.rung, problem=row.problem)


def _books(session: Session, booking: Booking) -> Iterator[Line]:
    rows = session.execute(
        select(Entry, Posting)
        .join(Posting, Posting.entry_id == Entry.id)
        .where(Entry.booking_id == booking.id)
        .order_by(Entry.id, Posting.id)
    )
    found: dict[int, tuple[Entry, list[tuple[str, Money]]]] = {}
    for entry, posting in rows:
        _entry, moves = found.setdefault(entry.id, (entry, []))
        moves.append((posting.account.partition(":")[0], Money(posting.amount, posting.currency)))
    for entry, moves in found.values():
        yield Line(entry.at, Source.BOOKS, entry.kind, moves=moves)


def _credits(session: Session, booking: Booking) -> Iterator[Line]:
    """What became of the session of a pack that pays for it, and how many were left then."""
    query = select(CreditEntry, Pack.code, Person.name).join(Pack, Pack.id == CreditEntry.pack_id)
    query = query.outerjoin(Person, Person.id == CreditEntry.actor_id)
    of_booking = query.where(CreditEntry.booking_id == booking.id).order_by(CreditEntry.id)
    for entry, code, who in session.execute(of_booking):
        yield Line(entry.at, Source.CREDITS, entry.kind, who or "", {"left": entry.balance}, detail=code)


def _webhooks(session: Session, paid: Sequence[Payment]) -> Iterator[Line]:
    """What the provider sent, by its kind alone: the letter itself is nobody's business here."""
    for provider in {payment.provider for payment in paid}:
        own = [payment for payment in paid if payment.provider == provider]
        refs = [payment.ref for payment in own if payment.ref]
        charges = [payment.charge for payment in own if payment.charge]
        query = select(InboxEvent.received_at, InboxEvent.kind, InboxEvent.handled_at).where(
            InboxEvent.provider == provider,
            or_(InboxEvent.ref.in_(refs), InboxEvent.charge.in_(charges)),
        )
        for at, kind, handled_at in session.execute(query.order_by(InboxEvent.id)):
            yield Line(at, Source.WEBHOOK, kind, provider, {"handled": handled_at})
