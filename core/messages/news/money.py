"""News of payments and refunds, for the one who paid and for staff."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from core.booking import diary, settling
from core.history import History
from core.messages.news.telling import Check, Rule, put, staff
from core.messages.outbox import Notice
from core.payments import payments


def _payer(kind: str) -> Rule:
    """Tells the one who paid; each piece of news about a payment has a revision of its own."""

    def rule(session: Session, row: History, now: datetime) -> None:
        payment = payments.find(session, row.subject_id)
        put(session, [payment.person_id], kind, row, revision=row.id)

    return rule


def _late(session: Session, notice: Notice, now: datetime) -> str:
    payment = payments.find(session, notice.subject_id)
    return "" if settling.late_payment(session, diary.find(session, payment.booking_id)) else "chosen"


RULES: Final[Mapping[str, Rule]] = {
    "payment.paid": _payer("receipt"),
    "payment.processing": _payer("processing"),
    "payment.late": _payer("late"),
    "payment.refunded": _payer("refunded"),
    "refund.succeeded": _payer("refunded"),
    "refund.failed": staff("trouble"),
    "payment.flagged": staff("trouble"),
    "payment.refused": staff("trouble"),
}
CHECKS: Final[Mapping[str, Check]] = {"late": _late}
