"""Random histories of many people, held against what must never happen.

Students tap, move, agree, let go, pay in time, late and slowly; holds lapse, sessions end, mentors go away, the
host refunds at the dashboard, the bank falls silent, and the jobs run whenever they like.
"""

import asyncio
from collections.abc import Callable
from contextlib import ExitStack, suppress
from datetime import UTC, datetime, time, timedelta
from typing import Concatenate, ParamSpec, TypeVar

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.booking import diary, refunding, rounds, settling
from core.booking.life import BookingState
from core.booking.till import Till
from core.errors import Refusal
from core.messages import notices
from core.money import Money
from core.payments.payments import Payment
from core.people import people
from core.ports import ProviderRefused, RefundStatus
from core.prepaid import tenure
from core.schedule import availability
from tests import cast
from tests.bank import Bank
from tests.cast import HOUR, MINUTE, MONDAY
from tests.core.booking import truths
from tests.core.booking.deeds import ANY, MENTORS, STUDENTS, Deeds
from tests.databases import Stock, Transact
from tests.doubles.clock import MovableClock

P = ParamSpec("P")
T = TypeVar("T")
RATES = (Money(6_137, "USD"), Money(5_999, "JPY"), Money(12_340, "KWD"))


class AtOnce:
    """The store of the edges, without an event loop between."""

    def __init__(self, transact: Transact) -> None:
        self._transact = transact

    async def read(
        self, verb: Callable[Concatenate[Session, P], T], /, *args: P.args, **kwargs: P.kwargs
    ) -> T:
        return self._transact(verb, *args, **kwargs)

    write = keep = read


