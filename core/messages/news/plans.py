"""News of plans, for the one who has it; and for staff where one needs an eye.

Each turn of a plan is told once: begun, renewed, changed, not paid, nothing included any more, paid after all, to end,
to go on, ended, money back.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from core.history import History
from core.messages import outbox
from core.messages.news.telling import NEWS, Check, Rule, put, staff
from core.messages.outbox import Notice
from core.people import memberships
from core.plans import subscriptions
from core.plans.subscriptions import RUNNING, SubscriptionState

TELLS_NOTHING: Final = ("replaced", "joined")
"""It ended for another plan, whose beginning is news enough."""


def _holder(kind: str) -> Rule:
    def rule(session: Session, row: History, now: datetime) -> None:
        subscription = subscriptions.find(session, row.subject_id)
        put(session, [subscription.person_id], kind, row, revision=row.id)

    return rule


def _failed(session: Session, row: History, now: datetime) -> None:
    """At once; and once more at the end of the grace, if nobody has paid by then."""
    _holder("plan_payment_failed")(session, row, now)
    subscription = subscriptions.find(session, row.subject_id)
    if subscription.grace_until is not None:
        outbox.put(
            session,
            [subscription.person_id],
            "plan_paused",
            subscription.id,
            community_id=row.community_id,
            due_at=subscription.grace_until,
            expires_at=subscription.grace_until + NEWS,
            revision=row.id,
        )


def _ended(session: Session, row: History, now: datetime) -> None:
    if subscriptions.find(session, row.subject_id).problem not in TELLS_NOTHING:
        _holder("plan_ended")(session, row, now)


def _refunded(session: Session, row: History, now: datetime) -> None:
    person_id = subscriptions.find(session, row.subject_id).person_id
    put(session, [person_id], "plan_refunded", row, revision=_refund(row))


def _not_refunded(session: Session, row: History, now: datetime) -> None:
    if row.community_id is not None:
        to = memberships.staff(session, row.community_id)
        put(session, to, "plan_refund_failed", row, revision=_refund(row))


def _refund(row: History) -> int:
    """Which one it is about, for the one who writes of it."""
    number = row.facts["refund"]
    assert isinstance(number, int)
    return number


# --- what is not true any more ----------------------------------------------------------------


def _still(*states: SubscriptionState) -> Check:
    def check(session: Session, notice: Notice, now: datetime) -> str:
        state = subscriptions.find(session, notice.subject_id).state
        return "" if state in states else str(state)

    return check


def _in_grace(session: Session, notice: Notice, now: datetime) -> str:
    subscription = subscriptions.find(session, notice.subject_id)
    if subscription.state is not SubscriptionState.PAST_DUE:
        return str(subscription.state)
    return "" if subscription.has_benefits(now) else "the grace is over"


def _without_grace(session: Session, notice: Notice, now: datetime) -> str:
    subscription = subscriptions.find(session, notice.subject_id)
    if subscription.state is not SubscriptionState.PAST_DUE:
        return str(subscription.state)
    return "in grace" if subscription.has_benefits(now) else ""


def _to_end(session: Session, notice: Notice, now: datetime) -> str:
    subscription = subscriptions.find(session, notice.subject_id)
    return (
        "" if subscription.ends_at_period_end and subscription.state in RUNNING else "it goes on, or is over"
    )


def _to_go_on(session: Session, notice: Notice, now: datetime) -> str:
    subscription = subscriptions.find(session, notice.subject_id)
    is_true = subscription.state is SubscriptionState.ACTIVE and not subscription.ends_at_period_end
    return "" if is_true else "it ends, or is not paid"


RULES: Final[Mapping[str, Rule]] = {
    "plan.started": _holder("plan_started"),
    "plan.renewed": _holder("plan_renewed"),
    "plan.changed": _holder("plan_changed"),
    "plan.not_changed": _holder("plan_not_changed"),
    "plan.payment_failed": _failed,
    "plan.settled": _holder("plan_settled"),
    "plan.ending": _holder("plan_will_end"),
    "plan.kept": _holder("plan_goes_on"),
    "plan.ended": _ended,
    "plan.refunded": _refunded,
    "plan.flagged": staff("plan_trouble"),
    "plan.refund_failed": _not_refunded,
}
CHECKS: Final[Mapping[str, Check]] = {
    **dict.fromkeys(("plan_started", "plan_renewed", "plan_changed", "plan_not_changed"), _still(*RUNNING)),
    "plan_payment_failed": _in_grace,
    "plan_paused": _without_grace,
    "plan_settled": _still(SubscriptionState.ACTIVE),
    "plan_will_end": _to_end,
    "plan_goes_on": _to_go_on,
    "plan_ended": _still(SubscriptionState.ENDED),
}
