"""E-mail as a way to a person: an address counts once its owner has typed the code that was sent there.

Codes are asked for at a pace, both by one person and for one address, so that nobody's mailbox is filled through us.
The only writer of what was asked.
"""

import re
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import ForeignKey, Index, String, delete, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from core import history
from core.db import Base, Id
from core.errors import Conflict, Invalid, NotFound, Refusal
from core.people import codes, people
from core.people.people import Identity, Person

PLATFORM: Final = "mail"
PURPOSE: Final = "mail"
LONGEST: Final = 254
LOCAL: Final = re.compile(r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
DOMAIN: Final = re.compile(r"([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]")
APART: Final = timedelta(minutes=1)
SPAN: Final = timedelta(hours=1)
MOST: Final = 5
MOST_TO_ONE: Final = 3


class MailAsk(Base):
    """A code that was sent to an address because a person asked for it."""

    __tablename__ = "mail_asks"
    __table_args__ = (Index("ix_mail_asks_address_at", "address", "at"),)

    id: Mapped[Id]
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"), index=True)
    address: Mapped[str] = mapped_column(String(LONGEST))
    at: Mapped[datetime]


def checked(address: str) -> str:
    """The address as it is kept. Raises `Invalid` for what mail cannot be sent to."""
    local, _, domain = address.strip().lower().rpartition("@")
    try:
        domain = domain.encode("idna").decode()
    except UnicodeError:
        raise Invalid("mail.address") from None
    whole = f"{local}@{domain}"
    if len(local) > 64 or not LOCAL.fullmatch(local) or not DOMAIN.fullmatch(domain) or len(whole) > LONGEST:
        raise Invalid("mail.address")
    return whole


def ask(session: Session, person: Person, address: str, digest: str, *, now: datetime) -> MailAsk:
    """Takes down that a code is being sent to an address. Raises `Refusal` where that is too often."""
    address = checked(address)
    people.alone(session, person.id)
    _check_pace(session, person.id, address, now=now)
    codes.issue(session, person.id, PURPOSE, digest, about=address, now=now)
    row = MailAsk(person_id=person.id, address=address, at=now)
    session.add(row)
    session.flush()
    return row


def confirm(session: Session, person: Person, digest: str, locale: str, *, now: datetime) -> str | Refusal:
    """The address that is the person's own from now on, in the place of another; a wrong guess is returned."""
    paused = codes.pause(session, person.id, PURPOSE, now=now)
    if paused is not None:
        return paused
    code = codes.of_person(session, person.id, PURPOSE)
    if code is None or code.ends_at <= now:
        return NotFound("mail.over")
    if not codes.matches(code, digest):
        until = codes.miss(session, person.id, PURPOSE, now=now)
        return Refusal("code.paused", until=until) if until else Invalid("mail.wrong")
    known = people.identity_of(session, PLATFORM, code.about)
    if known is not None and known.person_id != person.id:
        return Conflict("mail.taken")
    codes.spend(session, code)
    codes.hit(session, person.id, PURPOSE)
    for other in addresses(session, person.id):
        people.leave(session, other)
    people.enrol(session, person, PLATFORM, code.about, locale, now=now)
    history.record(session, "person.mail", person.id, now=now, actor_id=person.id)
    return code.about


def remove(session: Session, person: Person, identity_id: int, *, now: datetime) -> None:
    """No more mail to this address."""
    identity = next((each for each in addresses(session, person.id) if each.id == identity_id), None)
    if identity is None:
        raise NotFound("mail.unknown")
    people.leave(session, identity)
    history.record(session, "person.mail", person.id, now=now, actor_id=person.id)


def reassign(session: Session, gone: int, kept: int) -> None:
    session.execute(update(MailAsk).where(MailAsk.person_id == gone).values(person_id=kept))


def purge(session: Session, *, now: datetime) -> None:
    session.execute(delete(MailAsk).where(MailAsk.at < now - 24 * SPAN))


def addresses(session: Session, person_id: int) -> list[Identity]:
    return [each for each in people.identities(session, person_id) if each.platform == PLATFORM]


def awaited(session: Session, person_id: int, *, now: datetime) -> str:
    """The address whose code has been sent and not been typed yet; empty where there is none."""
    code = codes.of_person(session, person_id, PURPOSE)
    return code.about if code is not None and code.ends_at > now else ""


def _check_pace(session: Session, person_id: int, address: str, *, now: datetime) -> None:
    recent = select(MailAsk.at).where(MailAsk.at > now - SPAN).order_by(MailAsk.at)
    own = session.scalars(recent.where(MailAsk.person_id == person_id)).all()
    there = session.scalars(recent.where(MailAsk.address == address)).all()
    if own and now < own[-1] + APART:
        raise Refusal("mail.soon", until=own[-1] + APART)
    if len(own) >= MOST:
        raise Refusal("mail.often", until=own[-MOST] + SPAN)
    if len(there) >= MOST_TO_ONE:
        raise Refusal("mail.often", until=there[-MOST_TO_ONE] + SPAN)
