"""The playground's cast and what they have been up to, written by the same verbs that everybody uses."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from pydantic import SecretStr
from sqlalchemy.orm import Session

from adapters.web.playground import CastMember
from bot.config import Database, Settings, Web
from bot.seeds import MENTORS, PACKS, PLANS, Bundle, Seed
from core.booking import attendance, bookings
from core.booking.bookings import Wish
from core.booking.life import Who
from core.chat import Account, Place, _
from core.discovery import reviews, written
from core.messages import preferences
from core.money import Money
from core.people import communities, expertise, governing, memberships, mentorship, people, rates
from core.people.applications import Application
from core.people.communities import Community
from core.people.mentors import Mentor
from core.people.people import Person
from core.plans import plans
from core.prepaid import products
from core.prepaid.terms import Terms
from core.schedule import availability
from core.schedule.times import Span

PLACE: Final = Place("web", "study-hall", "Study Hall")
CAST: Final = (
    CastMember(
        "ana", "Ana Ruiz", _("Student"), zone="Asia/Kolkata", hints=("/mentors", "/packs", "/bookings")
    ),
    CastMember(
        "ben", "Ben Okafor", _("Mentor"), zone="Africa/Lagos", hints=("/mentoring", "/bookings", "/settings")
    ),
    CastMember(
        "olga",
        "Olga Lind",
        _("Staff"),
        zone="Europe/Stockholm",
        may_manage=True,
        hints=("/staff", "/setup", "/help"),
    ),
)
MEMBERSHIP: Final = timedelta(days=60)


def settings(path: Path, port: int) -> Settings:
    """The demo's own settings, whatever the environment says."""
    return Settings.model_construct(
        database=Database(url=SecretStr(f"sqlite:///{path}")),
        web=Web(listen=f"127.0.0.1:{port}", public_url=f"http://localhost:{port}"),
    )


def seed(session: Session, *, now: datetime) -> None:
    """Fills an empty playground; one that has been played in stays as it is."""
    community, is_new = communities.host(session, PLACE, now=now - MEMBERSHIP)
    if not is_new:
        return
    olga, ana = (
        _member(session, community, m.key, m.name, m.zone, m.may_manage, now) for m in (CAST[2], CAST[0])
    )
    governing.change(session, community, olga, now=now - MEMBERSHIP, zone="Europe/Madrid", currency="EUR")
    governing.appoint(session, community, olga, "mentor_role", "mentor", "Mentor", now=now - MEMBERSHIP)
    governing.appoint(session, community, olga, "notice_channel", "notices", "notices", now=now - MEMBERSHIP)
    sellers = {each.key: _mentor(session, community, olga, ana, each, now) for each in MENTORS}
    for bundle in PACKS:
        _put_on_sale(session, community, olga, bundle, sellers, now)
    for terms in PLANS:
        plans.define(session, community, olga, terms, lowest=Money(50, "EUR"), now=now)
    _applicant(session, community, now)


def _mentor(
    session: Session, community: Community, olga: Person, ana: Person, each: Seed, now: datetime
) -> Mentor:
    past = now - MEMBERSHIP
    person = _member(session, community, each.key, each.name, each.zone, False, now)
    mentor = mentorship.apply(session, community, person, _application(each), lowest=None, now=past)
    mentorship.approve(session, mentor, olga, now=past)
    availability.set_frame(
        session, mentor, person, zone=each.zone, buffer_before=0, buffer_after=10, day_limit=0, now=past
    )
    for weekday in range(6):
        availability.open_weekly(session, mentor, person, weekday, list(each.week), now=past)
    for number, (stars, words) in enumerate(each.reviews):
        _past_session(session, mentor, ana, number, stars, words, now)
    return mentor


def _put_on_sale(
    session: Session,
    community: Community,
    olga: Person,
    bundle: Bundle,
    sellers: Mapping[str, Mentor],
    now: datetime,
) -> None:
    terms = Terms(bundle.name, bundle.minutes, Money(bundle.price, "EUR"), sessions=bundle.sessions)
    found = [sellers[key] for key in bundle.mentors]
    products.define(session, community, olga, terms, found, lowest=Money(50, "EUR"), now=now)


def _past_session(
    session: Session, mentor: Mentor, ana: Person, number: int, stars: int, words: str, now: datetime
) -> None:
    """A session some weeks ago, whole: held, agreed, confirmed, done, reviewed, settled, and nobody told of it now."""
    day = now.replace(hour=9, minute=0, second=0, microsecond=0) - timedelta(days=14 + number * 7)
    start = day + timedelta(hours=2 * (mentor.id % 6))
    span = Span(start, start + timedelta(minutes=60))
    policy = communities.find(session, mentor.community_id).policy
    price = rates.prices(session, mentor)[60]
    wish = Wish(mentor, ana, span, Span(span.starts_at, span.ends_at + timedelta(minutes=10)), price, policy)
    booking = bookings.hold(session, wish, now=start - timedelta(days=1))
    bookings.agree(
        session, booking, expertise.topics(session, mentor.id)[0], "", now=start - timedelta(days=1)
    )
    bookings.confirm(session, booking, Who.PROVIDER, now=start - timedelta(days=1))
    attendance.propose(session, booking, now=span.ends_at)
    reviews.give(session, booking, ana, stars, words, now=span.ends_at + timedelta(hours=1))
    over = span.ends_at + written.OPEN
    attendance.settle_due(session, now=over)
    reviews.publish_due(session, now=over)


def _applicant(session: Session, community: Community, now: datetime) -> None:
    """Somebody for the staff to decide about."""
    person = _member(session, community, "mira", "Mira Sato", "America/Vancouver", False, now)
    application = Application(
        headline="Scholarships and how to win them",
        bio="Four applications, three scholarships. I read your essay twice before we meet.",
        topics=("Scholarships", "Essays"),
        university="UBC",
        degree="BA International Relations",
        graduation_year=2024,
        company="",
        languages=("en", "ja"),
        hourly=Money(1_500, "EUR"),
    )
    mentorship.apply(session, community, person, application, lowest=None, now=now)


def _member(
    session: Session, community: Community, key: str, name: str, zone: str, may_manage: bool, now: datetime
) -> Person:
    person = people.meet(session, Account("web", key, name), "en", now=now - MEMBERSHIP).person
    people.choose_zone(session, person, zone, now=now - MEMBERSHIP)
    memberships.see(session, community, person, may_manage=may_manage, roles=frozenset(), now=now)
    preferences.choose_quiet(
        session, person, None, now=now - MEMBERSHIP
    )  # whoever plays at night sees it arrive
    return person


def _application(each: Seed) -> Application:
    return Application(
        headline=each.headline,
        bio=each.bio,
        topics=each.topics,
        university=each.university,
        degree=each.degree,
        graduation_year=each.year,
        company=each.company,
        languages=each.languages,
        hourly=Money(each.price, "EUR"),
    )
