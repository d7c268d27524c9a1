"""Ledgers of counts whose entries follow one another: the database itself refuses one that does not.

Each entry says what it found, which is what the one before left, and what it leaves, which is never below zero. Whoever
adds one has locked whom the entries belong to.
"""

from dataclasses import dataclass
from typing import Final

from sqlalchemy import CheckConstraint, Constraint, ForeignKeyConstraint, UniqueConstraint, select
from sqlalchemy.orm import InstrumentedAttribute, Session

FIRST_OR_NEXT: Final = (
    "(number = 1 AND previous IS NULL AND found = 0) OR (previous IS NOT NULL AND previous = number - 1)"
)


@dataclass(frozen=True, slots=True)
class Step:
    """The numbers of an entry: `number` counts from 1, and `found` + `amount` = `balance`."""

    number: int
    previous: int | None
    found: int
    amount: int
    balance: int

    @property
    def columns(self) -> dict[str, int | None]:
        names = ("number", "previous", "found", "amount", "balance")
        return {name: getattr(self, name) for name in names}


def constraints(table: str, owner: str) -> tuple[Constraint, ...]:
    """What keeps the entries of a table in order, for each of the owners that a column names."""
    return (
        UniqueConstraint(owner, "number"),
        UniqueConstraint(owner, "number", "balance"),
        ForeignKeyConstraint(
            [owner, "previous", "found"],
            [f"{table}.{name}" for name in (owner, "number", "balance")],
            name=f"fk_{table}_chain",
        ),
        CheckConstraint("balance >= 0", name="never_below_zero"),
        CheckConstraint("found + amount = balance", name="adds_up"),
        CheckConstraint(FIRST_OR_NEXT, name="chain"),
    )


def left(session: Session, owner: InstrumentedAttribute[int], owner_id: int) -> int:
    """What the last entry left."""
    return _last(session, owner, owner_id)[1]


def step(session: Session, owner: InstrumentedAttribute[int], owner_id: int, amount: int) -> Step:
    """The entry that would come next."""
    number, found = _last(session, owner, owner_id)
    return Step(number + 1, number or None, found, amount, found + amount)


def _last(session: Session, owner: InstrumentedAttribute[int], owner_id: int) -> tuple[int, int]:
    """The number of the last entry and what it left."""
    columns = owner.class_.__table__.c
    last = select(columns.number, columns.balance).where(owner == owner_id)
    row = session.execute(last.order_by(columns.number.desc()).limit(1)).one_or_none()
    return (row.number, row.balance) if row else (0, 0)
