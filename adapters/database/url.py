"""Which database an address names, and the one error for a database that cannot be reached."""

from pathlib import Path

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

DRIVERS = {"sqlite": "sqlite+pysqlite", "postgresql": "postgresql+psycopg", "postgres": "postgresql+psycopg"}


class DatabaseUnavailable(Exception):
    """The database cannot be opened; names its url, never its password."""

    def __init__(self, address: URL | str, reason: object) -> None:
        name = address if isinstance(address, str) else address.render_as_string(hide_password=True)
        super().__init__(f"the database {name} cannot be opened: {first_line(reason)}")


def parse(url: str) -> URL:
    """The address with our driver: `sqlite:///path` or `postgresql://user@host/name`."""
    try:
        address = make_url(url)
        driver = DRIVERS[address.get_backend_name()]
    except (ArgumentError, KeyError, ValueError):
        # Quoting a url that could not be taken apart might print its password.
        raise DatabaseUnavailable("url", "it starts with neither sqlite:/// nor postgresql://") from None
    if driver.startswith("sqlite") and address.database in (None, "", ":memory:"):
        raise DatabaseUnavailable(address, "SQLite needs a file: sqlite:///path/to/file")
    return address.set(drivername=driver)


def file(address: URL) -> Path:
    """Where a SQLite database lies."""
    assert address.database
    return Path(address.database)


def first_line(reason: object) -> str:
    """A driver's message without the statement or the hints below it."""
    return str(reason).partition("\n")[0]
