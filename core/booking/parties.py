"""The two people of a booking, seen from one of them. Reads only."""

from sqlalchemy.orm import Session

from core.booking.life import Booking
from core.people import communities, people
from core.people.people import Person
from core.schedule.clocks import Zones


def other(session: Session, booking: Booking, person: Person) -> Person:
    """Who sits on the other side."""
    is_student = person.id == booking.student_id
    return people.find(session, booking.mentor_person_id if is_student else booking.student_id)


def zones(session: Session, booking: Booking, person: Person) -> Zones:
    """Whose clocks a session is read by. Only what somebody said counts; nothing is guessed."""
    community = communities.find(session, booking.community_id)
    their = other(session, booking, person)
    return Zones(person.zone or "", their.zone or "", community.policy.zone)
