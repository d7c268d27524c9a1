"""The books and what may go back of a payment."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.errors import Conflict
from core.money import Money
from core.payments import elsewhere, ledger, paying, payments, refunds
from core.payments.payments import Payment
from core.ports import RefundStatus
from tests import cast
from tests.cast import MONDAY, Cast
from tests.databases import Transact


@pytest.fixture
def payment(transact: Transact) -> Payment:
    return transact(captured)


def captured(session: Session) -> Payment:
    troupe: Cast = cast.enter(session)
    booking = cast.hold(session, troupe.ben, troupe.ana)
    payment = paying.intend(
        session,
        booking.purpose,
        person_id=troupe.ana.id,
        community_id=booking.community_id,
        provider="bank",
        money=booking.price,
        now=MONDAY,
    )
    ledger.post_capture(session, payment, now=MONDAY)
    return payment


def balance(session: Session, account: str) -> int:
    return ledger.balance(session, account, "USD").amount


def want(session: Session, payment: Payment, amount: int, reason: str) -> refunds.Refund:
    mine = payments.find(session, payment.id)
    return refunds.want(session, mine, Money(amount, "USD"), reason, now=MONDAY)


def test_what_arrives_is_owed_until_the_session_is_done(transact: Transact, payment: Payment) -> None:
    assert transact(balance, "provider:bank") == 6_000
    assert transact(balance, f"held:{payment.booking_id}") == -6_000
    assert transact(ledger.sums) == {"USD": 0}


def test_the_same_entry_is_posted_once(transact: Transact, payment: Payment) -> None:
    for _ in range(3):
        transact(lambda s: ledger.post_capture(s, payments.find(s, payment.id), now=MONDAY))
    assert transact(balance, "provider:bank") == 6_000


def test_every_entry_sums_to_zero(transact: Transact, payment: Payment) -> None:
    transact(
        lambda s: ledger.post_refund(
            s, payments.find(s, payment.id), Money(1_234, "USD"), key="refund:1", now=MONDAY
        )
    )
    rows = transact(lambda s: s.execute(select(ledger.Posting.entry_id, ledger.Posting.amount)).all())
    entries = {entry: sum(amount for other, amount in rows if other == entry) for entry, _ in rows}
    assert list(entries.values()) == [0, 0]
    assert transact(balance, "provider:bank") == 6_000 - 1_234


def test_one_reason_gives_money_back_once(transact: Transact, payment: Payment) -> None:
    first, again = (transact(want, payment, 6_000, "late") for _ in range(2))
    assert first.id == again.id


@pytest.mark.parametrize(("given", "more"), [(0, 6_001), (4_000, 2_001), (6_000, 1), (0, 0), (0, -5)])
def test_no_more_goes_back_than_came(transact: Transact, payment: Payment, given: int, more: int) -> None:
    if given:
        transact(want, payment, given, "first")
    with pytest.raises(Conflict) as refused:
        transact(want, payment, more, "second")
    assert refused.value.key == "refund.too_much"


def test_what_the_provider_gave_back_counts_against_what_may(transact: Transact, payment: Payment) -> None:
    def given_elsewhere(session: Session, total: int) -> int:
        mine = payments.find(session, payment.id)
        return elsewhere.take_in(session, mine, Money(total, "USD"), now=MONDAY).amount

    transact(want, payment, 1_000, "ours")
    assert transact(given_elsewhere, 1_000) == 0
    assert transact(given_elsewhere, 3_500) == 2_500
    assert transact(given_elsewhere, 3_500) == 0
    with pytest.raises(Conflict):
        transact(want, payment, 2_501, "too much")
    transact(want, payment, 2_500, "the rest")
    assert transact(balance, "provider:bank") == 6_000 - 2_500


def test_an_answer_that_comes_twice_is_posted_once(transact: Transact, payment: Payment) -> None:
    refund = transact(want, payment, 6_000, "late")

    def answer(session: Session, status: RefundStatus) -> None:
        mine, of = refunds.find(session, refund.id), payments.find(session, payment.id)
        refunds.answered(session, mine, of, "re_1", status, now=MONDAY)

    for status in (
        RefundStatus.PENDING,
        RefundStatus.SUCCEEDED,
        RefundStatus.SUCCEEDED,
        RefundStatus.PENDING,
    ):
        transact(answer, status)
    assert transact(balance, "provider:bank") == 0
    assert transact(refunds.next_try) is None


def test_a_refund_that_had_succeeded_and_fails_after_all_is_money_that_is_here_again(
    transact: Transact, payment: Payment
) -> None:
    refund = transact(want, payment, 4_000, "late")

    def answer(session: Session, status: RefundStatus) -> None:
        mine, of = refunds.locked(session, refund.id)
        refunds.answered(session, mine, of, "re_1", status, now=MONDAY)

    for status in (RefundStatus.SUCCEEDED, RefundStatus.FAILED, RefundStatus.FAILED, RefundStatus.SUCCEEDED):
        transact(answer, status)
    assert transact(balance, "provider:bank") == 6_000
    assert transact(balance, f"held:{payment.booking_id}") == -6_000
    assert transact(lambda s: refunds.owed(s, payments.find(s, payment.id))) == 4_000


def test_what_failed_is_mended_by_the_hosts_own_hand(transact: Transact, payment: Payment) -> None:
    refund = transact(want, payment, 4_000, "late")

    def fails_and_goes_back_elsewhere(session: Session) -> None:
        mine, of = refunds.locked(session, refund.id)
        refunds.failed(session, mine, of, now=MONDAY)
        assert refunds.failed_in(session, of.community_id) == [mine]
        elsewhere.take_in(session, of, Money(4_000, "USD"), now=MONDAY)
        session.flush()
        assert refunds.failed_in(session, of.community_id) == []
        assert refunds.owed(session, of) == 0

    transact(fails_and_goes_back_elsewhere)
    assert transact(balance, "provider:bank") == 2_000


def test_a_refund_at_the_dashboard_may_fail_too_and_be_made_again(
    transact: Transact, payment: Payment
) -> None:
    def heard(session: Session, total: int) -> int:
        mine = payments.find(session, payment.id)
        return elsewhere.take_in(session, mine, Money(total, "USD"), now=MONDAY).amount

    assert [transact(heard, total) for total in (2_500, 0, 0, 2_500, 2_500)] == [2_500, -2_500, 0, 2_500, 0]
    assert transact(balance, "provider:bank") == 3_500
    assert transact(lambda s: payments.find(s, payment.id)).problem == "refund_returned"
