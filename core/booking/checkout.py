"""Paying, as short transactions around calls to a provider. Nothing here calls out inside a transaction."""

from contextlib import suppress
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from core.booking import asking, wares, ways
from core.booking.till import Describe, Till, Words
from core.booking.wares import Ware
from core.errors import Conflict, Refusal
from core.payments import checks, funding, paying, payments
from core.payments.payments import Payment, PaymentState
from core.people import people
from core.ports import (
    Ask,
    PaymentProvider,
    ProviderDown,
    ProviderRefused,
    Store,
)


async def pay_link(
    db: Store,
    till: Till,
    subject: str,
    student_id: int,
    describe: Describe,
    *,
    now: datetime,
    way: str = "",
) -> str:
    """Where this student pays for what they hold: our own short link, or the provider's where we have no address.

    `way` is the provider that they chose; without one it is the one whose link is open, or the first that is offered.
    Empty where credit pays for all of it, or what they chose before turns out to be paid: then it is confirmed.
    """
    token = await db.write(_intend, till, subject, student_id, way, now=now)
    if not token or await _was_paid_before(db, till, token, now=now):
        return ""
    if till.public_url:
        return till.link(token)
    return await open_link(db, till, token, describe, now=now)


def intend(
    session: Session, provider: PaymentProvider, subject: str, student_id: int, *, now: datetime
) -> str:
    """The token of the hold's payment by this provider, written down before anybody is asked. A link that is open at
    another one is closed: one can be paid at a time.

    `subject` says what it is for: `booking:K7Q2M9AB`. Credit is spent first; where it pays for everything the session
    is confirmed, and there is no token.
    """
    ware = wares.by_subject(session, subject)
    wares.require_student(ware, people.find(session, student_id))
    people.alone(session, student_id)
    wares.require_payable(wares.lock(session, ware), now=now)
    if payments.is_arriving(session, ware.purpose):
        raise Conflict("payment.processing")
    latest = payments.latest(session, ware.purpose)
    if latest is not None and payments.locked(session, latest.id).is_live:
        if latest.provider == provider.name:
            return latest.token
        ways.leave(session, ware, latest, now=now)
    due = funding.spend(session, ware, lowest=provider.minimum(ware.currency), now=now)
    if not due:
        wares.confirm(session, ware, student_id, now=now)
        return ""
    return paying.intend(
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
        if await db.write(asking.refuse, payment.id, str(refused), now=now):
            return await open_link(db, till, token, describe, now=now)
        raise Refusal("payment.refused") from None
    await db.write(asking.opened, payment.id, link)
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
        expires_at = max(now + checks.PROVIDER_EXPIRY, ware.hold_until + timedelta(minutes=1))
        words = describe(session, ware)
        paying.write_ask(payment, _ask(till, ware, payment, words, expires_at))
        wares.mark_link(session, ware)
    session.flush()
    return payment, payments.ask_of(payment)


async def ask_now(db: Store, till: Till, subject: str, student_id: int, *, now: datetime) -> None:
    """ "I have paid": asks the provider at once. Raises `Refusal` where it does not answer."""
    payment = await db.read(_asked_about, subject, student_id)
    if payment is None or payment.state not in payments.UNSETTLED:
        return
    try:
        await asking.finish(db, till, payment, now=now)
    except (ProviderDown, ProviderRefused):
        raise Refusal("payment.down") from None


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


def _intend(session: Session, till: Till, subject: str, student_id: int, way: str, *, now: datetime) -> str:
    ware = wares.by_subject(session, subject)
    wares.require_student(ware, people.find(session, student_id))
    wares.require_payable(ware, now=now)
    provider = ways.choose(session, till.providers, ware, way)
    return intend(session, provider, subject, student_id, now=now)


async def _was_paid_before(db: Store, till: Till, token: str, *, now: datetime) -> bool:
    """Closes what was open at another provider before the new link is given out. One that does not answer is asked
    again later; what is paid twice goes back.
    """
    for payment in await db.read(_left_open, token):
        with suppress(ProviderDown, ProviderRefused):
            await asking.finish(db, till, payment, now=now)
    return not await db.read(_is_held, token)


def _left_open(session: Session, token: str) -> list[Payment]:
    purpose = payments.by_token(session, token).purpose
    return [each for each in payments.of(session, purpose) if each.state is PaymentState.CLOSING]


def _is_held(session: Session, token: str) -> bool:
    return wares.is_held(wares.of(session, payments.by_token(session, token)))


def _asked_about(session: Session, subject: str, student_id: int) -> Payment | None:
    ware = wares.by_subject(session, subject)
    wares.require_student(ware, people.find(session, student_id))
    return payments.latest(session, ware.purpose)
