"""`/wallet`: a person's credit and its last entries."""

from typing import Final

from sqlalchemy.orm import Session

from bot.router import Routes
from bot.screens import wallet as screens
from bot.visit import Visit
from core.booking import wares
from core.chat import Command, Screen, _
from core.payments import wallet
from core.payments.purposes import Purpose

routes = Routes()
routes.commands.append(Command("wallet", _("Your credit, and what it was spent on")))
SHOWN: Final = 10


@routes.read("wallet")
def show(session: Session, visit: Visit) -> Screen:
    person_id = visit.arrival.person_id
    entries = [(line, _code(session, line.purpose)) for line in wallet.lines(session, person_id, most=SHOWN)]
    return screens.overview(wallet.balances(session, person_id), entries)


def _code(session: Session, purpose: Purpose) -> str:
    """Of what an entry is about; accounts that were joined are about nothing."""
    return "" if purpose == Purpose() else wares.find(session, purpose).code
