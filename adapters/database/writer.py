"""The one thread that writes to a SQLite database.

It takes what is waiting as one immediate transaction with a savepoint for each verb, commits, then answers
everyone. A verb that raises loses only its own work; a commit that fails is told to all who were in it.
"""

import asyncio
import sqlite3
from collections.abc import Callable
from queue import SimpleQueue
from threading import Thread
from types import TracebackType
from typing import Any, Generic, Self, TypeVar, cast

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from adapters.database.sessions import change

T = TypeVar("T")
GROUP = 200


class Outcome:
    """A `with` block whose exception, of whatever kind, is kept for another thread instead of raised."""

    error: BaseException | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        self.error = error
        return True


class Ticket(Outcome, Generic[T]):
    """One caller's verb, and what became of it."""

    result: T

    def __init__(self, work: Callable[[Session], T], answered: asyncio.Future[T], *, rings: bool) -> None:
        self.work = work
        self.rings = rings
        self.answered = answered

    def run(self, connection: Connection) -> None:
        with self:
            self.result = change(connection, self.work, "create_savepoint")

    def answer(self) -> None:
        if self.answered.done():
            return
        if self.error is None:
            self.answered.set_result(self.result)
        else:
            self.answered.set_exception(self.error)


class Writer:
    """Made in the event loop that it answers; `ring` is called there after a commit that wrote."""

    def __init__(self, connection: Connection, ring: Callable[[], None]) -> None:
        self._connection = connection
        self._driver = cast(sqlite3.Connection, connection.connection.driver_connection)
        self._ring = ring
        self._loop = asyncio.get_running_loop()
        self._waiting: SimpleQueue[Ticket[Any] | None] = SimpleQueue()
        self._thread = Thread(target=self._run, name="sqlite-writer", daemon=True)
        self._thread.start()

    async def write(self, work: Callable[[Session], T], *, rings: bool = True) -> T:
        answered: asyncio.Future[T] = self._loop.create_future()
        self._waiting.put(Ticket(work, answered, rings=rings))
        return await answered

    async def close(self) -> None:
        self._waiting.put(None)
        await asyncio.to_thread(self._thread.join)

    def _run(self) -> None:
        while group := self._take():
            wrote = self._commit(group)
            self._loop.call_soon_threadsafe(self._answer, group, wrote)
        self._connection.close()
        self._connection.engine.dispose()

    def _take(self) -> list[Ticket[Any]]:
        """Wait for a ticket, then take those behind it; none when the writer is to stop."""
        group: list[Ticket[Any]] = []
        ticket = self._waiting.get()
        while ticket is not None:
            group.append(ticket)
            if len(group) == GROUP or self._waiting.empty():
                return group
            ticket = self._waiting.get()
        if group:
            self._waiting.put(None)
        return group

    def _commit(self, group: list[Ticket[Any]]) -> bool:
        """Whether anything was written that somebody should hear of."""
        wrote = False
        with Outcome() as commit, self._connection.begin():
            for ticket in group:
                before = self._driver.total_changes
                ticket.run(self._connection)
                if not self._driver.in_transaction:  # as after a full disk: SQLite has rolled all of it back
                    raise ticket.error or RuntimeError("a verb ended the transaction it was in")
                changed = ticket.error is None and self._driver.total_changes != before
                wrote = wrote or (changed and ticket.rings)
        if commit.error is None:
            return wrote
        self._driver.rollback()  # a refused COMMIT, as over a deferred foreign key, leaves it open
        for ticket in group:
            ticket.error = commit.error
        return False

    def _answer(self, group: list[Ticket[Any]], wrote: bool) -> None:
        for ticket in group:
            ticket.answer()
        if wrote:
            self._ring()
