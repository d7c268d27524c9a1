"""What happens by itself, and when: read from the rows that say so, as the jobs do."""

from datetime import datetime
from typing import Final

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from core.booking.life import OUTCOME_AFTER, OUTCOMES, Booking, BookingState
from core.db import Instant
from core.discovery.written import Review
from core.messages.conversations import RoomMessage
from core.messages.outbox import Notice, NoticeState
from core.messages.rooms import Room
from core.messages.threads import RoomThread
from core.payments.inbox import InboxEvent
from core.payments.payments import Payment
from core.payments.refunds import Refund
from core.people.mentors import Mentor
from core.people.roles import RoleWish
from core.plans.givebacks import GiveBack
from core.plans.subscriptions import Subscription
from core.prepaid import tenure
from core.prepaid.packs import Pack, PackState
from core.prepaid.waits import SeatWait, WaitState

DUES: Final = (
    (Notice.try_at, Notice.state == NoticeState.WAITING),
    (Payment.check_at, Payment.check_at.is_not(None)),
    (Payment.late_until, Payment.late_until.is_not(None)),
    (Booking.hold_until, Booking.state.in_((BookingState.HELD, BookingState.REQUESTED))),
    (Booking.stands_at, Booking.state.in_(OUTCOMES)),
    (InboxEvent.due_at, InboxEvent.handled_at.is_(None)),
    (Review.due_at, Review.published_at.is_(None)),
    (Refund.try_at, Refund.try_at.is_not(None)),
    (RoomMessage.try_at, RoomMessage.try_at.is_not(None)),
    (Room.closes_at, Room.closed_at.is_(None)),
    (RoleWish.try_at, RoleWish.try_at.is_not(None)),
    (Mentor.role_try_at, Mentor.role_try_at.is_not(None)),
    (RoomThread.try_at, RoomThread.try_at.is_not(None)),
    (Pack.hold_until, Pack.state == PackState.HELD),
    (Subscription.check_at, Subscription.check_at.is_not(None)),
    (GiveBack.try_at, GiveBack.try_at.is_not(None)),
    (SeatWait.until, SeatWait.state == WaitState.OFFERED),
)


FROM: Final = bindparam("now", type_=Instant())
UNTIL: Final = bindparam("until", type_=Instant())
OVER_FROM: Final = bindparam("over_from", type_=Instant())
OVER_UNTIL: Final = bindparam("over_until", type_=Instant())
OUTCOME: Final = select(func.min(Booking.ends_at)).where(
    Booking.state == BookingState.CONFIRMED, Booking.ends_at > OVER_FROM, Booking.ends_at < OVER_UNTIL
)
"""The end of the session whose outcome is proposed next."""

ALL: Final = select(
    OUTCOME.scalar_subquery(),
    *(select(func.min(at)).where(waits, at > FROM, at < UNTIL).scalar_subquery() for at, waits in DUES),
)


def first(session: Session, now: datetime, until: datetime) -> datetime | None:
    """The next moment before `until` at which something falls due."""
    over = {"over_from": now - OUTCOME_AFTER, "over_until": until - OUTCOME_AFTER}
    ended, *found = session.execute(ALL, {"now": now, "until": until, **over}).one()
    prepaid = tenure.next_due(session)
    found.append(prepaid if prepaid and now < prepaid < until else None)
    found.append(ended + OUTCOME_AFTER if ended else None)
    return min((due for due in found if due is not None), default=None)
