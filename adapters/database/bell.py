"""The bell that the other processes of one PostgreSQL database ring after a commit that wrote.

One connection listens. When it is lost it is made anew, and as nobody knows what was missed, that rings too.
"""

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress

import psycopg
from sqlalchemy import URL

from adapters.database.url import DatabaseUnavailable, first_line

CHANNEL = "nearpeer"
KEEPALIVE = {"keepalives_idle": "30", "keepalives_interval": "10", "keepalives_count": "3"}
PAUSE = 0.1
LONGEST_PAUSE = 30.0

log = logging.getLogger(__name__)


class Bell:
    """Calls `ring` for each notice that does not carry the name `me`."""

    _task: asyncio.Task[None] | None = None

    def __init__(self, address: URL, me: str, ring: Callable[[], None]) -> None:
        self._address = address
        self._me = me
        self._ring = ring

    async def hang(self) -> None:
        """Listen from now on."""
        try:
            connection = await self._connect()
        except psycopg.OperationalError as error:
            raise DatabaseUnavailable(self._address, error) from error
        self._task = asyncio.create_task(self._listen(connection), name="database-bell")

    async def unhang(self) -> None:
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task

    async def _connect(self) -> psycopg.AsyncConnection:
        url = self._address.set(drivername="postgresql").update_query_dict(KEEPALIVE)
        conninfo = url.render_as_string(hide_password=False)
        connection = await psycopg.AsyncConnection.connect(conninfo, autocommit=True)
        await connection.execute(f"LISTEN {CHANNEL}")
        return connection

    async def _listen(self, connection: psycopg.AsyncConnection) -> None:
        while True:
            try:
                async with connection:
                    async for notice in connection.notifies():
                        if notice.payload != self._me:
                            self._ring()
            except psycopg.OperationalError as error:
                log.warning("database.bell_lost error=%s", first_line(error))
            connection = await self._connect_again()
            self._ring()

    async def _connect_again(self) -> psycopg.AsyncConnection:
        pause = PAUSE
        while True:
            await asyncio.sleep(pause)
            try:
                return await self._connect()
            except psycopg.OperationalError as error:
                log.warning("database.bell_lost error=%s", first_line(error))
                pause = min(2 * pause, LONGEST_PAUSE)
