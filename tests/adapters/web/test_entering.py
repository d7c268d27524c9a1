"""The way in from a chat: a link that shows who, a button that signs in once, and every way in that is refused."""

import asyncio
import re
from datetime import timedelta
from typing import Final

import aiohttp
import pytest
from sqlalchemy import select, text

from adapters.web import chats
from adapters.web.entrance import Entrance
from core.chat import Outcome
from core.people import browsers, people
from core.people.browsers import Browser as SignedIn
from core.people.browsers import BrowserLink
from tests.adapters.web.townhouse import Browser, Town, browser_of, open_town

pytestmark = pytest.mark.anyio
MINUTE = timedelta(minutes=1)


async def test_opening_the_link_shows_who_and_burns_nothing(town: Town, browser: Browser) -> None:
    link = await town.link("ana", "mentor.show:ben-okafor")
    before = await town.counts()
    for _crawler in range(3):
        page = await browser.get(link)
    assert "Continue as Ana Ruiz" in page.text
    assert await town.counts() == before
    entered = await browser.post(link, page.hidden)
    assert entered.url == f"{town.home}/go/mentor.show:ben-okafor"
    assert entered.heading == "Ben Okafor"
    assert "Signed in as Ana Ruiz" in entered.text


async def test_the_cookie_is_out_of_reach_of_scripts_and_foreign_sites(town: Town, browser: Browser) -> None:
    link = await town.link()
    page = await browser.get(link)
    entered = await browser.post(link, page.hidden, follow=False)
    [cookie] = [each for each in entered.headers.getall("Set-Cookie") if each.startswith("nearpeer=")]  # type: ignore[attr-defined]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Secure" not in cookie


async def test_over_https_the_cookie_is_bound_to_the_host(database_url: str) -> None:
    async with (
        open_town(database_url, public_url="https://book.example.org") as town,
        browser_of(town) as ana,
    ):
        link = (await town.link()).replace("https://book.example.org", town.home)
        async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as http:
            async with http.get(link) as asked:
                nonce, text = asked.cookies["nearpeer-entering"], await asked.text()
            assert nonce["secure"]
            ana.http = http
            seal = re.findall(r'name="nearpeer-seal" value="([^"]+)"', text)[0]
            cookies = {"Cookie": f"nearpeer-entering={nonce.value}"}
            data = {"nearpeer-seal": seal}
            async with http.post(link, data=data, headers=cookies, allow_redirects=False) as entered:
                cookie = entered.cookies["__Host-nearpeer"]
        assert cookie["secure"]
        assert cookie["path"] == "/"
        assert not cookie["domain"]


async def test_a_link_works_once(any_town: Town, browser: Browser, other_browser: Browser) -> None:
    link = await any_town.link()
    page = await browser.get(link)
    assert (await browser.post(link, page.hidden)).status == 200
    before = await any_town.counts()
    again = await other_browser.get(link)
    assert again.status == 410
    assert "has been used already" in again.text
    assert (await browser.post(link, page.hidden)).status in (403, 410)
    assert await any_town.counts() == before


async def test_of_many_at_once_one_is_let_in(any_town: Town) -> None:
    link, at_the_door = await any_town.link(), asyncio.Barrier(6)

    async def try_it() -> int:
        async with browser_of(any_town) as one:
            page = await one.get(link)
            await at_the_door.wait()  # who came after the link was used would find another page
            return (await one.post(link, page.hidden, follow=False)).status

    statuses = await asyncio.gather(*(try_it() for _ in range(6)))
    assert sorted(statuses) == [303, *[410] * 5]
    assert (await any_town.counts())["browsers"] == 1


async def test_a_link_is_good_for_ten_minutes(town: Town, browser: Browser) -> None:
    link = await town.link()
    page = await browser.get(link)
    town.clock.move(10 * MINUTE)
    before = await town.counts()
    for answer in (await browser.get(link), await browser.post(link, page.hidden)):
        assert answer.status == 410
        assert "ten minutes" in answer.text
    assert await town.counts() == before


FORGED_LINKS: Final = ("x", "IiI.x", "InNlY3JldCI.AAAAAAAAAAAAAAAAAAAAAAAAAAA", "a" * 3000, "%00", "…")


async def test_a_forged_link_is_refused(town: Town, browser: Browser) -> None:
    for forged in FORGED_LINKS:
        before = await town.counts()
        assert (await browser.get(f"/enter/{forged}")).status == 403
        assert (await browser.post(f"/enter/{forged}", {"nearpeer-seal": "x"})).status == 403
        assert await town.counts() == before


async def test_a_link_that_another_house_signed_is_refused(town: Town, browser: Browser) -> None:
    stranger = Entrance("another secret")
    stranger.bind(town.home)
    assert (await browser.get(stranger.link("secret"))).status == 403


async def test_a_link_that_was_forgotten_is_gone(town: Town, browser: Browser) -> None:
    link = await town.link()
    town.clock.move(timedelta(days=2))
    await town.house.db.write(browsers.purge, now=town.clock.now())
    assert (await browser.get(link)).status == 410


