"""News of payments, refunds and credit, for the one who paid and for staff."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from core import history
from core.booking import diary, prepaying
from core.history import History
from core.messages.news.telling import Check, Rule, put, staff
from core.messages.outbox import Notice
from core.payments import payments, refunds
from core.payments.refunds import Refund, RefundState


def refund_of(session: Session, notice: Notice) -> Refund | None:
    """The refund that a piece of news is about; `None` where it was made at the provider's dashboard."""
    told = history.find(session, notice.revision).facts.get("refund")
    return refunds.find(session, int(str(told))) if told else None


def _payer(kind: str) -> Rule:
    """Tells the one who paid; each piece of news about a payment has a revision of its own."""

    def rule(session: Session, row: History, now: datetime) -> None:
        payment = payments.find(session, row.subject_id)
        put(session, [payment.person_id], kind, row, revision=row.id)

    return rule


def _refund_failed(session: Session, row: History, now: datetime) -> None:
    _payer("refund_failed")(session, row, now)
    staff("refund_trouble")(session, row, now)


def _credited(session: Session, row: History, now: datetime) -> None:
    put(session, [diary.find(session, row.subject_id).student_id], "credited", row, revision=row.id)


def _session_back(session: Session, row: History, now: datetime) -> None:
    """What staff gave back by hand is no money where a pack had paid."""
    booking = diary.find(session, row.subject_id)
    if prepaying.came_back(session, booking).sessions:
        put(session, [booking.student_id], "session_back", row, revision=row.id)


def _late(session: Session, notice: Notice, now: datetime) -> str:
    payment = payments.find(session, notice.subject_id)
    return "" if payment.late_until else "chosen"


def _still(state: RefundState) -> Check:
    """A step is told while the refund stands on it: the next one has its own news."""

    def check(session: Session, notice: Notice, now: datetime) -> str:
        refund = refund_of(session, notice)
        if refund is None:
            return ""
        return refund.mended or ("" if refund.state is state else str(refund.state))

    return check


RULES: Final[Mapping[str, Rule]] = {
    "payment.paid": _payer("receipt"),
    "payment.processing": _payer("processing"),
    "payment.late": _payer("late"),
    "payment.refunded": _payer("refunded"),
    "refund.wanted": _payer("refund_wanted"),
    "refund.pending": _payer("refund_pending"),
    "refund.succeeded": _payer("refunded"),
    "refund.failed": _refund_failed,
    "wallet.credited": _credited,
    "booking.given_back": _session_back,
    "payment.flagged": staff("trouble"),
    "payment.refused": staff("trouble"),
}
CHECKS: Final[Mapping[str, Check]] = {
    "late": _late,
    "refund_wanted": _still(RefundState.WANTED),
    "refund_pending": _still(RefundState.PENDING),
    "refunded": _still(RefundState.SUCCEEDED),
    "refund_failed": _still(RefundState.FAILED),
    "refund_trouble": _still(RefundState.FAILED),
}
