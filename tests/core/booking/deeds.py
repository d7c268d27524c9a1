"""What people do to a booking after it was held: everything in the table of moves, and everything about its money.

Whoever does not may is refused, and that is no news here: what must hold is in `truths`.
"""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta

from hypothesis import strategies as st
from hypothesis.stateful import rule
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.booking import (
    attendance,
    canceling,
    checkout,
    claims,
    completing,
    disputes,
    mending,
    moving,
    prepaying,
    proposals,
    requests,
    waitlist,
)
from core.booking.life import Booking, BookingState, Who
from core.booking.till import Till
from core.errors import Refusal
from core.money import Money
from core.payments import funding, ledger, payments
from core.payments.ledger import Kind
from core.payments.refunds import Refund, RefundState
from core.people import communities, mentors, people
from core.people.mentors import Mentor
from core.people.people import Person
from core.ports import ProviderRefused, RefundStatus, Store
from core.prepaid import products, selling, tenure
from core.prepaid.packs import Pack, PackState
from core.prepaid.terms import Terms
from tests import cast
from tests.bank import Bank
from tests.cast import HOUR
from tests.core.booking.shop import words
from tests.databases import Transact
from tests.doubles.clock import MovableClock

STUDENTS, MENTORS, ANY = st.integers(0, 3), st.integers(0, 2), st.integers(0, 9)
SIDES = st.sampled_from((Who.STUDENT, Who.MENTOR, Who.STAFF))
PARTS = st.sampled_from((0, 33, 50, 100))


