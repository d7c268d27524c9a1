"""A mentor's open hours, behind `/mentoring`."""

from sqlalchemy.orm import Session

from bot import reading
from bot.commands.mentoring import own
from bot.router import Routes
from bot.screens import hours as screens
from bot.visit import Visit, calendar_day
from core.chat import Screen
from core.errors import Invalid, NotFound
from core.people.mentors import Mentor
from core.people.people import Person
from core.schedule import availability, timetable
from core.schedule.times import instant

routes = Routes()
WORKDAY = [(9 * 60, 17 * 60)]


@routes.read("mentoring.hours")
def week(session: Session, visit: Visit) -> Screen:
    return _week(session, visit, own(session, visit))


@routes.read("mentoring.day_form")
def day_form(session: Session, visit: Visit) -> Screen:
    weekday = visit.number(0)
    if weekday > 6:
        raise NotFound("route.unknown")
    hours = timetable.hours(session, own(session, visit).id, now=visit.now)
    ranges = [(w.from_minute, w.until_minute) for w in hours.weekly if w.weekday == weekday]
    return screens.day_form(weekday, screens.typed(ranges))


@routes.write("mentoring.day", form="mentoring.day_form")
def day(session: Session, visit: Visit) -> Screen:
    mentor, person = _mentor(session, visit)
    ranges = reading.ranges(visit.typed("ranges"))
    availability.open_weekly(session, mentor, person, visit.number(0), ranges, now=visit.now)
    return _week(session, visit, mentor)


@routes.write("mentoring.workweek")
def workweek(session: Session, visit: Visit) -> Screen:
    """The quick start: Monday to Friday, nine to five."""
    mentor, person = _mentor(session, visit)
    for weekday in range(5):
        availability.open_weekly(session, mentor, person, weekday, WORKDAY, now=visit.now)
    return _week(session, visit, mentor)


@routes.read("mentoring.date_form")
def date_form(session: Session, visit: Visit) -> Screen:
    own(session, visit)
    return screens.date_form()


@routes.write("mentoring.date", form="mentoring.date_form")
def dated(session: Session, visit: Visit) -> Screen:
    mentor, person = _mentor(session, visit)
    day = reading.day(visit.answer("date"), visit.reader.locale)
    ranges = reading.ranges(visit.answer("ranges"))
    availability.open_dated(session, mentor, person, day, ranges, now=visit.now)
    return _week(session, visit, mentor)


@routes.write("mentoring.date_forget")
def date_forget(session: Session, visit: Visit) -> Screen:
    mentor, person = _mentor(session, visit)
    availability.forget_dated(session, mentor, person, calendar_day(visit.arg(0)), now=visit.now)
    return _week(session, visit, mentor)


@routes.read("mentoring.single_form")
def single_form(session: Session, visit: Visit) -> Screen:
    own(session, visit)
    return screens.single_form()


@routes.write("mentoring.single", form="mentoring.single_form")
def single(session: Session, visit: Visit) -> Screen:
    mentor, person = _mentor(session, visit)
    day = reading.day(visit.answer("date"), visit.reader.locale)
    ranges = reading.ranges(visit.answer("ranges"))
    if len(ranges) != 1:
        raise Invalid("time.unreadable", value=visit.answer("ranges"))
    zone = timetable.hours(session, mentor.id, now=visit.now).zone
    start, end = ranges[0]
    availability.open_single(
        session, mentor, person, instant(day, start, zone), instant(day, end, zone), now=visit.now
    )
    return _week(session, visit, mentor)


@routes.write("mentoring.single_close")
def single_close(session: Session, visit: Visit) -> Screen:
    mentor, person = _mentor(session, visit)
    availability.close_single(session, mentor, person, visit.number(0), now=visit.now)
    return _week(session, visit, mentor)


@routes.read("mentoring.away_form")
def away_form(session: Session, visit: Visit) -> Screen:
    own(session, visit)
    return screens.away_form()


@routes.write("mentoring.away", form="mentoring.away_form")
def away(session: Session, visit: Visit) -> Screen:
    mentor, person = _mentor(session, visit)
    first, last = (reading.day(visit.answer(name), visit.reader.locale) for name in ("first", "last"))
    availability.leave(session, mentor, person, first, last, now=visit.now)
    return _week(session, visit, mentor)


@routes.write("mentoring.back")
def back(session: Session, visit: Visit) -> Screen:
    mentor, person = _mentor(session, visit)
    availability.come_back(session, mentor, person, now=visit.now)
    return _week(session, visit, mentor)


@routes.read("mentoring.frame_form")
def frame_form(session: Session, visit: Visit) -> Screen:
    row = availability.frame(session, own(session, visit).id)
    if row is None:
        return screens.frame_form(visit.reader.zone, 0, availability.BUFFER_AFTER, 0)
    return screens.frame_form(row.zone, row.buffer_before, row.buffer_after, row.day_limit)


@routes.write("mentoring.frame", form="mentoring.frame_form")
def frame(session: Session, visit: Visit) -> Screen:
    mentor, person = _mentor(session, visit)
    availability.set_frame(
        session,
        mentor,
        person,
        zone=reading.zone(visit.answer("zone")),
        buffer_before=reading.whole(visit.answer("before") or "0"),
        buffer_after=reading.whole(visit.answer("after") or "0"),
        day_limit=reading.whole(visit.answer("limit") or "0"),
        now=visit.now,
    )
    return _week(session, visit, mentor)


def _mentor(session: Session, visit: Visit) -> tuple[Mentor, Person]:
    """The actor as a mentor who may change hours, whose clock is known from the first change on."""
    mentor = own(session, visit)
    availability.start_frame(session, mentor, visit.reader.zone)
    return mentor, visit.person(session)


def _week(session: Session, visit: Visit, mentor: Mentor) -> Screen:
    hours = timetable.hours(session, mentor.id, now=visit.now)
    return screens.week(hours, timetable.single_slots(session, mentor.id, now=visit.now))
