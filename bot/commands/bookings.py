"""`/bookings` and the booking's card: pay, join, calendar file, release, late money."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from bot import joining
from bot.commands import duty, paying
from bot.router import Routes
from bot.screens import bookings as screens
from bot.screens.paying import NO_STEP, Step
from bot.screens.view import View
from bot.visit import Desk, Visit, moment, reader_away
from core.booking import bookings as verbs
from core.booking import (
    checkout,
    diary,
    disputes,
    holds,
    means,
    openings,
    parties,
    prepaying,
    proposals,
    settling,
)
from core.booking.life import AFTER, Booking, BookingState
from core.booking.till import Words
from core.booking.wares import Ware
from core.chat import Command, File, Screen, Text, _, _n
from core.discovery import figures, written
from core.errors import Conflict
from core.money import Money
from core.payments import payments
from core.payments.payments import Payment
from core.people import communities, mentors, people
from core.people.people import Person
from core.ports import CalendarEntry
from core.prepaid.packs import Pack

routes = Routes()
routes.commands.append(Command("bookings", _("Your bookings, coming and past")))
SESSION_WITH = _("Session with {name}")
SESSIONS_WITH = _n("{n} session with {name}", "{n} sessions with {name}", 0)
MINUTES_AND_CODE = _n("{n} minute, {code}", "{n} minutes, {code}", 0)
TOPIC_AND_CODE = _("{topic} · {code}")


@routes.read("bookings")
def coming(session: Session, visit: Visit) -> Screen:
    return _listing(session, visit, past=False)


@routes.read("bookings.past")
def past(session: Session, visit: Visit) -> Screen:
    return _listing(session, visit, past=True)


@routes.read("booking.show")
def show(session: Session, visit: Visit) -> Screen:
    person = visit.person(session)  # held here, so that the card finds it in the session
    return screens.card(view_of(session, visit.desk, _of_party(session, visit), person, now=visit.now))


@routes.workflow("booking.pay")
async def pay(visit: Visit) -> Screen:
    return await with_pay_link(visit, visit.arg(0), way=visit.arg(1) if visit.incoming.route.args[1:] else "")


@routes.workflow("booking.paid")
async def paid(visit: Visit) -> Screen:
    """“I have paid”: the provider is asked at once."""
    desk, short = visit.desk, visit.arg(0)
    await checkout.ask_now(desk.db, desk.till, f"booking:{short}", visit.arrival.person_id, now=visit.now)
    return await desk.db.read(_after_asking, visit, short)


@routes.write("booking.release")
def release(session: Session, visit: Visit) -> Screen:
    booking = diary.by_short(session, visit.arg(0))
    holds.release(session, booking, visit.person(session), now=visit.now)
    return card(session, visit, booking, news=_("The time is free again."))


@routes.read("booking.calendar")
def calendar(session: Session, visit: Visit) -> Screen:
    booking = _of_party(session, visit)
    if booking.state is not BookingState.CONFIRMED:
        raise Conflict(f"booking.is_{booking.state}")
    view = view_of(session, visit.desk, booking, visit.person(session), now=visit.now)
    shown = screens.card(view, news=_("Here is the file for your calendar."))
    return replace(shown, files=(_calendar_file(visit, view),))


@routes.write("late.take")
def take_other_time(session: Session, visit: Visit) -> Screen:
    short, starts_at = visit.arg(0), moment(visit.arg(1))
    booking = diary.by_short(session, short)
    settling.take_other_time(session, booking, visit.person(session), starts_at, now=visit.now)
    return card(session, visit, booking)


@routes.write("late.refund")
def refund_late(session: Session, visit: Visit) -> Screen:
    booking = diary.by_short(session, visit.arg(0))
    settling.want_late_refund(session, booking, visit.person(session), now=visit.now)
    return card(session, visit, booking, news=_("All of it goes back to you. I tell you when it is done."))


async def with_pay_link(visit: Visit, short: str, *, way: str = "") -> Screen:
    """The card with the way to pay; where the provider is down, the card says so and the time stays held."""
    desk, news = visit.desk, None
    if await desk.db.read(_is_held, short):
        news = await paying.get_link(visit, f"booking:{short}", describer(desk), way=way)
    return await desk.db.read(_show, visit, short, news)


def card(session: Session, visit: Visit, booking: Booking, *, news: Text | None = None) -> Screen:
    """The booking's card for the one who asks."""
    return screens.card(
        view_of(session, visit.desk, booking, visit.person(session), now=visit.now), news=news
    )


