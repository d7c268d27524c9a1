"""News of seats: in grace, about to go, released, kept for who waits; and of the roles that follow them."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from core.history import History
from core.messages import manners, outbox
from core.messages.news.telling import Check, Rule, put, staff
from core.messages.outbox import Notice
from core.people import memberships, mentors
from core.people.mentors import MentorState
from core.prepaid import badges, queue, seats, waits
from core.prepaid.seats import Seat, SeatState

RENEWED: Final = "renewed"
MENTOR_LEFT: Final = "the mentor left"
"""Then nobody can renew, and no seat goes to anybody."""
SILENT: Final = ("transferred", seats.JOINED)
"""A seat that went for one of these is told by what it went with."""


def _grace(session: Session, row: History, now: datetime) -> None:
    _badge(session, row, now)
    seat = seats.find(session, row.subject_id)
    if seat.until is not None:
        put_until(session, [seat.student_id], manners.GRACE, row, seat.until, revision=_term(seat))


def _warned(session: Session, row: History, now: datetime) -> None:
    warn(session, seats.find(session, row.subject_id), row)


def warn(session: Session, seat: Seat, row: History) -> None:
    """The student and the mentor; each warning has a revision of its own."""
    if seat.until is None:
        return
    both = [seat.student_id, mentors.find(session, seat.mentor_id).person_id]
    about = {"subject_id": seat.id, "revision": row.id}
    put_until(session, both, manners.GRACE_WARNING, row, seat.until, **about)


def _released(session: Session, row: History, now: datetime) -> None:
    """One that was only reserved is no news; nor one that went with its pack, which is told by itself."""
    _badge(session, row, now)
    if row.facts.get("was") not in (SeatState.ACTIVE, SeatState.GRACE):
        return
    if row.facts.get("reason") in SILENT:
        return
    seat = seats.find(session, row.subject_id)
    both = [seat.student_id, mentors.find(session, seat.mentor_id).person_id]
    put(session, both, "seat_released", row, revision=0)


def _badge(session: Session, row: History, now: datetime) -> None:
    seat = seats.find(session, row.subject_id)
    badges.follow(session, mentors.find(session, seat.mentor_id), seat.student_id, now=now)


def _offered(session: Session, row: History, now: datetime) -> None:
    wait = waits.find(session, row.subject_id)
    if wait.until is not None and wait.is_offered(now):
        put_until(session, [wait.student_id], manners.SEAT_OFFER, row, wait.until)


def _waited(kind: str) -> Rule:
    """Tells who stood in line, once a place."""

    def rule(session: Session, row: History, now: datetime) -> None:
        put(session, [waits.find(session, row.subject_id).student_id], kind, row, revision=0)

    return rule


def _drifted(session: Session, row: History, now: datetime) -> None:
    """What cannot be put right is told once a day, not every hour."""
    to = memberships.staff(session, row.subject_id)
    put(session, to, "roles_stuck", row, revision=row.at.toordinal())


def _refused(session: Session, row: History, now: datetime) -> None:
    mentor = mentors.find(session, row.subject_id)
    put(session, memberships.staff(session, mentor.community_id), "role_refused", row, revision=0)


# --- what is not true any more ----------------------------------------------------------------


def _in_grace(session: Session, notice: Notice, now: datetime) -> str:
    """The same grace, which nobody has ended by renewing."""
    seat = seats.find(session, notice.subject_id)
    if has_left(session, seat.mentor_id):
        return MENTOR_LEFT
    if seat.state is not SeatState.GRACE:
        return RENEWED if seat.state is SeatState.ACTIVE else str(seat.state)
    return "another grace" if notice.kind == manners.GRACE and notice.revision != _term(seat) else ""


def _is_gone(session: Session, notice: Notice, now: datetime) -> str:
    """A seat that they have again is not gone."""
    seat = seats.find(session, notice.subject_id)
    if has_left(session, seat.mentor_id):
        return MENTOR_LEFT
    return RENEWED if seats.of(session, seat.mentor_id, seat.student_id) is not None else ""


def _is_offered(session: Session, notice: Notice, now: datetime) -> str:
    wait = waits.find(session, notice.subject_id)
    return "" if queue.offer(session, wait, now=now) is not None else "over"


def _has_no_role(session: Session, notice: Notice, now: datetime) -> str:
    return "" if mentors.find(session, notice.subject_id).student_role is None else "there is one"


# --- private ----------------------------------------------------------------------------------


def has_left(session: Session, mentor_id: int) -> bool:
    return mentors.find(session, mentor_id).state is MentorState.LEFT


def put_until(
    session: Session,
    person_ids: Sequence[int],
    kind: str,
    row: History,
    until: datetime,
    *,
    subject_id: int | None = None,
    revision: int = 0,
) -> None:
    """Tells what is worth telling until then."""
    outbox.put(
        session,
        person_ids,
        kind,
        row.subject_id if subject_id is None else subject_id,
        community_id=row.community_id,
        due_at=row.at,
        expires_at=until,
        revision=revision,
    )


def _term(seat: Seat) -> int:
    """Which grace it is: a seat may come into one again."""
    assert seat.until is not None
    return int(seat.until.timestamp() // 60)


RULES: Final[Mapping[str, Rule]] = {
    "seat.active": _badge,
    "seat.grace": _grace,
    "seat.warned": _warned,
    "seat.released": _released,
    "seat_wait.offered": _offered,
    "seat_wait.silent": _waited("seat_silent"),
    "seat_wait.over": _waited("seat_line_over"),
    "roles.repaired": staff("roles_repaired"),
    "roles.stuck": _drifted,
    "mentor.role_refused": _refused,
}
CHECKS: Final[Mapping[str, Check]] = {
    manners.GRACE: _in_grace,
    manners.GRACE_WARNING: _in_grace,
    "seat_released": _is_gone,
    manners.SEAT_OFFER: _is_offered,
    "role_refused": _has_no_role,
}
