"""Codes that say that two accounts are one person: given on one platform, entered on the other."""

from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from core.errors import Invalid, NotFound, Refusal
from core.people import codes
from core.people.codes import Code
from core.people.people import Person

PURPOSE: Final = "link"


def offer(session: Session, person: Person, digest: str, *, now: datetime) -> datetime:
    """Takes down a new code of the person; until when it can be entered."""
    return codes.issue(session, person.id, PURPOSE, digest, now=now).ends_at


def guess(session: Session, person_id: int, digest: str, *, now: datetime) -> Code | Refusal:
    """The live code that a person entered, or what is wrong with it. Nothing is spent yet."""
    paused = codes.pause(session, person_id, PURPOSE, now=now)
    if paused is not None:
        return paused
    code = codes.by_digest(session, PURPOSE, digest)
    if code is None:
        until = codes.miss(session, person_id, PURPOSE, now=now)
        return Refusal("code.paused", until=until) if until else NotFound("link.wrong")
    if code.ends_at <= now:
        return NotFound("link.over")
    if code.person_id == person_id:
        return Invalid("link.self")
    return code


def refuse(session: Session, person_id: int, digest: str) -> None:
    """Whoever was shown a code and is somebody else ends it, so that nobody is shown it again."""
    code = codes.by_digest(session, PURPOSE, digest)
    if code is not None and code.person_id != person_id:
        codes.spend(session, code)
