"""A SQLite file: one writer thread whose commits survive a power cut, a few connections that only read."""

import asyncio
import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import TypeVar

from sqlalchemy import URL, Engine, create_engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session
from sqlalchemy.pool import ConnectionPoolEntry

from adapters.database.savepoints import DRIVER
from adapters.database.sessions import COUNTED, look
from adapters.database.url import DatabaseUnavailable
from adapters.database.writer import Writer

T = TypeVar("T")
READERS = 4
PRAGMAS = ("busy_timeout=10000", "foreign_keys=ON", "synchronous=FULL", "temp_store=MEMORY")


class SqliteStore:
    """Reads and writes of one file; `ring` is called in the event loop after a commit that wrote."""

    _writer: Writer
    _readers: Engine
    _threads: ThreadPoolExecutor

    def __init__(self, address: URL, ring: Callable[[], None]) -> None:
        self._address = address
        self._ring = ring
        self._closed = False

    async def open(self) -> None:
        self._readers = _reading(self._address)
        self._threads = ThreadPoolExecutor(READERS, thread_name_prefix="sqlite-reader")
        try:
            connection = await asyncio.to_thread(writing(self._address).connect)
        except DBAPIError as error:
            raise DatabaseUnavailable(self._address, error.orig) from error
        self._writer = Writer(connection, self._ring)

    async def read(self, work: Callable[[Session], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._threads, self._look, work)

    def _look(self, work: Callable[[Session], T]) -> T:
        with self._readers.connect() as connection:
            return look(connection, work)

    async def write(self, work: Callable[[Session], T], *, rings: bool = True) -> T:
        if self._closed:
            raise RuntimeError("the database is closed")
        return await self._writer.write(work, rings=rings)

    async def close(self) -> None:
        if not self._closed:
            self._closed = True
            await self._writer.close()
            self._threads.shutdown()
            self._readers.dispose()


def writing(address: URL) -> Engine:
    """What may write to the file, for one connection at a time."""
    engine = create_engine(
        address.set(drivername=DRIVER),
        connect_args={"isolation_level": None, "check_same_thread": False},
        execution_options=COUNTED,
    )
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "connect", _keep_a_log)
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
    return engine


def _reading(address: URL) -> Engine:
    engine = create_engine(
        address,
        pool_size=READERS,
        max_overflow=0,
        connect_args={"isolation_level": None, "check_same_thread": False},
    )
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "connect", _forbid_writing)
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN"))
    return engine


def _prepare(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
    for pragma in PRAGMAS:
        connection.cursor().execute(f"PRAGMA {pragma}")


def _keep_a_log(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
    connection.cursor().execute("PRAGMA journal_mode=WAL")


def _forbid_writing(connection: DBAPIConnection, _: ConnectionPoolEntry) -> None:
    connection.cursor().execute("PRAGMA query_only=ON")


def _stored(value: datetime) -> str:
    """What a raw statement binds for an instant: the same text that the typed columns hold."""
    if value.utcoffset() is None:
        raise ValueError(f"an instant must be an aware datetime, not {value!r}")
    return value.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")


sqlite3.register_adapter(datetime, _stored)