class Deeds:
    transact: Transact
    clock: MovableClock
    bank: Bank
    till: Till
    people: list[Person]
    mentors: list[Mentor]
    hosts: dict[int, Person]
    """By community."""

    @property
    def now(self) -> datetime:
        return self.clock.now()

    @property
    def store(self) -> Store:
        raise NotImplementedError

    @property
    def tomorrow_at_ten(self) -> datetime:
        raise NotImplementedError

    def the_worker_runs(self) -> None:
        raise NotImplementedError

    def tap(self, student: int, mentor: int, half_hours: int, minutes: int, pays: str) -> None:
        raise NotImplementedError

    def pay(self, booking: Booking, how: str) -> None:
        """The wallet pays first; the rest is paid at the bank's page, or not."""
        link = checkout.pay_link(
            self.store, self.till, booking.subject, booking.student_id, words, now=self.now
        )
        page = asyncio.run(link)
        if page and how == "pays":
            self.bank.pay(page)
        if page and how == "slowly":
            self.bank.pay_slowly(page)

    def do(
        self, number: int, states: tuple[BookingState, ...], act: Callable[[Session, Booking], object]
    ) -> None:
        """Does something to one of the bookings in these states, if there is any, and a refusal undoes it."""

        def verb(session: Session) -> None:
            found = select(Booking).where(Booking.state.in_(states)).order_by(Booking.id)
            fitting = session.scalars(found).all()
            if fitting:
                act(session, fitting[number % len(fitting)])

        with suppress(Refusal):
            self.transact(verb)

    def as_(self, session: Session, booking: Booking, who: Who) -> Person:
        match who:
            case Who.STUDENT:
                return people.find(session, booking.student_id)
            case Who.MENTOR:
                return people.find(session, booking.mentor_person_id)
        return cast.here(session, self.hosts[booking.community_id])

    # --- money ----------------------------------------------------------------------------------

    @rule(student=STUDENTS, mentor=MENTORS, amount=st.sampled_from((37, 1_371, 5_000, 200_000)))
    def somebody_is_given_credit(self, student: int, mentor: int, amount: int) -> None:
        money = Money(amount, self.mentors[mentor].currency)
        moves = {"provider:gift": money, ledger.wallet(self.people[student].id): -money}
        key = f"gift:{student}:{self.now.timestamp()}:{amount}:{money.currency}"
        self.transact(ledger.post, Kind.CREDIT, moves, key=key, now=self.now)

    @rule(student=STUDENTS, mentor=MENTORS, half_hours=st.integers(0, 5))
    def somebody_books(self, student: int, mentor: int, half_hours: int) -> None:
        self.tap(student, mentor, half_hours, 60, "pays")
        self.the_worker_runs()

    @rule(number=ANY, how=st.sampled_from(("pays", "opens", "slowly")))
    def a_hold_is_paid(self, number: int, how: str) -> None:
        holds = self.transact(_in_state, BookingState.HELD)
        if holds:
            with suppress(Refusal, ProviderRefused):
                self.pay(holds[number % len(holds)], how)

    @rule(status=st.sampled_from((*RefundStatus, RefundStatus.SUCCEEDED)))
    def the_bank_makes_refunds_so(self, status: RefundStatus) -> None:
        self.bank.refund_status = status

    @rule(number=ANY, status=st.sampled_from((RefundStatus.SUCCEEDED, RefundStatus.FAILED)))
    def a_refund_comes_to_its_end(self, number: int, status: RefundStatus) -> None:
        if self.bank.given:
            with suppress(ProviderRefused):
                self.bank.finish(f"re_{number % len(self.bank.given) + 1}", status)

    @rule(number=ANY, again=st.booleans())
    def staff_mends_a_refund(self, number: int, again: bool) -> None:
        def mend(session: Session) -> None:
            found = select(Refund).where(Refund.state == RefundState.FAILED).order_by(Refund.id)
            failed = session.scalars(found).all()
            if failed:
                refund = failed[number % len(failed)]
                hana = self.hosts[payments.find(session, refund.payment_id).community_id]
                verb = mending.try_again if again else mending.credit_instead
                verb(session, refund, cast.here(session, hana), now=self.now)

        with suppress(Refusal):
            self.transact(mend)

    @rule(number=ANY, part=PARTS, as_credit=st.booleans())
    def staff_gives_back_by_hand(self, number: int, part: int, as_credit: bool) -> None:
        def act(session: Session, booking: Booking) -> None:
            money = booking.price.share(part * 100)
            reason = f"hand:{self.now.timestamp():.0f}"
            prepaying.give_back(session, booking, money, reason, now=self.now, as_credit=as_credit)

        self.do(number, AFTER_MONEY, act)

    # --- packs ----------------------------------------------------------------------------------

    @rule(student=STUDENTS, mentor=MENTORS, sessions=st.sampled_from((1, 3)))
    def somebody_has_a_pack(self, student: int, mentor: int, sessions: int) -> None:
        def give(session: Session) -> None:
            ben, ana = cast.here(session, self.mentors[mentor]), cast.here(session, self.people[student])
            community = communities.find(session, ben.community_id)
            price = Money(10_010 * sessions, ben.currency)
            said = Terms("Some sessions", 60, price, sessions=sessions)
            hana, lowest = cast.here(session, self.hosts[community.id]), Money(10, ben.currency)
            product = products.define(session, community, hana, said, [ben], lowest=lowest, now=self.now)
            pack = selling.hold(session, product, ben, ana, revision=product.revision, now=self.now)
            moves = {"provider:gift": price, pack.purpose.account: -price}
            ledger.post(session, Kind.CREDIT, moves, key=f"gift:pack:{pack.id}", now=self.now)
            selling.activate(session, pack, now=self.now)

        with suppress(Refusal):
            self.transact(give)

    @rule(number=ANY)
    def a_pack_ends(self, number: int) -> None:
        def end(session: Session) -> None:
            found = select(Pack).where(Pack.state == PackState.ACTIVE).order_by(Pack.id)
            active = session.scalars(found).all()
            if active:
                active[number % len(active)].expires_at = self.now

        self.transact(end)
        self.transact(tenure.keep_due, now=self.now)

    @rule(number=ANY, who=SIDES)
    def a_session_is_said_to_be_done(self, number: int, who: Who) -> None:
        def act(session: Session, booking: Booking) -> None:
            completing.complete(session, booking, self.as_(session, booking, who), now=self.now)

        self.do(number, (BookingState.CONFIRMED,), act)

    # --- changes --------------------------------------------------------------------------------

    @rule(number=ANY, who=SIDES, as_credit=st.booleans())
    def somebody_calls_off(self, number: int, who: Who, as_credit: bool) -> None:
        def act(session: Session, booking: Booking) -> None:
            quote = canceling.quoted(session, booking, who, now=self.now)
            actor, whole = self.as_(session, booking, who), quote.back is canceling.Back.SESSION or None
            canceling.call_off(
                *(session, booking, who, actor),
                refund=quote.amount,
                as_credit=as_credit,
                whole=whole,
                now=self.now,
            )

        self.do(
            number,
            (
                BookingState.CONFIRMED,
                BookingState.HELD,
            ),
            act,
        )

    @rule(number=ANY, who=SIDES, half_hours=st.integers(0, 5))
    def somebody_moves(self, number: int, who: Who, half_hours: int) -> None:
        start = self.tomorrow_at_ten + half_hours * HOUR / 2

        def act(session: Session, booking: Booking) -> None:
            moving.move(session, booking, who, self.as_(session, booking, who), start, now=self.now)

        self.do(number, (BookingState.CONFIRMED,), act)

    @rule(
        number=ANY,
        half_hours=st.integers(0, 5),
        answer=st.sampled_from(("takes", "refuses", "refund", "is silent")),
    )
    def a_mentor_proposes_another_time(self, number: int, half_hours: int, answer: str) -> None:
        start = self.tomorrow_at_ten + half_hours * HOUR / 2

        def act(session: Session, booking: Booking) -> None:
            ben, ana = (self.as_(session, booking, who) for who in (Who.MENTOR, Who.STUDENT))
            proposals.propose(session, booking, ben, [start], "", now=self.now)
            match answer:
                case "takes":
                    proposals.accept(session, booking, ana, start, now=self.now)
                case "refuses":
                    proposals.refuse(session, booking, ana, now=self.now)
                case "refund":
                    proposals.refund(session, booking, ana, now=self.now)

        self.do(
            number,
            (
                BookingState.CONFIRMED,
                BookingState.REQUESTED,
            ),
            act,
        )

    # --- requests and the line ------------------------------------------------------------------

    @rule(mentor=MENTORS, asks=st.booleans())
    def a_mentor_wants_to_be_asked(self, mentor: int, asks: bool) -> None:
        def choose(session: Session) -> None:
            ben = cast.here(session, self.mentors[mentor])
            mentors.ask_first(session, ben, people.find(session, ben.person_id), asks=asks, now=self.now)

        self.transact(choose)

    @rule(number=ANY, yes=st.booleans())
    def a_mentor_answers(self, number: int, yes: bool) -> None:
        def act(session: Session, booking: Booking) -> None:
            ben = self.as_(session, booking, Who.MENTOR)
            if yes:
                requests.accept(session, booking, ben, now=self.now)
            else:
                requests.decline(session, booking, ben, "Not my field", now=self.now)

        self.do(number, (BookingState.REQUESTED,), act)

    @rule(student=STUDENTS, mentor=MENTORS)
    def somebody_waits(self, student: int, mentor: int) -> None:
        def join(session: Session) -> None:
            ben, ana = cast.here(session, self.mentors[mentor]), cast.here(session, self.people[student])
            waitlist.join(session, ben, ana, 60, now=self.now, day=self.tomorrow_at_ten.date())

        with suppress(Refusal):
            self.transact(join)

    @rule(number=ANY)
    def somebody_waits_for_an_earlier_time(self, number: int) -> None:
        def act(session: Session, booking: Booking) -> None:
            waitlist.join_earlier(session, booking, self.as_(session, booking, Who.STUDENT), now=self.now)

        self.do(number, (BookingState.CONFIRMED,), act)

    @rule(number=ANY)
    def an_offer_is_claimed(self, number: int) -> None:
        def act(session: Session, booking: Booking) -> None:
            claims.claim(session, booking, self.as_(session, booking, Who.STUDENT), now=self.now)

        self.do(number, (BookingState.HELD,), act)

    # --- after the session ----------------------------------------------------------------------

    @rule(number=ANY, who=SIDES, early=st.booleans())
    def a_session_begins_and_somebody_is_there(self, number: int, who: Who, early: bool) -> None:
        def act(session: Session, booking: Booking) -> None:
            if early and booking.starts_at > self.now:
                self.clock.move(booking.starts_at - self.now)
            attendance.check_in(session, booking, self.as_(session, booking, who), now=self.now)

        self.do(number, (BookingState.CONFIRMED,), act)

    @rule(number=ANY, who=SIDES)
    def somebody_objects(self, number: int, who: Who) -> None:
        outcomes = (BookingState.COMPLETED, BookingState.STUDENT_NO_SHOW, BookingState.MENTOR_NO_SHOW)

        def act(session: Session, booking: Booking) -> None:
            disputes.object(session, booking, self.as_(session, booking, who), "It was not so", now=self.now)

        self.do(number, outcomes, act)

    @rule(number=ANY, part=PARTS)
    def staff_decides(self, number: int, part: int) -> None:
        def act(session: Session, booking: Booking) -> None:
            dispute = disputes.require_open(session, booking)
            refund = funding.left(session, booking).share(part * 100)
            hana = self.as_(session, booking, Who.STAFF)
            disputes.resolve(session, dispute, hana, refund=refund, note="Heard both", now=self.now)

        self.do(number, (BookingState.DISPUTED,), act)

    @rule(later=st.sampled_from((timedelta(minutes=16), timedelta(hours=73))))
    def a_session_is_over(self, later: timedelta) -> None:
        """The next one that was confirmed, by a quarter of an hour, or for good."""
        ends = [booking.ends_at for booking in self.transact(_in_state, BookingState.CONFIRMED)]
        self.clock.move(max(min(ends, default=self.now) - self.now, timedelta(0)) + later)
        self.the_worker_runs()


AFTER_MONEY = (
    BookingState.CONFIRMED,
    BookingState.COMPLETED,
    BookingState.SETTLED,
    BookingState.CANCELED,
    BookingState.EXPIRED,
)


def _in_state(session: Session, state: BookingState) -> list[Booking]:
    return list(session.scalars(select(Booking).where(Booking.state == state).order_by(Booking.id)))
