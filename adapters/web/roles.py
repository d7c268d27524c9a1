"""Which accounts of the web hold which roles of a community."""

from sqlalchemy import String, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from adapters.web.rows import insert_missing
from core.db import Base


class WebRole(Base):
    __tablename__ = "web_roles"

    place: Mapped[str] = mapped_column(String(100), primary_key=True)
    account: Mapped[str] = mapped_column(String(100), primary_key=True)
    role: Mapped[str] = mapped_column(String(100), primary_key=True)


def grant(session: Session, place: str, account: str, role: str) -> None:
    insert_missing(session, WebRole, place=place, account=account, role=role)


def revoke(session: Session, place: str, account: str, role: str) -> None:
    same = (WebRole.place == place, WebRole.account == account, WebRole.role == role)
    session.execute(delete(WebRole).where(*same))


def held(session: Session, place: str, account: str) -> frozenset[str]:
    mine = select(WebRole.role).where(WebRole.place == place, WebRole.account == account)
    return frozenset(session.scalars(mine))
