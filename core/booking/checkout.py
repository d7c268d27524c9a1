"""Paying, as short transactions around calls to a provider. Nothing here calls out inside a transaction.

Webhooks only make it faster: whatever they say, the provider is asked, and the healer asks without them.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from core.booking import attendance, diary, refunding, settling, waitlist, wares
from core.booking.wares import Ware
from core.errors import Conflict, NotFound, Refusal
from core.payments import funding, inbox, payments
from core.payments.inbox import InboxEvent
from core.payments.payments import Payment, PaymentState
from core.people import people
from core.ports import (
    Ask,
    LinkState,
    LinkStatus,
    PaymentProvider,
    ProviderDown,
    ProviderRefused,
    Store,
    WebhookEvent,
)
from core.prepaid import selling


@dataclass(frozen=True, slots=True)
class Words:
    """What stands on the provider's page, in the payer's language."""

    title: str
    description: str
    locale: str


@dataclass(frozen=True, slots=True)
class Till:
    """How money is taken here: the providers, the one for new payments, and our own address if there is one.

    `page` is where a provider sends people back to when we have no address.
    """

    providers: Mapping[str, PaymentProvider]
    default: str
    public_url: str
    page: str

    @property
    def provider(self) -> PaymentProvider:
        return self.providers[self.default]

    def of(self, name: str) -> PaymentProvider:
        """The provider of an earlier payment. One that is no longer configured does not answer."""
        if name not in self.providers:
            raise ProviderDown(f"{name} is not configured")
        return self.providers[name]

    def link(self, token: str) -> str:
        return f"{self.public_url}/p/{token}"


Describe = Callable[[Session, Ware], Words]


async def pay_link(
    db: Store, till: Till, subject: str, student_id: int, describe: Describe, *, now: datetime
) -> str:
    """Where this student pays for what they hold: our own short link, or the provider's where we have no address.

    Empty where credit pays for all of it: then it is confirmed.
    """
    token = await db.write(intend, till.provider, subject, student_id, now=now)
    if not token:
        return ""
    if till.public_url:
        return till.link(token)
    return await open_link(db, till, token, describe, now=now)


def intend(
    session: Session, provider: PaymentProvider, subject: str, student_id: int, *, now: datetime
) -> str:
    """The token of the hold's one payment, written down before anybody is asked.

    `subject` says what it is for: `booking:K7Q2M9AB`. Credit is spent first; where it pays for everything the session
    is confirmed, and there is no token.
    """
    ware = wares.by_subject(session, subject)
    wares.require_student(ware, people.find(session, student_id))
    people.alone(session, student_id)
    wares.require_payable(wares.lock(session, ware), now=now)
    latest = payments.latest(session, ware.purpose)
    if latest is not None and latest.is_live:
        return latest.token
    if latest is not None and latest.state is PaymentState.PROCESSING:
        raise Conflict("payment.processing")
    due = funding.spend(session, ware, lowest=provider.minimum(ware.currency), now=now)
    if not due:
        wares.confirm(session, ware, student_id, now=now)
        return ""
    return payments.intend(
        session,
        ware.purpose,
        person_id=student_id,
        community_id=ware.community_id,
        provider=provider.name,
        money=due,
        now=now,
    ).token


async def open_link(db: Store, till: Till, token: str, describe: Describe, *, now: datetime) -> str:
    """Opens the provider's page for a payment, or gives the one that is open. Raises `Refusal`."""
    payment, ask = await db.write(begin, till, token, describe, now=now)
    if payment.url:
        return payment.url
    try:
        link = await till.of(payment.provider).open_link(ask)
    except ProviderDown:
        raise Refusal("payment.down") from None
    except ProviderRefused as refused:
        if await db.write(_refuse, payment.id, str(refused), now=now):
            return await open_link(db, till, token, describe, now=now)
        raise Refusal("payment.refused") from None
    await db.write(_opened, payment.id, link)
    return link.url


def begin(
    session: Session, till: Till, token: str, describe: Describe, *, now: datetime
) -> tuple[Payment, Ask]:
    """Writes the exact ask down before the provider hears it."""
    payment = payments.by_token(session, token)
    ware = wares.lock(session, wares.of(session, payment))
    wares.require_live_hold(ware, now=now)
    if not payments.locked(session, payment.id).is_live:
        raise Conflict(f"payment.is_{payment.state}")
    if not payment.ask:
        assert ware.hold_until is not None
        expires_at = max(now + payments.PROVIDER_EXPIRY, ware.hold_until + timedelta(minutes=1))
        words = describe(session, ware)
        payments.write_ask(payment, _ask(till, ware, payment, words, expires_at))
        wares.mark_link(session, ware)
    session.flush()
    return payment, payments.ask_of(payment)


async def ask_now(db: Store, till: Till, subject: str, student_id: int, *, now: datetime) -> None:
    """ "I have paid": asks the provider at once. Raises `Refusal` where it does not answer."""
    payment = await db.read(_asked_about, subject, student_id)
    if payment is None or payment.state not in payments.UNSETTLED:
        return
    try:
        await _ask_provider(db, till, payment, now=now)
    except (ProviderDown, ProviderRefused):
        raise Refusal("payment.down") from None


async def take_webhook(db: Store, provider: str, event: WebhookEvent, body: bytes, *, now: datetime) -> bool:
    """Stores a verified event for later; `False` where it was stored before."""
    return await db.write(inbox.store, provider, event, body, now=now)


