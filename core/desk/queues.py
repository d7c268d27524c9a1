"""What waits for a community's staff. Reads only."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.booking import disputes
from core.discovery import reviews
from core.payments import refunds
from core.people.mentors import Mentor


@dataclass(frozen=True, slots=True)
class Counts:
    """How many wait in each queue, besides the applications."""

    disputes: int = 0
    reviews: int = 0
    refunds: int = 0
    paused: int = 0


def counts(session: Session, community_id: int) -> Counts:
    return Counts(
        disputes=len(disputes.open_in(session, community_id)),
        reviews=len(reviews.reported_in(session, community_id)),
        refunds=len(refunds.failed_in(session, community_id)),
        paused=len(paused(session, community_id)),
    )


def paused(session: Session, community_id: int) -> list[Mentor]:
    """Mentors who canceled too often and cannot be booked, the longest first."""
    waiting = select(Mentor).where(Mentor.community_id == community_id, Mentor.paused_at.is_not(None))
    return list(session.scalars(waiting.order_by(Mentor.paused_at, Mentor.id)))
