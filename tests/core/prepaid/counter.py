"""Ben's shop with packs on its counter: what people buy, and what the rows say of it afterwards."""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import Session

from adapters.database import Database
from core.booking import checkout
from core.money import Money
from core.payments import ledger, payments, refunds
from core.payments.ledger import Kind
from core.payments.refunds import Refund
from core.people.mentors import Mentor
from core.people.people import Person
from core.prepaid import credits, packs, products, queue, seats, selling, waits
from core.prepaid.packs import Pack, PackState
from core.prepaid.products import Product
from core.prepaid.seats import Seat, SeatState
from core.prepaid.terms import Terms
from core.prepaid.waits import SeatWait
from tests import cast
from tests.bank import Bank
from tests.cast import MONDAY, Cast
from tests.core.booking.shop import Shop, words
from tests.doubles.clock import MovableClock

PRICE = Money(20_000, "USD")
LOWEST = Money(50, "USD")
FOUR = Terms("Four sessions", 60, PRICE)


@dataclass
class Counter(Shop):
    """`four` is Ben's pack of four sessions."""

    four: Product = field(kw_only=True)
    dora: Person = field(kw_only=True)

    @classmethod
    async def open(cls, db: Database) -> "Counter":
        clock = MovableClock(MONDAY)
        troupe = await db.write(cast.enter)
        dora = await db.write(cast.person, "Dora")
        return cls(db, troupe, clock, Bank(clock), four=await db.write(define, troupe), dora=dora)

    async def has_seats(self, count: int) -> None:
        def change(session: Session) -> None:
            cast.here(session, self.troupe.ben).seats = count

        await self.db.write(change)

    async def reserves(
        self, student: Person | None = None, product: Product | None = None, mentor: Mentor | None = None
    ) -> Pack:
        """A tap on "Buy", with the revision that the product had when it was looked at."""
        shown = product or self.four
        return await self.db.write(
            tap, shown, mentor or self.troupe.ben, student or self.troupe.ana, now=self.now
        )

    async def pays(self, pack: Pack) -> None:
        self.bank.pay(await self.link(pack))
        await self.post_all()

    async def buys(self, student: Person | None = None, product: Product | None = None) -> Pack:
        pack = await self.reserves(student, product)
        await self.pays(pack)
        return await self.pack(pack)

    async def link(self, pack: Pack) -> str:
        """The bank's page."""
        return await checkout.pay_link(self.db, self.till, pack.subject, pack.student_id, words, now=self.now)

    async def lets_go(self, pack: Pack) -> None:
        def release(session: Session) -> None:
            selling.release(
                session, packs.find(session, pack.id), session.get_one(Person, pack.student_id), now=self.now
            )

        await self.db.write(release)

    async def pack(self, pack: Pack) -> Pack:
        return await self.db.read(packs.find, pack.id)

    async def became(self, pack: Pack) -> PackState:
        return (await self.pack(pack)).state

    async def left(self, pack: Pack) -> int:
        return await self.db.read(credits.left, pack.id)

    async def kept(self, pack: Pack) -> int:
        """Minor units that the books keep for it."""
        return (await self.db.read(credits.money, pack)).amount

    async def seat(self, student: Person | None = None) -> SeatState | None:
        """What Ben's seat is that this student has."""
        found = await self.db.read(seats.of, self.troupe.ben.id, (student or self.troupe.ana).id)
        return found.state if found else None

    async def seats_taken(self) -> list[Seat]:
        return await self.db.read(seats.of_mentor, self.troupe.ben.id)

    async def refunds_of(self, pack: Pack) -> list[Refund]:
        def found(session: Session) -> list[Refund]:
            paid = payments.of(session, pack.purpose)
            return [refund for payment in paid for refund in refunds.of_payment(session, payment.id)]

        return await self.db.read(found)

    async def joins(self, student: Person, product: Product | None = None) -> SeatWait:
        return await self.db.write(join, self.troupe.ben, student, product, now=self.now)

    async def wait_of(self, wait: SeatWait) -> SeatWait:
        return await self.db.read(waits.find, wait.id)

    async def gives_credit(self, student: Person, amount: int) -> None:
        """Dollars and cents from the host, for nothing."""
        money = Money(amount, "USD")
        moves = {"provider:gift": money, ledger.wallet(student.id): -money}
        key = f"gift:{student.id}"
        await self.db.write(lambda s: ledger.post(s, Kind.CREDIT, moves, key=key, now=self.now))

    async def credit(self, student: Person | None = None) -> int:
        account = ledger.wallet((student or self.troupe.ana).id)
        return -(await self.db.read(ledger.balance, account, "USD")).amount


def define(session: Session, troupe: Cast, terms: Terms = FOUR) -> Product:
    """Hana puts a pack of Ben's on sale."""
    ben = cast.here(session, troupe.ben)
    community, hana = cast.here(session, troupe.community), cast.here(session, troupe.hana)
    return products.define(session, community, hana, terms, [ben], lowest=LOWEST, now=MONDAY)


def revise(session: Session, troupe: Cast, product: Product, terms: Terms) -> None:
    products.revise(
        session,
        cast.here(session, product),
        cast.here(session, troupe.hana),
        terms,
        lowest=LOWEST,
        now=MONDAY,
    )


def tap(session: Session, shown: Product, mentor: Mentor, student: Person, *, now: datetime = MONDAY) -> Pack:
    product = session.get_one(Product, shown.id)
    mentor, student = cast.here(session, mentor), cast.here(session, student)
    return selling.hold(session, product, mentor, student, revision=shown.revision, now=now)


def join(
    session: Session,
    mentor: Mentor,
    student: Person,
    product: Product | None = None,
    *,
    now: datetime = MONDAY,
) -> SeatWait:
    mentor, student = cast.here(session, mentor), cast.here(session, student)
    return queue.join(session, mentor, student, product, now=now)
