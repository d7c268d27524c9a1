"""Two workers over one PostgreSQL: what one has taken, the other leaves alone and does not wait for."""

from collections.abc import Callable, Sequence
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from core.messages import notices, outbox
from core.messages.outbox import Notice
from core.payments import inbox
from core.ports import WebhookEvent
from tests import cast
from tests.cast import MONDAY
from tests.databases import Transact

Claim = Callable[[Session], Sequence[Any] | int]
CLAIMS: dict[str, Claim] = {
    "history": lambda session: notices.fan_out(session, now=MONDAY),
    "notices": lambda session: outbox.claim(session, now=MONDAY),
    "letters": lambda session: inbox.claim(session, now=MONDAY),
}


def something_to_do(session: Session) -> None:
    troupe = cast.enter(session)
    cast.book(session, troupe.ben, troupe.ana)
    inbox.store(session, "bank", WebhookEvent("evt_1", "paid"), b"", now=MONDAY)
    session.flush()
    notices.fan_out(session, now=MONDAY)
    cast.book(session, troupe.ben, cast.person(session, "Bea"), cast.TUESDAY_TEN + 3 * cast.HOUR)


@pytest.mark.parametrize("work", CLAIMS)
def test_work_is_claimed_once(postgresql: Transact, work: str) -> None:
    def hurry(session: Session) -> Sequence[Any] | int:
        session.execute(text("SET LOCAL lock_timeout = '1s'"))
        return CLAIMS[work](session)

    postgresql(something_to_do)
    with Session(postgresql.engine) as first:
        assert CLAIMS[work](first)
        first.flush()
        assert not postgresql(hurry)
        first.commit()
    assert not postgresql(hurry)


LATE: dict[str, Callable[[Session, int], None]] = {
    "drops it": lambda session, notice: outbox.drop(session, notice, "stale"),
    "buries it": lambda session, notice: outbox.bury(session, notice, "no way left"),
    "tries again": lambda session, notice: outbox.retry(session, notice, "no answer", now=MONDAY),
    "holds it back": lambda session, notice: outbox.hold_back(session, notice, MONDAY, MONDAY),
    "sends it": lambda session, notice: outbox.sent(session, notice, "mail", now=MONDAY + cast.HOUR),
}


@pytest.mark.parametrize("late", LATE)
def test_what_one_worker_has_sent_stays_so_whatever_a_slow_one_says(transact: Transact, late: str) -> None:
    transact(something_to_do)
    notice = transact(lambda session: outbox.claim(session, now=MONDAY)[0].id)

    def told(session: Session) -> tuple[Any, ...]:
        found = session.get_one(Notice, notice)
        return found.state, found.rung, found.sent_at, found.try_at, found.problem

    transact(outbox.sent, notice, "discord", now=MONDAY)
    before = transact(told)
    transact(LATE[late], notice)
    assert transact(told) == before
