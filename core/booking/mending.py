"""What staff does about a refund that failed: tries again, or gives the money as credit. Each refund is mended once."""

from datetime import datetime

from sqlalchemy.orm import Session

from core.booking import wares
from core.booking.wares import Ware
from core.errors import Conflict, NotFound
from core.payments import funding, payments, refunds
from core.payments.payments import Payment
from core.payments.refunds import Mended, Refund, RefundState
from core.people import memberships
from core.people.people import Person


def try_again(session: Session, refund: Refund, actor: Person, *, now: datetime) -> Refund:
    """Has a refund made once more. One that was refused is a new one with a new key; one that was never answered
    keeps its key, for it may have been made."""
    payment, _ware = _to_mend(session, refund, actor, now=now)
    if refund.was_unanswered:
        refunds.ask_again(session, refund, payment, now=now, actor_id=actor.id)
        return refund
    refunds.mend(refund, Mended.AGAIN)
    reason = f"again:{refund.id}"
    return refunds.want(session, payment, refund.money, reason, now=now, actor_id=actor.id)


def credit_instead(session: Session, refund: Refund, actor: Person, *, now: datetime) -> None:
    """Gives what a refund owes as credit."""
    _payment, ware = _to_mend(session, refund, actor, now=now)
    refunds.mend(refund, Mended.CREDIT)
    key = f"credit:{ware.purpose.name}:refund:{refund.id}"
    funding.credit(session, ware, refund.money, key, now=now, actor_id=actor.id)


def failed_one(session: Session, refund_id: int, actor: Person, *, now: datetime) -> tuple[Refund, Ware]:
    """A refund of the actor's own community, with what was paid. Raises `NotFound` for anybody else."""
    refund = refunds.known(session, refund_id)
    payment = payments.find(session, refund.payment_id)
    if not memberships.is_staff(session, payment.community_id, actor.id):
        raise NotFound("refund.unknown")
    memberships.require_staff(session, payment.community_id, actor, now=now)
    return refund, wares.of(session, payment)


def _to_mend(session: Session, refund: Refund, actor: Person, *, now: datetime) -> tuple[Payment, Ware]:
    """Everything it takes, locked. Raises `Conflict` where somebody has mended it."""
    _refund, ware = failed_one(session, refund.id, actor, now=now)
    funding.lock(session, ware)
    session.refresh(refund, with_for_update=True)
    if refund.state is not RefundState.FAILED or refund.mended:
        raise Conflict("refund.mended")
    return payments.find(session, refund.payment_id), ware
