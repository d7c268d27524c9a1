"""News of packs: bought, running low, ending, over; what staff did to one, and a mentor who left."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy.orm import Session

from core.history import History
from core.messages import manners
from core.messages.news import seats as of_seats
from core.messages.news.telling import Check, Rule, put
from core.messages.outbox import Notice
from core.people import mentors
from core.people.mentors import MentorState
from core.prepaid import caring, credits, packs, seats
from core.prepaid.packs import UNSOLD, Pack, PackState
from core.prepaid.reminding import Told

FORTNIGHT: Final = timedelta(days=14)


# --- packs ------------------------------------------------------------------------------------


def _bought(session: Session, row: History, now: datetime) -> None:
    """What was paid while the mentor left is theirs to choose about at once."""
    _tell_purchase(session, row, revision=0)
    pack = packs.find(session, row.subject_id)
    if caring.is_left_behind(session, pack):
        _ask(session, row, pack)


def _tell_purchase(session: Session, row: History, *, revision: int) -> None:
    pack = packs.find(session, row.subject_id)
    put(session, [pack.student_id], "pack_bought", row, revision=revision)
    put(session, [_mentor_of(session, pack)], "pack_sold", row, revision=revision)


def _student(kind: str, *, again: bool = False) -> Rule:
    """Tells the student; what may happen to a pack again has a revision of its own."""

    def rule(session: Session, row: History, now: datetime) -> None:
        pack = packs.find(session, row.subject_id)
        put(session, [pack.student_id], kind, row, revision=row.id if again else 0)

    return rule


def _low(session: Session, row: History, now: datetime) -> None:
    """While sessions are left to book there is time, so it is worth telling for long."""
    pack = packs.find(session, row.subject_id)
    of_seats.put_until(session, [pack.student_id], "pack_low", row, row.at + FORTNIGHT)


def _changed(kind: str) -> Rule:
    """Tells the student and the mentor what was done to a pack, but for who did it."""

    def rule(session: Session, row: History, now: datetime) -> None:
        pack = packs.find(session, row.subject_id)
        both = [pack.student_id, _mentor_of(session, pack)]
        put(session, [each for each in both if each != row.actor_id], kind, row, revision=row.id)

    return rule


def _transferred(session: Session, row: History, now: datetime) -> None:
    """The student and both mentors; who left knows it already."""
    pack = packs.find(session, row.subject_id)
    before = mentors.find(session, int(str(row.facts["before"])))
    people = [pack.student_id, _mentor_of(session, pack)]
    people += [before.person_id] if before.state is not MentorState.LEFT else []
    put(session, people, "pack_transferred", row, revision=row.id)


def _credited(session: Session, row: History, now: datetime) -> None:
    """A refund tells its credit itself."""
    if packs.find(session, row.subject_id).state is not PackState.REFUNDED:
        _student("pack_credited", again=True)(session, row, now)


def _left(session: Session, row: History, now: datetime) -> None:
    """Who has sessions that nobody will give chooses what becomes of them."""
    mentor = mentors.find(session, row.subject_id)
    for pack in caring.left_behind(session, mentor.community_id, mentor_id=mentor.id):
        _ask(session, row, pack)


def _left_behind(session: Session, row: History, now: datetime) -> None:
    _ask(session, row, packs.find(session, row.subject_id))


def _told(session: Session, row: History, now: datetime) -> None:
    """Said once more, because somebody wanted it."""
    pack = packs.find(session, row.subject_id)
    match Told(str(row.facts["what"])):
        case Told.PURCHASE:
            _tell_purchase(session, row, revision=row.id)
        case Told.RENEWAL:
            put(session, [pack.student_id], "renewal", row, revision=row.id)
        case Told.GRACE:
            seat = seats.of(session, pack.mentor_id, pack.student_id)
            if seat is not None:
                of_seats.warn(session, seat, row)


# --- what is not true any more ----------------------------------------------------------------


def _sold(session: Session, notice: Notice, now: datetime) -> str:
    state = packs.find(session, notice.subject_id).state
    return str(state) if state in (*UNSOLD, PackState.REFUNDED) else ""


def _in(*states: PackState) -> Check:
    def check(session: Session, notice: Notice, now: datetime) -> str:
        state = packs.find(session, notice.subject_id).state
        return "" if state in states else str(state)

    return check


def _still_renews(session: Session, notice: Notice, now: datetime) -> str:
    """Whoever has bought another pack since needs no reminder, nor who has no seat to keep."""
    pack = packs.find(session, notice.subject_id)
    if pack.state not in (PackState.ACTIVE, PackState.USED, PackState.EXPIRED):
        return str(pack.state)
    if of_seats.has_left(session, pack.mentor_id):
        return of_seats.MENTOR_LEFT
    if seats.of(session, pack.mentor_id, pack.student_id) is None:
        return "no seat"
    return of_seats.RENEWED if has_renewed(session, pack) else ""


def has_renewed(session: Session, pack: Pack) -> bool:
    """Another pack with the same mentor has sessions to book."""
    active = packs.of_pair(session, pack.mentor_id, pack.student_id, PackState.ACTIVE)
    return any(other.id != pack.id and credits.left(session, other.id) for other in active)


def _still_low(session: Session, notice: Notice, now: datetime) -> str:
    left = credits.left(session, notice.subject_id)
    return _still_renews(session, notice, now) or ("" if left == 1 else "not low")


def _still_ending(session: Session, notice: Notice, now: datetime) -> str:
    pack = packs.find(session, notice.subject_id)
    if pack.state is not PackState.ACTIVE:
        return str(pack.state)
    if pack.expires_at is None or pack.expires_at > now + timedelta(days=8):
        return "extended"
    return "" if credits.left(session, pack.id) else "used"


def _still_left(session: Session, notice: Notice, now: datetime) -> str:
    pack = packs.find(session, notice.subject_id)
    return "" if caring.is_left_behind(session, pack) else "settled"


# --- private ----------------------------------------------------------------------------------


def _ask(session: Session, row: History, pack: Pack) -> None:
    until, about = row.at + FORTNIGHT, {"subject_id": pack.id, "revision": row.id}
    of_seats.put_until(session, [pack.student_id], manners.MENTOR_LEFT, row, until, **about)


def _mentor_of(session: Session, pack: Pack) -> int:
    return mentors.find(session, pack.mentor_id).person_id


RULES: Final[Mapping[str, Rule]] = {
    "pack.bought": _bought,
    "pack.low": _low,
    "pack.renewal_due": _student("renewal"),
    "pack.ending": _student("pack_ending", again=True),
    "pack.expired": _student("pack_expired", again=True),
    "pack.lapsed": _student("pack_lapsed", again=True),
    "pack.adjusted": _changed("pack_adjusted"),
    "pack.extended": _changed("pack_extended"),
    "pack.transferred": _transferred,
    "pack.refunded": _changed("pack_refunded"),
    "pack.credited": _credited,
    "pack.left_behind": _left_behind,
    "pack.told": _told,
    "mentor.left": _left,
}
CHECKS: Final[Mapping[str, Check]] = {
    "pack_bought": _sold,
    "pack_sold": _sold,
    "pack_low": _still_low,
    "renewal": _still_renews,
    "pack_ending": _still_ending,
    "pack_expired": _in(PackState.EXPIRED),
    "pack_lapsed": _in(PackState.LAPSED),
    manners.MENTOR_LEFT: _still_left,
}
