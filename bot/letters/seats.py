"""Letters of seats, and of the roles that follow them."""

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from sqlalchemy.orm import Session

from bot.commands import pack_views
from bot.letters.writing import Due, Writers
from bot.screens import badges
from bot.screens import seat_news as screens
from bot.screens.seat_news import SeatView
from core import history
from core.chat import Screen
from core.messages import manners
from core.people import mentors
from core.prepaid import seats, waits

PLAIN: Final[Mapping[str, Callable[[SeatView], Screen]]] = {
    manners.GRACE: screens.grace,
    manners.GRACE_WARNING: screens.warning,
    "seat_released": screens.released,
}
WAITED: Final[Mapping[str, Callable[[str, int], Screen]]] = {
    "seat_silent": screens.silent,
    "seat_line_over": screens.line_over,
}


def plain(session: Session, due: Due) -> Screen:
    seat = seats.find(session, due.notice.subject_id)
    return PLAIN[due.notice.kind](pack_views.of_seat(session, seat, due.notice.person_id))


def offered(session: Session, due: Due) -> Screen:
    wait = waits.find(session, due.notice.subject_id)
    return screens.offered(mentors.find(session, wait.mentor_id).name, wait.id, wait.until or due.now)


def waited(session: Session, due: Due) -> Screen:
    wait = waits.find(session, due.notice.subject_id)
    return WAITED[due.notice.kind](mentors.find(session, wait.mentor_id).name, wait.id)


def repaired(session: Session, due: Due) -> Screen:
    row = history.find(session, due.notice.revision)
    given, taken, stuck = (_names(row.facts.get(name)) for name in ("given", "taken", "stuck"))
    return badges.repaired(given, taken, stuck)


def stuck(session: Session, due: Due) -> Screen:
    row = history.latest(session, "roles.stuck", due.notice.subject_id)
    return badges.stuck(_names(row.facts.get("stuck")) if row else ())


def refused(session: Session, due: Due) -> Screen:
    return badges.refused(mentors.find(session, due.notice.subject_id))


def _names(found: object) -> Sequence[str]:
    return [str(name) for name in found] if isinstance(found, list) else []


WRITERS: Final[Writers] = {
    **dict.fromkeys(PLAIN, plain),
    manners.SEAT_OFFER: offered,
    **dict.fromkeys(WAITED, waited),
    "roles_repaired": repaired,
    "roles_stuck": stuck,
    "role_refused": refused,
}
