"""Ben's shop: a till with a strict bank behind it, a clock that moves, and the walks people take through it."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from time import monotonic

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from adapters.database import Database
from core.booking import checkout, diary, refunding, rounds, settling
from core.booking.life import Booking, BookingState
from core.booking.till import Till, Words
from core.booking.wares import Ware
from core.history import History
from core.money import Money
from core.payments import ledger, paying, payments, refunds
from core.payments.payments import Payment
from core.payments.refunds import Refund
from core.people.mentors import Mentor
from core.people.people import Person
from tests import cast
from tests.bank import Bank
from tests.cast import MONDAY, TUESDAY_TEN, Cast
from tests.databases import Transact
from tests.doubles.clock import MovableClock

PRICE = Money(6_000, "USD")


@dataclass
class Shop:
    db: Database
    troupe: Cast
    clock: MovableClock
    bank: Bank
    till: Till = field(init=False)

    def __post_init__(self) -> None:
        self.till = Till({"bank": self.bank}, "bank", "", "https://discord.example/guild")

    @classmethod
    async def open(cls, db: Database) -> "Shop":
        clock = MovableClock(MONDAY)
        return cls(db, await db.write(cast.enter), clock, Bank(clock))

    @property
    def now(self) -> datetime:
        return self.clock.now()

    async def hold(
        self, student: Person | None = None, at: datetime = TUESDAY_TEN, mentor: Mentor | None = None
    ) -> Booking:
        """A time is tapped on and the terms are accepted."""
        booking = await self.db.write(
            cast.hold, mentor or self.troupe.ben, student or self.troupe.ana, at, now=self.now
        )
        return await self.db.write(cast.agree, booking, now=self.now)

    async def page(self, booking: Booking) -> str:
        """The bank's page for a hold."""
        return await checkout.pay_link(
            self.db, self.till, booking.subject, booking.student_id, words, now=self.now
        )

    async def other_page(self, booking: Booking) -> str:
        """A second page while the first is still open, as when the bank did not answer that it is closed."""
        await self.db.write(lambda s: paying.close_all(s, booking.purpose, now=self.now))
        payer = booking.student_id
        token = await self.db.write(checkout.intend, self.bank, booking.subject, payer, now=self.now)
        return await checkout.open_link(self.db, self.till, token, words, now=self.now)

    async def post(self, *numbers: int) -> None:
        """The bank's letters arrive, by their numbers (the first is 0), and are read."""
        for number in numbers:
            headers, body = self.bank.letters[number]
            event = await self.bank.read_webhook(headers, body, self.now)
            await rounds.take_webhook(self.db, "bank", event, body, now=self.now)
        await rounds.read_inbox(self.db, self.till, now=self.now)

    async def post_all(self) -> None:
        await self.post(*range(len(self.bank.letters)))

    async def tick(self) -> datetime | None:
        """The jobs of the worker run once."""
        await rounds.read_inbox(self.db, self.till, now=self.now)
        due = await rounds.keep_time(self.db, self.till, now=self.now)
        again = await refunding.make_due(self.db, self.till, now=self.now)
        return min((time for time in (due, again) if time), default=None)

    async def wait(self, by: timedelta) -> None:
        """Time passes; the worker runs whenever it asked to be woken."""
        until, turns = self.now + by, 0
        while (due := await self.tick()) is not None and due <= until:
            turns += 1
            assert turns < 200, "the worker spins"
            self.clock.move(max(due, self.now) - self.now)
        self.clock.move(until - self.now)
        await self.tick()

    async def booking(self, booking: Booking) -> Booking:
        return await self.db.read(diary.find, booking.id)

    async def state(self, booking: Booking) -> BookingState:
        return (await self.booking(booking)).state

    async def payment(self, booking: Booking) -> Payment:
        payment = await self.db.read(payments.latest, booking.purpose)
        assert payment is not None
        return payment

    async def refunds(self, booking: Booking) -> list[Refund]:
        def of_booking(session: Session) -> list[Refund]:
            paid = payments.of_booking(session, booking.id)
            return [refund for payment in paid for refund in refunds.of_payment(session, payment.id)]

        return await self.db.read(of_booking)

    async def held(self, booking: Booking) -> int:
        """Minor units that the books owe to somebody for this booking."""
        return -(await self.db.read(ledger.balance, f"held:{booking.id}", "USD")).amount

    async def check_books(self) -> None:
        """The books sum to zero and say what the bank says."""
        assert set((await self.db.read(ledger.sums)).values()) <= {0}
        at_bank = await self.db.read(ledger.balance, "provider:bank", "USD")
        assert at_bank.amount == self.bank.received - self.bank.returned

    async def events(self, noun: str) -> list[str]:
        def told(session: Session) -> list[str]:
            rows = session.scalars(select(History.event).order_by(History.id))
            return [event for event in rows if event.startswith(f"{noun}.")]

        return await self.db.read(told)

    async def choose_refund(self, booking: Booking) -> None:
        await self.db.write(
            lambda s: settling.want_late_refund(
                s, diary.find(s, booking.id), cast.here(s, self.troupe.ana), now=self.now
            )
        )

    async def choose_time(self, booking: Booking, at: datetime) -> None:
        await self.db.write(
            lambda s: settling.take_other_time(
                s, diary.find(s, booking.id), cast.here(s, self.troupe.ana), at, now=self.now
            )
        )


def words(session: Session, ware: Ware) -> Words:
    return Words(f"Session {ware.code}", "With Ben", "en")


def wait_for_a_lock(transact: Transact) -> None:
    """Until some transaction of this database waits for another, however long a laden machine takes to get there."""
    waits = text(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    )
    gives_up = monotonic() + 60
    while not transact(lambda session: session.scalar(waits)):
        assert monotonic() < gives_up, "nobody waits"
