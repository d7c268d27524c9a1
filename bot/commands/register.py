"""`/bookings-admin`: the community's bookings, filtered and page by page; one booking's card for staff."""

from collections.abc import Mapping, Sequence
from datetime import datetime, time, timedelta
from typing import Final

from sqlalchemy.orm import Session

from bot import reading
from bot.commands import duty
from bot.commands import mentors as browsing
from bot.router import Routes
from bot.screens import casework as case_screens
from bot.screens import register as screens
from bot.screens.bookings import STATES
from bot.screens.casework import Case
from bot.visit import Visit
from core import drafts
from core.booking import attendance, disputes, prepaying
from core.booking.life import Booking, BookingState
from core.chat import Command, CommandOption, FieldOption, Screen, Suggestion, Text, _
from core.db import short_id
from core.desk import register
from core.desk.register import Asked
from core.errors import Invalid

routes = Routes()
routes.commands.append(
    Command(
        "bookings-admin",
        _("For staff: all bookings, and what waits for you"),
        (
            CommandOption(
                "state", _("State"), choices=tuple(FieldOption(s, name) for s, name in STATES.items())
            ),
            CommandOption("mentor", _("Mentor"), suggests=True),
            CommandOption("student", _("Student")),
            CommandOption("code", _("The booking's code"), suggests=True),
            CommandOption("since", _("From this day on, such as 2026-11-26")),
            CommandOption("until", _("Until this day, such as 2026-11-26")),
        ),
    )
)
routes.suggest("bookings-admin", "mentor")(browsing.names)
ALL: Final = "-"
NAMES: Final = ("state", "mentor", "student", "code", "since", "until")


@routes.workflow("bookings-admin", reads=True)
async def begin(visit: Visit) -> Screen:
    """All bookings, or those that fit the options, which are kept so that the pages stay with them."""
    given = {name: visit.answer(name) for name in NAMES if visit.answer(name)}
    if not given:
        return await visit.desk.db.read(_page, visit, {}, ALL, 0)
    return await visit.desk.db.write(_kept_page, visit, given)


@routes.suggest("bookings-admin", "code")
def codes(session: Session, visit: Visit, typed: str) -> Sequence[Suggestion]:
    found = register.codes(session, duty.community(session, visit).id, typed)
    return [
        Suggestion(f"{each.booking.code} · {each.mentor} · {each.student}"[:100], each.booking.code)
        for each in found
    ]


@routes.read("desk.list")
def page(session: Session, visit: Visit) -> Screen:
    key, given = _kept(session, visit)
    return _page(session, visit, given, key, visit.number(1))


@routes.read("desk.filter_form")
def filter_form(session: Session, visit: Visit) -> Screen:
    duty.community(session, visit)
    key, given = _kept(session, visit)
    return screens.filter_form(given, key)


@routes.write("desk.filter", form="desk.filter_form")
def filtered(session: Session, visit: Visit) -> Screen:
    given = {name: visit.answer(name) for name in NAMES}
    if given["state"] == screens.ANY:
        given["state"] = ""
    return _kept_page(session, visit, {name: value for name, value in given.items() if value})


@routes.read("desk.booking")
def show(session: Session, visit: Visit) -> Screen:
    return card(session, visit, duty.booking(session, visit))


def card(session: Session, visit: Visit, booking: Booking, *, news: Text | None = None) -> Screen:
    """The booking's card for staff."""
    dispute = disputes.of_booking(session, booking.id)
    case = Case(
        entry=register.entry(session, booking),
        purse=register.purse(session, booking),
        is_disputed=dispute is not None and dispute.is_open,
        marks=attendance.marks(session, booking.mentor_id),
        now=visit.now,
        share=prepaying.share(session, booking),
    )
    return case_screens.card(case, news=news)


def _kept_page(session: Session, visit: Visit, given: Mapping[str, str]) -> Screen:
    community = duty.community(session, visit)
    if not given:
        return _page(session, visit, given, ALL, 0)
    key = short_id(4)
    drafts.keep(session, visit.arrival.person_id, f"desk:{community.id}:{key}", given, now=visit.now)
    return _page(session, visit, given, key, 0)


def _page(session: Session, visit: Visit, given: Mapping[str, str], key: str, number: int) -> Screen:
    community = duty.community(session, visit)
    asked = _asked(session, visit, given)
    return screens.listing(register.bookings(session, community.id, asked, number), key)


def _kept(session: Session, visit: Visit) -> tuple[str, Mapping[str, str]]:
    """The filters that a route begins with, by their key; none where they were forgotten."""
    key, community = visit.arg(0), visit.community(session)
    given = drafts.kept(session, visit.arrival.person_id, f"desk:{community.id}:{key}")
    return (key, given) if given else (ALL, {})


def _asked(session: Session, visit: Visit, given: Mapping[str, str]) -> Asked:
    state = given.get("state", "")
    if state and state not in STATES:
        raise Invalid("setup.choice", value=state)
    mentor = browsing.named(session, visit, given["mentor"]) if given.get("mentor") else None
    since, until = _midnight(visit, given.get("since", "")), _midnight(visit, given.get("until", ""))
    return Asked(
        state=BookingState(state) if state else None,
        mentor_id=mentor.id if mentor else None,
        student=given.get("student", "")[:100],
        code=given.get("code", "")[:24],
        since=since,
        until=until + timedelta(days=1) if until else None,
    )


def _midnight(visit: Visit, text: str) -> datetime | None:
    """The beginning of a day of the reader's calendar."""
    if not text:
        return None
    return datetime.combine(reading.day(text, visit.reader.locale), time(), visit.zone)