def view_of(session: Session, desk: Desk, booking: Booking, person: Person, *, now: datetime) -> View:
    """Everything the card shows to one of the two."""
    mentor = mentors.find(session, booking.mentor_id)
    is_mentor = person.id == booking.mentor_person_id
    paid = payments.of_booking(session, booking.id)
    payment = paid[0] if paid else None
    late = settling.late_among(paid) if not is_mentor else None
    opening = openings.of(session, mentor, now=now, student_id=booking.student_id) if late else None
    return View(
        booking=booking,
        slug=mentor.slug,
        other=people.find(session, booking.student_id).name if is_mentor else mentor.name,
        is_mentor=is_mentor,
        now=now,
        pay=_pay_step(session, desk, booking, payment) if not is_mentor else NO_STEP,
        join_url=joining.address(desk, booking, person, now=now),
        dispute=disputes.of_booking(session, booking.id) if booking.state in AFTER else None,
        payment=payment.state if payment else None,
        credit=None if is_mentor else credit_of(session, desk, booking, payment),
        proposal=proposals.standing(session, booking, now=now),
        zones=parties.zones(session, booking, person) if booking.state is BookingState.CONFIRMED else None,
        is_late=late is not None,
        late_until=late.late_until if late else None,
        nearest=opening.nearest(booking.minutes, booking.starts_at) if opening else (),
        review=written.mine(session, booking, person, now=now),
        standing=figures.standing(session, booking.student_id) if is_mentor else None,
        share=prepaying.share(session, booking),
        why_not=None if is_mentor else prepaying.why_not(session, booking, now=now),
        others=() if is_mentor else means.others(session, booking, now=now),
    )


def credit_of(session: Session, desk: Desk, booking: Booking, payment: Payment | None) -> Money | None:
    """How much of the price the student's wallet pays, or would pay once a link is asked for."""
    if not booking.needs_payment:
        return None
    return paying.credit_of(session, desk, booking, payment)


def state_now(booking: Booking, now: datetime) -> BookingState:
    """A hold whose time is up counts as lapsed, whether or not somebody has looked since."""
    if booking.state is BookingState.HELD and not booking.is_live_hold(now):
        return BookingState.EXPIRED
    return booking.state


def describer(desk: Desk) -> Callable[[Session, Ware], Words]:
    """What stands on the provider's page, in the payer's language."""

    def describe(session: Session, ware: Ware) -> Words:
        person = people.find(session, ware.student_id)
        community = communities.find(session, ware.community_id)
        locale = reader_away(session, person, community, desk.catalogue.languages).locale
        mentor = mentors.find(session, ware.mentor_id)
        say = desk.catalogue
        title = say(locale, SESSION_WITH.msgid).format(name=mentor.name)
        if isinstance(ware, Pack):
            counted = say(locale, SESSIONS_WITH.msgid, SESSIONS_WITH.plural, ware.sessions)
            title = counted.format(n=ware.sessions, name=mentor.name)
        counted = say(locale, MINUTES_AND_CODE.msgid, MINUTES_AND_CODE.plural, ware.minutes)
        length = counted.format(n=ware.minutes, code=ware.code)
        return Words(title, length, locale)

    return describe


def _pay_step(session: Session, desk: Desk, booking: Booking, payment: Payment | None) -> Step:
    is_waiting = booking.state is BookingState.HELD and booking.is_ready_to_pay
    return paying.step(session, desk, booking, payment) if is_waiting else NO_STEP


def _calendar_file(visit: Visit, view: View) -> File:
    booking, say, locale = view.booking, visit.desk.catalogue, visit.reader.locale
    entry = CalendarEntry(
        uid=f"{booking.short}@nearpeer",
        sequence=booking.revision,
        starts_at=booking.starts_at,
        ends_at=booking.ends_at,
        summary=say(locale, SESSION_WITH.msgid).format(name=view.other),
        description=say(locale, TOPIC_AND_CODE.msgid).format(topic=booking.topic, code=booking.code),
        confirmed=booking.state is BookingState.CONFIRMED,
        written_at=visit.now,
    )
    return File(
        f"{booking.code}.ics",
        visit.desk.calendar_file(entry),
        "text/calendar",
        _("Calendar file of {code}", code=booking.code),
    )


def _listing(session: Session, visit: Visit, *, past: bool) -> Screen:
    person = visit.person(session)
    found = diary.of_student(session, person.id, now=visit.now, past=past)[:8]
    views = [view_of(session, visit.desk, booking, person, now=visit.now) for booking in found]
    return screens.listing(views, past=past, mentors=not past and duty.mentors(session, visit))


def _of_party(session: Session, visit: Visit) -> Booking:
    booking = diary.by_short(session, visit.arg(0))
    verbs.require_party(booking, visit.person(session))
    return booking


def _show(session: Session, visit: Visit, short: str, news: Text | None) -> Screen:
    booking = diary.by_short(session, short)
    verbs.require_party(booking, visit.person(session))
    return card(session, visit, booking, news=news)


def _after_asking(session: Session, visit: Visit, short: str) -> Screen:
    booking = diary.by_short(session, short)
    verbs.require_party(booking, visit.person(session))
    waiting = booking.state is BookingState.HELD
    news = _("The provider has not seen your payment yet. I keep asking.") if waiting else None
    return card(session, visit, booking, news=news)


def _is_held(session: Session, short: str) -> bool:
    return diary.by_short(session, short).state is BookingState.HELD
