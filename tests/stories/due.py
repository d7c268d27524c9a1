"""What happens by itself, and when: read from the rows that say so, as the jobs do."""

from datetime import datetime
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.booking.life import Booking, BookingState
from core.messages.outbox import Notice, NoticeState
from core.payments.inbox import InboxEvent
from core.payments.payments import Payment
from core.payments.refunds import Refund
from core.people.roles import RoleWish

DUES: Final = (
    (Notice.try_at, Notice.state == NoticeState.WAITING),
    (Payment.check_at, Payment.check_at.is_not(None)),
    (Payment.late_until, Payment.late_until.is_not(None)),
    (Booking.hold_until, Booking.state == BookingState.HELD),
    (Booking.ends_at, Booking.state == BookingState.CONFIRMED),
    (InboxEvent.due_at, InboxEvent.handled_at.is_(None)),
    (Refund.try_at, Refund.try_at.is_not(None)),
    (RoleWish.try_at, RoleWish.try_at.is_not(None)),
)


def first(session: Session, now: datetime, until: datetime) -> datetime | None:
    """The next moment before `until` at which something falls due."""
    found = [
        session.scalar(select(func.min(when)).where(waits, when > now, when < until)) for when, waits in DUES
    ]
    return min((due for due in found if due is not None), default=None)
