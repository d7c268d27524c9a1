"""A PostgreSQL database over a pool of psycopg connections, a thread each, shared with other processes.

Each commit that changed a row wakes every process that has the database open: the writer's own at once, the
others by NOTIFY; rows that were only locked wake nobody. A deadlock, a row that two made at once,
or a connection lost before the commit is tried again; a commit's outcome is never guessed.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar
from uuid import uuid4

from psycopg.errors import DeadlockDetected, SerializationFailure, UniqueViolation
from sqlalchemy import URL, Connection, Engine, create_engine, event, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session
from tenacity import Retrying, retry_if_exception, stop_after_attempt, wait_random_exponential

from adapters.database.bell import CHANNEL, Bell
from adapters.database.sessions import COUNTED, change, look

T = TypeVar("T")
POOL = 10
ATTEMPTS = 5
NOTIFY = text(f"SELECT pg_notify('{CHANNEL}', :me)")
CHANGES = ("INSERT", "UPDATE", "DELETE")
HAS_CHANGED = "nearpeer.has_changed"


class PostgresqlStore:
    """Reads and writes of one database; `ring` is called in the event loop after a commit that wrote."""

    def __init__(self, address: URL, ring: Callable[[], None]) -> None:
        self._address = address
        self._ring = ring
        self._me = uuid4().hex
        self._underway: set[asyncio.Future[Any]] = set()
        self._bell = Bell(address, self._me, ring)
        self._threads = ThreadPoolExecutor(POOL, thread_name_prefix="postgresql")
        self._engine = create_engine(
            address, pool_size=POOL, max_overflow=0, pool_use_lifo=True, execution_options=COUNTED
        )
        event.listen(self._engine, "after_cursor_execute", _note_change)
        self._snapshot = self._engine.execution_options(
            isolation_level="REPEATABLE READ", postgresql_readonly=True
        )

    async def open(self) -> None:
        await self._bell.hang()

    async def read(self, work: Callable[[Session], T]) -> T:
        return await self._run(self._snapshot, lambda connection: look(connection, work))

    async def write(self, work: Callable[[Session], T], *, rings: bool = True) -> T:
        """Shielded, so that a caller who is cancelled leaves neither half a commit nor a torn connection."""
        writing = asyncio.ensure_future(self._write(work, rings))
        self._underway.add(writing)
        writing.add_done_callback(self._underway.discard)
        return await asyncio.shield(writing)

    async def close(self) -> None:
        await asyncio.gather(*self._underway, return_exceptions=True)
        await self._bell.unhang()
        await asyncio.to_thread(self._threads.shutdown)
        self._engine.dispose()

    async def _write(self, work: Callable[[Session], T], rings: bool) -> T:
        def work_and_tell(session: Session) -> tuple[T, bool]:
            noted = session.connection().info
            noted[HAS_CHANGED] = False
            result = work(session)
            session.flush()
            tells = rings and noted[HAS_CHANGED]
            if tells:
                session.execute(NOTIFY, {"me": self._me})
            return result, tells

        result, wrote = await self._run(self._engine, lambda connection: change(connection, work_and_tell))
        if wrote:
            self._ring()
        return result

    async def _run(self, engine: Engine, act: Callable[[Connection], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._threads, _again, engine, act)


def _note_change(connection: Connection, cursor: Any, statement: str, *_: object) -> None:
    if statement.lstrip()[:6].upper() in CHANGES and cursor.rowcount:
        connection.info[HAS_CHANGED] = True


def _again(engine: Engine, act: Callable[[Connection], T]) -> T:
    """Act in one transaction, a few times if it is in nobody's way but the moment's."""
    retrying = Retrying(
        retry=retry_if_exception(_is_passing),
        stop=stop_after_attempt(ATTEMPTS),
        wait=wait_random_exponential(multiplier=0.01, max=0.5),
        reraise=True,
    )
    result: T = retrying(_once, engine, act)
    return result


def _once(engine: Engine, act: Callable[[Connection], T]) -> T:
    with engine.connect() as connection:
        return act(connection)


def _is_passing(error: BaseException) -> bool:
    if not isinstance(error, DBAPIError):
        return False
    # Only a commit has no statement; whether it arrived before the connection was lost, nobody knows.
    lost = error.connection_invalidated and error.statement is not None
    return lost or isinstance(error.orig, SerializationFailure | DeadlockDetected | UniqueViolation)
