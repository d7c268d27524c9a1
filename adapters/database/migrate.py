"""Brings a database to the tables that the code expects, in one transaction: all of it or nothing.

On SQLite foreign keys are not enforced meanwhile, because a table that is rebuilt would delete its children;
before the commit every reference is checked instead. Two processes that start together do not migrate twice.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.autogenerate.api import AutogenContext
from alembic.config import Config
from alembic.ddl.postgresql import _exclude_constraint as render_exclude
from alembic.runtime.migration import MigrationContext
from alembic.script import Script
from sqlalchemy import JSON, BigInteger, Connection, Enum, MetaData, create_engine, event
from sqlalchemy.dialects.postgresql import ExcludeConstraint
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import ConnectionPoolEntry

from adapters.database import tables
from adapters.database.url import DatabaseUnavailable, parse
from core.db import Instant

SCRIPTS = Path(__file__).parent / "migrations"
VERSIONS = SCRIPTS / "versions"
LOCK = 0x6E656172


class BrokenReference(Exception):
    """A migration left rows that point at nothing; it was rolled back."""


def upgrade(url: str, *, versions: Path = VERSIONS) -> None:
    """Run what has not been run yet."""
    with _alone(url) as connection:
        command.upgrade(_config(connection, versions), "head")
        if connection.dialect.name == "sqlite":
            _check_references(connection)


def revision(url: str, message: str, *, versions: Path = VERSIONS, metadata: MetaData | None = None) -> Path:
    """Write the script that takes the database at `url`, now at the latest version, to the mapped classes.

    PostgreSQL can be asked about more than SQLite: indexes over expressions are only noticed there.
    """
    with _alone(url) as connection:
        config = _config(connection, versions, metadata or tables.load())
        script = command.revision(config, message, autogenerate=True)
    assert isinstance(script, Script)
    return Path(script.path)


def pending(url: str, *, metadata: MetaData | None = None) -> bool:
    """Whether the database has other tables than the mapped classes say."""
    return bool(differences(url, metadata=metadata))


def differences(url: str, *, metadata: MetaData | None = None) -> list[str]:
    """How the database differs from the mapped classes, for a person to read."""
    with _alone(url) as connection:
        context = MigrationContext.configure(connection)
        return [str(difference) for difference in compare_metadata(context, metadata or tables.load())]


def render(kind: str, item: object, context: AutogenContext) -> str | Literal[False]:
    """Scripts name what the database stores, so that later changes of our types do not change history.

    `BigInt` and `Json` are defined in script.py.mako.
    """
    if kind == "exclude" and isinstance(item, ExcludeConstraint):
        return f"{render_exclude(item, context, alter=False)}.ddl_if(dialect='postgresql')"
    if kind == "type" and isinstance(item, Instant):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(item, Enum):
        return f"sa.String({item.length})"
    if kind == "type" and isinstance(item, BigInteger):
        return "BigInt"
    if kind == "type" and isinstance(item, JSON):
        return "Json"
    return False


@contextmanager
def _alone(url: str) -> Iterator[Connection]:
    """One transaction in which nobody else migrates."""
    address = parse(url)
    engine = create_engine(address)
    if address.get_backend_name() == "sqlite":
        event.listen(engine, "connect", _take_transactions_in_hand)
        event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
    else:
        lock = f"SELECT pg_advisory_xact_lock({LOCK})"
        event.listen(engine, "begin", lambda connection: connection.exec_driver_sql(lock))
    try:
        connection = engine.connect()
    except DBAPIError as error:
        raise DatabaseUnavailable(address, error.orig) from error
    try:
        with connection.begin():
            yield connection
    finally:
        connection.close()
        engine.dispose()


def _take_transactions_in_hand(connection: sqlite3.Connection, _: ConnectionPoolEntry) -> None:
    connection.isolation_level = None  # the driver would commit before each change of a table
    connection.execute("PRAGMA foreign_keys=OFF")
    connection.execute("PRAGMA busy_timeout=10000")


def _config(connection: Connection, versions: Path, metadata: MetaData | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS).replace("%", "%%"))
    config.set_main_option("version_locations", str(versions).replace("%", "%%"))
    config.set_main_option("path_separator", "newline")
    config.set_main_option("file_template", "%%(year)d%%(month).2d%%(day).2d_%%(slug)s")
    config.attributes.update(connection=connection, metadata=metadata)
    return config


def _check_references(connection: Connection) -> None:
    broken = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
    if broken:
        rows = ", ".join(f"{table} row {row} to {parent}" for table, row, parent, _ in broken[:10])
        raise BrokenReference(f"{len(broken)} references lead nowhere: {rows}")
