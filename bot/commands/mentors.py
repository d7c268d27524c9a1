"""`/mentors` and `/mentor`: browsing, filters, the profile."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Final

from sqlalchemy.orm import Session

from bot import reading
from bot.router import Routes
from bot.screens import mentors as screens
from bot.screens.reviews import ON_PROFILE
from bot.visit import Visit
from core import drafts
from core.chat import Command, CommandOption, FieldOption, Screen, Suggestion, _
from core.db import short_id
from core.discovery import search, written
from core.discovery.search import Filters, Sort
from core.errors import Invalid, NotFound
from core.people import memberships, mentors
from core.people.mentors import MentorState
from core.prepaid import shelf

routes = Routes()
routes.commands += [
    Command(
        "mentors",
        _("Find a mentor"),
        (
            CommandOption("topic", _("What you would like to talk about"), suggests=True),
            CommandOption("language", _("A language the mentor speaks"), suggests=True),
            CommandOption("place", _("University or company"), suggests=True),
            CommandOption("highest", _("The highest price an hour")),
            CommandOption(
                "rating",
                _("The lowest rating"),
                choices=tuple(
                    FieldOption(stars, _("at least {stars} stars", stars=stars))
                    for stars in ("3", "4", "4.5")
                ),
            ),
            CommandOption("free_on", _("A date you have time, such as 2026-11-26"), suggests=True),
            CommandOption(
                "sort",
                _("What comes first"),
                choices=tuple(FieldOption(sort, label) for sort, label in screens.SORTS.items()),
            ),
        ),
    ),
    Command(
        "mentor", _("A mentor's profile"), (CommandOption("name", _("Who"), required=True, suggests=True),)
    ),
]
NONE = "-"


@routes.workflow("mentors", reads=True)
async def browse(visit: Visit) -> Screen:
    """All mentors, or those that fit the options; what was asked is kept so that pages and sorting stay with it."""
    given = {name: visit.answer(name) for name in visit.answers if visit.answer(name)}
    if not given:
        return await visit.desk.db.read(_page, visit, {}, NONE, 0)
    return await visit.desk.db.write(_kept_page, visit, given)


@routes.read("mentors.page")
def page(session: Session, visit: Visit) -> Screen:
    key, given = _kept(session, visit)
    return _page(session, visit, given, key, visit.number(1))


@routes.read("mentors.filter_form")
def filter_form(session: Session, visit: Visit) -> Screen:
    key, given = _kept(session, visit)
    filters = _filters(session, visit, given)
    highest = reading.typed(filters.highest, visit.reader.locale) if filters.highest else ""
    return screens.filter_form(filters, key, highest=highest)


@routes.write("mentors.filter", form="mentors.filter_form")
def filtered(session: Session, visit: Visit) -> Screen:
    _key, before = _kept(session, visit)
    asked = ("topic", "language", "place", "highest", "free_on")
    given = {**before, **{name: visit.answer(name) for name in asked}}
    return _kept_page(session, visit, {name: value for name, value in given.items() if value})


@routes.write("mentors.sort")
def sorted_by(session: Session, visit: Visit) -> Screen:
    _key, before = _kept(session, visit)
    return _kept_page(session, visit, {**before, "sort": visit.arg(1)})


@routes.read("mentor")
def profile(session: Session, visit: Visit) -> Screen:
    return _profile(session, visit, named(session, visit, visit.answer("name")))


@routes.read("mentor.show")
def show(session: Session, visit: Visit) -> Screen:
    return _profile(session, visit, of_slug(session, visit))


@routes.suggest("mentor", "name")
def names(session: Session, visit: Visit, typed: str) -> Sequence[Suggestion]:
    found = search.names(session, visit.community(session).id, typed)
    return [Suggestion(name, slug) for name, slug in found]


@routes.suggest("mentors", "topic")
def topics(session: Session, visit: Visit, typed: str) -> Sequence[Suggestion]:
    found = search.topics(session, visit.community(session).id, typed)
    return [Suggestion(topic, topic) for topic in found]


@routes.suggest("mentors", "language")
def languages(session: Session, visit: Visit, typed: str) -> Sequence[Suggestion]:
    codes = search.languages(session, visit.community(session).id)
    named = [(reading.language_name(code, visit.reader.locale), code) for code in codes]
    return [Suggestion(name, code) for name, code in named if typed.casefold() in name.casefold()][:25]


@routes.suggest("mentors", "place")
def places(session: Session, visit: Visit, typed: str) -> Sequence[Suggestion]:
    found = search.places(session, visit.community(session).id, typed)
    return [Suggestion(place, place) for place in found]


@routes.suggest("mentors", "free_on")
def dates(session: Session, visit: Visit, typed: str) -> Sequence[Suggestion]:
    today = visit.now.astimezone(visit.zone).date()
    coming = [(today + timedelta(days=days)).isoformat() for days in range(60)]
    return [Suggestion(day, day) for day in coming if typed in day][:25]


LONGEST_NAME: Final = 100
"""More is nobody's name, and no pattern that a database looks for."""


