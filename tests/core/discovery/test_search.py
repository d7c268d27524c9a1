"""Finding a mentor: filters, orders and pages, the same on both databases."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.orm import Session

from core.discovery import search
from core.discovery.search import Filters, Page, Sort
from core.money import Money
from core.people import mentors, mentorship, people
from core.people.communities import Community
from core.schedule import availability
from tests import cast
from tests.cast import MONDAY, TUESDAY_TEN
from tests.databases import Transact

PEOPLE: dict[str, dict[str, Any]] = {
    "Ada": {"topics": ("Compilers", "math"), "languages": ("en", "fr"), "hourly": Money(9_000, "USD")},
    "Bob": {"topics": ("compilers",), "languages": ("de",), "company": "100% Pure", "university": "ETH"},
    "Cem": {"topics": ("biology",), "languages": ("tr",), "company": "under_score", "university": "MIT"},
    "Dee": {"topics": ("math",), "hourly": Money(0, "USD"), "company": "", "university": "Pure Academy"},
}


@pytest.fixture
def guild(transact: Transact) -> Community:
    return transact(populate)


def populate(session: Session) -> Community:
    place, hana = cast.community(session)
    for name, profile in PEOPLE.items():
        cast.mentor(session, place, name, by=hana, **profile)
    applicant = cast.person(session, "Eve")
    mentorship.apply(session, place, applicant, cast.application(), lowest=None, now=MONDAY)
    other, hana_there = cast.community(session, "Other")
    cast.mentor(session, other, "Fay", by=hana_there)
    return place


def stars(session: Session, /, slug: str, *given: int, sessions: int = 0) -> None:
    mentor = mentors.by_slug(session, slug)
    for one in given:
        mentors.rate(mentor, one)
        session.flush()
    for _ in range(sessions):
        mentors.count_session(mentor)
        session.flush()


def found(session: Session, /, guild: Community, page: int = 0, speaks: str = "en", **filters: Any) -> Page:
    zone = filters.pop("zone", "UTC")
    return search.browse(
        session, guild.id, Filters(**filters), page, reader_zone=zone, now=MONDAY, language=speaks
    )


def names(page: Page) -> list[str]:
    return [one.mentor.name for one in page.found]


FITS: list[tuple[dict[str, Any], str]] = [
    ({}, "Ada Bob Cem Dee"),
    ({"topic": "COMPILERS"}, "Ada Bob"),
    ({"topic": "comp"}, ""),
    ({"language": "fr"}, "Ada"),
    ({"place": "pure"}, "Bob Dee"),
    ({"place": "100%"}, "Bob"),
    ({"place": "r_s"}, "Cem"),
    ({"place": "%"}, "Bob"),
    ({"place": "_"}, "Cem"),
    ({"highest": Money(6_000, "USD")}, "Bob Cem Dee"),
    ({"highest": Money(0, "USD")}, "Dee"),
    ({"topic": "math", "highest": Money(100, "USD")}, "Dee"),
]


def test_a_filter_leaves_in_who_fits(transact: Transact, guild: Community) -> None:
    for filters, who in FITS:
        page = transact(found, guild, **filters)
        assert sorted(names(page)) == who.split(), filters
        assert page.total == len(who.split())


def test_only_rated_mentors_have_a_lowest_rating(transact: Transact, guild: Community) -> None:
    transact(stars, "ada", 5, 4)
    transact(stars, "bob", 4, 4, 5, 4)
    assert names(transact(found, guild, lowest_rating=4.5)) == ["Ada"]
    assert sorted(names(transact(found, guild, lowest_rating=4.0))) == ["Ada", "Bob"]


def test_orders(transact: Transact, guild: Community) -> None:
    transact(stars, "bob", 5, 5, 5, 5, sessions=4)
    transact(stars, "ada", 5, sessions=1)
    transact(stars, "cem", 1, sessions=9)
    assert names(transact(found, guild, sort=Sort.PRICE)) == ["Dee", "Bob", "Cem", "Ada"]
    assert names(transact(found, guild, sort=Sort.RATING)) == ["Bob", "Ada", "Dee", "Cem"]
    assert names(transact(found, guild, sort=Sort.SESSIONS)) == ["Cem", "Bob", "Ada", "Dee"]
    assert names(transact(found, guild, sort=Sort.BEST)) == ["Ada", "Dee", "Bob", "Cem"]
    assert names(transact(found, guild, sort=Sort.BEST, speaks="tr"))[0] == "Cem"


def test_pages_hold_five_and_one_beyond_the_last_is_the_last(transact: Transact, guild: Community) -> None:
    def more(session: Session) -> None:
        hana = cast.person(session, "Hana of Guild")
        for number in range(3):
            cast.mentor(session, guild, f"Zed {number}", by=hana)

    transact(more)
    pages = [transact(found, guild, number, sort=Sort.PRICE) for number in (0, 1, 9)]
    assert [(page.number, page.pages, page.total, len(page.found)) for page in pages] == [
        (0, 2, 7, 5),
        (1, 2, 7, 2),
        (1, 2, 7, 2),
    ]
    assert len({name for page in pages[:2] for name in names(page)}) == 7


def test_nobody_at_all_is_one_empty_page(transact: Transact, guild: Community) -> None:
    page = transact(found, guild, topic="alchemy")
    assert (page.found, page.number, page.pages, page.total) == ([], 0, 1, 0)


def test_a_day_is_the_readers_day(transact: Transact, guild: Community) -> None:
    def away(session: Session) -> None:
        for slug in ("ada", "bob"):
            mentor = mentors.by_slug(session, slug)
            himself = people.find(session, mentor.person_id)
            last = date(2026, 11, 24) if slug == "ada" else date(2026, 11, 25)
            availability.leave(session, mentor, himself, date(2026, 11, 24), last, now=MONDAY)

    transact(away)
    tuesday = date(2026, 11, 24)
    assert sorted(names(transact(found, guild, free_on=tuesday))) == ["Cem", "Dee"]
    assert "Ada" in names(transact(found, guild, free_on=tuesday + timedelta(days=1)))
    in_kiritimati = transact(found, guild, free_on=tuesday, zone="Pacific/Kiritimati")  # still Monday in UTC
    assert sorted(names(in_kiritimati)) == ["Ada", "Bob", "Cem", "Dee"]


def test_a_card_shows_prices_and_the_next_free_time(transact: Transact, guild: Community) -> None:
    (ada,) = transact(found, guild, speaks="fr", topic="compilers", sort=Sort.BEST).found[:1]
    assert (ada.topics, ada.languages) == (["Compilers", "math"], ["en", "fr"])
    assert {minutes: price.amount for minutes, price in ada.prices.items()} == {
        30: 4_500,
        60: 9_000,
        90: 13_500,
    }
    assert ada.next_free == MONDAY + timedelta(hours=2)


def test_what_is_typed_is_completed(transact: Transact, guild: Community) -> None:
    assert transact(search.names, guild.id, "D") == [("Ada", "ada"), ("Dee", "dee")]
    assert transact(search.names, guild.id, "%") == []
    assert transact(search.topics, guild.id, "")[0] == "math"
    assert transact(search.topics, guild.id, "BIO") == ["biology"]
    assert transact(search.places, guild.id, "pure") == ["100% Pure", "Pure Academy"]
    assert transact(search.places, guild.id, "_") == ["under_score"]
    assert transact(search.languages, guild.id) == ["en", "de", "fr", "tr"]


def test_a_name_beyond_ascii_is_found_as_it_is_written(transact: Transact, guild: Community) -> None:
    def add(session: Session) -> None:
        place, hana = cast.here(session, guild), cast.person(session, "Hana of Guild")
        cast.mentor(session, place, "Élodie", by=hana, topics=("Économie",))

    transact(add)
    for typed in ("Élodie", "Él", "odie", "ODIE"):
        assert [name for name, _ in transact(search.names, guild.id, typed)] == ["Élodie"]
    assert names(transact(found, guild, topic="Économie")) == ["Élodie"]


def test_next_free_is_after_what_is_booked(transact: Transact, guild: Community) -> None:
    def book(session: Session) -> None:
        cem = mentors.by_slug(session, "cem")
        cast.hold(session, cem, cast.person(session, "Ana"), TUESDAY_TEN - timedelta(hours=23))

    transact(book)
    cem = transact(lambda s: search.look(s, mentors.by_slug(s, "cem"), now=MONDAY))
    assert cem.next_free == TUESDAY_TEN - timedelta(hours=21, minutes=30)


def test_a_page_takes_as_many_statements_as_one_mentor(transact: Transact, guild: Community) -> None:
    def counted(session: Session, /, **filters: Any) -> int:
        session.expunge_all()
        with statements(session) as said:
            assert names(found(session, guild, **filters))
        return len(said)

    assert transact(counted) == transact(counted, topic="biology")
    tuesday = TUESDAY_TEN.date()
    assert transact(counted, free_on=tuesday) == transact(counted, topic="biology", free_on=tuesday)


@contextmanager
def statements(session: Session) -> Iterator[list[str]]:
    said: list[str] = []

    def listen(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        said.append(statement)

    connection = session.connection()
    event.listen(connection, "before_cursor_execute", listen)
    yield said
    event.remove(connection, "before_cursor_execute", listen)
