"""One question to a database by a connection of its own, for someone who only wants to know whether it answers."""

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import create_async_engine

from adapters.database.url import DatabaseUnavailable, parse

ASYNC_SQLITE = "sqlite+aiosqlite"


async def probe(url: str) -> str:
    """The dialect of a database that answers. Raises `DatabaseUnavailable`."""
    address = parse(url)
    dialect = address.get_backend_name()
    if dialect == "sqlite":
        address = address.set(drivername=ASYNC_SQLITE)
    engine = create_async_engine(address)
    try:
        async with engine.connect() as connection:
            await connection.execute(text("SELECT 1"))
    except DBAPIError as error:
        raise DatabaseUnavailable(address, error.orig) from error
    finally:
        await engine.dispose()
    return dialect