async def test_nobody_is_signed_in_from_a_foreign_site(
    town: Town, browser: Browser, other_browser: Browser
) -> None:
    link = await town.link("ben")
    stolen = (await other_browser.get(link)).hidden
    before = await town.counts()
    assert (await browser.post(link, {})).status == 403
    assert (await browser.post(link, stolen)).status == 403  # without the cookie that it belongs to
    await browser.get(link)
    assert (await browser.post(link, stolen)).status == 403  # with the cookie of another form
    assert await town.counts() == before
    assert (await other_browser.post(link, stolen)).status == 200


async def test_a_new_sign_in_ends_the_old_one_of_the_browser(town: Town, browser: Browser) -> None:
    await browser.enter("ana")
    old = {cookie.key: cookie.value for cookie in browser.http.cookie_jar}["nearpeer"]
    page = await browser.enter("ben")
    assert "Signed in as Ben Okafor" in page.text
    async with browser_of(town) as thief:
        thief.http.cookie_jar.update_cookies({"nearpeer": old})
        assert (await thief.get("/go/bookings")).status == 401


async def test_signing_out_needs_the_form_and_ends_the_session(town: Town, browser: Browser) -> None:
    page = await browser.enter()
    cookie = {cookie.key: cookie.value for cookie in browser.http.cookie_jar}["nearpeer"]
    assert (await browser.post("/leave", {})).status == 403
    assert (await browser.get("/go/bookings")).status == 200
    assert "You are signed out" in (await browser.post("/leave", page.hidden)).text
    browser.http.cookie_jar.update_cookies({"nearpeer": cookie})
    assert (await browser.get("/go/bookings")).status == 401


async def test_browsers_are_listed_and_signed_out_from_the_chat(
    any_town: Town, browser: Browser, other_browser: Browser
) -> None:
    await browser.enter()
    await other_browser.enter()
    listed = await any_town.say("ana", "browser.list")
    assert len(listed.screen.parts) == 2
    [_newest, oldest] = await any_town.house.db.read(_of, "ana", any_town)
    assert (await any_town.say("ben", f"browser.out:{oldest.id}")).outcome is Outcome.UNKNOWN
    assert (await browser.get("/go/bookings")).status == 200
    await any_town.say("ana", f"browser.out:{oldest.id}")
    assert (await browser.get("/go/bookings")).status == 401
    assert (await other_browser.get("/go/bookings")).status == 200


async def test_signing_out_everywhere_also_closes_links_that_wait(
    town: Town, browser: Browser, other_browser: Browser
) -> None:
    await browser.enter()
    waiting = await town.link()
    await browser.get("/go/browser.list")
    page = await browser.press("browser.out_all")
    assert page.status == 401
    assert (await other_browser.get(waiting)).status == 410


async def test_a_browser_that_nobody_uses_is_signed_out_after_thirty_days(
    any_town: Town, browser: Browser, other_browser: Browser
) -> None:
    await browser.enter()
    await other_browser.enter()
    for _day in range(3):
        any_town.clock.move(timedelta(days=10))
        assert (await browser.get("/go/help")).status == 200
    assert (await other_browser.get("/go/help")).status == 401
    any_town.clock.move(timedelta(days=2))
    await any_town.house.db.write(browsers.purge, now=any_town.clock.now())
    assert (await any_town.counts())["browsers"] == 1


async def test_no_secret_stands_in_the_database(town: Town, browser: Browser) -> None:
    link = await town.link()
    secret = town.house.desk.entrance.secret_of(link.rpartition("/")[2])  # type: ignore[union-attr]
    page = await browser.get(link)
    await browser.post(link, page.hidden)
    cookie = {cookie.key: cookie.value for cookie in browser.http.cookie_jar}["nearpeer"]
    rows = await town.house.db.read(lambda session: str(session.execute(text(_ALL)).all()))
    assert secret
    assert secret not in rows
    assert cookie not in rows


async def test_the_person_hears_of_a_sign_in(town: Town, browser: Browser) -> None:
    await browser.enter("ana")
    async with asyncio.timeout(60):
        while True:
            _change, messages = await town.house.db.read(chats.standing, "ana")
            if any("You are signed in in a browser" in message.html for message in messages):
                break
            await asyncio.sleep(0.02)


async def test_a_page_learns_nothing_of_the_account(town: Town, browser: Browser) -> None:
    await browser.enter("ana")
    await town.house.db.write(people.bury, "web", "ana", now=town.clock.now())
    await browser.get("/go/bookings")
    ana = await town.house.db.read(people.identity_of, "web", "ana")
    assert ana is not None
    assert ana.dead_at is not None


async def test_without_an_address_there_is_no_way_out_of_the_chat(town: Town) -> None:
    town.house.desk.entrance.bind("")  # type: ignore[union-attr]
    assert (await town.say("ana", "browser:bookings")).outcome is Outcome.UNKNOWN
    assert "browser" not in str((await town.say("ana", "bookings")).screen.controls)


_ALL = "SELECT digest, route FROM browser_links UNION ALL SELECT digest, agent FROM browsers"


def _of(session, who: str, town: Town) -> list[SignedIn]:  # type: ignore[no-untyped-def]
    identity = people.identity_of(session, "web", who)
    assert identity is not None
    assert session.scalars(select(BrowserLink)).all()
    return browsers.of_person(session, identity.person_id, now=town.clock.now())
