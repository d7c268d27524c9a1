"""What a person wants to hear of, and when: quiet hours, kinds that are off, the morning agenda. The only writer.

Nobody who never chose anything has a row: they hear of everything, and their nights are quiet.
"""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy import ForeignKey, bindparam, delete, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from core import history
from core.db import Base, Id
from core.errors import Invalid, NotFound
from core.messages.quiet import Quiet
from core.people import memberships, people
from core.people.people import Person
from core.policy import Policy
from core.schedule import times

NIGHT: Final = (22 * 60, 8 * 60)
LONGEST_QUIET: Final = 16 * 60
MORNING: Final = 7 * 60 + 30
DAY_MINUTES: Final = 24 * 60


class Topic(StrEnum):
    """What may be off. Confirmations, cancellations, trouble with money and the staff's duties never are."""

    REMINDERS = "reminders"
    REVIEWS = "reviews"
    RECEIPTS = "receipts"
    WAITLIST = "waitlist"
    ROOM = "room"
    PACKS = "packs"


class Preference(Base):
    """Minutes after midnight on the person's own clock; the quiet hours as `None` are the usual night, from a
    minute until the same one there are none. `agenda` is when the day's sessions are told, `None` is never."""

    __tablename__ = "message_preferences"

    id: Mapped[Id]
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), unique=True)
    quiet_since: Mapped[int | None]
    quiet_until: Mapped[int | None]
    off: Mapped[list[str]]
    agenda: Mapped[int | None]


@dataclass(frozen=True, slots=True)
class Wishes:
    """What holds for a person, chosen or not. `agenda` is a wall-clock minute in their zone."""

    quiet: Quiet
    off: frozenset[str]
    agenda: int | None

    def agenda_at(self, day: date) -> datetime | None:
        """When a day's sessions are told."""
        return None if self.agenda is None else times.instant(day, self.agenda, self.quiet.zone)

    def day_of(self, at: datetime) -> date:
        return at.astimezone(self.quiet.zone).date()


# --- verbs ------------------------------------------------------------------------------------


def choose_quiet(session: Session, person: Person, hours: tuple[int, int] | None, *, now: datetime) -> None:
    """Sets the quiet hours; none lets everything come at once."""
    since, until = hours or (0, 0)
    if not (0 <= since <= DAY_MINUTES and 0 <= until <= DAY_MINUTES):
        raise Invalid("quiet.hours")
    since, until = since % DAY_MINUTES, until % DAY_MINUTES
    if hours is not None and not 0 < (until - since) % DAY_MINUTES <= LONGEST_QUIET:
        raise Invalid("quiet.long", most=LONGEST_QUIET // 60)
    row = _row(session, person)
    row.quiet_since, row.quiet_until = since, until
    _record(session, person, now=now)


def switch(session: Session, person: Person, topic: str, *, now: datetime) -> bool:
    """Turns a kind of messages off, or on again; whether it is on now."""
    if topic not in set(Topic):
        raise NotFound("route.unknown")
    row = _row(session, person)
    row.off = sorted({topic} ^ set(row.off))
    _record(session, person, now=now)
    return topic not in row.off


def choose_agenda(session: Session, person: Person, minute: int | None, *, now: datetime) -> None:
    """Sets when the day's sessions are told in one message; `None` is never."""
    if minute is not None and not 0 <= minute < DAY_MINUTES:
        raise Invalid("agenda.time")
    _row(session, person).agenda = minute
    _record(session, person, now=now)


def reassign(session: Session, gone: int, kept: int) -> None:
    """What the kept person chose stays; where they chose nothing it is what the other did."""
    if session.scalar(select(Preference.id).where(Preference.person_id == kept)) is not None:
        session.execute(delete(Preference).where(Preference.person_id == gone))
    session.execute(update(Preference).where(Preference.person_id == gone).values(person_id=kept))


# --- reads ------------------------------------------------------------------------------------


def of(session: Session, person_id: int) -> Wishes:
    person = people.find(session, person_id)
    row = session.scalar(_CHOSEN, {"person": person_id})
    since, until = NIGHT
    if row is not None and row.quiet_since is not None and row.quiet_until is not None:
        since, until = row.quiet_since, row.quiet_until
    return Wishes(
        quiet=Quiet(since, until, zone_of(session, person)),
        off=frozenset(row.off if row is not None else ()),
        agenda=row.agenda if row is not None else None,
    )


def zone_of(session: Session, person: Person) -> ZoneInfo:
    """The person's own zone, else that of the community they are at home in."""
    if person.zone:
        return ZoneInfo(person.zone)
    home = memberships.home(session, person)
    return ZoneInfo((home.policy if home else Policy()).zone)


def _row(session: Session, person: Person) -> Preference:
    row = session.scalar(select(Preference).where(Preference.person_id == person.id))
    if row is None:
        row = Preference(person_id=person.id, off=[])
        session.add(row)
        session.flush()
    return row


def _record(session: Session, person: Person, *, now: datetime) -> None:
    session.flush()
    history.record(session, "person.messages", person.id, now=now, actor_id=person.id)


_CHOSEN: Final = select(Preference).where(Preference.person_id == bindparam("person"))