async def read_inbox(db: Store, till: Till, *, now: datetime) -> datetime | None:
    """Handles what providers sent; when the next event is due."""
    for event in await db.write(inbox.claim, now=now):
        try:
            await _read_event(db, till, event, now=now)
        except (ProviderDown, ProviderRefused, NotFound):
            await db.write(inbox.retry, event.id, now=now)
        else:
            await db.write(inbox.finish, event.id, now=now)
    return await db.read(inbox.next_due)


async def keep_time(db: Store, till: Till, *, now: datetime) -> datetime | None:
    """Ends holds and sessions whose time is up and asks about open payments; when to look again."""
    await db.write(settling.lapse_due, now=now)
    await db.write(_judge, now=now)
    for payment in await db.read(payments.overdue, now=now):
        try:
            await _ask_provider(db, till, payment, now=now)
        except ProviderRefused as refused:
            await db.write(_refuse if payment.ref is None else _flag, payment.id, str(refused), now=now)
        except ProviderDown:
            await db.write(_postpone, payment.id, now=now)
    await db.write(_tidy, now=now)
    return await db.read(_next_moment, now=now)


def next_due(session: Session, *, now: datetime) -> datetime | None:
    """When the above has something to do."""
    has_lapsed = diary.has_lapsed(session, now=now) or selling.has_lapsed(session, now=now)
    return now if has_lapsed or waitlist.is_due(session, now=now) else _next_moment(session, now=now)


def _judge(session: Session, *, now: datetime) -> None:
    """What became of sessions is proposed, and stands."""
    attendance.propose_due(session, now=now)
    attendance.settle_due(session, now=now)


def _tidy(session: Session, *, now: datetime) -> None:
    """What the providers' answers have freed is given on."""
    settling.lapse_due(session, now=now)
    settling.refund_overdue_late(session, now=now)
    waitlist.look(session, now=now)


def _next_moment(session: Session, *, now: datetime) -> datetime | None:
    """The next moment that is known; a lapsed hold that waits for its provider is the payments' to wake."""
    dues = (
        diary.next_due(session, now=now),
        selling.next_due(session, now=now),
        payments.next_check(session),
    )
    return min((due for due in dues if due is not None), default=None)


async def _read_event(db: Store, till: Till, event: InboxEvent, *, now: datetime) -> None:
    ref = event.ref
    if not ref and event.charge:
        payment = await db.read(payments.by_charge, event.provider, event.charge)
        if payment is None or payment.ref is None:
            raise NotFound("payment.unknown")
        await refunding.hear(db, till, payment, now=now)
        ref = payment.ref
    if ref:
        await _take_in(db, till, event.provider, await till.of(event.provider).look_up(ref), now=now)


async def _ask_provider(db: Store, till: Till, payment: Payment, *, now: datetime) -> None:
    """Finishes whatever was begun with a payment: opens, looks up or closes its link."""
    provider = till.of(payment.provider)
    if not payment.ask:
        await db.write(_postpone, payment.id, now=now)
        return
    ref = payment.ref
    if ref is None:
        opened = await provider.open_link(payments.ask_of(payment))
        await db.write(_opened, payment.id, opened)
        ref = opened.ref
    closing = payment.state is PaymentState.CLOSING
    link = await provider.look_up(ref)
    if closing and link.status is LinkStatus.OPEN:
        link = await provider.expire(ref)
    await _take_in(db, till, payment.provider, link, now=now)


async def _take_in(db: Store, till: Till, name: str, link: LinkState, *, now: datetime) -> None:
    """What a provider says is taken in. Money that its payer has approved is taken first, while it is wanted: what
    is not wanted any more is never taken.
    """
    if link.status is LinkStatus.APPROVED:
        provider, key = till.of(name), await db.read(_capture_key, name, link)
        link = await (provider.capture(link.ref, key=key) if key else provider.expire(link.ref))
    await db.write(settling.settle, name, link, now=now)


def _ask(till: Till, ware: Ware, payment: Payment, words: Words, expires_at: datetime) -> Ask:
    page = till.link(payment.token) if till.public_url else till.page
    return Ask(
        key="",
        payment=payment.token,
        booking_id=ware.short,
        booking_code=ware.code,
        amount=payment.money,
        title=words.title,
        description=words.description,
        locale=words.locale,
        expires_at=expires_at.replace(microsecond=0),
        return_url=f"{page}/done" if till.public_url else page,
        cancel_url=page,
    )


def _asked_about(session: Session, subject: str, student_id: int) -> Payment | None:
    ware = wares.by_subject(session, subject)
    wares.require_student(ware, people.find(session, student_id))
    return payments.latest(session, ware.purpose)


def _capture_key(session: Session, provider: str, link: LinkState) -> str:
    """The idempotency key to take approved money with; empty where nobody waits for it any more."""
    payment = payments.by_link(session, provider, link)
    if payment is None or payment.state not in payments.UNSETTLED:
        return ""
    return f"capture:{payment.token}:{payment.attempt}" if wares.is_held(wares.of(session, payment)) else ""


def _opened(session: Session, payment_id: int, link: LinkState) -> None:
    payments.opened(session, payments.locked(session, payment_id), link)


def _refuse(session: Session, payment_id: int, problem: str, *, now: datetime) -> bool:
    """Takes in that a link was refused; whether it may be asked for anew."""
    payment = payments.locked(session, payment_id)
    payments.refused(session, payment, problem, now=now)
    return payment.is_live


def _flag(session: Session, payment_id: int, problem: str, *, now: datetime) -> None:
    payments.flag(session, payments.find(session, payment_id), problem[:60], now=now)


def _postpone(session: Session, payment_id: int, *, now: datetime) -> None:
    payments.postpone_if_open(payments.locked(session, payment_id), now=now)
