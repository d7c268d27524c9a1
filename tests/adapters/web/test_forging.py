"""What is forged gets the right status and writes nothing: seals, foreign bookings, routes, fields, addresses."""

from typing import Final

import pytest

from tests.adapters.web.test_walking import bookings_of, hold
from tests.adapters.web.townhouse import Browser, Town, browser_of

pytestmark = pytest.mark.anyio


async def test_a_form_without_its_seal_does_nothing(
    town: Town, browser: Browser, other_browser: Browser
) -> None:
    await browser.enter("ana")
    await other_browser.enter("ben")
    before = await town.counts()
    good, bens = browser.page.hidden, other_browser.page.hidden
    forged: list[dict[str, str]] = [
        {},
        {"nearpeer-once": good["nearpeer-once"]},
        {**good, "nearpeer-seal": ""},
        {**good, "nearpeer-seal": "wrong"},
        {**good, "nearpeer-seal": "é" * 50},
        {**good, "nearpeer-seal": bens["nearpeer-seal"]},
    ]
    for form in forged:
        page = await browser.post("/go/settings.zone:Asia/Tokyo", form)
        assert page.status == 403
    for once in ("", "short", "x" * 65, "with space", "<script>"):
        page = await browser.post("/go/settings.zone:Asia/Tokyo", {**good, "nearpeer-once": once})
        assert page.status == 400
    assert await town.counts() == before


async def test_a_foreign_booking_is_not_shown_and_not_touched(
    town: Town, browser: Browser, other_browser: Browser
) -> None:
    await browser.enter("ana")
    await hold(browser)
    [held] = await bookings_of(town, "ana")
    await other_browser.enter("olga")
    before = await town.counts()
    for route in ("booking.show", "booking.calendar", "book.agree_form"):
        page = await other_browser.get(f"/go/{route}:{held.short}")
        assert page.status in (403, 404)
        assert "Ben Okafor" not in page.text
    for route in ("booking.release", "booking.pay", "booking.paid", "review.give", "book.agree"):
        page = await other_browser.press(f"{route}:{held.short}:5", topic="x", terms="yes")
        assert page.status in (403, 404, 409), route
    after = await town.counts()
    after["drafts"] = before["drafts"]
    assert after == before


FORGED_ROUTES: Final = (
    "nonsense.route",
    "nonsense",
    "mentor.show:nobody",
    "booking.show:ZZZZZZZZ",
    "booking.show:%00",
    "mentor.show:%F0%9F%99%82%E2%80%AE",
    "book.hold:ben-okafor:60:zzzzzzzz",
    "browser.out:999999999999",
    "../../etc/passwd",
    "mentor.show:" + "x" * 190,
    "setup",
    "%ED%A0%80",
)


async def test_a_forged_route_has_the_right_status(town: Town, browser: Browser) -> None:
    for path in FORGED_ROUTES:
        await browser.enter("ana")
        before = await town.counts()
        assert (await browser.get(f"/go/{path}")).status in (200, 403, 404)
        page = await browser.press(path)
        assert page.status in (403, 404, 409)
        assert await town.counts() == before


async def test_a_field_of_100_kb_is_refused(town: Town, browser: Browser) -> None:
    await browser.enter("ana")
    await browser.get("/go/mentors.filter_form:-")
    before = await town.counts()
    page = await browser.press("mentors.filter:-", topic="x" * 100_000)
    assert page.status == 413
    assert "too long" in page.text
    page = await browser.press("mentors.filter:-", topic="x" * 2_000_000)
    assert page.status == 413
    assert await town.counts() == before


async def test_pages_that_are_unknown_say_so(town: Town) -> None:
    async with browser_of(town) as browser:
        await browser.enter("ana")
        for path in ("/go/", "/go", "/shown/none", "/shown/none/0", "/nothing", "/enter", "/mentors/a/b"):
            page = await browser.get(path)
            assert page.status == 404, path
            assert "There is nothing here" in page.text
