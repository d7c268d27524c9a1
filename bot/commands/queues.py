"""What waits for staff besides applications and disputes."""

from sqlalchemy.orm import Session

from bot.commands import duty
from bot.router import Routes
from bot.screens import queues as screens
from bot.screens.queues import FailedRefund
from bot.visit import Visit
from core.booking import wares
from core.chat import Screen
from core.desk import queues
from core.payments import payments, refunds
from core.payments.refunds import Refund
from core.people import people

routes = Routes()


@routes.read("desk.refunds")
def failed(session: Session, visit: Visit) -> Screen:
    community = duty.community(session, visit)
    return screens.refunds([_failed(session, each) for each in refunds.failed_in(session, community.id)])


@routes.read("desk.paused")
def paused(session: Session, visit: Visit) -> Screen:
    return screens.paused(queues.paused(session, duty.community(session, visit).id))


def _failed(session: Session, refund: Refund) -> FailedRefund:
    ware = wares.of(session, payments.find(session, refund.payment_id))
    return FailedRefund(refund, ware.code, people.find(session, ware.student_id).name)
