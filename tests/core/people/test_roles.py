"""Wishes for roles: given, taken, changed on the way, tried again, and looked after once an hour."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from adapters.database import Database
from core.chat import Reader, Screen
from core.history import latest
from core.people import communities, roles
from core.people.mentors import Mentor
from core.ports import Rung, Undeliverable
from core.prepaid import badges, reconciling, seats
from core.prepaid.seats import Seat
from tests import cast
from tests.cast import HOUR, MINUTE, MONDAY, Cast

pytestmark = pytest.mark.anyio
ANA = "discord:ana"


@dataclass
class Server:
    """A platform with roles: who is there, and what each has. `forbids` are roles that it lets nobody touch."""

    platform: str = "discord"
    members: dict[str, set[str]] = field(default_factory=lambda: {ANA: set()})
    made: list[str] = field(default_factory=list)
    forbids: set[str] = field(default_factory=set)
    is_away: bool = False
    looked_up: list[str] = field(default_factory=list)

    async def deliver(self, rung: Rung, screen: Screen, reader: Reader, *, key: str, rings: bool) -> None:
        raise AssertionError("nothing is said here")

    def invitation(self, payload: str) -> str | None:
        return None

    async def set_role(self, place: str, account: str, role: str, *, granted: bool) -> None:
        self._answer()
        if account not in self.members or role in self.forbids:
            raise Undeliverable("not a member", permanent=True)
        (self.members[account].add if granted else self.members[account].discard)(role)

    async def make_role(self, place: str, name: str) -> str:
        self._answer()
        if name in self.forbids:
            raise Undeliverable("missing permissions", permanent=True)
        self.made.append(name)
        return f"role-{name}"

    async def roles_of(self, place: str, account: str) -> frozenset[str] | None:
        self._answer()
        self.looked_up.append(account)
        found = self.members.get(account)
        return frozenset(found) if found is not None else None

    def _answer(self) -> None:
        if self.is_away:
            raise Undeliverable("no answer", permanent=False)


@dataclass
class Guild:
    """Ben mentors; the role of his students is called after him."""

    db: Database
    troupe: Cast
    server: Server = field(default_factory=Server)
    now: datetime = MONDAY

    async def works(self, after: timedelta = timedelta(0)) -> None:
        """Time passes and the jobs run, the one that was woken last by the other again."""
        self.now += after
        platforms = {"discord": self.server}
        await roles.give_due(self.db, platforms, now=self.now)
        await reconciling.keep(self.db, platforms, lambda mentor, _language: mentor, now=self.now)
        await roles.give_due(self.db, platforms, now=self.now)

    async def ana_sits(self, mentor: Mentor | None = None) -> Seat:
        def sit(session: Session) -> Seat:
            ben, ana = cast.here(session, mentor or self.troupe.ben), cast.here(session, self.troupe.ana)
            seat = seats.take(session, ben, ana.id, until=self.now + HOUR, now=self.now)
            seats.activate(session, seat, now=self.now)
            badges.follow(session, ben, ana.id, now=self.now)
            return seat

        return await self.db.write(sit)

    async def ana_gets_up(self, seat: Seat) -> None:
        def release(session: Session) -> None:
            mine = seats.find(session, seat.id)
            seats.release(session, mine, "grace_over", now=self.now)
            badges.follow(session, session.get_one(Mentor, mine.mentor_id), mine.student_id, now=self.now)

        await self.db.write(release)

    @property
    def anas(self) -> set[str]:
        return self.server.members[ANA]

    async def reported(self, event: str = "roles.repaired") -> dict[str, object] | None:
        row = await self.db.read(latest, event, self.troupe.community.id)
        return row.facts if row else None


@pytest.fixture
async def guild(db: Database) -> Guild:
    return Guild(db, await db.write(cast.enter))


async def test_the_role_is_made_with_the_first_seat_and_goes_with_it(guild: Guild) -> None:
    seat = await guild.ana_sits()
    await guild.works()
    assert (guild.server.made, guild.anas) == (["Ben"], {"role-Ben"})
    await guild.ana_gets_up(seat)
    await guild.works()
    assert guild.anas == set()
    await guild.ana_sits()
    await guild.works()
    assert (guild.server.made, guild.anas) == (["Ben"], {"role-Ben"})


async def test_the_last_wish_counts_where_the_platform_was_away(guild: Guild) -> None:
    seat = await guild.ana_sits()
    await guild.works()
    guild.server.is_away = True
    await guild.ana_gets_up(seat)
    await guild.works()
    assert guild.anas == {"role-Ben"}
    await guild.ana_sits()
    guild.server.is_away = False
    await guild.works(HOUR)
    assert guild.anas == {"role-Ben"}


async def test_a_role_of_two_mentors_stays_while_one_of_the_seats_does(guild: Guild) -> None:
    troupe = guild.troupe
    carla = await guild.db.write(cast.mentor, troupe.community, "Carla", by=troupe.hana)

    def share(session: Session) -> None:
        for mentor in (troupe.ben, carla):
            badges.appoint(session, cast.here(session, mentor), "students", now=guild.now)

    await guild.db.write(share)
    with_ben, with_carla = await guild.ana_sits(), await guild.ana_sits(carla)
    await guild.works()
    await guild.ana_gets_up(with_ben)
    await guild.works()
    assert guild.anas == {"students"}
    await guild.ana_gets_up(with_carla)
    await guild.works()
    assert guild.anas == set()


async def test_another_role_takes_the_place_of_the_one_before(guild: Guild) -> None:
    await guild.ana_sits()
    await guild.works()
    await guild.db.write(
        lambda s: badges.choose(
            s, cast.here(s, guild.troupe.ben), cast.here(s, guild.troupe.hana), "circle", now=guild.now
        )
    )
    await guild.works()
    assert guild.anas == {"circle"}


async def test_what_drifted_is_put_right_within_the_hour_and_reported_once(guild: Guild) -> None:
    await guild.ana_sits()
    await guild.works()
    guild.anas.clear()
    await guild.works(59 * MINUTE)
    assert guild.anas == set()
    await guild.works(MINUTE)
    assert guild.anas == {"role-Ben"}
    assert await guild.reported() == {"given": ["Ana"], "taken": [], "stuck": []}


async def test_who_is_no_member_is_no_error_and_gets_it_again_when_they_are_back(guild: Guild) -> None:
    await guild.ana_sits()
    await guild.works()
    del guild.server.members[ANA]
    await guild.works(HOUR)
    assert await guild.reported() is None
    assert await guild.reported("roles.stuck") is None
    guild.server.members[ANA] = set()
    await guild.works(HOUR)
    assert guild.anas == {"role-Ben"}


async def test_a_role_that_should_be_gone_is_taken_for_a_week(guild: Guild) -> None:
    seat = await guild.ana_sits()
    await guild.works()
    await guild.ana_gets_up(seat)
    await guild.works()
    guild.anas.add("role-Ben")
    await guild.works(HOUR)
    assert guild.anas == set()
    assert await guild.reported() == {"given": [], "taken": ["Ana"], "stuck": []}
    guild.server.looked_up.clear()
    await guild.works(timedelta(days=7))
    assert guild.server.looked_up == []


async def test_other_roles_of_a_member_are_none_of_our_business(guild: Guild) -> None:
    await guild.ana_sits()
    guild.anas.add("moderator")
    await guild.works()
    await guild.works(HOUR)
    assert guild.anas == {"moderator", "role-Ben"}


async def test_what_may_not_be_given_is_reported_as_such(guild: Guild) -> None:
    await guild.ana_sits()
    await guild.works()
    guild.anas.clear()
    guild.server.forbids.add("role-Ben")
    await guild.works(HOUR)
    assert await guild.reported("roles.stuck") == {"given": [], "taken": [], "stuck": ["Ana"]}


async def test_a_role_that_may_not_be_made_is_said_and_asked_for_with_the_next_seat(guild: Guild) -> None:
    guild.server.forbids.add("Ben")
    seat = await guild.ana_sits()
    await guild.works()
    refused = await guild.db.read(latest, "mentor.role_refused", guild.troupe.ben.id)
    assert refused is not None
    await guild.works(HOUR)
    assert guild.server.made == []
    guild.server.forbids.clear()
    await guild.ana_gets_up(seat)
    await guild.ana_sits()
    await guild.works()
    assert guild.anas == {"role-Ben"}


async def test_a_community_without_roles_wishes_for_none(guild: Guild) -> None:
    def move(session: Session) -> None:
        communities.find(session, guild.troupe.community.id).platform = "telegram"

    await guild.db.write(move)
    await guild.ana_sits()
    assert await guild.db.read(reconciling.next_due) is None
    assert await guild.db.read(roles.next_try) is None
