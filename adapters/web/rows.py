"""A row that is written once, on SQLite and on PostgreSQL alike."""

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from core.db import Base


def insert_missing(session: Session, row: type[Base], **values: object) -> bool:
    """Writes the row unless its key is there already; whether it was written."""
    on_sqlite = session.get_bind().dialect.name == "sqlite"
    insert = sqlite.insert(row) if on_sqlite else postgresql.insert(row)
    missing = insert.values(**values).on_conflict_do_nothing().returning(*row.__table__.primary_key)
    return session.execute(missing).first() is not None
