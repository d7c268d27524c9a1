"""Who is on duty: every staff handler asks here, at every tap, whose community it is and whether the actor may."""

from sqlalchemy.orm import Session

from bot.visit import Visit
from core.booking import diary
from core.booking.life import Booking
from core.errors import Forbidden, NotFound
from core.people import memberships
from core.people.communities import Community
from core.people.mentors import Mentor, MentorState, by_slug, of_person


def community(session: Session, visit: Visit) -> Community:
    """The community that is spoken in, for its staff. Raises `Forbidden`."""
    found = visit.community(session)
    memberships.require_staff(session, found.id, visit.person(session), now=visit.now)
    return found


def mentors(session: Session, visit: Visit) -> bool:
    """Whether the actor is booked by others here."""
    here = visit.arrival.community_id
    found = of_person(session, here, visit.arrival.person_id) if here is not None else None
    return found is not None and found.state is MentorState.APPROVED


def booking(session: Session, visit: Visit) -> Booking:
    """The booking of a route, for staff of its community; for everybody else it does not exist."""
    found = diary.by_short(session, visit.arg(0))
    if not memberships.is_staff(session, found.community_id, visit.arrival.person_id):
        raise NotFound("booking.unknown")
    memberships.require_staff(session, found.community_id, visit.person(session), now=visit.now)
    return found


def mentor(session: Session, visit: Visit) -> Mentor:
    """The mentor of a route, for staff of the mentor's own community."""
    found = named(session, visit)
    memberships.require_staff(session, found.community_id, visit.person(session), now=visit.now)
    return found


def named(session: Session, visit: Visit) -> Mentor:
    """The mentor of a route. One that there is not is refused like one of others: a name tells strangers nothing."""
    slug = visit.arg(0)
    try:
        return by_slug(session, slug)
    except NotFound:
        raise Forbidden("staff.forbidden") from None
