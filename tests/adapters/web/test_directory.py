"""The public pages: who stands there and who does not, what link previews read, and whatever people ask for."""

import re
from collections.abc import Sequence
from html import unescape
from typing import Any, Final
from urllib.parse import quote

import pytest
from sqlalchemy.orm import Session

from bot import demo
from core.people import communities, governing, mentors, people
from core.people.communities import Community
from core.people.mentors import Mentor
from core.people.people import Person
from tests import cast
from tests.adapters.web.townhouse import Browser, Page, Town

pytestmark = pytest.mark.anyio

EVERYBODY = {"ben-okafor", "priya-raman", "lena-vogel", "kenji-mori", "sofia-costa", "amira-haddad"}
PNG = b"\x89PNG"


def slugs(page: Page) -> list[str]:
    """Who stands on a page, in order."""
    return re.findall(r'<h2><a href="/mentors/([a-z0-9-]+)', page.text)


def meta(page: Page) -> dict[str, str]:
    found = re.findall(r'<meta (?:name|property)="([^"]+)" content="([^"]*)">', page.text)
    return {name: unescape(content) for name, content in found}


def hall_and_olga(session: Session) -> tuple[Community, Person]:
    identity = people.identity_of(session, "web", "olga")
    community = communities.at(session, demo.PLACE)
    assert identity
    assert community
    return community, people.find(session, identity.person_id)


def change(session: Session, /, **rules: Any) -> None:
    community, olga = hall_and_olga(session)
    governing.change(session, community, olga, now=cast.MONDAY, **rules)


def ben(session: Session) -> Mentor:
    return mentors.by_slug(session, "ben-okafor")


# --- who stands there -----------------------------------------------------------------------------


async def test_approved_mentors_stand_there_and_nobody_else(town: Town, browser: Browser) -> None:
    page = await browser.get("/mentors")
    assert set(slugs(page)) == EVERYBODY
    assert "Mira Sato" not in page.text  # she has applied, and nobody has decided yet
    missing = await browser.get("/mentors/mira-sato")
    assert missing.status == 404
    assert "noindex" in missing.text
    assert (await browser.get("/mentors/mira-sato/week.png")).status == 404


async def test_a_host_keeps_the_mentors_to_the_community(any_town: Town, browser: Browser) -> None:
    assert (await browser.get("/mentors/ben-okafor")).status == 200
    await any_town.house.db.write(change, public_directory=False)
    assert slugs(await browser.get("/mentors")) == []
    assert "Study Hall" not in (await browser.get("/mentors")).text
    assert (await browser.get("/mentors/ben-okafor")).status == 404
    assert (await browser.get("/mentors/ben-okafor/week.png")).status == 404
    await any_town.house.db.write(change, public_directory=True)
    assert set(slugs(await browser.get("/mentors"))) == EVERYBODY


async def test_the_rule_is_shown_and_changed_after_a_preview(town: Town) -> None:
    preview = await town.say("olga", "setup.preview:public_directory", value="no")
    assert "setup.apply:public_directory" in [str(c.route) for c in preview.screen.controls]  # type: ignore[union-attr]
    await town.say("olga", "setup.apply:public_directory")
    community, _olga = await town.house.db.read(hall_and_olga)
    assert community.policy.public_directory is False
    refused = await town.say("olga", "setup.preview:public_directory", value="maybe")
    assert refused.outcome == "invalid"


async def test_a_community_from_before_the_rule_is_public(any_town: Town, browser: Browser) -> None:
    def forget(session: Session) -> None:
        community, _olga = hall_and_olga(session)
        community.rules = {name: rule for name, rule in community.rules.items() if name != "public_directory"}

    await any_town.house.db.write(forget)
    assert set(slugs(await browser.get("/mentors"))) == EVERYBODY


# --- what is asked for ----------------------------------------------------------------------------


QUERIES: Final[Sequence[tuple[str, set[str]]]] = (
    ("q=portfolio", {"ben-okafor"}),
    ("q=TU+berlin", {"lena-vogel"}),
    ("q=interviews+java", {"kenji-mori"}),
    ("q=100%25", set()),
    ("topic=Interviews", {"ben-okafor", "kenji-mori"}),
    ("topic=interviews&language=ja", {"kenji-mori"}),
    ("language=German", {"lena-vogel"}),
    ("highest=20", {"lena-vogel", "amira-haddad"}),
    ("highest=20.01&q=thesis", {"amira-haddad"}),
    ("topic=Nothing", set()),
    ("unheard=of&page=99999&q=", EVERYBODY),
    ("page=-1", EVERYBODY),
    ("page=%D9%A3", EVERYBODY),
)


