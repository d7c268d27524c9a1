"""`/waitlist`: getting in line for a mentor's time, and answering what is held for one."""

from datetime import datetime

from sqlalchemy.orm import Session

from bot.commands import bookings
from bot.commands import mentors as browsing
from bot.router import Routes
from bot.screens import waitlist as screens
from bot.screens.waitlist import Standing
from bot.visit import Visit, calendar_day
from core.booking import claims, diary, waiting, waitlist
from core.booking.life import Booking, BookingState
from core.booking.waiting import WaitlistEntry
from core.chat import Command, Screen, Text, _
from core.people import mentors, rates

routes = Routes()
routes.commands.append(Command("waitlist", _("Where you wait for a free time")))


@routes.read("waitlist")
def mine(session: Session, visit: Visit) -> Screen:
    entries = waiting.of_student(session, visit.arrival.person_id, now=visit.now)
    return screens.listing([standing(session, entry, now=visit.now) for entry in entries])


@routes.read("waitlist.lengths")
def lengths(session: Session, visit: Visit) -> Screen:
    mentor = browsing.of_slug(session, visit)
    return screens.lengths(mentor.name, mentor.slug, sorted(rates.prices(session, mentor)))


@routes.write("waitlist.join")
def join(session: Session, visit: Visit) -> Screen:
    mentor, minutes = browsing.of_slug(session, visit), visit.number(1)
    day = calendar_day(visit.arg(2)) if len(visit.incoming.route.args) > 2 else None
    entry = waitlist.join(
        session, mentor, visit.person(session), minutes, now=visit.now, day=day, zone=visit.reader.zone
    )
    return screens.joined(standing(session, entry, now=visit.now))


@routes.write("waitlist.earlier")
def earlier(session: Session, visit: Visit) -> Screen:
    booking = diary.by_short(session, visit.arg(0))
    entry = waitlist.join_earlier(session, booking, visit.person(session), now=visit.now)
    mine = standing(session, entry, now=visit.now)
    return screens.joined(mine) if mine.offered is None else screens.offer(mine, mine.offered)


@routes.write("waitlist.leave")
def leave(session: Session, visit: Visit) -> Screen:
    entry = waiting.own(session, visit.number(0), visit.arrival.person_id)
    waitlist.leave(session, entry, visit.person(session), now=visit.now)
    return screens.left(mentors.find(session, entry.mentor_id).name)


@routes.write("waitlist.claim")
def claim(session: Session, visit: Visit) -> Screen:
    offered = diary.by_short(session, visit.arg(0))
    booking = claims.claim(session, offered, visit.person(session), now=visit.now)
    return bookings.card(session, visit, booking, news=_claimed(offered, booking, visit.now))


@routes.write("waitlist.pass")
def decline(session: Session, visit: Visit) -> Screen:
    offered = diary.by_short(session, visit.arg(0))
    entry = claims.decline(session, offered, visit.person(session), now=visit.now)
    return screens.passed(standing(session, entry, now=visit.now))


def _claimed(offered: Booking, booking: Booking, now: datetime) -> Text | None:
    """What the tap did. Of a later tap the card alone says what has become of it."""
    if booking.id != offered.id and booking.state is BookingState.CONFIRMED:
        return _("Your session is earlier now.")
    return _("The time is yours. Go on before the hold ends.") if booking.is_live_hold(now) else None


def standing(session: Session, entry: WaitlistEntry, *, now: datetime) -> Standing:
    """An entry as its person sees it."""
    mentor = mentors.find(session, entry.mentor_id)
    return Standing(
        entry_id=entry.id,
        mentor=mentor.name,
        slug=mentor.slug,
        minutes=entry.minutes,
        place=waiting.place(session, entry, now=now),
        day=entry.day,
        booking=diary.find(session, entry.booking_id) if entry.booking_id is not None else None,
        offered=waiting.offer(session, entry, now=now),
        is_bookable=mentor.is_bookable,
    )
