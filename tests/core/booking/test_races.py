"""Two who change one booking at once: on PostgreSQL the second waits, and then sees what the first did."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy.orm import Session

from core.booking import asking, checkout, diary, settling
from core.booking.life import Booking, BookingState
from core.booking.till import Till
from core.errors import Conflict
from core.payments import checks, ledger, payments, refunds
from core.payments.paying import LATE_REFUND_AFTER
from core.payments.payments import Payment, PaymentState
from core.ports import LinkState, LinkStatus
from tests import cast
from tests.bank import Bank
from tests.cast import MONDAY, Cast
from tests.core.booking.shop import wait_for_a_lock, words
from tests.databases import Transact
from tests.doubles.clock import MovableClock

OPEN_LINK = LinkState("cs_1", LinkStatus.OPEN, url="https://bank.example/cs_1")
TILL = Till({"bank": Bank(MovableClock())}, "bank", "", "https://discord.example")


@pytest.fixture
def troupe(postgresql: Transact) -> Cast:
    return postgresql(cast.enter)


def paying(postgresql: Transact, troupe: Cast) -> tuple[Booking, Payment]:
    """A hold whose page at the bank is asked for, and the answer not yet written down."""
    booking = postgresql(cast.agree, postgresql(cast.hold, troupe.ben, troupe.ana))
    token = postgresql(checkout.intend, TILL.provider, booking.subject, troupe.ana.id, now=MONDAY)
    payment, _ = postgresql(checkout.begin, TILL, token, words, now=MONDAY)
    return booking, payment


def paid(payment: Payment) -> LinkState:
    return LinkState(
        "cs_1", LinkStatus.PAID, amount=payment.money, charge="ch_1", paid_at=MONDAY, payment=payment.token
    )


def while_open(
    postgresql: Transact, first: Callable[[Session], Any], second: Callable[[], Any], *, waits: bool = True
) -> Any:
    """The second runs while the first has not committed yet; what the second gave."""
    with ThreadPoolExecutor(1) as thread, Session(postgresql.engine) as session:
        first(session)
        session.flush()
        answer = thread.submit(second)
        if waits:
            wait_for_a_lock(postgresql)
        else:
            answer.result(timeout=60)
        session.commit()
        return answer.result(timeout=60)


def check_paid_once(postgresql: Transact, booking: Booking) -> None:
    """Whatever the healer asks later, the session is confirmed and nothing goes back."""
    (payment,) = postgresql(payments.of_booking, booking.id)
    assert payment.state is PaymentState.PAID
    postgresql(settling.settle, "bank", paid(payment), now=MONDAY)
    assert postgresql(diary.find, booking.id).state is BookingState.CONFIRMED
    assert postgresql(refunds.of_payment, payment.id) == []
    assert postgresql(ledger.sums) == {"USD": 0}


def test_a_payment_that_settles_while_its_hold_lapses_is_not_closed_again(
    postgresql: Transact, troupe: Cast
) -> None:
    booking, payment = paying(postgresql, troupe)
    while_open(
        postgresql,
        lambda session: settling.settle(session, "bank", paid(payment), now=MONDAY),
        lambda: postgresql(settling.lapse_due, now=cast.end_of(booking)),
        waits=False,
    )
    check_paid_once(postgresql, booking)


def test_a_payment_that_settles_while_its_hold_is_let_go_wins(postgresql: Transact, troupe: Cast) -> None:
    booking, payment = paying(postgresql, troupe)
    with pytest.raises(Conflict) as refused:
        while_open(
            postgresql,
            lambda session: settling.settle(session, "bank", paid(payment), now=MONDAY),
            lambda: postgresql(cast.release, booking),
        )
    assert refused.value.key == "booking.is_confirmed"
    check_paid_once(postgresql, booking)


def test_a_banks_answer_that_comes_after_its_letter_does_not_open_the_payment_again(
    postgresql: Transact, troupe: Cast
) -> None:
    booking, payment = paying(postgresql, troupe)
    while_open(
        postgresql,
        lambda session: settling.settle(session, "bank", paid(payment), now=MONDAY),
        lambda: postgresql(asking.opened, payment.id, OPEN_LINK),
    )
    check_paid_once(postgresql, booking)


def test_two_letters_about_one_payment_confirm_once(postgresql: Transact, troupe: Cast) -> None:
    booking, payment = paying(postgresql, troupe)

    def settle(session: Session) -> None:
        settling.settle(session, "bank", paid(payment), now=MONDAY)

    while_open(postgresql, settle, lambda: postgresql(settle))
    check_paid_once(postgresql, booking)


def test_two_who_ask_for_the_link_at_once_get_one_payment(postgresql: Transact, troupe: Cast) -> None:
    booking = postgresql(cast.agree, postgresql(cast.hold, troupe.ben, troupe.ana))

    def intend(session: Session) -> str:
        return checkout.intend(session, TILL.provider, booking.subject, troupe.ana.id, now=MONDAY)

    while_open(postgresql, intend, lambda: postgresql(intend))
    assert len(postgresql(payments.of_booking, booking.id)) == 1


def test_no_page_is_asked_for_a_hold_that_is_let_go_at_that_moment(
    postgresql: Transact, troupe: Cast
) -> None:
    booking = postgresql(cast.agree, postgresql(cast.hold, troupe.ben, troupe.ana))
    token = postgresql(checkout.intend, TILL.provider, booking.subject, troupe.ana.id, now=MONDAY)
    with pytest.raises(Conflict) as refused:
        while_open(
            postgresql,
            lambda session: cast.release(session, booking),
            lambda: postgresql(checkout.begin, TILL, token, words, now=MONDAY),
        )
    assert refused.value.key == "booking.is_canceled"


def test_late_money_is_not_given_back_while_it_finds_its_place(postgresql: Transact, troupe: Cast) -> None:
    booking, payment = paying(postgresql, troupe)
    late = MONDAY + cast.HOUR
    postgresql(settling.lapse_due, now=late)
    postgresql(settling.lapse_due, now=late + checks.DOWN_GRACE)
    postgresql(cast.book, troupe.ben, postgresql(cast.person, "Bea"), now=late)
    postgresql(settling.settle, "bank", paid(payment), now=late)
    a_day_later = late + LATE_REFUND_AFTER

    def choose(session: Session) -> None:
        mine, ana = diary.find(session, booking.id), cast.here(session, troupe.ana)
        settling.take_other_time(session, mine, ana, booking.starts_at + 5 * cast.HOUR, now=late)

    while_open(postgresql, choose, lambda: postgresql(settling.refund_overdue_late, now=a_day_later))
    check_paid_once(postgresql, booking)


def test_a_hold_is_never_lapsed_twice_by_two_who_notice_at_once(postgresql: Transact, troupe: Cast) -> None:
    bea, eve = (postgresql(cast.person, name) for name in ("Bea", "Eve"))
    abandoned = postgresql(cast.hold, troupe.ben, troupe.ana)
    lapsed_at = cast.end_of(abandoned)
    taken = while_open(
        postgresql,
        lambda session: settling.lapse_due(session, now=lapsed_at),
        lambda: postgresql(cast.hold, troupe.ben, bea, now=lapsed_at),
    )
    assert taken.state is BookingState.HELD
    assert postgresql(diary.find, abandoned.id).state is BookingState.EXPIRED
    with pytest.raises(Conflict):
        postgresql(cast.hold, troupe.ben, eve, now=lapsed_at)


def test_two_sweeps_at_once_do_each_lapse_once(postgresql: Transact, troupe: Cast) -> None:
    abandoned = postgresql(cast.hold, troupe.ben, troupe.ana)
    late = MONDAY + cast.HOUR

    def sweep(session: Session) -> int:
        return settling.lapse_due(session, now=late)

    assert while_open(postgresql, sweep, lambda: postgresql(sweep), waits=False) == 0
    assert postgresql(diary.find, abandoned.id).state is BookingState.EXPIRED
