"""What people do with packs and seats, wherever it leads; who may not is refused, and that is no news here."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta

from hypothesis import strategies as st
from hypothesis.stateful import rule
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.booking import attendance, canceling, checkout, completing
from core.booking.life import Booking, BookingState, Who
from core.booking.till import Till
from core.errors import Refusal
from core.people import memberships, mentors, people
from core.people.communities import Community
from core.people.mentors import Mentor
from core.people.people import Person
from core.ports import ProviderRefused, Store
from core.prepaid import caring, queue, returning, selling, tenure, waits
from core.prepaid.packs import Pack
from core.prepaid.products import Product
from core.prepaid.waits import SeatWait
from tests import cast
from tests.bank import Bank
from tests.cast import HOUR
from tests.core.booking.shop import words
from tests.core.prepaid import sold
from tests.databases import Transact
from tests.doubles.clock import MovableClock

STUDENTS, MENTORS, ANY = st.integers(0, 3), st.integers(0, 1), st.integers(0, 9)
HOW = st.sampled_from(("completed", "completed", "over", "mentor missing"))
SIDES = st.sampled_from((Who.STUDENT, Who.MENTOR, Who.STAFF))


class Dealings:
    transact: Transact
    clock: MovableClock
    bank: Bank
    till: Till
    community: Community
    hana: Person
    people: list[Person]
    mentors: list[Mentor]
    products: list[Product]
    most: dict[int, int]
    """How many seats each mentor had at most."""

    @property
    def now(self) -> datetime:
        return self.clock.now()

    @property
    def store(self) -> Store:
        raise NotImplementedError

    def the_worker_runs(self) -> None:
        raise NotImplementedError

    def try_to(self, verb: Callable[[Session], object]) -> None:
        """A refusal undoes all of it."""
        with suppress(Refusal, ProviderRefused):
            self.transact(verb)

    def with_pack(self, number: int, act: Callable[[Session, Pack], object]) -> None:
        """Does something to one of the packs that were sold, if there is any."""

        def verb(session: Session) -> None:
            found = session.scalars(select(Pack).where(Pack.paid_at.is_not(None)).order_by(Pack.id)).all()
            if found:
                act(session, found[-1 - number % len(found)])

        self.try_to(verb)

    def with_booking(self, number: int, act: Callable[[Session, Booking], object]) -> None:
        def verb(session: Session) -> None:
            coming = select(Booking).where(Booking.state == BookingState.CONFIRMED).order_by(Booking.id)
            found = session.scalars(coming).all()
            if found:
                act(session, found[number % len(found)])

        self.try_to(verb)

    def staff(self, session: Session) -> Person:
        """Hana, whom her server has just vouched for."""
        place, hana = cast.here(session, self.community), cast.here(session, self.hana)
        memberships.see(session, place, hana, may_manage=True, roles=frozenset(), now=self.now)
        return hana

    def as_(self, session: Session, booking: Booking, who: Who) -> Person:
        match who:
            case Who.STUDENT:
                return people.find(session, booking.student_id)
            case Who.MENTOR:
                return people.find(session, booking.mentor_person_id)
        return self.staff(session)

    # --- buying ---------------------------------------------------------------------------------

    @rule(
        student=STUDENTS,
        mentor=MENTORS,
        product=st.integers(0, 2),
        how=st.sampled_from(("pays", "pays", "pays", "opens", "slowly", "no")),
    )
    def somebody_buys(self, student: int, mentor: int, product: int, how: str) -> None:
        shown = self.products[product]
        with suppress(Refusal, ProviderRefused):
            pack = self.transact(
                sold.reserve, shown, self.mentors[mentor], self.people[student], now=self.now
            )
            if how != "no":
                self.pay(pack, how)
        self.the_worker_runs()

    def pay(self, pack: Pack, how: str) -> None:
        link = checkout.pay_link(self.store, self.till, pack.subject, pack.student_id, words, now=self.now)
        page = asyncio.run(link)
        if page and how == "pays":
            self.bank.pay(page)
        if page and how == "slowly":
            self.bank.pay_slowly(page)

    @rule(page=ANY, how=st.sampled_from(("pay", "arrive", "bounce")))
    def money_moves_at_the_bank(self, page: int, how: str) -> None:
        if self.bank.pages:
            with suppress(ProviderRefused):
                getattr(self.bank, how)(f"/cs_{page % len(self.bank.pages) + 1}")

    @rule(student=STUDENTS)
    def a_purchase_is_let_go(self, student: int) -> None:
        def act(session: Session) -> None:
            held = selling.live_hold(session, self.people[student].id, now=self.now)
            if held is not None:
                selling.release(session, held, people.find(session, held.student_id), now=self.now)

        self.try_to(act)

    # --- the line -------------------------------------------------------------------------------

    @rule(student=STUDENTS, mentor=MENTORS)
    def somebody_waits_for_a_seat(self, student: int, mentor: int) -> None:
        def join(session: Session) -> None:
            ben, ana = cast.here(session, self.mentors[mentor]), cast.here(session, self.people[student])
            queue.join(session, ben, ana, None, now=self.now)

        self.try_to(join)

    @rule(number=ANY)
    def somebody_leaves_the_line(self, number: int) -> None:
        def leave(session: Session) -> None:
            line = session.scalars(select(SeatWait).where(waits.IS_OPEN).order_by(SeatWait.id)).all()
            if line:
                wait = line[number % len(line)]
                queue.leave(session, wait, people.find(session, wait.student_id), now=self.now)

        self.try_to(leave)

    @rule(mentor=MENTORS, count=st.integers(1, 3))
    def a_mentor_has_other_seats(self, mentor: int, count: int) -> None:
        ben = self.mentors[mentor]
        self.most[ben.id] = max(self.most[ben.id], count)
        self.try_to(lambda s: tenure.resize(s, cast.here(s, ben), self.staff(s), count, now=self.now))

    # --- sessions -------------------------------------------------------------------------------

    @rule(number=ANY, half_hours=st.integers(0, 17), agrees=st.sampled_from((True, True, False)))
    def a_session_is_booked(self, number: int, half_hours: int, agrees: bool) -> None:
        """By whoever has bought something; a pack pays as long as one can."""
        start = sold.tomorrow_at_ten(self.now) + half_hours * HOUR / 2

        def book(session: Session, pack: Pack) -> None:
            ben, ana = mentors.find(session, pack.mentor_id), people.find(session, pack.student_id)
            booking = cast.hold(session, ben, ana, start, pack.minutes, now=self.now)
            if agrees and booking.pack_id is not None:
                cast.agree(session, booking, now=self.now)

        self.with_pack(number, book)

    @rule(number=ANY, who=SIDES)
    def a_session_is_called_off(self, number: int, who: Who) -> None:
        def act(session: Session, booking: Booking) -> None:
            quote = canceling.quoted(session, booking, who, now=self.now)
            actor, whole = self.as_(session, booking, who), quote.back is canceling.Back.SESSION
            canceling.call_off(session, booking, who, actor, refund=quote.amount, whole=whole, now=self.now)

        self.with_booking(number, act)

    @rule(number=ANY, how=HOW)
    def a_session_takes_place(self, number: int, how: str) -> None:
        """Said by the mentor, or by the clock, or only the student came."""

        def begin(session: Session, booking: Booking) -> None:
            self.clock.move(max(booking.starts_at - self.now, timedelta(0)))
            if how == "completed":
                mentor = self.as_(session, booking, Who.MENTOR)
                completing.complete(session, booking, mentor, now=self.now)
                completing.complete(session, booking, mentor, now=self.now)
            elif how == "mentor missing":
                attendance.check_in(session, booking, self.as_(session, booking, Who.STUDENT), now=self.now)

        self.with_booking(number, begin)
        if how != "completed":
            self.clock.move(timedelta(hours=74 if how == "mentor missing" else 3))
        self.the_worker_runs()

    @rule(number=ANY, how=HOW, times=st.integers(1, 3))
    def somebody_learns(self, number: int, how: str, times: int) -> None:
        """Some sessions of a pack one after the other, so that many come to their end."""
        for _ in range(times):
            self.a_session_is_booked(number, 4, agrees=True)
            self.a_session_takes_place(number, how)

    @rule(number=ANY, who=SIDES)
    def somebody_books_and_thinks_better_of_it(self, number: int, who: Who) -> None:
        self.a_session_is_booked(number, 8, agrees=True)
        self.a_session_is_called_off(number, who)

    # --- what staff does ------------------------------------------------------------------------

    @rule(number=ANY, by=st.sampled_from((-2, -1, 1)))
    def staff_adjusts(self, number: int, by: int) -> None:
        self.with_pack(
            number, lambda s, pack: caring.adjust(s, pack, self.staff(s), by, "Because", now=self.now)
        )

    @rule(number=ANY)
    def staff_extends(self, number: int) -> None:
        self.with_pack(
            number, lambda s, pack: caring.extend(s, pack, self.staff(s), 5, "Because", now=self.now)
        )

    @rule(number=ANY, mentor=MENTORS)
    def staff_transfers(self, number: int, mentor: int) -> None:
        def act(session: Session, pack: Pack) -> None:
            taker = cast.here(session, self.mentors[mentor])
            caring.transfer(session, pack, taker, self.staff(session), "Because", now=self.now)

        self.with_pack(number, act)

    @rule(number=ANY)
    def staff_refunds_what_is_unused(self, number: int) -> None:
        def act(session: Session, pack: Pack) -> None:
            quote = returning.quoted(session, pack, now=self.now)
            returning.refund(session, pack, self.staff(session), quote, "Because", now=self.now)

        self.with_pack(number, act)
        self.the_worker_runs()
