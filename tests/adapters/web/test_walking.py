"""Every screen as a page: a GET changes nothing, a form acts once, and whatever is forged gets the right status."""

import re
from html import unescape
from typing import Final

import pytest

from bot.commands import table
from core.booking import diary
from core.booking.life import Booking, BookingState
from core.people import people
from tests.adapters.web.townhouse import Browser, Page, Town

pytestmark = pytest.mark.anyio

WAYS = re.compile(r'(?:href|formaction)="/go/([^"?]+)"')
DAYS = "book.days:ben-okafor:60:0"


def ways(page: Page, name: str) -> list[str]:
    """The routes of a page that begin so, as they stand in its links and buttons."""
    return [unescape(way) for way in WAYS.findall(page.text) if way.split(":")[0] == name]


async def hold(browser: Browser) -> tuple[str, Page]:
    """Takes the first free time of the week's table."""
    page = await browser.get(f"/go/{DAYS}")
    route = ways(page, "book.hold")[0]
    return route, await browser.press(route)


async def bookings_of(town: Town, who: str) -> list[Booking]:
    identity = await town.house.db.read(people.identity_of, "web", who)
    assert identity is not None
    return await town.house.db.read(diary.of_student, identity.person_id, now=town.clock.now(), past=False)


# --- who may come in ------------------------------------------------------------------------------


CLOSED: Final = ("/go/bookings", "/go/nonsense", "/shown/abc")


async def test_a_stranger_is_told_how_to_sign_in(town: Town, browser: Browser) -> None:
    for path in CLOSED:
        page = await browser.get(path)
        assert page.status == 401
        assert "/browser" in page.text
        browser.http.cookie_jar.update_cookies({"nearpeer": "made-up"})
        assert (await browser.get(path)).status == 401
        assert (await browser.post("/go/bookings", {})).status == 401


async def test_the_menu_shows_what_there_is_to_do(town: Town, browser: Browser) -> None:
    for who, more in (("ana", []), ("ben", ["mentoring", "mentoring.hours"]), ("olga", ["staff"])):
        page = await browser.enter(who)
        [menu] = re.findall(r'<nav class="ways.*?</nav>', page.text, re.DOTALL)
        assert WAYS.findall(menu) == ["mentors", "bookings", "packs", *more, "settings", "help"]


# --- reading --------------------------------------------------------------------------------------


async def test_a_get_writes_nothing_whatever_it_asks_for(town: Town, browser: Browser) -> None:
    await browser.enter("olga")
    before = await town.counts()
    for name in table().handlers:
        for args in ("", ":ben-okafor:60:0", ":x:y:z", ":Asia/Tokyo"):
            page = await browser.get(f"/go/{name}{args}")
            assert page.status in (200, 403, 404, 409, 422), f"{name}{args}: {page.status}"
    assert await town.counts() == before


async def test_a_link_to_what_writes_asks_first(town: Town, browser: Browser) -> None:
    await browser.enter("ana")
    page = await browser.get("/go/settings.zone:Asia/Tokyo")
    assert "Nothing has happened yet" in page.text
    shown = await browser.press("settings.zone:Asia/Tokyo")
    assert "Asia/Tokyo" in shown.text
    assert shown.status == 200


async def test_reads_are_links_and_all_else_is_a_button(town: Town, browser: Browser) -> None:
    await browser.enter("ana")
    page = await browser.get("/go/settings")
    assert re.search(r'<a class="button[^"]*" href="/go/settings.zone_form">', page.text)
    assert re.search(r'<button type="submit" form="go" formaction="/go/settings.language:hi"', page.text)
    assert "data-route" not in page.text


# --- acting ---------------------------------------------------------------------------------------


async def test_a_time_is_held_once_however_often_the_form_is_sent(any_town: Town, browser: Browser) -> None:
    await browser.enter("ana")
    page = await browser.get(f"/go/{DAYS}")
    route, form = ways(page, "book.hold")[0], page.hidden
    sent = [await browser.post(f"/go/{route}", form, follow=False) for _ in range(3)]
    assert [answer.status for answer in sent] == [303, 303, 303]
    [held] = await bookings_of(any_town, "ana")
    assert {answer.headers["Location"] for answer in sent} == {f"/go/booking.show:{held.short}"}
    assert "Ben Okafor" in (await browser.get(f"/go/booking.show:{held.short}")).heading


