"""A counter of packs in stories: what is on sale before a story begins, and the steps that people take with it."""

from datetime import timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.money import Money
from core.people import communities, mentorship, people
from core.people.applications import Application
from core.people.communities import Community
from core.people.mentors import Mentor
from core.people.people import Person
from core.prepaid import products
from core.prepaid.terms import Terms
from core.schedule import availability
from tests.stories.hands import Hands
from tests.stories.people import WEEK
from tests.stories.stage import Stage

FOUR: Final = Terms("Four with Ben", 60, Money(16_000, "EUR"))
LETTERS: Final = Application(
    headline="Letters that are read",
    bio="I edit.",
    topics=("Writing",),
    university="",
    degree="",
    graduation_year=None,
    company="",
    languages=("en",),
    hourly=Money(4_000, "EUR"),
)


async def is_open(stage: Stage, *, also_with_cleo: bool = False) -> None:
    """Olga has put four sessions with Ben on sale, for 160 euros; with Cleo too, where she mentors as well."""
    await olga_is_seen(stage)
    await stage.house.db.write(_sell, stage, also_with_cleo=also_with_cleo)


async def buys(ana: Hands) -> None:
    """From the command to a paid pack with Ben."""
    await ana.says("/packs")
    if ana.offers("Choose a mentor"):
        await ana.taps("Choose a mentor")
        await ana.taps("Ben Okafor")
    else:
        await ana.taps("Buy")
    await ana.pays(ana.link("Pay €160.00"))
    await ana.will_see("Your pack is paid")


async def books(ana: Hands, day: str = "Wed, Nov 25", at: str = "10:00 AM") -> None:
    """A session that the pack pays for."""
    await ana.says("/book", mentor="Ben Okafor")
    await ana.taps("60 minutes")
    await ana.taps(day)
    await ana.taps(at)
    await ana.taps("Topic and terms")
    await ana.fills({"Topic": "Portfolio", "I accept the cancellation terms": True})
    await ana.will_see("is confirmed")


async def olga_is_seen(stage: Stage) -> None:
    """In her community, so that the platform's word about her is fresh."""
    await stage.olga.says("/staff")


def _sell(session: Session, stage: Stage, *, also_with_cleo: bool) -> None:
    community, olga = communities.at(session, stage.place), _person(session, stage, "olga")
    assert community is not None
    if also_with_cleo:
        _mentor(session, stage, community, _person(session, stage, "cleo"), olga)
    known = list(session.scalars(select(Mentor).order_by(Mentor.id)))
    products.define(session, community, olga, FOUR, known, lowest=Money(50, "EUR"), now=stage.now)


def _mentor(session: Session, stage: Stage, community: Community, cleo: Person, olga: Person) -> None:
    """Cleo mentors on all days."""
    mentor = mentorship.apply(session, community, cleo, LETTERS, lowest=None, now=stage.now)
    mentorship.approve(session, mentor, olga, now=stage.now)
    yesterday = stage.now - timedelta(days=1)
    availability.set_frame(
        *(session, mentor, cleo),
        zone="Europe/Madrid",
        buffer_before=0,
        buffer_after=10,
        day_limit=0,
        now=yesterday,
    )
    for weekday in range(7):
        availability.open_weekly(session, mentor, cleo, weekday, WEEK, now=yesterday)


def _person(session: Session, stage: Stage, key: str) -> Person:
    hands: Hands = getattr(stage, key)
    identity = people.identity_of(session, stage.place.platform, hands.account)
    assert identity is not None
    return people.find(session, identity.person_id)