def named(session: Session, visit: Visit, name: str) -> mentors.Mentor:
    """The mentor of a slug or of a name typed by hand, in the community that is spoken in."""
    community = visit.community(session)
    found = search.names(session, community.id, name[:LONGEST_NAME])
    exact = [slug for found_name, slug in found if name.casefold() in (found_name.casefold(), slug)]
    slug = exact[0] if exact else (found[0][1] if len(found) == 1 else name)
    return mentors.by_slug(session, slug, community_id=community.id)


def of_slug(session: Session, visit: Visit) -> mentors.Mentor:
    """The mentor that a route begins with, of a community that the actor belongs to."""
    mentor = mentors.by_slug(session, visit.arg(0))
    if not memberships.is_member(session, mentor.community_id, visit.arrival.person_id):
        raise NotFound("mentor.unknown", slug=mentor.slug)
    return mentor


def _kept_page(session: Session, visit: Visit, given: Mapping[str, str]) -> Screen:
    _filters(session, visit, given)
    if not given:
        return _page(session, visit, given, NONE, 0)
    key = short_id(4)
    drafts.keep(session, visit.arrival.person_id, f"mentors:{key}", given, now=visit.now)
    return _page(session, visit, given, key, 0)


def _page(session: Session, visit: Visit, given: Mapping[str, str], key: str, number: int) -> Screen:
    filters = _filters(session, visit, given)
    found = search.browse(
        session,
        visit.community(session).id,
        filters,
        number,
        reader_zone=visit.reader.zone,
        now=visit.now,
        language=visit.reader.locale.split("-", maxsplit=1)[0],
    )
    return screens.listing(found, filters, key)


def _kept(session: Session, visit: Visit) -> tuple[str, Mapping[str, str]]:
    """The filters that a route begins with, by their key; none where they were forgotten."""
    key = visit.arg(0)
    given = drafts.kept(session, visit.arrival.person_id, f"mentors:{key}")
    return (key, given) if given else (NONE, {})


def _filters(session: Session, visit: Visit, given: Mapping[str, str]) -> Filters:
    locale = visit.reader.locale
    highest = given.get("highest")
    rating = given.get("rating")
    if rating and rating not in ("3", "4", "4.5"):
        raise Invalid("number.unreadable", value=rating)
    sort = given.get("sort", Sort.BEST)
    if sort not in set(Sort):
        raise Invalid("setup.choice", value=sort)
    free_on = reading.day(given["free_on"], locale) if given.get("free_on") else None
    if free_on is not None and free_on < visit.now.astimezone(visit.zone).date():
        raise Invalid("hours.past")
    price = reading.amount(highest, visit.community(session).policy.currency, locale) if highest else None
    if price is not None and price.amount < 0:
        raise Invalid("money.negative")
    return Filters(
        topic=given.get("topic", "")[:40],
        language=reading.language(given["language"], locale) if given.get("language") else "",
        place=given.get("place", "")[:100],
        highest=price,
        lowest_rating=float(rating) if rating else None,
        free_on=free_on,
        sort=Sort(sort),
    )


def _profile(session: Session, visit: Visit, mentor: mentors.Mentor) -> Screen:
    own = mentor.person_id == visit.arrival.person_id
    if mentor.state is not MentorState.APPROVED and not own:
        raise NotFound("mentor.unknown", slug=mentor.slug)
    newest = written.shown_of(session, mentor.id, most=ON_PROFILE)
    sold = shelf.on_sale(session, mentor.community_id, mentor_id=mentor.id)
    return screens.profile(search.look(session, mentor, now=visit.now), newest, own=own, sold=sold)
