"""Monthly plans of the sandbox bank: a pay page starts one, the clock renews it, and a hand can make that fail."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from adapters.payments import sandbox_invoices, sandbox_links, sandbox_subscriptions
from adapters.payments.sandbox_subscriptions import Standing
from core.clock import Clock
from core.money import Money
from core.ports import RefundStatus, Store, SubscriptionAsk, SubscriptionLook, SubscriptionStatus


@dataclass(frozen=True, slots=True)
class PlanPage:
    """What the pay page shows of a plan that was paid once: what is `due` is its next bill, or the one that is open."""

    standing: Standing
    due: Money
    period_end: datetime


class SandboxPlans:
    """`base_url` says where the pay pages are, as soon as that is known."""

    name = "sandbox"

    def __init__(self, store: Store, clock: Clock) -> None:
        self.base_url = ""
        self._store, self._clock = store, clock

    # --- what a provider can do ---------------------------------------------------------------

    def minimum(self, currency: str) -> Money | None:
        return Money(1, currency)

    async def open(self, ask: SubscriptionAsk) -> SubscriptionLook:
        link = await self._store.write(sandbox_subscriptions.open, ask, now=self._clock.now())
        return await self.look_up(link)

    async def look_up(self, ref: str) -> SubscriptionLook:
        now = self._clock.now()
        return await self._store.write(_look, ref, self.base_url, now=now)

    async def close(self, link: str) -> SubscriptionLook:
        await self._store.write(sandbox_links.move, link, sandbox_links.EXPIRE, now=self._clock.now())
        return await self.look_up(link)

    async def change(self, ref: str, ask: SubscriptionAsk) -> SubscriptionLook:
        await self._store.write(sandbox_subscriptions.change, ref, ask, now=self._clock.now())
        return await self.look_up(ref)

    async def end(self, ref: str, *, ends: bool, key: str) -> SubscriptionLook:
        await self._store.write(sandbox_subscriptions.end, ref, ends, now=self._clock.now())
        return await self.look_up(ref)

    async def stop(self, ref: str, *, key: str) -> SubscriptionLook:
        await self._store.write(sandbox_subscriptions.stop, ref, now=self._clock.now())
        return await self.look_up(ref)

    async def refund(
        self, charge: str, amount: Money, *, key: str, ref: str = ""
    ) -> tuple[str, RefundStatus]:
        """Play money goes back at once."""
        made = await self._store.write(sandbox_invoices.refund, charge, amount, key=key)
        return made, RefundStatus.SUCCEEDED

    async def returned(self, charge: str) -> Money:
        return await self._store.read(sandbox_invoices.returned, charge)

    # --- somebody's hands at the bank; a subscription or the link that led to it ------------------

    async def page(self, ref: str) -> PlanPage | None:
        """`None` where nobody has paid for a plan there."""
        return await self._store.write(_page, ref, now=self._clock.now())

    async def fail_next(self, ref: str) -> None:
        """The next month will not be paid."""
        await self._store.write(sandbox_subscriptions.fail_next, ref, now=self._clock.now())

    async def bill_now(self, ref: str, *, fails: bool) -> None:
        """The month ends now, and the next one is paid or is not."""
        await self._store.write(sandbox_subscriptions.bill_now, ref, fails=fails, now=self._clock.now())

    async def pay_due(self, ref: str) -> None:
        """What is owed is paid after all."""
        await self._store.write(sandbox_subscriptions.pay_due, ref, now=self._clock.now())


def _look(session: Session, ref: str, base_url: str, *, now: datetime) -> SubscriptionLook:
    row = sandbox_subscriptions.known(session, ref, now=now)
    status = sandbox_subscriptions.status(session, row, now)
    is_over = status in (SubscriptionStatus.EXPIRED, SubscriptionStatus.ENDED)
    return SubscriptionLook(
        status=status,
        link=row.link,
        ref=row.ref if row.started_at else "",
        pay_url="" if is_over else f"{base_url}/sandbox/{row.link}",
        subscription=row.subscription,
        plan=row.plan,
        price=row.price,
        period_start=row.period_start,
        period_end=row.period_end,
        ends_at_period_end=row.ends,
        ended_at=row.ended_at,
        is_paid=not row.owed,
        invoices=sandbox_invoices.paid(session, row.ref),
    )


def _page(session: Session, ref: str, *, now: datetime) -> PlanPage | None:
    if sandbox_subscriptions.find(session, ref) is None:
        return None
    row = sandbox_subscriptions.known(session, ref, now=now)
    standing = sandbox_subscriptions.standing(row)
    if standing is None or row.period_end is None:
        return None
    return PlanPage(standing, Money(row.owed or row.amount, row.currency), row.period_end)
