"""Random histories of packs and seats, held against what must never happen.

Four students quarrel over two mentors' few seats: they buy, in time, late and slowly, wait in line, book, cancel and
miss; sessions take place and packs end; staff adjusts, extends, transfers and refunds; and the jobs run when they like.
"""

import asyncio
from contextlib import ExitStack
from datetime import timedelta

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy.orm import Session

from core.booking import refunding, rounds
from core.booking.till import Till
from core.money import Money
from core.people import mentors
from core.ports import RefundStatus
from core.prepaid import products, tenure
from core.prepaid.products import Product
from core.prepaid.terms import Terms
from tests import cast
from tests.bank import Bank
from tests.cast import HOUR, MINUTE, MONDAY
from tests.core.booking import truths as money
from tests.core.booking.test_chronicle import AtOnce
from tests.core.prepaid import truths
from tests.core.prepaid.counter import LOWEST
from tests.core.prepaid.dealings import Dealings
from tests.core.prepaid.sold import DAY
from tests.databases import Stock, Transact
from tests.doubles.clock import MovableClock

ON_SALE = ((1, 5_003, 90), (2, 10_001, 7), (4, 19_999, 12))
"""Sessions, cents and days."""


class Histories(Dealings, RuleBasedStateMachine):
    stock: Stock

    @initialize()
    def open(self) -> None:
        self.exits = ExitStack()
        self.transact = Transact(self.exits.enter_context(self.stock.fresh()))
        self.exits.callback(self.transact.close)
        self.clock = MovableClock(MONDAY)
        self.bank = Bank(self.clock)
        self.till = Till({"bank": self.bank}, "bank", "", "https://chat.example")
        self.transact(self.gather)
        for student in range(3):
            self.somebody_buys(student, 0, student, "pays")
        self.somebody_waits_for_a_seat(3, 0)
        self.a_session_is_booked(0, 2, agrees=True)

    def gather(self, session: Session) -> None:
        """Two mentors, the first with two seats, and packs that can be bought of both."""
        self.community, self.hana = cast.community(session, notice_minutes=0, commission=1_733)
        self.mentors = [cast.mentor(session, self.community, name, by=self.hana) for name in ("Ben", "Olga")]
        for mentor in self.mentors:
            mentors.resize(session, mentor, self.hana, 2, now=MONDAY)
        self.most = {mentor.id: 2 for mentor in self.mentors}
        self.people = [cast.person(session, name) for name in ("Ana", "Cleo", "Dora", "Eve")]
        self.products = [self.define(session, *each) for each in ON_SALE]

    def define(self, session: Session, sessions: int, cents: int, days: int) -> Product:
        said = Terms(f"{sessions} sessions", 60, Money(cents, "USD"), sessions, days)
        return products.define(
            session, self.community, self.hana, said, self.mentors, lowest=LOWEST, now=MONDAY
        )

    def teardown(self) -> None:
        if hasattr(self, "exits"):
            self.exits.close()

    @property
    def store(self) -> AtOnce:
        return AtOnce(self.transact)

    # --- what happens by itself -----------------------------------------------------------------

    @rule(by=st.sampled_from((MINUTE, 16 * MINUTE, 13 * HOUR, 60 * HOUR, 73 * HOUR, 8 * DAY)))
    def time_passes(self, by: timedelta) -> None:
        self.clock.move(by)

    @rule()
    def the_worker_runs(self) -> None:
        asyncio.run(self.work())
        self.transact(truths.nothing_is_overdue, self.now)

    async def work(self) -> None:
        """All letters of the bank arrive, and what is due is done; twice, for one thing makes another due."""
        for headers, body in self.bank.letters:
            event = await self.bank.read_webhook(headers, body, self.now)
            await rounds.take_webhook(self.store, "bank", event, body, now=self.now)
        for _ in range(2):
            await rounds.read_inbox(self.store, self.till, now=self.now)
            await rounds.keep_time(self.store, self.till, now=self.now)
            await refunding.make_due(self.store, self.till, now=self.now)
            await tenure.keep_time(self.store, now=self.now)

    # --- what must always be true ---------------------------------------------------------------

    @invariant()
    def all_is_well(self) -> None:
        if hasattr(self, "transact"):
            self.transact(self.check)

    def check(self, session: Session) -> None:
        truths.sessions_add_up(session)
        truths.each_booking_has_its_session(session)
        truths.money_is_worth_what_is_left(session)
        truths.a_state_says_what_is_left(session)
        truths.no_seat_is_held_twice_or_lost(session, self.most)
        truths.a_seat_follows_its_packs(session, 72 * HOUR)
        truths.the_line_keeps_its_order(session)
        money.money_is_accounted_for(session, self.bank)

    # --- and in the end -------------------------------------------------------------------------

    def settle_everything(self) -> None:
        """All packs end, all seats are free, and what was paid went back, is in a wallet, or was earned."""
        self.bank.refund_status = RefundStatus.SUCCEEDED
        for _ in range(6):
            self.clock.move(32 * DAY)
            self.the_worker_runs()
        self.all_is_well()
        assert self.transact(tenure.next_due) is None
        self.transact(money.nothing_is_lost, self.bank)


def test_no_history_of_packs_and_seats_breaks_what_must_hold(stock: Stock) -> None:
    class OnThisDatabase(Histories):
        def teardown(self) -> None:
            try:
                if hasattr(self, "transact"):
                    self.settle_everything()
            finally:
                super().teardown()

    OnThisDatabase.stock = stock
    run_state_machine_as_test(
        OnThisDatabase,
        settings=settings(
            max_examples=6,
            stateful_step_count=25,
            deadline=None,
            database=None,
            phases=(Phase.generate,),  # making a history shorter takes minutes
            print_blob=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
