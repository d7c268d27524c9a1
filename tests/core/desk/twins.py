"""Two people who are one, and how they are joined in the tests."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from adapters.database import tables
from core.desk import joining
from core.errors import Conflict
from core.people.people import Person
from tests import cast
from tests.cast import MINUTE, MONDAY
from tests.databases import Transact

DAY = timedelta(days=1)
NOW = MONDAY + 2 * MINUTE


def telegram(session: Session, name: str = "Ana") -> Person:
    person = cast.person(session, name, platform="telegram")
    person.created_at = MONDAY + MINUTE
    return person


def join(session: Session, one: Person, other: Person, now: datetime = NOW) -> Person:
    return joining.join(session, cast.here(session, one), cast.here(session, other), now=now)


def refused(transact: Transact, one: Person, other: Person) -> Conflict:
    """Why the two cannot be joined; and nothing has changed."""
    before = transact(picture)
    with pytest.raises(Conflict) as conflict:
        transact(join, one, other)
    assert transact(picture) == before
    return conflict.value


def picture(session: Session) -> dict[str, list[tuple[Any, ...]]]:
    """Everything that stands in the database."""
    return {
        table.name: sorted(map(tuple, session.execute(select(table))), key=repr)
        for table in tables.load().sorted_tables
    }
