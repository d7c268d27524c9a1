"""Seats for staff and mentors: who has which, how many there are, the role of the students; and a mentor who leaves."""

from sqlalchemy.orm import Session

from bot import reading
from bot.commands import duty, mentoring, pack_care
from bot.commands.setup import managed
from bot.router import Routes
from bot.screens import seat_desk as screens
from bot.visit import Visit
from core.booking import diary
from core.chat import Screen, Text, _
from core.desk import packbook
from core.errors import Forbidden
from core.people import communities, memberships, mentors
from core.people.communities import ROLED
from core.people.mentors import Mentor
from core.prepaid import badges, caring, tenure

routes = Routes()


@routes.read("care.seats")
def overview(session: Session, visit: Visit) -> Screen:
    """All mentors for staff; a mentor sees their own at once."""
    scope = pack_care.scope(session, visit)
    if scope.mentor_id is not None:
        return _room(session, mentors.find(session, scope.mentor_id), is_staff=False)
    return screens.overview(packbook.rows(session, scope.community.id))


@routes.read("care.seats_of")
def room(session: Session, visit: Visit) -> Screen:
    mentor, is_staff = _mentor(session, visit)
    return _room(session, mentor, is_staff=is_staff)


@routes.read("care.number_form")
def number_form(session: Session, visit: Visit) -> Screen:
    return screens.number_form(_mentor(session, visit)[0])


@routes.write("care.number", form="care.number_form")
def number(session: Session, visit: Visit) -> Screen:
    (mentor, is_staff), count = _mentor(session, visit), reading.whole(visit.answer("seats"))
    tenure.resize(session, mentor, visit.person(session), count, now=visit.now)
    return _room(session, mentor, is_staff=is_staff, news=_("The number of seats is changed."))


@routes.read("care.leave")
def leave_ask(session: Session, visit: Visit) -> Screen:
    mentor, _is_staff = _mentor(session, visit)
    return screens.leave_ask(
        mentor,
        len(diary.of_mentor(session, mentor.id, now=visit.now)),
        caring.count_open(session, mentor.id),
        is_self=mentor.person_id == visit.arrival.person_id,
    )


@routes.write("care.leave_now")
def leave(session: Session, visit: Visit) -> Screen:
    mentor, _is_staff = _mentor(session, visit)
    caring.let_go(session, mentor, visit.person(session), now=visit.now)
    sessions = len(diary.of_mentor(session, mentor.id, now=visit.now))
    packs = caring.count_open(session, mentor.id)
    return screens.gone(mentor, sessions, packs, is_self=mentor.person_id == visit.arrival.person_id)


@routes.read("mentoring.leave")
def leave_myself(session: Session, visit: Visit) -> Screen:
    mentor = mentoring.own(session, visit)
    sessions = len(diary.of_mentor(session, mentor.id, now=visit.now))
    return screens.leave_ask(mentor, sessions, caring.count_open(session, mentor.id), is_self=True)


@routes.read("setup.student_role")
def role(session: Session, visit: Visit) -> Screen:
    return screens.role(_managed_mentor(session, visit))


@routes.write("setup.student_pick")
def pick(session: Session, visit: Visit) -> Screen:
    mentor, name = _managed_mentor(session, visit), visit.answer("name")[:100]
    badges.choose(session, mentor, visit.person(session), visit.answer("key"), now=visit.now)
    return screens.chosen(mentor, name)


def _mentor(session: Session, visit: Visit) -> tuple[Mentor, bool]:
    """The mentor of a route, for themselves and the staff of their community; whether the actor is staff."""
    mentor, person = duty.named(session, visit), visit.person(session)
    is_staff = memberships.is_staff(session, mentor.community_id, person.id)
    if is_staff:
        memberships.require_staff(session, mentor.community_id, person, now=visit.now)
    elif mentor.person_id != person.id:
        raise Forbidden("staff.forbidden")
    return mentor, is_staff


def _managed_mentor(session: Session, visit: Visit) -> Mentor:
    """A mentor of the community that is spoken in, for who may manage it."""
    return mentors.by_slug(session, visit.arg(0), community_id=managed(session, visit).id)


def _room(session: Session, mentor: Mentor, *, is_staff: bool, news: Text | None = None) -> Screen:
    has_roles = communities.find(session, mentor.community_id).platform in ROLED
    return screens.room(packbook.room(session, mentor), is_staff=is_staff, has_roles=has_roles, news=news)