async def test_whoever_fits_is_found(any_town: Town, browser: Browser) -> None:
    for query, found in QUERIES:
        page = await browser.get(f"/mentors?{query}")
        assert page.status == 200
        assert set(slugs(page)) == found


async def test_the_cheapest_come_first_where_that_is_asked_for(town: Town, browser: Browser) -> None:
    page = await browser.get("/mentors?sort=price")
    assert slugs(page)[:2] == ["amira-haddad", "lena-vogel"]


UNREADABLE: Final = (
    "highest=cheap",
    "highest=-1",
    "language=Klingonese",
    "sort=x",
    "currency=XYZ",
)


async def test_what_cannot_be_read_is_said(town: Town, browser: Browser) -> None:
    for query in UNREADABLE:
        page = await browser.get(f"/mentors?{query}")
        assert page.status == 422
        assert 'role="alert"' in page.text
        assert set(slugs(page)) == EVERYBODY


HOSTILE: Final = (
    "<script>alert(1)</script>",
    '"><img src=x>',
    "‮مرحبا",
    "é̈̈̈",
    "{{7*7}}",
    "\0a",
)


async def test_what_is_asked_for_is_shown_and_never_obeyed(town: Town, browser: Browser) -> None:
    for said in HOSTILE:
        page = await browser.get(f"/mentors?q={quote(said)}&topic={quote(said)}&lang={quote(said)}")
        assert page.status == 200
        assert "<script>alert" not in page.text
        assert "<img" not in page.text
        assert "49" not in page.heading


async def test_more_than_a_page_is_paged(any_town: Town, browser: Browser) -> None:
    def crowd(session: Session) -> None:
        guild, hana = cast.community(session)
        for number in range(20):
            cast.mentor(session, guild, f"Cleo {number:02}", by=hana)

    await any_town.house.db.write(crowd)
    pages = [await browser.get(f"/mentors?q=Cleo&page={number}") for number in (1, 2, 3)]
    assert [len(slugs(page)) for page in pages] == [12, 8, 8]
    assert 'rel="next" href="/mentors?q=Cleo&amp;page=2"' in pages[0].text
    assert 'rel="next"' not in pages[1].text
    assert len({slug for page in pages for slug in slugs(page)}) == 20
    both = await browser.get("/mentors?highest=20&currency=EUR")
    assert set(slugs(both)) == {"lena-vogel", "amira-haddad"}
    assert '<select name="currency"' in both.text


# --- readers --------------------------------------------------------------------------------------


WISHES: Final = (
    ("", "", "en"),
    ("", "hi-IN,en;q=0.5", "hi"),
    ("", "de,te;q=0.3,hi;q=0.7", "hi"),
    ("?lang=te", "hi", "te"),
    ("?lang=xx", "te", "te"),
    ("?lang=<b>", "*;q=x,,;", "en"),
)


async def test_a_page_speaks_the_readers_language(town: Town, browser: Browser) -> None:
    for query, wished, spoken in WISHES:
        for path in ("/mentors", "/mentors/ben-okafor"):
            page = await browser.get(f"{path}{query}", headers={"Accept-Language": wished})
            assert f'<html lang="{spoken}"' in page.text
            assert page.headers["Vary"] == "Accept-Language, Cookie"


async def test_a_public_page_sets_no_cookie_and_writes_nothing(town: Town, browser: Browser) -> None:
    before = await town.counts()
    for path in ("/mentors", "/mentors?q=ben", "/mentors/ben-okafor", "/mentors/ben-okafor/week.png"):
        page = await browser.get(path)
        assert "Set-Cookie" not in page.headers
        assert page.headers["Cache-Control"].startswith("public")
        assert "script-src 'self'" in page.headers["Content-Security-Policy"]
    assert await town.counts() == before


async def test_whoever_is_signed_in_books_from_the_mentors_page(town: Town, browser: Browser) -> None:
    await browser.enter("ana")
    page = await browser.get("/mentors/ben-okafor?minutes=60")
    assert page.headers["Cache-Control"] == "private, no-store"
    [route, *_later] = re.findall(r'formaction="/go/(book\.hold:[^"]+)"', page.text)
    booked = await browser.press(route)
    assert "/go/booking.show:" in booked.url
