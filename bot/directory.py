"""The public pages' mentors: `core.showcase.Directory`, in the words that the chats use too."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import date, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from bot import reading
from bot.screens import figures, times
from bot.screens import mentors as screens
from bot.screens.book import nothing
from bot.screens.refusals import sentence
from bot.visit import Desk, calendar_day
from core.booking import openings
from core.chat import Fact, LanguageName, Link, Markdown, Series, _
from core.discovery import directory, search, written
from core.discovery.directory import Asked
from core.discovery.search import Found, Sort
from core.discovery.written import Shown
from core.errors import Invalid, NotFound, Refusal
from core.people import communities
from core.people.mentors import DURATIONS, Mentor
from core.ports import ChatPlatform
from core.showcase import Face, Hall, Portrait, Praise

LONGEST_WORDS: Final = 100
MOST_REVIEWS: Final = 10
BOOK_IN: Final = {"telegram": _("Book in Telegram")}


class Directory:
    """Implements `core.showcase.Directory`. The platforms are asked for a way into their chats."""

    def __init__(self, desk: Desk, platforms: Mapping[str, ChatPlatform]) -> None:
        self.desk = desk
        self.platforms = platforms

    async def hall(self, asked: Mapping[str, str], locale: str) -> Hall:
        return await self.desk.db.read(self._hall, asked, locale)

    async def portrait(self, slug: str, asked: Mapping[str, str]) -> Portrait | None:
        return await self.desk.db.read(self._portrait, slug, asked)

    def _hall(self, session: Session, asked: Mapping[str, str], locale: str) -> Hall:
        currencies = directory.currencies(session)
        problem = None
        try:
            wanted = _wanted(asked, currencies, locale)
        except Refusal as refusal:
            wanted, problem = Asked(), sentence(refusal)
        number, language = _number(asked.get("page", "")), locale.split("-")[0]
        page = directory.browse(session, wanted, number, language=language, now=self.desk.clock.now())
        return Hall(
            faces=tuple(_face(session, found) for found in page.found),
            number=page.number + 1,
            pages=page.pages,
            total=page.total,
            topics=tuple(directory.topics(session)),
            languages=tuple(directory.languages(session)),
            currencies=tuple(currencies),
            sorts={str(sort): label for sort, label in screens.SORTS.items()},
            problem=problem,
        )

    def _portrait(self, session: Session, slug: str, asked: Mapping[str, str]) -> Portrait | None:
        mentor = directory.by_slug(session, slug)
        if mentor is None:
            return None
        found = search.look(session, mentor, now=self.desk.clock.now())
        zone = ZoneInfo(communities.find(session, mentor.community_id).policy.zone)
        minutes = _minutes(asked.get("minutes", ""), found)
        opening = openings.of(session, mentor, now=self.desk.clock.now())
        ahead = opening.ahead(minutes)
        free = openings.by_day(ahead, zone)
        day = _shown(asked.get("week", ""), next(iter(ahead.times), None), zone)
        today = opening.now.astimezone(zone).date()
        first = today + max(0, ((day or today) - today).days // 7) * times.ONE_WEEK
        earlier, later = _beside(free, first)
        return Portrait(
            face=_face(session, found),
            bio=Markdown(mentor.bio),
            facts=_facts(found),
            week=times.week(mentor, minutes, free, first),
            earlier=earlier,
            later=later,
            lengths={each: _("{length}", length=timedelta(minutes=each)) for each in sorted(found.prices)},
            minutes=minutes,
            why_not=None if free else nothing(ahead.why_not, None),
            reviews=tuple(map(_praise, written.shown_of(session, mentor.id, most=MOST_REVIEWS))),
            invitations=self._invitations(mentor),
        )

    def _invitations(self, mentor: Mentor) -> tuple[Link, ...]:
        asked = ((BOOK_IN.get(name), door) for name, door in self.platforms.items())
        links = ((label, door.invitation(f"book_{mentor.slug}")) for label, door in asked if label)
        return tuple(Link(label, url) for label, url in links if url)


def _wanted(asked: Mapping[str, str], currencies: list[str], locale: str) -> Asked:
    """A query as filters. Raises `Invalid` for what cannot be read."""
    currency = asked.get("currency") or (currencies[0] if currencies else "USD")
    if asked.get("currency") and currency not in currencies:
        raise Invalid("policy.currency", currency=currency)
    highest = asked.get("highest", "").strip()
    price = reading.amount(highest, currency, locale) if highest else None
    if price is not None and price.amount < 0:
        raise Invalid("money.negative")
    sort = asked.get("sort") or Sort.BEST
    if sort not in set(Sort):
        raise Invalid("setup.choice", value=sort)
    language = asked.get("language", "").strip()
    return Asked(
        words=tuple(asked.get("q", "")[:LONGEST_WORDS].split()),
        topic=asked.get("topic", "").strip()[:40],
        language=reading.language(language, locale) if language else "",
        highest=price,
        sort=Sort(sort),
    )


def _number(text: str) -> int:
    """A page's number as people count, from 1; the first where there is none."""
    return max(0, int(text) - 1) if text.isascii() and text.isdigit() and len(text) < 7 else 0


def _minutes(text: str, found: Found) -> int:
    """A length that is offered; the shortest where none is asked for."""
    offered = sorted(found.prices)
    asked = [minutes for minutes in offered if str(minutes) == text]
    return next(iter(asked or offered), min(DURATIONS))


def _shown(text: str, next_free: datetime | None, zone: ZoneInfo) -> date | None:
    """The day asked for; else the first with a free time."""
    with suppress(NotFound):
        return calendar_day(text)
    return next_free.astimezone(zone).date() if next_free else None


def _beside(free: Mapping[date, Sequence[datetime]], first: date) -> tuple[date | None, date | None]:
    """The nearest days before and after a week that have free times."""
    before = max((day for day in free if day < first), default=None)
    return before, min((day for day in free if day >= first + times.ONE_WEEK), default=None)


def _face(session: Session, found: Found) -> Face:
    mentor = found.mentor
    community = communities.find(session, mentor.community_id)
    places = tuple(place for place in (mentor.company, mentor.university) if place)
    return Face(
        slug=mentor.slug,
        name=mentor.name,
        headline=mentor.headline,
        places=Series(places),
        topics=tuple(found.topics),
        languages=Series(tuple(LanguageName(code) for code in found.languages)),
        price=_("{price} an hour", price=mentor.hourly) if mentor.hourly else _("Free of charge"),
        rating=screens.rating(found),
        next_free=found.next_free,
        zone=community.policy.zone,
        community=community.name,
    )


def _praise(shown: Shown) -> Praise:
    review = shown.review
    return Praise(review.stars, review.words, review.at, shown.first_name, review.reply)


def _facts(found: Found) -> tuple[Fact, ...]:
    mentor = found.mentor
    facts = [Fact(_("Speaks"), Series(tuple(LanguageName(code) for code in found.languages)))]
    if mentor.university or mentor.degree:
        studied = screens.studies(mentor.university, mentor.degree, mentor.graduation_year)
        facts.append(Fact(_("Studied"), studied))
    if mentor.company:
        facts.append(Fact(_("Works at"), mentor.company))
    facts += [Fact(_("Prices"), screens.prices(found)), Fact(_("Rating"), screens.rating(found))]
    return (*facts, *figures.facts(found))
