"""Letters about plans."""

from collections.abc import Callable
from typing import Final

from sqlalchemy.orm import Session

from bot.letters.writing import Due, Writer, Writers
from bot.screens import plan_news as screens
from core.chat import Screen
from core.people import people
from core.plans import subscriptions
from core.plans.subscriptions import Subscription


def _about(screen: Callable[[Subscription], Screen]) -> Writer:
    def write(session: Session, due: Due) -> Screen:
        return screen(subscriptions.find(session, due.notice.subject_id))

    return write


def trouble(session: Session, due: Due) -> Screen:
    subscription = subscriptions.find(session, due.notice.subject_id)
    return screens.trouble(subscription, people.find(session, subscription.person_id).name)


WRITERS: Final[Writers] = {
    "plan_started": _about(screens.started),
    "plan_renewed": _about(screens.renewed),
    "plan_payment_failed": _about(screens.payment_failed),
    "plan_ended": _about(screens.ended),
    "plan_trouble": trouble,
}
