"""A fresh session for each verb; what the verb returns is detached when the session ends."""

from collections.abc import Callable
from typing import Literal, TypeVar

from sqlalchemy import Connection
from sqlalchemy.orm import Session

T = TypeVar("T")
COUNTED = {"preserve_rowcount": True}  # else an INSERT from a SELECT counts -1 rows on PostgreSQL


def look(connection: Connection, work: Callable[[Session], T]) -> T:
    """Run `work` and let go of its transaction."""
    with Session(connection, expire_on_commit=False) as session:
        result = _done(work, session)
        session.flush()  # so that a change is refused by the database instead of forgotten
        return result


def change(
    connection: Connection,
    work: Callable[[Session], T],
    mode: Literal["conditional_savepoint", "create_savepoint"] = "conditional_savepoint",
) -> T:
    """Run `work` and keep all of it, or none if it raises."""
    with (
        Session(connection, join_transaction_mode=mode, expire_on_commit=False) as session,
        session.begin(),
    ):
        return _done(work, session)


def _done(work: Callable[[Session], T], session: Session) -> T:
    try:
        return work(session)
    except StopIteration as escaped:  # which a future refuses to carry
        raise RuntimeError("the verb let a StopIteration escape") from escaped
