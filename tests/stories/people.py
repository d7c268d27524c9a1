"""The cast of the stories, and what they did before a story begins: written by the verbs that everybody uses."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from core import chat
from core.money import Money
from core.people import communities, governing, memberships, mentorship, people
from core.people.applications import Application
from core.people.communities import Community
from core.people.mentors import Mentor
from core.people.people import Person
from core.schedule import availability
from tests.tapes import taped

NAMES: Final = {"ana": "Ana Ruiz", "ben": "Ben Okafor", "cleo": "Cleo Marsh", "olga": "Olga Lind"}
ZONES: Final = {
    "ana": "Europe/Madrid",
    "ben": "Africa/Lagos",
    "cleo": "Europe/Madrid",
    "olga": "Europe/Madrid",
}
WEEK: Final = [(9 * 60, 12 * 60), (14 * 60, 19 * 60)]
BIO: Final = "I review portfolios.\n\n- **Bring one case study**\n- You leave with three next steps"


@dataclass(frozen=True, slots=True)
class Opening:
    """How a community stands when a story begins; in a new one nobody has done anything yet."""

    is_new: bool = False
    zone: str = "Africa/Lagos"
    bio: str = BIO
    currency: str = "EUR"


AS_ALWAYS: Final = Opening()


@taped
def enter(
    session: Session,
    place: chat.Place,
    accounts: Mapping[str, str],
    opening: Opening,
    *,
    mentor_role: str,
    notice_channel: str,
    now: datetime,
) -> None:
    """Olga's community, where Ben mentors every day from 9 to 12 and from 14 to 19 of his own clock."""
    community, _ = communities.host(session, place, now=now)
    cast = {key: _member(session, community, key, account, now) for key, account in accounts.items()}
    olga = cast["olga"]
    governing.change(session, community, olga, now=now, zone="Europe/Madrid", currency=opening.currency)
    governing.appoint(session, community, olga, "mentor_role", mentor_role, "Mentors", now=now)
    governing.appoint(session, community, olga, "notice_channel", notice_channel, "notices", now=now)
    mentor = _mentor(session, community, cast["ben"], olga, opening, now)
    _open_hours(session, mentor, cast["ben"], opening.zone, now)


def _member(session: Session, community: Community, key: str, account: str, now: datetime) -> Person:
    named = chat.Account(community.platform, account, NAMES[key])
    person = people.meet(session, named, "en", now=now).person
    people.choose_zone(session, person, ZONES[key], now=now)
    memberships.see(session, community, person, may_manage=key == "olga", roles=frozenset(), now=now)
    return person


def _mentor(
    session: Session, community: Community, ben: Person, olga: Person, opening: Opening, now: datetime
) -> Mentor:
    application = Application(
        headline="From first portfolio to first offer",
        bio=opening.bio,
        topics=("Design", "Portfolio"),
        university="University of Lagos",
        degree="BSc Architecture",
        graduation_year=2017,
        company="Paystack",
        languages=("en", "yo"),
        hourly=Money(4_000, opening.currency),
    )
    mentor = mentorship.apply(session, community, ben, application, lowest=None, now=now)
    mentorship.approve(session, mentor, olga, now=now)
    return mentor


def _open_hours(session: Session, mentor: Mentor, ben: Person, zone: str, now: datetime) -> None:
    availability.set_frame(
        session, mentor, ben, zone=zone, buffer_before=0, buffer_after=10, day_limit=0, now=now
    )
    for weekday in range(7):
        availability.open_weekly(session, mentor, ben, weekday, WEEK, now=now)
