"""The two verbs the edges have for the database: `await db.read(verb, …)` and `await db.write(verb, …)`.

A verb is a synchronous function whose first argument is a session. `read` runs it on one snapshot and writes
nothing; `write` runs it whole or not at all and returns after the commit. What a verb returns is detached and
stays usable. On PostgreSQL a write that met a deadlock is run again, so a verb builds what it adds itself.

A caller that is cancelled does not undo its write.
"""

from collections.abc import Callable
from typing import Concatenate, ParamSpec, Self, TypeVar

from sqlalchemy.orm import Session

from adapters.database.postgresql import PostgresqlStore
from adapters.database.sqlite import SqliteStore
from adapters.database.url import DatabaseUnavailable, parse

P = ParamSpec("P")
T = TypeVar("T")

__all__ = ["Database", "DatabaseUnavailable"]


class Database:
    """An open database; `dialect` is "sqlite" or "postgresql"."""

    def __init__(self, url: str) -> None:
        address = parse(url)
        self.dialect = address.get_backend_name()
        self._callbacks: list[Callable[[], None]] = []
        kind = SqliteStore if self.dialect == "sqlite" else PostgresqlStore
        self._store: SqliteStore | PostgresqlStore = kind(address, self._ring)

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

    def on_commit(self, callback: Callable[[], None]) -> None:
        """Call back in the event loop after each commit that wrote, on PostgreSQL also those of others."""
        self._callbacks.append(callback)

    async def close(self) -> None:
        """Finish the writes that were asked for, then let go of the database."""
        await self._store.close()

    def _ring(self) -> None:
        for callback in self._callbacks:
            callback()
