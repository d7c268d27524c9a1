"""What this door forgets when it is too old to be of use. It loads nothing of Telegram's library."""

from datetime import datetime

from sqlalchemy.orm import Session

from adapters.telegram import drafts, shown, updates


def purge(session: Session, *, now: datetime) -> None:
    for table in (drafts, shown, updates):
        table.purge(session, now=now)
