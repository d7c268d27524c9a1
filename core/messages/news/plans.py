"""News of plans, for the one who has it; and for staff where one was paid twice."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from core.history import History
from core.messages.news.telling import Check, Rule, put, staff
from core.messages.outbox import Notice
from core.plans import subscriptions
from core.plans.subscriptions import RUNNING, SubscriptionState

TELLS_NOTHING: Final = ("replaced", "joined")
"""It ended for another plan, whose beginning is news enough."""


def _holder(kind: str) -> Rule:
    def rule(session: Session, row: History, now: datetime) -> None:
        subscription = subscriptions.find(session, row.subject_id)
        put(session, [subscription.person_id], kind, row, revision=row.id)

    return rule


def _ended(session: Session, row: History, now: datetime) -> None:
    if subscriptions.find(session, row.subject_id).problem not in TELLS_NOTHING:
        _holder("plan_ended")(session, row, now)


def _still(*states: SubscriptionState) -> Check:
    def check(session: Session, notice: Notice, now: datetime) -> str:
        state = subscriptions.find(session, notice.subject_id).state
        return "" if state in states else str(state)

    return check


RULES: Final[Mapping[str, Rule]] = {
    "plan.started": _holder("plan_started"),
    "plan.renewed": _holder("plan_renewed"),
    "plan.payment_failed": _holder("plan_payment_failed"),
    "plan.ended": _ended,
    "plan.flagged": staff("plan_trouble"),
}
CHECKS: Final[Mapping[str, Check]] = {
    "plan_started": _still(*RUNNING),
    "plan_renewed": _still(*RUNNING),
    "plan_payment_failed": _still(SubscriptionState.PAST_DUE),
    "plan_ended": _still(SubscriptionState.ENDED),
}
