"""`/book`: duration, day, time, and the topic. The tap on a time makes the hold."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from bot.commands import bookings
from bot.commands import mentors as browsing
from bot.router import Routes
from bot.screens import agreeing, plan_part, prepaid
from bot.screens import book as screens
from bot.visit import Visit, calendar_day, moment
from core.booking import bookings as verbs
from core.booking import claims, diary, holds, means, openings, prepaying
from core.booking.life import Booking
from core.booking.means import Means, Offer
from core.chat import Command, CommandOption, Part, Screen, _
from core.errors import Conflict, Invalid
from core.money import Money
from core.payments import payments
from core.people import mentors, rates
from core.people.mentors import Mentor
from core.people.people import Person
from core.schedule.times import Reason, day_window

routes = Routes()
routes.commands.append(
    Command(
        "book", _("Book a session"), (CommandOption("mentor", _("Who with"), required=True, suggests=True),)
    )
)
routes.suggest("book", "mentor")(browsing.names)


@routes.read("book")
def begin(session: Session, visit: Visit) -> Screen:
    return _durations(session, visit, browsing.named(session, visit, visit.answer("mentor")))


@routes.read("book.mentor")
def durations(session: Session, visit: Visit) -> Screen:
    return _durations(session, visit, browsing.of_slug(session, visit))


@routes.read("book.days")
def days(session: Session, visit: Visit) -> Screen:
    mentor, minutes, _person = _asked(session, visit)
    opening = openings.of(session, mentor, now=visit.now, student_id=visit.arrival.person_id)
    free = opening.ahead(minutes)
    return screens.days(
        mentor,
        minutes,
        openings.by_day(free, visit.zone),
        visit.number(2),
        why_not=free.why_not,
        today=visit.now.astimezone(visit.zone).date(),
        zone=visit.reader.zone,
        has_zone=visit.arrival.has_zone,
    )


@routes.read("book.times")
def clock_times(session: Session, visit: Visit) -> Screen:
    mentor, minutes, person = _asked(session, visit)
    opening = openings.of(session, mentor, now=visit.now, student_id=person.id)
    day = calendar_day(visit.arg(2))
    by_day = openings.by_day(opening.ahead(minutes), visit.zone)
    paid_by, ahead = _paid_by(session, visit, mentor, minutes, by_day.get(day, ()))
    return screens.clock_times(
        mentor,
        minutes,
        day,
        by_day,
        why_not=opening.free(minutes, day_window(day, visit.zone)).why_not,
        today=visit.now.astimezone(visit.zone).date(),
        zone=visit.reader.zone,
        has_zone=visit.arrival.has_zone,
        means=paid_by,
        ahead=ahead,
    )


@routes.write("book.hold")
def hold(session: Session, visit: Visit) -> Screen:
    mentor, person = browsing.of_slug(session, visit), visit.person(session)
    minutes, starts_at = visit.number(1), moment(visit.arg(2))
    try:
        booking = holds.place(session, mentor, person, starts_at, minutes, now=visit.now)
    except Conflict:
        offered = claims.offered_at(session, mentor, person, starts_at, minutes, now=visit.now)
        if offered is None:
            raise
        booking = claims.claim(session, offered, person, now=visit.now)
    return bookings.card(session, visit, booking)


@routes.write("book.means")
def pay_by(session: Session, visit: Visit) -> Screen:
    """Who holds a time has it paid for in another way."""
    booking, _mentor = _own(session, visit)
    wanted = next((each for each in Means if each == visit.arg(1)), None)
    if wanted is None:
        raise Conflict("booking.other_means")
    held = holds.pay_by(session, booking, visit.person(session), wanted, now=visit.now)
    return bookings.card(session, visit, held)


@routes.read("book.agree_form")
def agree_form(session: Session, visit: Visit) -> Screen:
    booking, mentor = _own(session, visit)
    if not booking.is_live_hold(visit.now):
        raise Conflict(f"booking.is_{bookings.state_now(booking, visit.now)}")
    payment = payments.latest(session, booking.purpose)
    ahead = prepaid.terms(
        prepaying.share(session, booking), prepaying.why_not(session, booking, now=visit.now)
    )
    ahead += plan_part.terms(booking)
    ahead += prepaid.kept(means.others(session, booking, now=visit.now)) if booking.needs_payment else []
    return agreeing.agreement(
        booking, mentor, credit=bookings.credit_of(session, visit.desk, booking, payment), ahead=ahead
    )


@routes.workflow("book.agree", form="book.agree_form")
async def agree(visit: Visit) -> Screen:
    short = await visit.desk.db.write(_agree, visit)
    return await bookings.with_pay_link(visit, short)


def _agree(session: Session, visit: Visit) -> str:
    booking, _mentor = _own(session, visit)
    if visit.answer("terms") != "yes":
        raise Invalid("booking.terms")
    holds.agree(
        session, booking, visit.person(session), visit.answer("topic"), visit.answer("agenda"), now=visit.now
    )
    return booking.short


def _durations(session: Session, visit: Visit, mentor: Mentor) -> Screen:
    if mentor.person_id == visit.arrival.person_id:
        raise Invalid("booking.own")
    if not mentor.is_bookable:
        raise Invalid("mentor.not_bookable", name=mentor.name)
    prices = rates.prices(session, mentor)
    opening = openings.of(session, mentor, now=visit.now, student_id=visit.arrival.person_id)
    shortest = min(prices, default=mentors.SHORTEST)
    first = opening.first(shortest)
    why_not = Reason.CLOSED if first else opening.ahead(shortest).why_not
    return screens.durations(mentor, _lengths(session, visit, mentor, prices), first, why_not)


def _lengths(
    session: Session, visit: Visit, mentor: Mentor, prices: Mapping[int, Money]
) -> dict[int, Sequence[Offer]]:
    """What could pay for a session of each length."""
    person_id, now = visit.arrival.person_id, visit.now
    return {
        minutes: means.offered(session, mentor, person_id, minutes, price, now=now)
        for minutes, price in prices.items()
    }


def _paid_by(
    session: Session, visit: Visit, mentor: Mentor, minutes: int, starts: Sequence[datetime]
) -> tuple[Means, list[Part]]:
    """What pays by itself for the first of these times, and why a pack does not."""
    if not starts:
        return Means.MONEY, []
    asked, first = (mentor, visit.arrival.person_id, minutes), starts[0]
    price = rates.prices(session, mentor)[minutes]
    found = means.offered(session, *asked, price, starts_at=first, now=visit.now)[0].means
    why = prepaying.why_unused(session, *asked, first, now=visit.now) if found is not Means.PACK else None
    return found, prepaid.terms(None, why)


def _asked(session: Session, visit: Visit) -> tuple[Mentor, int, Person]:
    """The mentor, duration and student of a route; refused where they cannot be booked together."""
    mentor, minutes, person = browsing.of_slug(session, visit), visit.number(1), visit.person(session)
    holds.price_for(session, mentor, person, minutes)
    return mentor, minutes, person


def _own(session: Session, visit: Visit) -> tuple[Booking, Mentor]:
    booking = diary.by_short(session, visit.arg(0))
    verbs.require_student(booking, visit.person(session))
    return booking, mentors.find(session, booking.mentor_id)
