"""How people read who are not speaking just now."""

from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from bot.visit import reader_away
from core import chat
from core.people import people
from tests import cast
from tests.cast import MONDAY
from tests.databases import Transact


@pytest.mark.parametrize(("hours", "language"), [(1, "hi"), (-1_000, "en")])
def test_a_person_is_written_to_as_in_the_chat_used_last(
    transact: Transact, hours: int, language: str
) -> None:
    def read(session: Session) -> str:
        ana = cast.person(session, "Ana")
        telegram = people.Identity(
            person_id=ana.id,
            platform="telegram",
            account="ana",
            name="Ana",
            locale="hi",
            seen_at=MONDAY + timedelta(hours=hours),
        )
        session.add(telegram)
        session.flush()
        reader: chat.Reader = reader_away(session, ana, None, ("en", "hi"))
        return reader.locale

    assert transact(read) == language
