"""How the forms of a booking are reached at the front desk: Ana's with Ben, each walk at a time of its own.

Those that take a session are verbs; those that take a desk also press buttons, as the people would.
"""

from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.visit import stamp
from core.booking import attendance, disputes, refunding
from core.booking.life import Booking
from core.chat import Button, Link, Screen
from core.discovery import reviews
from core.money import Money
from core.payments import ledger, refunds, wallet
from core.payments.ledger import Kind
from core.people import communities, mentors, people
from core.people.mentors import Mentor
from core.plans import plans
from core.ports import RefundStatus
from core.prepaid import packs, products, selling
from core.prepaid.packs import PackState
from core.prepaid.terms import Terms
from tests import cast
from tests.bot.frontdesk import ANA, HANA, FrontDesk
from tests.cast import MONDAY, TUESDAY_TEN

A_WEEK = timedelta(days=7)


def next_time(session: Session) -> datetime:
    """A time of Ben's that no walk was at."""
    return TUESDAY_TEN + A_WEEK + timedelta(days=session.scalar(select(func.count(Booking.id))) or 0)


def _held(session: Session, ben: Mentor) -> Booking:
    at = next_time(session)
    return cast.hold(session, ben, cast.person(session, ANA), at, now=_before(at))


def _before(at: datetime) -> datetime:
    """When a time was held: lately, but an hour after the one before it, as nobody may hold many times at once."""
    return MONDAY - timedelta(hours=47) + (at - TUESDAY_TEN - A_WEEK) / 24


def _confirmed(session: Session, ben: Mentor) -> Booking:
    """Paid with credit."""
    booking = _held(session, ben)
    moves = {"provider:gift": booking.price, ledger.wallet(booking.student_id): -booking.price}
    ledger.post(session, Kind.CREDIT, moves, key=f"gift:{booking.short}", now=MONDAY)
    wallet.spend(session, booking.student_id, booking.purpose, booking.price, now=MONDAY)
    now = _before(booking.starts_at)
    return cast.confirm(session, cast.agree(session, booking, now=now), now=now)


def _over(session: Session, ben: Mentor) -> Booking:
    booking = _confirmed(session, ben)
    attendance.propose(session, booking, now=booking.ends_at)
    return booking


def held(session: Session, ben: Mentor) -> str:
    return cast.hold(session, ben, cast.person(session, ANA), next_time(session)).short


def booked(session: Session, ben: Mentor) -> str:
    return _confirmed(session, ben).short


def over(session: Session, ben: Mentor) -> str:
    return _over(session, ben).short


def disputed(session: Session, ben: Mentor) -> str:
    """Ana has objected."""
    booking = _over(session, ben)
    ana = people.find(session, booking.student_id)
    disputes.object(session, booking, ana, "It was not so", now=MONDAY)
    return booking.short


def requested(session: Session, ben: Mentor) -> str:
    """Ben wants to be asked, and Ana has asked."""
    ben = cast.here(session, ben)
    himself = people.find(session, ben.person_id)
    mentors.ask_first(session, ben, himself, asks=True, now=MONDAY)
    booking = _held(session, ben)
    cast.agree(session, booking, now=_before(booking.starts_at))
    mentors.ask_first(session, ben, himself, asks=False, now=MONDAY)
    return booking.short


def reviewed(session: Session, ben: Mentor) -> str:
    """Both have reviewed and the outcome stands, so both reviews are published; the number of Ana's."""
    booking = _over(session, ben)
    assert booking.stands_at is not None
    ana, himself = (people.find(session, each) for each in (booking.student_id, booking.mentor_person_id))
    hers = reviews.give(session, booking, ana, 4, "Patient", now=booking.stands_at)
    reviews.give(session, booking, himself, 5, "Prepared", now=booking.stands_at)
    return str(hers.id)


def sold(session: Session, ben: Mentor) -> str:
    """Ben has put a pack on sale."""
    ben = cast.here(session, ben)
    community, himself = communities.find(session, ben.community_id), people.find(session, ben.person_id)
    terms = Terms("Four sessions", 60, Money(20_000, "USD"))
    lowest = Money(50, "USD")
    return products.define(session, community, himself, terms, [ben], lowest=lowest, now=MONDAY).short


def bought(session: Session, ben: Mentor) -> str:
    """Ana has a pack with Ben."""
    ana = cast.person(session, ANA)
    held = packs.of_student(session, ana.id, PackState.ACTIVE)
    if held:
        return held[0].short
    product = products.by_short(session, sold(session, ben))
    pack = selling.hold(session, product, cast.here(session, ben), ana, revision=product.revision, now=MONDAY)
    selling.activate(session, pack, now=MONDAY)
    return pack.short


def planned(session: Session, ben: Mentor) -> str:
    """The community offers a plan that costs nothing."""
    community = communities.find(session, ben.community_id)
    found = plans.on_sale(session, community.id)
    if found:
        return found[0].short
    terms = plans.Terms("Basic", Money(0, "USD"), 60, 1_000, 24)
    return plans.define(session, community, cast.person(session, HANA), terms, lowest=None, now=MONDAY).short


async def called_off(desk: FrontDesk) -> str:
    """Staff has asked what it means to cancel: the booking, and what was signed for it."""
    short = await desk.db.write(booked, desk.ben)
    quote = (await desk.ask(HANA, f"booking.quote:{short}")).screen
    return ":".join(
        next(button for button in _buttons(quote) if button.route.name == "booking.why").route.args
    )


async def proposed(desk: FrontDesk) -> str:
    """A booking, and the times that Ben has picked for it."""
    short = await desk.db.write(booked, desk.ben)
    at = await desk.db.read(next_time)
    return f"{short}:{stamp(at)}.{stamp(at + timedelta(hours=2))}"


async def refund_failed(desk: FrontDesk) -> str:
    """Ana has paid at the bank, staff has canceled, and the bank has refused; the number of the refund."""
    short = await desk.db.write(held, desk.ben)
    await desk.ask(ANA, f"book.agree:{short}", {"topic": "Parsers", "agenda": "", "terms": "yes"})
    asked = (await desk.ask(ANA, f"booking.pay:{short}")).screen
    desk.bank.pay(next(control.url for control in asked.controls if isinstance(control, Link)))
    await desk.ask(ANA, f"booking.paid:{short}")
    desk.bank.refund_status = RefundStatus.FAILED
    await desk.ask(HANA, f"desk.cancel:{short}", {"note": "Ben is ill"})
    await refunding.make_due(desk.db, desk.router.desk.till, now=desk.clock.now())
    return str((await desk.db.read(_failed_refunds, desk.ben))[0])


def _buttons(screen: Screen) -> list[Button]:
    return [control for control in screen.controls if isinstance(control, Button)]


def _failed_refunds(session: Session, ben: Mentor) -> list[int]:
    return [refund.id for refund in refunds.failed_in(session, ben.community_id)]
