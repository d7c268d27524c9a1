"""What is the same for whatever is paid for: which ways there are, and the link of the one that is chosen."""

from collections.abc import Callable
from typing import Final

from sqlalchemy.orm import Session

from bot.screens import refusals
from bot.screens.paying import Step
from bot.visit import Desk, Visit
from core.booking import checkout, wares, ways
from core.booking.till import Words
from core.booking.wares import Ware
from core.chat import Text
from core.errors import Refusal
from core.money import Money
from core.payments import funding, payments, wallet
from core.payments.payments import Payment

SAID_BY_CARD: Final = frozenset({"payment.no_way"})


async def get_link(
    visit: Visit, subject: str, describe: Callable[[Session, Ware], Words], *, way: str = ""
) -> Text | None:
    """Opens the link of the way that was chosen, or says why that does not work. Where there is more than one and
    none was chosen, nothing happens: the card asks.
    """
    desk = visit.desk
    if not way and await desk.db.read(_must_choose, desk, subject):
        return None
    student = visit.arrival.person_id
    try:
        await checkout.pay_link(desk.db, desk.till, subject, student, describe, now=visit.now, way=way)
    except Refusal as refusal:
        if not refusal.key.startswith("payment."):
            raise
        return refusals.sentence(refusal) if refusal.key not in SAID_BY_CARD else None
    return None


def step(session: Session, desk: Desk, ware: Ware, payment: Payment | None) -> Step:
    """How its student pays; `payment` is its latest."""
    offered = tuple(each.name for each in ways.offered(session, desk.till.providers, ware))
    if payment is None or not payment.is_live:
        return Step(ways=offered)
    url = desk.till.link(payment.token) if desk.till.public_url else payment.url or ""
    return Step(url, payment.provider, offered)


def credit_of(session: Session, desk: Desk, ware: Ware, payment: Payment | None) -> Money:
    """How much of the price the student's wallet pays, or would pay once a link is asked for."""
    if not ware.is_unpaid or payment is not None:
        return wallet.spent_on(session, ware.purpose, ware.currency)
    return funding.would_spend(session, ware, lowest=_least(session, desk, ware))


def _must_choose(session: Session, desk: Desk, subject: str) -> bool:
    ware = wares.by_subject(session, subject)
    payment = payments.latest(session, ware.purpose)
    is_paid_for = credit_of(session, desk, ware, payment) == ware.price
    return not is_paid_for and step(session, desk, ware, payment).must_choose


def _least(session: Session, desk: Desk, ware: Ware) -> Money | None:
    """The least that the first of the ways takes."""
    offered = ways.offered(session, desk.till.providers, ware)
    return offered[0].minimum(ware.currency) if offered else None
