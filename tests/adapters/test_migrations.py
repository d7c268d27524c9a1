"""Migrations on both databases: the machinery with scripts of its own, then the scripts of the house."""

import pkgutil
from collections.abc import Iterator
from datetime import datetime
from enum import StrEnum
from importlib import import_module
from pathlib import Path
from typing import ClassVar

import pytest
from sqlalchemy import CheckConstraint, ForeignKey, Index, MetaData, text
from sqlalchemy.dialects.postgresql import ExcludeConstraint
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

import adapters
import core
from adapters.database import DatabaseUnavailable, migrate, tables
from core import db as beams
from core.db import Id, PublicId
from tests.databases import SqliteStock, Stock, Transact

OPEN = text("state = 'open'")


class State(StrEnum):
    OPEN = "open"
    SHUT = "shut"


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=beams.Base.metadata.naming_convention)
    type_annotation_map: ClassVar = beams.Base.type_annotation_map


class Room(Base):
    __tablename__ = "rooms"

    id: Mapped[Id]
    code: Mapped[PublicId]
    state: Mapped[State]
    opens_at: Mapped[datetime]
    facts: Mapped[dict[str, object]]
    chairs: Mapped[int | None]

    __table_args__ = (
        CheckConstraint("chairs > 0", name="chairs_positive"),
        Index("ix_rooms_open", "opens_at", sqlite_where=OPEN, postgresql_where=OPEN),
        ExcludeConstraint((text("int8range(id, id, '[]')"), "&&"), where=OPEN, name="ex_rooms_once").ddl_if(
            dialect="postgresql"
        ),
    )


class Chair(Base):
    __tablename__ = "chairs"

    id: Mapped[Id]
    room_id: Mapped[int] = mapped_column(ForeignKey("rooms.id", ondelete="CASCADE"), index=True)


@pytest.fixture
def url(stock: Stock) -> Iterator[str]:
    with stock.empty() as url:
        yield url


def write_first(url: str, versions: Path) -> Path:
    script = migrate.revision(url, "first tables", versions=versions, metadata=Base.metadata)
    migrate.upgrade(url, versions=versions)
    return script


def write_next(first: Path, statements: str) -> None:
    """A second script, by hand, after `first`."""
    before = first.read_text().split("revision = '")[1].split("'")[0]
    (first.parent / "next.py").write_text(
        f"from alembic import op\n\nrevision = 'next'\ndown_revision = '{before}'\n\n\n"
        f"def upgrade():\n    {statements}\n"
    )


def furnish(session: Session) -> None:
    session.execute(
        text(
            "INSERT INTO rooms (id, code, state, opens_at, facts, chairs)"
            " VALUES (1, 'A', 'open', '2026-11-21 10:00:00', '{}', 2)"
        )
    )
    session.execute(text("INSERT INTO chairs (id, room_id) VALUES (1, 1), (2, 1)"))


def count_chairs(session: Session) -> int:
    return len(session.execute(text("SELECT id FROM chairs")).all())


def test_the_written_script_makes_the_tables_of_the_classes(url: str, tmp_path: Path) -> None:
    assert migrate.pending(url, metadata=Base.metadata)
    script = write_first(url, tmp_path)
    assert migrate.differences(url, metadata=Base.metadata) == []
    assert "core" not in script.read_text()


def test_upgrading_again_changes_nothing(url: str, tmp_path: Path) -> None:
    write_first(url, tmp_path)
    migrate.upgrade(url, versions=tmp_path)
    assert not migrate.pending(url, metadata=Base.metadata)


def test_a_rebuilt_table_keeps_its_children(url: str, tmp_path: Path) -> None:
    first = write_first(url, tmp_path)
    transact = Transact(url)
    transact(furnish)
    write_next(
        first, "with op.batch_alter_table('rooms') as rooms: rooms.alter_column('chairs', nullable=False)"
    )
    migrate.upgrade(url, versions=tmp_path)
    assert transact(count_chairs) == 2
    assert "modify_nullable" in migrate.differences(url, metadata=Base.metadata)[0]
    transact.close()


def test_a_migration_that_fails_leaves_nothing_behind(url: str, tmp_path: Path) -> None:
    first = write_first(url, tmp_path)
    write_next(first, "op.drop_table('chairs'); op.execute('nonsense')")
    with pytest.raises(DBAPIError):
        migrate.upgrade(url, versions=tmp_path)
    assert migrate.differences(url, metadata=Base.metadata) == []


def test_a_migration_that_loses_a_parent_is_rolled_back(sqlite_stock: SqliteStock, tmp_path: Path) -> None:
    with sqlite_stock.empty() as url:
        first = write_first(url, tmp_path)
        transact = Transact(url)
        transact(furnish)
        write_next(first, "op.execute('DELETE FROM rooms')")
        with pytest.raises(migrate.BrokenReference, match="2 references lead nowhere: chairs row 1 to rooms"):
            migrate.upgrade(url, versions=tmp_path)
        assert transact(lambda session: session.scalar(text("SELECT count(*) FROM rooms"))) == 1
        transact.close()


@pytest.mark.parametrize("url", ["sqlite:////no/such/folder/x.db", "postgresql://ana:s3cret@127.0.0.1:1/x"])
def test_a_database_that_cannot_be_reached_cannot_be_upgraded(url: str) -> None:
    with pytest.raises(DatabaseUnavailable) as refused:
        migrate.upgrade(url)
    assert "s3cret" not in str(refused.value)


def test_every_mapped_class_of_the_house_is_found() -> None:
    for package in (core, adapters):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            import_module(module.name)
    found = set(tables.modules())
    assert {mapper.class_.__module__ for mapper in beams.Base.registry.mappers} <= found
    assert "core.history" in found


def test_the_migrations_of_the_house_make_the_tables_of_the_house(database_url: str) -> None:
    assert migrate.differences(database_url) == []
