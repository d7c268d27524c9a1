"""One human, known by one or more identities. The only writer of people and identities."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import ForeignKey, String, UniqueConstraint, bindparam, delete, func, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from core import chat, history
from core.db import Base, Id
from core.errors import Invalid, NotFound
from core.policy import DAY
from core.policy import language as known_language
from core.policy import zone as known_zone

MAX_REMINDERS: Final = 5


class Person(Base):
    """`zone` and `language` are the person's own once chosen; until then the community's stand in.

    `reminders` are minutes before a session; `None` leaves it to the community's policy.
    """

    __tablename__ = "people"

    id: Mapped[Id]
    name: Mapped[str] = mapped_column(String(100))
    language: Mapped[str | None] = mapped_column(String(12))
    zone: Mapped[str | None] = mapped_column(String(64))
    reminders: Mapped[list[int] | None]
    community_id: Mapped[int | None] = mapped_column(ForeignKey("communities.id"))
    seen_at: Mapped[datetime]
    created_at: Mapped[datetime]


class Identity(Base):
    """An account on a platform. `dead_at` is set when a direct message can never arrive there.

    An e-mail address that its owner has confirmed is an account on the platform `mail`.
    """

    __tablename__ = "identities"
    __table_args__ = (UniqueConstraint("platform", "account"),)

    id: Mapped[Id]
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    platform: Mapped[str] = mapped_column(String(16))
    account: Mapped[str] = mapped_column(String(254))
    name: Mapped[str] = mapped_column(String(100))
    locale: Mapped[str] = mapped_column(String(12))
    dead_at: Mapped[datetime | None]
    seen_at: Mapped[datetime]


_BEHIND = (
    select(Identity, Person)
    .join(Person, Person.id == Identity.person_id)
    .where(Identity.platform == bindparam("b_platform"), Identity.account == bindparam("b_account"))
)


@dataclass(frozen=True, slots=True)
class Met:
    person: Person
    identity: Identity
    is_new: bool


def meet(session: Session, account: chat.Account, locale: str, *, now: datetime) -> Met:
    """The person behind an account, made on first sight. Whoever writes to us can be written to again. An empty
    locale is one that the platform did not tell."""
    identity = identity_of(session, account.platform, account.key)
    if identity is None:
        person = Person(name=account.name[:100], seen_at=now, created_at=now)
        session.add(person)
        session.flush()
        identity = Identity(
            person_id=person.id,
            platform=account.platform,
            account=account.key,
            name=account.name[:100],
            locale=locale,
            seen_at=now,
        )
        session.add(identity)
        is_new = True
    else:
        person, is_new = find(session, identity.person_id), False
    if account.name:
        identity.name = person.name = account.name[:100]
    identity.locale = locale or identity.locale
    identity.dead_at, identity.seen_at = None, now
    session.flush()
    return Met(person, identity, is_new)


def settle_in(person: Person, community_id: int) -> None:
    """Where the person is when they write in private."""
    person.community_id = community_id


def choose_zone(session: Session, person: Person, zone: str, *, now: datetime) -> None:
    """Sets the person's zone. It changes how times are shown and moves no booking."""
    known_zone(zone)
    person.zone = zone
    history.record(session, "person.zone", person.id, now=now, actor_id=person.id, zone=zone)


def choose_language(session: Session, person: Person, language: str, *, now: datetime) -> None:
    person.language = known_language(language)
    history.record(session, "person.language", person.id, now=now, actor_id=person.id, language=language)


def choose_reminders(
    session: Session, person: Person, offsets: tuple[int, ...] | None, *, now: datetime
) -> None:
    """Sets how many minutes before a session the person is reminded; `None` follows the community again."""
    if offsets is not None and (
        len(offsets) > MAX_REMINDERS or any(not 1 <= offset <= 14 * DAY for offset in offsets)
    ):
        raise Invalid("policy.reminders")
    person.reminders = None if offsets is None else sorted(set(offsets), reverse=True)
    history.record(
        session, "person.reminders", person.id, now=now, actor_id=person.id, offsets=person.reminders
    )


def enrol(
    session: Session, person: Person, platform: str, account: str, locale: str, *, now: datetime
) -> Identity:
    """An account that the person has shown to be theirs, without writing from it."""
    identity = identity_of(session, platform, account)
    if identity is None:
        identity = Identity(person_id=person.id, platform=platform, account=account, name=account[:100])
        session.add(identity)
    identity.locale, identity.dead_at, identity.seen_at = locale, None, now
    session.flush()
    return identity


def leave(session: Session, identity: Identity) -> None:
    """The account is nobody's any more."""
    session.delete(identity)
    session.flush()


def bury(session: Session, platform: str, account: str, *, now: datetime) -> None:
    """Direct messages to this account can never arrive; it is not tried again until the person writes."""
    identity = identity_of(session, platform, account)
    if identity is not None and identity.dead_at is None:
        identity.dead_at = now


def alone(session: Session, *person_ids: int) -> None:
    """Nobody else begins anything for these people until the transaction ends. Raises `NotFound` where one has
    been joined to another meanwhile."""
    rows = select(Person.id).where(Person.id.in_(person_ids)).order_by(Person.id).with_for_update()
    if len(session.scalars(rows).all()) < len(set(person_ids)):
        raise NotFound("person.unknown")


def reassign(session: Session, gone: int, kept: int) -> None:
    """The last step of a join: the accounts move, what the kept person left open is filled in, the other ends.

    The foreign keys then prove that nothing of the other was forgotten.
    """
    old, person = find(session, gone), find(session, kept)
    session.execute(update(Identity).where(Identity.person_id == gone).values(person_id=kept))
    person.language, person.zone = person.language or old.language, person.zone or old.zone
    person.reminders = old.reminders if person.reminders is None else person.reminders
    person.community_id = person.community_id or old.community_id
    person.seen_at = max(person.seen_at, old.seen_at)
    session.flush()
    session.execute(delete(Person).where(Person.id == gone))


def find(session: Session, person_id: int) -> Person:
    person = session.get(Person, person_id)
    if person is None:
        raise NotFound("person.unknown")
    return person


def count(session: Session) -> int:
    return session.scalar(select(func.count()).select_from(Person)) or 0


def behind(session: Session, platform: str, account: str) -> tuple[Identity, Person] | None:
    """An account that is known and its person, in one statement."""
    row = session.execute(_BEHIND, {"b_platform": platform, "b_account": account}).one_or_none()
    return (row[0], row[1]) if row else None


def identity_of(session: Session, platform: str, account: str) -> Identity | None:
    return session.scalar(select(Identity).where(Identity.platform == platform, Identity.account == account))


def identities(session: Session, person_id: int) -> list[Identity]:
    return list(session.scalars(_IDENTITIES, {"b_person": person_id}))


_IDENTITIES: Final = select(Identity).where(Identity.person_id == bindparam("b_person")).order_by(Identity.id)
