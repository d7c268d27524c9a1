"""Letters of providers: kept once, read later, not for ever."""

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from core.payments import inbox
from core.ports import WebhookEvent
from tests.cast import MINUTE, MONDAY
from tests.databases import Transact

EVENT = WebhookEvent("evt_1", "paid", ref="cs_1")


def ids(transact: Transact, now: datetime) -> list[str]:
    return [event.event_id for event in transact(inbox.claim, now=now)]


def test_a_letter_is_kept_once_for_each_provider(transact: Transact) -> None:
    kept = [transact(inbox.store, name, EVENT, b"{}", now=MONDAY) for name in ("bank", "bank", "other")]
    assert kept == [True, False, True]
    assert ids(transact, MONDAY) == ["evt_1", "evt_1"]


def test_a_letter_that_is_being_read_is_left_alone_until_its_reader_is_gone(transact: Transact) -> None:
    transact(inbox.store, "bank", EVENT, b"{}", now=MONDAY)
    assert ids(transact, MONDAY) == ["evt_1"]
    assert ids(transact, MONDAY + inbox.LEASE - timedelta(seconds=1)) == []
    assert transact(inbox.next_due) == MONDAY + inbox.LEASE
    assert ids(transact, MONDAY + inbox.LEASE) == ["evt_1"]


def test_a_letter_that_was_read_is_done(transact: Transact) -> None:
    transact(inbox.store, "bank", EVENT, b"{}", now=MONDAY)
    (event,) = transact(inbox.claim, now=MONDAY)
    transact(inbox.finish, event.id, now=MONDAY)
    assert ids(transact, MONDAY + timedelta(days=1)) == []
    assert transact(inbox.next_due) is None


def test_a_letter_that_leads_nowhere_is_tried_later_each_time_and_given_up(transact: Transact) -> None:
    transact(inbox.store, "bank", EVENT, b"{}", now=MONDAY)
    now, pauses = MONDAY, []
    while transact(inbox.next_due) is not None:
        (event,) = transact(inbox.claim, now=now)
        transact(inbox.retry, event.id, now=now)
        due = transact(inbox.next_due)
        pauses.append((due or now) - now)
        now = due or now
    assert pauses[:3] == [inbox.BACKOFF, 2 * inbox.BACKOFF, 3 * inbox.BACKOFF]
    assert len(pauses) == inbox.MOST_ATTEMPTS


def test_a_letter_is_remembered_longer_than_providers_repeat_themselves(transact: Transact) -> None:
    transact(inbox.store, "bank", EVENT, b"{}", now=MONDAY)

    def read_all(session: Session) -> None:
        for event in inbox.claim(session, now=MONDAY):
            inbox.finish(session, event.id, now=MONDAY)

    transact(read_all)
    assert timedelta(days=30) <= inbox.KEPT
    transact(inbox.purge, now=MONDAY + inbox.KEPT)
    assert not transact(inbox.store, "bank", EVENT, b"{}", now=MONDAY)
    transact(inbox.purge, now=MONDAY + inbox.KEPT + MINUTE)
    assert transact(inbox.store, "bank", EVENT, b"{}", now=MONDAY)
