"""Hana's club with its plans: a strict bank that renews them, a clock that moves, and the walks of its members."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from adapters.database import Database
from adapters.payments.sandbox import SandboxProvider
from core.booking import diary
from core.booking.life import Booking
from core.errors import Refusal
from core.history import History
from core.money import Money
from core.payments import inbox, ledger
from core.people import memberships
from core.people.people import Person
from core.plans import billing, hearing, minutes, plans, subscriptions
from core.plans.counter import Counter
from core.plans.orders import Words
from core.plans.plans import Plan, Terms
from core.plans.subscriptions import Subscription
from core.ports import ProviderDown, WebhookEvent
from tests import cast
from tests.cast import MONDAY, Cast
from tests.doubles.clock import MovableClock

PRO: Final = Terms("Pro", Money(2_900, "USD"), 120, 1_000, 24)
PREMIUM: Final = Terms("Premium", Money(5_900, "USD"), 300, 2_000, 48)
LOWEST: Final = Money(50, "USD")
FREE: Final = Terms("Free", Money(0, "USD"), 0, 0, 0)
SOME_FREE: Final = Terms("Starter", Money(0, "USD"), 30, 0, 0)


@dataclass
class Line:
    """The line to the bank's plans: it may be down, or lose an answer."""

    bank: SandboxProvider
    is_down: bool = False
    loses_answers: bool = False

    @property
    def name(self) -> str:
        return "sandbox"

    def __getattr__(self, verb: str) -> Any:
        call = getattr(self.bank.plans, verb)

        async def over_the_line(*args: Any, **kwargs: Any) -> Any:
            if self.is_down:
                raise ProviderDown("no answer")
            answer = await call(*args, **kwargs)
            if self.loses_answers:
                raise ProviderDown("the answer was lost")
            return answer

        return call if verb == "minimum" else over_the_line


