"""One thing somebody said, with all that a command needs to answer it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from core.booking.till import Till
from core.chat import Incoming, Reader, Route, Text
from core.clock import Clock
from core.errors import NotFound
from core.messages import dispatch
from core.people import communities, memberships, people
from core.people.communities import Community
from core.people.people import Identity, Person
from core.policy import Policy
from core.ports import CalendarFile, Catalogues, ChatPlatform, Entrance, JoinLinks, MeetingRooms, Store

FRESH = timedelta(hours=1)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"
YEARS = range(2000, 2200)


Tell = Callable[[Text, Reader], str]
"""A sentence in plain words for one reader, for a file that no door renders."""


@dataclass(frozen=True, slots=True)
class Desk:
    """What all commands share: the database, the till, the video rooms, the words, the clock; and the doors that
    are open, to invite people through them or to send them mail. `secret` signs what is promised to people."""

    db: Store
    till: Till
    rooms: MeetingRooms
    calendar_file: CalendarFile
    catalogue: Catalogues
    clock: Clock
    tell: Tell
    secret: str = field(repr=False)
    entrance: Entrance | None = None
    joins: JoinLinks | None = None
    platforms: Mapping[str, ChatPlatform] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Arrival:
    """Who is there: the person, the community they speak in, and how they read."""

    person_id: int
    community_id: int | None
    reader: Reader
    has_zone: bool
    is_staff: bool


@dataclass(frozen=True, slots=True)
class Visit:
    desk: Desk
    incoming: Incoming
    arrival: Arrival
    now: datetime

    @property
    def answers(self) -> Mapping[str, str]:
        return self.incoming.answers

    @property
    def reader(self) -> Reader:
        return self.arrival.reader

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.reader.zone)

    def arg(self, index: int) -> str:
        """A part of the route. Raises `NotFound` for a route that was cut short."""
        if index >= len(self.incoming.route.args):
            raise NotFound("route.unknown")
        return self.incoming.route.args[index]

    def number(self, index: int) -> int:
        """A part of the route that is a whole number."""
        part = self.arg(index)
        if not part.isascii() or not part.isdigit() or len(part) > 12:
            raise NotFound("route.unknown")
        return int(part)

    def answer(self, name: str) -> str:
        """What was answered, without the space around it; empty where nothing was."""
        return self.answers.get(name, "").strip()

    def typed(self, name: str) -> str:
        """What was answered where nothing is an answer too. Raises `NotFound` where no form was sent."""
        if name not in self.answers:
            raise NotFound("route.unknown")
        return self.answer(name)

    def person(self, session: Session) -> Person:
        return people.find(session, self.arrival.person_id)

    def community(self, session: Session) -> Community:
        """The community that is spoken in. Raises `NotFound` in a private chat of someone seen in none."""
        if self.arrival.community_id is None:
            raise NotFound("community.none")
        return communities.find(session, self.arrival.community_id)


def cleaned(incoming: Incoming) -> Incoming:
    """What was said, without what no database stores: NUL, and halves of characters."""
    account, route, place = incoming.account, incoming.route, incoming.place
    return replace(
        incoming,
        account=replace(account, name=storable(account.name)),
        route=Route(storable(route.name), tuple(map(storable, route.args))),
        place=place and replace(place, name=storable(place.name)),
        answers={storable(name): storable(answer) for name, answer in incoming.answers.items()},
    )


def known(session: Session, incoming: Incoming, languages: Sequence[str], now: datetime) -> Arrival | None:
    """Who is there, where nothing about them needs to be written down; so most visits only read."""
    found = people.behind(session, incoming.account.platform, incoming.account.key)
    if found is None:
        return None
    identity, person = found
    incoming = replace(incoming, locale=incoming.locale or identity.locale)
    if incoming.in_chat and _has_changed(identity, incoming, now):
        return None
    community, membership = memberships.belonging(session, person, incoming.place) or (None, None)
    is_staff = membership is not None and membership.is_staff
    if incoming.place is None:
        return _arrival(person, community, incoming, languages, now, is_staff=is_staff)
    if community is None or membership is None or person.community_id != community.id:
        return None
    vouched = memberships.Vouched.of(community, incoming.may_manage, incoming.roles)
    if membership.seen_at < now - FRESH or membership.vouched != vouched:
        return None
    return _arrival(person, community, incoming, languages, now, is_staff=is_staff)


def arrive(session: Session, incoming: Incoming, languages: Sequence[str], now: datetime) -> Arrival:
    """Writes down who came, and where."""
    met = people.meet(session, incoming.account, incoming.locale, now=now)
    person, incoming = met.person, replace(incoming, locale=met.identity.locale)
    community = memberships.home(session, person)
    if incoming.place is not None:
        community, _ = communities.host(session, incoming.place, now=now)
        memberships.see(
            session, community, person, may_manage=incoming.may_manage, roles=incoming.roles, now=now
        )
    is_staff = community is not None and memberships.is_staff(session, community.id, person.id)
    return _arrival(person, community, incoming, languages, now, is_staff=is_staff)


def reader_of(
    person: Person,
    community: Community | None,
    locale: str,
    languages: Sequence[str],
    at: datetime | None = None,
) -> Reader:
    """How a person reads: their own choice, else their app's language and their community's zone. Where that is
    none of the `languages` that are spoken, it is their community's."""
    policy = community.policy if community else Policy()
    spoken = {language.partition("-")[0] for language in languages}
    chosen = next((each for each in (person.language, locale) if each and primary(each) in spoken), None)
    return Reader(chosen or policy.language, person.zone or policy.zone, app=locale, at=at)