class Chronicle(Deeds, RuleBasedStateMachine):
    stock: Stock

    @initialize()
    def open(self) -> None:
        self.exits = ExitStack()
        self.transact = Transact(self.exits.enter_context(self.stock.fresh()))
        self.exits.callback(self.transact.close)
        self.clock = MovableClock(MONDAY)
        self.bank = Bank(self.clock)
        self.till = Till({"bank": self.bank}, "bank", "", "https://chat.example")
        self.states: dict[int, BookingState] = {}
        self.transact(self.gather)
        self.somebody_has_a_pack(1, 1, 3)
        for student, how in enumerate(("opens", "pays", "pays")):
            self.somebody_is_given_credit(student, student, 1_371)
            self.tap(student, student, 2 * student, 60, how)
        self.the_worker_runs()

    def gather(self, session: Session) -> None:
        """Three mentors of three currencies, one of whom learns too, three students, and a week that is narrow enough
        to quarrel."""
        hours, buffers = [(600, 780)], [(0, 10), (15, 0), (5, 30)]
        self.mentors, self.hosts = [], {}
        for name, between, hourly in zip(("Ben", "Carl", "Dee"), buffers, RATES, strict=True):
            place, hana = cast.community(
                session, name, notice_minutes=0, currency=hourly.currency, commission=1_733
            )
            ben = cast.mentor(session, place, name, by=hana, hours=hours, buffers=between, hourly=hourly)
            self.mentors.append(ben)
            self.hosts[place.id] = hana
        self.people = [cast.person(session, name) for name in ("Ana", "Bea", "Eve", "Ben")]

    def teardown(self) -> None:
        if hasattr(self, "exits"):
            self.exits.close()

    # --- what people do -------------------------------------------------------------------------

    @rule(
        student=STUDENTS,
        mentor=MENTORS,
        half_hours=st.integers(0, 5),
        minutes=st.sampled_from((30, 60, 90)),
        pays=st.sampled_from(("pays", "opens", "slowly", "agrees", "no")),
    )
    def tap(self, student: int, mentor: int, half_hours: int, minutes: int, pays: str) -> None:
        start = self.tomorrow_at_ten + half_hours * HOUR / 2
        with suppress(Refusal, ProviderRefused):
            booking = self.transact(
                cast.hold, self.mentors[mentor], self.people[student], start, minutes, now=self.clock.now()
            )
            if pays == "no":
                return
            self.transact(cast.agree, booking, now=self.clock.now())
            if pays == "agrees":
                return
            self.pay(booking, pays)

    @rule(page=ANY, how=st.sampled_from(("pay", "pay_slowly", "arrive", "arrive", "bounce")))
    def go_to_a_page(self, page: int, how: str) -> None:
        """Somebody pays by a page that was open all the while, or slow money moves."""
        if self.bank.pages:
            with suppress(ProviderRefused):
                getattr(self.bank, how)(f"/cs_{page % len(self.bank.pages) + 1}")

    @rule(student=STUDENTS)
    def let_go(self, student: int) -> None:
        hold = self.transact(diary.live_hold, self.people[student].id, now=self.clock.now())
        if hold is not None:
            with suppress(Refusal):
                self.transact(cast.release, hold, now=self.clock.now())

    @rule(page=ANY, all_of_it=st.booleans())
    def the_host_refunds(self, page: int, all_of_it: bool) -> None:
        if self.bank.pages:
            ref = f"cs_{page % len(self.bank.pages) + 1}"
            asked = self.bank.pages[ref].ask.amount
            with suppress(ProviderRefused):
                self.bank.give_back(ref, asked if all_of_it else asked.share(3_000))

    @rule(choice=st.sampled_from(("refund", "time")), half_hours=st.integers(0, 5))
    def choose_for_late_money(self, choice: str, half_hours: int) -> None:
        with suppress(Refusal):
            self.transact(self.choose, choice, self.tomorrow_at_ten + half_hours * HOUR / 2)

    def choose(self, session: Session, choice: str, start: datetime) -> None:
        late = session.scalars(select(Payment).where(Payment.late_until.is_not(None))).first()
        if late is None:
            return
        assert late.booking_id is not None
        booking = diary.find(session, late.booking_id)
        payer = people.find(session, late.person_id)
        if choice == "refund":
            settling.want_late_refund(session, booking, payer, now=self.clock.now())
        else:
            settling.take_other_time(session, booking, payer, start, now=self.clock.now())

    @rule(mentor=MENTORS, away=st.booleans())
    def go_away_or_come_back(self, mentor: int, away: bool) -> None:
        def act(session: Session) -> None:
            ben = cast.here(session, self.mentors[mentor])
            himself, day = people.find(session, ben.person_id), self.tomorrow_at_ten.date()
            if away:
                availability.leave(session, ben, himself, day, day, now=self.clock.now())
            else:
                availability.come_back(session, ben, himself, now=self.clock.now())

        self.transact(act)

    # --- what happens by itself -----------------------------------------------------------------

    @rule(is_down=st.booleans())
    def the_bank_falls_silent_or_speaks(self, is_down: bool) -> None:
        self.bank.weather.is_down = is_down

    @rule(page=ANY)
    def somebody_pays_while_nobody_hears_the_bank(self, page: int) -> None:
        """Holds end meanwhile, and their pages are still open."""
        self.bank.weather.is_down = True
        for minutes in (15, 3):
            self.clock.move(minutes * MINUTE)
            self.the_worker_runs()
        self.go_to_a_page(page, "pay")
        self.bank.weather.is_down = False

    @rule(letter=ANY)
    def a_letter_arrives(self, letter: int) -> None:
        if self.bank.letters:
            headers, body = self.bank.letters[letter % len(self.bank.letters)]
            event = asyncio.run(self.bank.read_webhook(headers, body, self.clock.now()))
            asyncio.run(rounds.take_webhook(self.store, "bank", event, body, now=self.clock.now()))
            asyncio.run(rounds.read_inbox(self.store, self.till, now=self.clock.now()))

    @rule(minutes=st.sampled_from((1, 5, 14, 15, 18, 60, 25 * 60)))
    def time_passes(self, minutes: int) -> None:
        self.clock.move(minutes * MINUTE)

    @rule()
    def the_worker_runs(self) -> None:
        now = self.clock.now()
        asyncio.run(rounds.read_inbox(self.store, self.till, now=now))
        asyncio.run(rounds.keep_time(self.store, self.till, now=now))
        self.transact(tenure.keep_due, now=now)
        asyncio.run(refunding.make_due(self.store, self.till, now=now))
        while self.transact(notices.fan_out, now=now):
            pass

    @property
    def tomorrow_at_ten(self) -> datetime:
        return datetime.combine(self.clock.now().date() + timedelta(days=1), time(10), UTC)

    @property
    def store(self) -> AtOnce:
        return AtOnce(self.transact)

    # --- what must always be true ---------------------------------------------------------------

    @invariant()
    def all_is_well(self) -> None:
        if hasattr(self, "transact"):
            self.transact(self.check)

    def check(self, session: Session) -> None:
        truths.nobody_is_in_two_places(session)
        truths.states_follow_the_table(session, self.states)
        truths.a_student_has_one_live_hold(session, self.clock.now())
        truths.money_is_accounted_for(session, self.bank)
        truths.sessions_of_packs_are_accounted_for(session)
        truths.each_notice_is_planned_once(session)

    # --- and in the end -------------------------------------------------------------------------

    def settle_everything(self) -> None:
        """The bank speaks, letters arrive, and three days later nothing is open and nothing is lost."""
        self.bank.weather.is_down, self.bank.refund_status = False, RefundStatus.SUCCEEDED
        for given in self.bank.given.values():
            if given.status is RefundStatus.PENDING:
                self.bank.finish(given.ref, RefundStatus.SUCCEEDED)
        for letter in range(len(self.bank.letters)):
            self.a_letter_arrives(letter)
        for _ in range(12):
            self.clock.move(timedelta(hours=7))
            self.the_worker_runs()
        self.all_is_well()
        self.transact(truths.nothing_is_lost, self.bank)


def test_no_history_of_many_people_breaks_what_must_hold(stock: Stock) -> None:
    class OnThisDatabase(Chronicle):
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
            max_examples=10,
            stateful_step_count=25,
            deadline=None,
            database=None,
            phases=(Phase.generate,),  # making a history shorter takes minutes
            print_blob=True,
            suppress_health_check=list(HealthCheck),
        ),
    )