@dataclass
class Club:
    db: Database
    troupe: Cast
    clock: MovableClock
    bank: SandboxProvider
    line: Line = field(init=False)
    counter: Counter = field(init=False)

    def __post_init__(self) -> None:
        self.line = Line(self.bank)
        self.counter = Counter({"sandbox": self.line}, "https://nearpeer.example", "sandbox")

    @classmethod
    async def open(cls, db: Database, **rules: Any) -> "Club":
        clock = MovableClock(MONDAY)
        club = cls(db, await db.write(cast.enter, **rules), clock, SandboxProvider(db, "secret", clock=clock))
        for person in (club.troupe.ana,):
            await club.joins(person)
        return club

    @property
    def now(self) -> datetime:
        return self.clock.now()

    async def joins(self, person: Person) -> None:
        def welcome(session: Session) -> None:
            community = cast.here(session, self.troupe.community)
            memberships.welcome(session, community, cast.here(session, person), now=self.now)

        await self.db.write(welcome)

    async def offers(self, terms: Terms) -> Plan:
        def define(session: Session) -> Plan:
            community = cast.here(session, self.troupe.community)
            return plans.define(session, community, self._hana(session), terms, lowest=LOWEST, now=self.now)

        return await self.db.write(define)

    async def revises(self, plan_id: int, terms: Terms) -> None:
        def revise(session: Session) -> None:
            plan = plans.find(session, plan_id)
            plans.revise(session, plan, self._hana(session), terms, lowest=LOWEST, now=self.now)

        await self.db.write(revise)

    async def retires(self, plan: Plan) -> None:
        def retire(session: Session) -> None:
            plans.retire(session, cast.here(session, plan), self._hana(session), now=self.now)

        await self.db.write(retire)

    def _hana(self, session: Session) -> Person:
        """The host, whom the platform vouches for today."""
        hana = cast.here(session, self.troupe.hana)
        community = cast.here(session, self.troupe.community)
        memberships.see(session, community, hana, may_manage=True, roles=frozenset(), now=self.now)
        return hana

    async def subscribes(self, plan: Plan, person: Person | None = None) -> Subscription:
        who = person or self.troupe.ana
        return await billing.subscribe(self.db, self.counter, plan.short, who.id, words, now=self.now)

    async def has(self, plan: Plan, person: Person | None = None) -> Subscription:
        """Subscribes, and pays where there is something to pay."""
        subscription = await self.subscribes(plan, person)
        if not subscription.is_free:
            await self.pays(subscription)
        return await self.subscription(subscription)

    async def pays(self, subscription: Subscription) -> None:
        assert subscription.link is not None
        await self.bank.pay(subscription.link)
        await self.hears(subscription.link)

    async def hears(self, ref: str, *, charge: str = "", times: int = 1) -> None:
        """The bank's webhook about a link, a subscription or a charge."""
        for number in range(times):
            event = WebhookEvent(
                f"{ref}{charge}:{self.now}:{number}", "told", subscription=ref, charge=charge
            )
            await self.db.write(inbox.store, "sandbox", event, b"", now=self.now)
        for row in await self.db.write(inbox.claim, now=self.now):
            await hearing.hear(self.db, self.counter.providers, row, now=self.now)
            await self.db.write(inbox.finish, row.id, now=self.now)

    async def changes(self, subscription: Subscription, plan: Plan) -> Subscription:
        return await billing.change(
            self.db, self.counter, subscription.short, plan.short, subscription.person_id, words, now=self.now
        )

    async def ends(self, subscription: Subscription, *, ends: bool = True) -> Subscription:
        who = subscription.person_id
        return await billing.end(self.db, self.counter, subscription.short, who, ends=ends, now=self.now)

    async def waits(self, **span: float) -> None:
        """Time passes; the worker runs whenever it asked to be woken."""
        until, turns = self.now + timedelta(**span), 0
        while (due := await billing.keep_time(self.db, self.counter, now=self.now)) and due <= until:
            turns += 1
            assert turns < 500, "the worker spins"
            self.clock.move(max(due, self.now) - self.now)
        self.clock.move(until - self.now)
        await billing.keep_time(self.db, self.counter, now=self.now)

    async def fails_next(self, subscription: Subscription) -> None:
        await self.bank.plans.fail_next(subscription.ref or "")

    async def pays_due(self, subscription: Subscription) -> None:
        await self.bank.plans.pay_due(subscription.ref or "")
        await self.hears(subscription.ref or "")

    async def books(self, at: datetime, length: int = 60, person: Person | None = None) -> Booking:
        """Holds a time and agrees to the terms."""
        who = person or self.troupe.ana
        held = await self.db.write(cast.hold, self.troupe.ben, who, at, length, now=self.now)
        await self.db.write(cast.agree, held, now=self.now)
        return await self.db.read(diary.find, held.id)

    async def subscription(self, subscription: Subscription) -> Subscription:
        return await self.db.read(subscriptions.find, subscription.id)

    async def left(self, subscription: Subscription) -> int:
        return await self.db.read(minutes.left, subscription.id)

    async def house(self) -> int:
        """What is the community's own, in cents."""
        account = ledger.house(self.troupe.community.id)
        return -(await self.db.read(ledger.balance, account, "USD")).amount

    async def held(self, booking: Booking) -> int:
        return -(await self.db.read(ledger.balance, ledger.held(booking.id), "USD")).amount

    async def earned(self) -> int:
        account = ledger.earned(self.troupe.ben.id)
        return -(await self.db.read(ledger.balance, account, "USD")).amount

    async def events(self) -> list[str]:
        """What happened to plans that somebody has."""

        def told(session: Session) -> list[str]:
            rows = session.scalars(select(History.event).order_by(History.id))
            return [event for event in rows if event.startswith("plan.") and event != "plan.defined"]

        return await self.db.read(told)


def words(session: Session, plan: Plan, person_id: int) -> Words:
    return Words(plan.name, "120 minutes a month", "en")


async def refused(call: Any) -> str:
    """Why not."""
    try:
        await call
    except Refusal as refusal:
        return refusal.key
    raise AssertionError("it was not refused")
