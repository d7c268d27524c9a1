"""The verbs the edges have for the database: `await db.read(verb, …)`, `await db.write(verb, …)` and `db.keep`.

A verb is a synchronous function whose first argument is a session. `read` runs it on one snapshot and writes
nothing; `write` runs it whole or not at all and returns after the commit; `keep` is a write that wakes nobody.
What a verb returns is detached and stays usable. On PostgreSQL a write that met a deadlock is run again, so a
verb builds what it adds itself. A caller that is cancelled does not undo its write.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Concatenate, ParamSpec, Self, TypeVar

from sqlalchemy import URL
from sqlalchemy.orm import Session

from adapters.database.url import DatabaseUnavailable, parse

if TYPE_CHECKING:
    from adapters.database.postgresql import PostgresqlStore
    from adapters.database.sqlite import SqliteStore

P = ParamSpec("P")
T = TypeVar("T")

__all__ = ["Database", "DatabaseUnavailable"]


class Database:
    """An open database; `dialect` is "sqlite" or "postgresql"."""

    def __init__(self, url: str) -> None:
        address = parse(url)
        self.dialect = address.get_backend_name()
        self._callbacks: list[Callable[[], None]] = []
        self._store = _store(address, self._ring)

    @classmethod
    async def open(cls, url: str) -> Self:
        database = cls(url)
        await database._store.open()
        return database

    async def read(
        self, verb: Callable[Concatenate[Session, P], T], /, *args: P.args, **kwargs: P.kwargs
    ) -> T:
        return await self._store.read(lambda session: verb(session, *args, **kwargs))

    async def write(
        self, verb: Callable[Concatenate[Session, P], T], /, *args: P.args, **kwargs: P.kwargs
    ) -> T:
        return await self._store.write(lambda session: verb(session, *args, **kwargs))

    async def keep(
        self, verb: Callable[Concatenate[Session, P], T], /, *args: P.args, **kwargs: P.kwargs
    ) -> T:
        return await self._store.write(lambda session: verb(session, *args, **kwargs), rings=False)

    def on_commit(self, callback: Callable[[], None]) -> None:
        """Call back in the event loop after each commit that wrote, on PostgreSQL also those of others."""
        self._callbacks.append(callback)

    async def close(self) -> None:
        """Finish the writes that were asked for, then let go of the database."""
        await self._store.close()

    def _ring(self) -> None:
        for callback in self._callbacks:
            callback()


def _store(address: URL, ring: Callable[[], None]) -> "SqliteStore | PostgresqlStore":
    """Only the driver that is used is loaded."""
    if address.get_backend_name() == "sqlite":
        from adapters.database.sqlite import SqliteStore

        return SqliteStore(address, ring)
    from adapters.database.postgresql import PostgresqlStore

    return PostgresqlStore(address, ring)