async def test_the_same_form_again_leads_to_the_same_answer(town: Town, browser: Browser) -> None:
    await browser.enter("ana")
    await browser.get("/go/settings")
    form = browser.page.hidden
    first = await browser.post("/go/settings.zone:Asia/Tokyo", form)
    await browser.get("/go/settings")
    await browser.press("settings.zone:Europe/Berlin")
    before = await town.counts()
    again = await browser.post("/go/settings.zone:Asia/Tokyo", form)
    assert again.url == first.url
    assert await town.counts() == before
    assert "Europe/Berlin" in (await browser.get("/go/settings")).text


async def test_an_answer_is_shown_again_to_its_owner_alone(
    any_town: Town, browser: Browser, other_browser: Browser
) -> None:
    await browser.enter("ana")
    await browser.get("/go/settings.zone_form")
    found = await browser.press("settings.zone_search", city="Tokyo")
    assert "/shown/" in found.url
    assert "Asia/Tokyo" in found.text
    again = await browser.get(found.url)
    assert "Asia/Tokyo" in again.text
    assert again.hidden != found.hidden
    await other_browser.enter("ben")
    assert (await other_browser.get(found.url)).status == 404


async def test_a_refused_form_comes_back_with_what_was_typed(any_town: Town, browser: Browser) -> None:
    await browser.enter("ana")
    await browser.get("/go/mentors.filter_form:-")
    page = await browser.press("mentors.filter:-", topic="Portfolio <b>", highest="cheap")
    assert page.status == 422
    assert 'role="alert"' in page.text
    assert "I cannot read “cheap” as an amount" in page.text
    assert 'value="cheap"' in page.text
    assert 'value="Portfolio &lt;b&gt;"' in page.text
    mended = await browser.press("mentors.filter:-", topic="Portfolio", highest="90")
    assert mended.status == 200
    assert "Ben Okafor" in mended.text


async def test_terms_that_are_not_ticked_are_asked_for_again(town: Town, browser: Browser) -> None:
    await browser.enter("ana")
    _route, _page = await hold(browser)
    [held] = await bookings_of(town, "ana")
    await browser.get(f"/go/book.agree_form:{held.short}")
    page = await browser.press(f"book.agree:{held.short}", topic="My portfolio")
    assert page.status == 422
    assert 'value="My portfolio"' in page.text
    page = await browser.press(f"book.agree:{held.short}", topic="My portfolio", terms="yes")
    assert "Pay €40.00" in page.text
    assert page.url == f"{town.home}/go/booking.show:{held.short}"


async def test_a_calendar_file_is_saved(town: Town, browser: Browser) -> None:
    await browser.enter("ana")
    await browser.get("/go/book.days:amira-haddad:30:0")
    await browser.press(ways(browser.page, "book.hold")[0])
    [held] = await bookings_of(town, "ana")
    await browser.get(f"/go/book.agree_form:{held.short}")
    await browser.press(f"book.agree:{held.short}", topic="My thesis", terms="yes")
    [booked] = await bookings_of(town, "ana")
    assert booked.state is BookingState.CONFIRMED
    page = await browser.get(f"/go/booking.calendar:{held.short}")
    [href] = re.findall(r'class="file" href="([^"]+)"', page.text)
    file = await browser.get(unescape(href))
    assert file.text.startswith("BEGIN:VCALENDAR")
    assert file.headers["Content-Disposition"].startswith("attachment;")
    assert (await browser.get(f"/go/booking.calendar:{held.short}?file=9")).status == 404


async def test_a_page_speaks_the_language_that_was_just_chosen(town: Town, browser: Browser) -> None:
    await browser.enter("ana")
    await browser.get("/go/settings")
    page = await browser.press("settings.language:hi")
    assert '<html lang="hi" dir="ltr">' in page.text