def reader_away(
    session: Session,
    person: Person,
    community: Community | None,
    languages: Sequence[str],
    at: datetime | None = None,
) -> Reader:
    """How a person reads who is not speaking just now: as in the chat that they used last."""
    last = dispatch.in_order(people.identities(session, person.id))[0]
    return reader_of(person, community, last.locale, languages, at)


def primary(locale: str) -> str:
    return locale.replace("_", "-").partition("-")[0].lower()


def moment(text: str) -> datetime:
    """An instant out of a route: minutes since 1970 in base 36. Raises `NotFound` for anything else."""
    try:
        at = EPOCH + timedelta(minutes=int(text, 36))
    except (ValueError, OverflowError):
        raise NotFound("route.unknown") from None
    if at.year not in YEARS:
        raise NotFound("route.unknown")
    return at


def stamp(at: datetime) -> str:
    """An instant as a route carries it."""
    minutes = int((at - EPOCH).total_seconds() // 60)
    digits = ""
    while minutes:
        minutes, rest = divmod(minutes, 36)
        digits = DIGITS[rest] + digits
    return digits or "0"


def calendar_day(text: str) -> date:
    """A day out of a route, such as 20261126."""
    try:
        day = datetime.strptime(text, "%Y%m%d").date()  # noqa: DTZ007 - a day of a calendar has no zone
    except ValueError:
        raise NotFound("route.unknown") from None
    if day.year not in YEARS:
        raise NotFound("route.unknown")
    return day


def _has_changed(identity: Identity, incoming: Incoming, now: datetime) -> bool:
    """Whether a chat has shown something of the account that is to be written down; that it is used counts hourly."""
    name = incoming.account.name[:100]
    renamed = bool(name) and identity.name != name
    is_news = identity.dead_at is not None or identity.seen_at < now - FRESH
    return is_news or identity.locale != incoming.locale or renamed


def storable(text: str) -> str:
    """Without what no database stores."""
    return text.replace("\0", "").encode(errors="ignore").decode()


def _arrival(
    person: Person,
    community: Community | None,
    incoming: Incoming,
    languages: Sequence[str],
    now: datetime,
    *,
    is_staff: bool,
) -> Arrival:
    return Arrival(
        person_id=person.id,
        community_id=community.id if community else None,
        reader=reader_of(person, community, incoming.locale, languages, now),
        has_zone=person.zone is not None,
        is_staff=is_staff,
    )
