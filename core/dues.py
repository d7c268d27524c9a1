"""When something is due next: small questions of the rooms, put together and asked at once.

A room says what of it waits, each as a prebuilt select of one moment. The worker asks after almost every commit, so
all of them are one statement.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any, Final

from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import Session

from core.db import Instant

NOW: Final = bindparam("now", type_=Instant())
"""The present, for a question that needs it."""


@dataclass(frozen=True, slots=True, eq=False)
class Due:
    """`moment` selects one instant or nothing; it is due so much `after` that, or before where that is negative."""

    moment: Select[Any]
    after: timedelta = timedelta(0)


Dues = tuple[Due, ...]


class Question:
    """The dues of several rooms, by name, as one statement."""

    def __init__(self, dues: Mapping[str, Sequence[Due]]) -> None:
        self._dues = [(name, due.after) for name, some in dues.items() for due in some]
        moments = [due.moment.scalar_subquery() for some in dues.values() for due in some]
        self._statement = select(*(moment.label(f"due_{n}") for n, moment in enumerate(moments)))
        self._names = tuple(dues)

    def ask(self, session: Session, *, now: datetime | None = None) -> dict[str, datetime | None]:
        """When each is due next."""
        found: dict[str, datetime | None] = dict.fromkeys(self._names)
        row = session.execute(self._statement, {"now": now}).one()
        for (name, after), moment in zip(self._dues, row, strict=True):
            if moment is not None:
                due, before = moment + after, found[name]
                found[name] = due if before is None else min(before, due)
        return found


def first(session: Session, dues: Dues, *, now: datetime | None = None) -> datetime | None:
    """The earliest of some."""
    return _question(dues).ask(session, now=now)[""]


@cache
def _question(dues: Dues) -> Question:
    return Question({"": dues})
