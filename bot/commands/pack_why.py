"""`/packs why`: every step of a pack's sessions, for its student, its mentor and the staff."""

from sqlalchemy.orm import Session

from bot.commands import pack_views
from bot.router import Routes
from bot.screens import pack_why as screens
from bot.screens.pack_why import PAGE, Step
from bot.visit import Visit
from core.booking import diary
from core.chat import Screen
from core.prepaid import caring, credits, entitlement, packs
from core.prepaid.credits import CreditEntry
from core.prepaid.packs import Pack

routes = Routes()


@routes.read("pack.why")
def why(session: Session, visit: Visit) -> Screen:
    """One pack's ledger; without a page, the last one."""
    pack = packs.by_short(session, visit.arg(0))
    if pack.student_id != visit.arrival.person_id:
        caring.require_care(session, pack, visit.person(session), now=visit.now)
    number = visit.number(1) if len(visit.incoming.route.args) > 1 else None
    return _ledger(session, visit, pack, number)


def mine(session: Session, visit: Visit) -> Screen:
    """The ledger of the one pack that somebody has, or which of several they mean."""
    found = packs.of_student(session, visit.arrival.person_id, *pack_views.BOUGHT)
    if len(found) == 1:
        return _ledger(session, visit, found[0], None)
    latest = sorted(found, key=lambda pack: pack.id, reverse=True)
    return screens.choice([pack_views.of(session, pack, visit.arrival.person_id) for pack in latest])


def _ledger(session: Session, visit: Visit, pack: Pack, number: int | None) -> Screen:
    steps = [Step(line, _code(session, line)) for line in credits.lines(session, pack.id)]
    page = (len(steps) - 1) // PAGE if number is None else number
    view = pack_views.of(session, pack, visit.arrival.person_id)
    return screens.ledger(view, steps, page, entitlement.explain(session, pack, now=visit.now))


def _code(session: Session, line: CreditEntry) -> str:
    return diary.find(session, line.booking_id).code if line.booking_id is not None else ""
