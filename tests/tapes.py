"""What a verb writes into a new house is noted at its first performance, and written again without the verb.

The cast takes its places a thousand times a run in one and the same way. What is written are the statements of the
verb itself; it is asked for the same result from the same arguments, and is performed where people are there before.
"""

import pickle
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import wraps
from io import BytesIO
from typing import Any, Concatenate, Final, ParamSpec, TypeVar

from sqlalchemy import Connection, event, text
from sqlalchemy.orm import Session

from core.db import Base

P = ParamSpec("P")
T = TypeVar("T")
Line = tuple[str, Any]
SOMEBODY: Final = text("SELECT EXISTS (SELECT 1 FROM people) OR EXISTS (SELECT 1 FROM communities)")
WRITES: Final = ("INSERT", "UPDATE", "DELETE")


@dataclass(frozen=True, slots=True)
class Tape:
    """`rows` are the mapped objects of the `result`."""

    lines: Sequence[Line]
    rows: bytes
    result: bytes


TAPES: Final[dict[tuple[str, str, str], Tape]] = {}


def taped(verb: Callable[Concatenate[Session, P], T]) -> Callable[Concatenate[Session, P], T]:
    """The verb, which is the first of its transaction."""

    @wraps(verb)
    def performed(session: Session, /, *args: P.args, **kwargs: P.kwargs) -> T:
        if session.scalar(SOMEBODY):
            return verb(session, *args, **kwargs)
        key = (f"{verb.__module__}.{verb.__name__}", session.get_bind().dialect.name, repr((args, kwargs)))
        if key in TAPES:
            return _play(session, TAPES[key])  # type: ignore[no-any-return]
        lines = _listen(session.connection())
        result = verb(session, *args, **kwargs)
        session.flush()
        TAPES[key] = _written(session, tuple(lines), result)
        return result

    return performed


def _listen(connection: Connection) -> list[Line]:
    lines: list[Line] = []

    @event.listens_for(connection, "before_cursor_execute")
    def note(_connection: object, _cursor: object, statement: str, parameters: Any, *_: object) -> None:
        if statement.startswith(WRITES):
            lines.append((statement, parameters))

    return lines


def _play(session: Session, tape: Tape) -> Any:
    connection = session.connection()
    for statement, parameters in tape.lines:
        connection.exec_driver_sql(statement, parameters)
    rows = [session.merge(row, load=False) for row in pickle.loads(tape.rows)]
    reader = _Reader(BytesIO(tape.result))
    reader.rows = rows
    return reader.load()


def _written(session: Session, lines: Sequence[Line], result: object) -> Tape:
    written = BytesIO()
    writer = _Writer(written)
    writer.dump(result)
    for row in writer.rows:
        session.refresh(row)  # else the first to ask for it could read less of it than all others
    return Tape(lines, pickle.dumps(writer.rows), written.getvalue())


class _Writer(pickle.Pickler):
    """Sets mapped objects aside, so that each belongs to the session that reads it."""

    def __init__(self, file: BytesIO) -> None:
        super().__init__(file)
        self.rows: list[Base] = []

    def persistent_id(self, thing: object) -> int | None:
        if not isinstance(thing, Base):
            return None
        self.rows.append(thing)
        return len(self.rows) - 1


class _Reader(pickle.Unpickler):
    rows: Sequence[Base]

    def persistent_load(self, number: int) -> Base:
        return self.rows[number]
