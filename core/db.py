"""What every table is made of: the declarative base, the column types, and short random ids.

An instant enters and leaves the database as an aware UTC datetime, an enum member is stored as its value,
and every constraint has a name, on SQLite and on PostgreSQL alike. Relationships are declared with
`lazy="raise"`: a verb loads what it needs, and an object it hands out never asks the database again.
"""

import secrets
from datetime import UTC, datetime
from enum import Enum, StrEnum
from typing import Annotated, ClassVar

from sqlalchemy import JSON, BigInteger, DateTime, Dialect, Integer, MetaData, String, TypeDecorator
from sqlalchemy import Enum as SqlEnum
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, mapped_column

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LONGEST_VALUE = 40

BigInt = BigInteger().with_variant(Integer(), "sqlite")
Json = JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")


class Instant(TypeDecorator[datetime]):
    """A moment: stored in UTC (timestamptz on PostgreSQL), an aware UTC datetime in Python."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if not isinstance(value, datetime) or value.utcoffset() is None:
            raise ValueError(f"an instant must be an aware datetime, not {value!r}")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def Values(kind: type[Enum]) -> SqlEnum:
    """A column of `kind` that holds the members' values, so that SQL and partial indexes can name them.

    `Mapped[SomeStrEnum]` gets it by itself.
    """
    return SqlEnum(
        kind,
        values_callable=lambda members: [member.value for member in members],
        native_enum=False,
        create_constraint=False,
        length=LONGEST_VALUE,
    )


def short_id(length: int = 10) -> str:
    """A random id for people and routes: 5 bits a character, none that looks like another."""
    return "".join(ALPHABET[byte % 32] for byte in secrets.token_bytes(length))


Id = Annotated[int, mapped_column(BigInt, primary_key=True)]
PublicId = Annotated[str, mapped_column(String(16), unique=True, default=short_id)]


class Base(DeclarativeBase):
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar = {
        int: BigInt,
        datetime: Instant(),
        StrEnum: Values(StrEnum),
        dict[str, object]: Json,
        list[object]: Json,
        list[str]: Json,
        list[int]: Json,
    }
