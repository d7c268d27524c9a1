"""Browsers that are signed in as somebody: let in by a link that works once, for as long as they are used.

Of every secret only a digest is kept, so a stolen database opens no door. The only writer of both tables.
"""

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import ForeignKey, String, delete, or_, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from core import history
from core.db import Base, Id
from core.errors import Conflict, NotFound
from core.people.people import Identity, Person

OPEN: Final = timedelta(minutes=10)
IDLE: Final = timedelta(days=30)
KEPT: Final = timedelta(days=1)
NOTICED: Final = timedelta(hours=1)
SECRET_BYTES: Final = 24
LONGEST_AGENT: Final = 60


class BrowserLink(Base):
    """A way in for one account, taken at most once. `route` is where it leads."""

    __tablename__ = "browser_links"

    id: Mapped[Id]
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    identity_id: Mapped[int] = mapped_column(ForeignKey("identities.id"), index=True)
    route: Mapped[str] = mapped_column(String(64))
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class Browser(Base):
    """`agent` says which browser it is in a few words, `seen_at` is exact to the hour."""

    __tablename__ = "browsers"

    id: Mapped[Id]
    digest: Mapped[str] = mapped_column(String(64), unique=True)
    identity_id: Mapped[int] = mapped_column(ForeignKey("identities.id"), index=True)
    agent: Mapped[str] = mapped_column(String(LONGEST_AGENT))
    entered_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    def is_signed_in(self, now: datetime) -> bool:
        return self.ended_at is None and now < self.seen_at + IDLE


# --- actions ----------------------------------------------------------------------------------


def invite(session: Session, identity: Identity, route: str, *, now: datetime) -> str:
    """Makes a link's secret, good for ten minutes and one sign-in."""
    secret = secrets.token_urlsafe(SECRET_BYTES)
    link = BrowserLink(
        digest=_digest(secret), identity_id=identity.id, route=route, expires_at=now + OPEN, used_at=None
    )
    session.add(link)
    return secret


def enter(session: Session, secret: str, agent: str, *, leaving: str = "", now: datetime) -> tuple[str, str]:
    """Signs a browser in; its secret and where the link leads. Whoever was signed in there before is `leaving`."""
    link = invited(session, secret, now=now)
    taken = update(BrowserLink).where(BrowserLink.id == link.id, BrowserLink.used_at.is_(None))
    if session.execute(taken.values(used_at=now).returning(BrowserLink.id)).first() is None:
        raise Conflict("browser.used")
    leave(session, leaving, now=now)
    own = secrets.token_urlsafe(SECRET_BYTES)
    browser = Browser(
        digest=_digest(own),
        identity_id=link.identity_id,
        agent=agent[:LONGEST_AGENT],
        entered_at=now,
        seen_at=now,
        ended_at=None,
    )
    session.add(browser)
    session.flush()
    person_id = session.get_one(Identity, link.identity_id).person_id
    history.record(session, "browser.entered", browser.id, now=now, actor_id=person_id)
    return own, link.route


def see(session: Session, browser_id: int, *, now: datetime) -> None:
    """The browser is in use."""
    still = update(Browser).where(Browser.id == browser_id, Browser.ended_at.is_(None))
    session.execute(still.values(seen_at=now))


def leave(session: Session, secret: str, *, now: datetime) -> None:
    """Signs the browser of this secret out, if there is one."""
    standing = update(Browser).where(Browser.digest == _digest(secret), Browser.ended_at.is_(None))
    session.execute(standing.values(ended_at=now))


def dismiss(session: Session, browser_id: int, person: Person, *, now: datetime) -> None:
    """Signs one of the person's browsers out."""
    browser = session.get(Browser, browser_id)
    if browser is None or session.get_one(Identity, browser.identity_id).person_id != person.id:
        raise NotFound("browser.unknown")
    if browser.ended_at is None:
        browser.ended_at = now


def dismiss_all(session: Session, person: Person, *, now: datetime) -> None:
    """Signs all of the person's browsers out, and closes the links that nobody has used yet."""
    identities = select(Identity.id).where(Identity.person_id == person.id)
    standing = update(Browser).where(Browser.identity_id.in_(identities), Browser.ended_at.is_(None))
    session.execute(standing.values(ended_at=now))
    unused = update(BrowserLink).where(BrowserLink.identity_id.in_(identities), BrowserLink.used_at.is_(None))
    session.execute(unused.values(used_at=now))


def purge(session: Session, *, now: datetime) -> None:
    """Forgets links and browsers that open nothing any more."""
    session.execute(delete(BrowserLink).where(BrowserLink.expires_at < now - KEPT))
    old = or_(Browser.ended_at < now - KEPT, Browser.seen_at < now - IDLE - KEPT)
    session.execute(delete(Browser).where(old))


# --- reads ------------------------------------------------------------------------------------


def invited(session: Session, secret: str, *, now: datetime) -> BrowserLink:
    """The link of this secret while it can be used. Raises `NotFound` or `Conflict` once it cannot."""
    link = session.scalar(select(BrowserLink).where(BrowserLink.digest == _digest(secret)))
    if link is None:
        raise NotFound("browser.link")
    if link.used_at is not None:
        raise Conflict("browser.used")
    if now >= link.expires_at:
        raise Conflict("browser.expired")
    return link


def signed_in(session: Session, secret: str, *, now: datetime) -> Browser | None:
    """The browser of this secret, while it is signed in."""
    browser = session.scalar(select(Browser).where(Browser.digest == _digest(secret)))
    return browser if browser is not None and browser.is_signed_in(now) else None


def of_person(session: Session, person_id: int, *, now: datetime) -> list[Browser]:
    """Where the person is signed in, the latest first."""
    theirs = (
        select(Browser)
        .join(Identity, Identity.id == Browser.identity_id)
        .where(Identity.person_id == person_id, Browser.ended_at.is_(None), Browser.seen_at > now - IDLE)
        .order_by(Browser.entered_at.desc(), Browser.id.desc())
    )
    return list(session.scalars(theirs))


def is_signed_in(session: Session, browser_id: int, *, now: datetime) -> bool:
    browser = session.get(Browser, browser_id)
    return browser is not None and browser.is_signed_in(now)


def find(session: Session, browser_id: int) -> Browser:
    browser = session.get(Browser, browser_id)
    if browser is None:
        raise NotFound("browser.unknown")
    return browser


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
