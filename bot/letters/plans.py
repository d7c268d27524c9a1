"""Letters about plans."""

from collections.abc import Callable
from typing import Final

from sqlalchemy.orm import Session

from bot.letters.writing import Due, Writer, Writers
from bot.screens import plan_news as screens
from bot.screens import plan_refunds
from core.chat import Screen
from core.people import communities, people
from core.plans import givebacks, subscriptions
from core.plans.subscriptions import Subscription


def _about(screen: Callable[[Subscription], Screen]) -> Writer:
    def write(session: Session, due: Due) -> Screen:
        return screen(subscriptions.find(session, due.notice.subject_id))

    return write


def _about_leaving(screen: Callable[[Subscription, str], Screen]) -> Writer:
    """It ends, perhaps because its holder is not in the community any more."""

    def write(session: Session, due: Due) -> Screen:
        subscription = subscriptions.find(session, due.notice.subject_id)
        has_left = subscription.was_there is False
        return screen(
            subscription, communities.find(session, subscription.community_id).name if has_left else ""
        )

    return write


def trouble(session: Session, due: Due) -> Screen:
    subscription = subscriptions.find(session, due.notice.subject_id)
    return screens.trouble(subscription, people.find(session, subscription.person_id).name)


def refunded(session: Session, due: Due) -> Screen:
    back = givebacks.find(session, due.notice.revision)
    return plan_refunds.refunded(subscriptions.find(session, back.subscription_id), back)


def not_refunded(session: Session, due: Due) -> Screen:
    back = givebacks.find(session, due.notice.revision)
    subscription = subscriptions.find(session, back.subscription_id)
    return plan_refunds.failed(subscription, back, people.find(session, subscription.person_id).name)


WRITERS: Final[Writers] = {
    "plan_started": _about(screens.started),
    "plan_renewed": _about(screens.renewed),
    "plan_changed": _about(screens.changed),
    "plan_not_changed": _about(screens.not_changed),
    "plan_payment_failed": _about(screens.payment_failed),
    "plan_paused": _about(screens.paused),
    "plan_settled": _about(screens.settled),
    "plan_will_end": _about_leaving(screens.will_end),
    "plan_goes_on": _about(screens.goes_on),
    "plan_ended": _about_leaving(screens.ended),
    "plan_refunded": refunded,
    "plan_trouble": trouble,
    "plan_refund_failed": not_refunded,
}
