"""What our own short pay links lead to: the provider's page, or a screen that says how things stand."""

from contextlib import suppress

from sqlalchemy.orm import Session

from bot.commands.bookings import describer
from bot.screens import pay as screens
from bot.screens import refusals
from bot.visit import Desk, reader_away
from core.booking import checkout, wares
from core.chat import Reply, Screen
from core.errors import Refusal
from core.payments import payments
from core.payments.payments import Payment, PaymentState
from core.people import communities, mentors, people


class Pages:
    """Implements `core.ports.PayPages`. The token in the link is the only key: it is 130 random bits."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    async def open(self, token: str) -> str | Reply:
        now = self.desk.clock.now()
        try:
            return await checkout.open_link(
                self.desk.db, self.desk.till, token, describer(self.desk), now=now
            )
        except Refusal as refusal:
            return await self.desk.db.read(_nothing, self.desk, token, refusal)

    async def done(self, token: str) -> Reply:
        """Asks the provider first, so that the page tells the truth even before the webhook comes."""
        now = self.desk.clock.now()
        subject, student_id = await self.desk.db.read(_whose, token)
        with suppress(Refusal):  # the page then says that we are waiting
            await checkout.ask_now(self.desk.db, self.desk.till, subject, student_id, now=now)
            return await self.desk.db.read(_answered, self.desk, token)
        return await self.desk.db.read(_done, self.desk, token)


def _nothing(session: Session, desk: Desk, token: str, refusal: Refusal) -> Reply:
    payment = payments.by_token(session, token)
    ware = wares.of(session, payment)
    mentor = mentors.find(session, ware.mentor_id)
    screen = screens.nothing(ware, payment.state, mentor.name, refusals.sentence(refusal))
    return _reply(session, desk, payment, screen)


def _answered(session: Session, desk: Desk, token: str) -> Reply:
    """The provider was asked just now, and knows of no payment where the link is still open."""
    payment = payments.by_token(session, token)
    if payment.state is PaymentState.OPEN:
        return _reply(session, desk, payment, screens.declined(desk.till.link(token)))
    return _done(session, desk, token)


def _done(session: Session, desk: Desk, token: str) -> Reply:
    payment = payments.by_token(session, token)
    ware = wares.of(session, payment)
    mentor = mentors.find(session, ware.mentor_id)
    return _reply(session, desk, payment, screens.done(ware, payment.state, mentor.name))


def _whose(session: Session, token: str) -> tuple[str, int]:
    payment = payments.by_token(session, token)
    return wares.of(session, payment).subject, payment.person_id


def _reply(session: Session, desk: Desk, payment: Payment, screen: Screen) -> Reply:
    person = people.find(session, payment.person_id)
    community = communities.find(session, payment.community_id)
    return Reply(screen, reader_away(session, person, community, desk.catalogue.languages, desk.clock.now()))
