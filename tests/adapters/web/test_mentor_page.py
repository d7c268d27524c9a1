"""A mentor's public page: what link previews read, the week, and words and addresses that mean harm."""

import json
import re
from html import unescape
from typing import Final

import pytest
from sqlalchemy.orm import Session

from tests.adapters.web.test_directory import PNG, ben, change, meta
from tests.adapters.web.townhouse import Browser, Town

pytestmark = pytest.mark.anyio


async def test_a_link_preview_reads_the_mentor(town: Town, browser: Browser) -> None:
    page = await browser.get("/mentors/ben-okafor")
    told = meta(page)
    assert told["og:title"] == "Ben Okafor"
    assert (
        told["description"]
        == told["og:description"]
        == "From first portfolio to first offer in product design"
    )
    assert told["og:url"] == f"{town.home}/mentors/ben-okafor"
    assert f'<link rel="canonical" href="{town.home}/mentors/ben-okafor">' in page.text
    assert told["twitter:card"] == "summary_large_image"
    assert told["og:image"] == told["twitter:image"]
    async with browser.http.get(told["og:image"]) as picture:
        assert picture.content_type == "image/png"
        assert (await picture.read()).startswith(PNG)
    [data] = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page.text)
    assert json.loads(data)["mainEntity"]["name"] == "Ben Okafor"
    assert "noindex" not in page.text


async def test_the_picture_is_kept_by_whoever_fetches_it(town: Town, browser: Browser) -> None:
    first = await browser.get("/mentors/ben-okafor/week.png")
    assert first.headers["Cache-Control"] == "public, max-age=600"
    again = await browser.get(
        "/mentors/ben-okafor/week.png", headers={"If-None-Match": first.headers["ETag"]}
    )
    assert again.status == 304
    assert again.text == ""


async def test_what_a_mentor_wrote_is_shown_and_never_obeyed(town: Town, browser: Browser) -> None:
    evil = '</script><script>alert(1)</script>"><b onclick=x>{{7*7}}'

    def write(session: Session) -> None:
        mentor = ben(session)
        mentor.headline = mentor.bio = mentor.company = evil[:100]

    await town.house.db.write(write)
    for path in ("/mentors", "/mentors/ben-okafor"):
        page = await browser.get(path)
        assert page.status == 200
        assert "<script>alert" not in page.text
        assert "<b onclick" not in page.text
    assert (await browser.get("/mentors/ben-okafor/week.png")).status == 200


async def test_times_are_the_communitys_and_say_so(town: Town, browser: Browser) -> None:
    page = await browser.get("/mentors/ben-okafor?minutes=60")
    assert "Times are those of Madrid." in page.text
    first = re.findall(r'<time class="slot" datetime="([^"]+)">([^<]+)<', page.text)[0]
    assert first == ("2026-11-23T13:00:00+00:00", "2:00\u202fPM")


async def test_weeks_and_lengths_can_be_walked_through(town: Town, browser: Browser) -> None:
    page = await browser.get("/mentors/ben-okafor")
    [later] = re.findall(r'rel="next" href="([^"]+)"', page.text)
    following = await browser.get(unescape(later))
    assert 'datetime="2026-11-30T' in following.text
    assert 'datetime="2026-11-24T' not in following.text
    for forged in ("week=00010101", "week=99991231", "week=x", "minutes=7", "minutes=60&week=20270101"):
        assert (await browser.get(f"/mentors/ben-okafor?{forged}")).status == 200


async def test_nobody_free_is_said(town: Town, browser: Browser) -> None:
    await town.house.db.write(change, notice_minutes=43_200, horizon_days=1)
    page = await browser.get("/mentors/ben-okafor")
    assert page.status == 200
    assert "no free time at the moment" in page.text


UNKNOWN: Final = (
    "nobody",
    "BEN-OKAFOR",
    "ben%00",
    "x" * 200,
    "%F0%9F%99%82",
    "..",
    "ben'--",
)


async def test_an_unknown_mentor_has_a_page_that_says_so(town: Town, browser: Browser) -> None:
    for slug in UNKNOWN:
        page = await browser.get(f"/mentors/{slug}")
        assert page.status in (404, 200 if slug == ".." else 404)
        assert (await browser.get(f"/mentors/{slug}/week.png")).status == 404


class Inviting:
    """As much of a chat platform as a public page asks: a way into its private chat."""

    def invitation(self, payload: str) -> str:
        return f"https://t.me/nearpeer_bot?start={payload}"


async def test_a_door_that_invites_is_a_way_to_book(town: Town, browser: Browser) -> None:
    assert "Book in Telegram" not in (await browser.get("/mentors/ben-okafor")).text
    town.house.platforms["telegram"] = Inviting()  # type: ignore[assignment]
    page = await browser.get("/mentors/ben-okafor")
    assert 'href="https://t.me/nearpeer_bot?start=book_ben-okafor"' in page.text
    assert "Book in Telegram" in page.text
