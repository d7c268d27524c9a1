"""The quiet way from a chat to a page: where it stands and where it does not, and that every door has room for it."""

from dataclasses import replace
from typing import Any

import pytest

from adapters.discord.render import render
from adapters.web.entrance import Entrance
from adapters.web.pages import Pages
from adapters.web.ways import Ways
from bot import commands
from bot.router import Router
from bot.screens import browser
from bot.screens.help import welcome
from core import chat
from core.chat import Button, Link, Reader, Route, Tone, to
from core.ports import PageRouter
from tests.bot.frontdesk import ANA, BEN, FrontDesk
from tests.bot.gallery import gallery
from tests.bot.test_gallery import COMPONENTS_V2, READER, Soundness, components, english
from tests.doubles.discord import limits
from tests.doubles.discord.problems import Problems

pytestmark = pytest.mark.anyio


@pytest.fixture
def desk(quick_desk: FrontDesk) -> FrontDesk:
    """A desk of a house that has an address on the web."""
    entrance = Entrance("a secret of the tests")
    entrance.bind("https://book.example.org")
    quick_desk.router = Router(replace(quick_desk.router.desk, entrance=entrance), commands.table(), welcome)
    return quick_desk


def way_out(screen: chat.Screen) -> Route | None:
    """Where the last button leads, if that is a page."""
    last = screen.controls[-1] if screen.controls else None
    return last.route if isinstance(last, Button) and last.route.name == "browser" else None


@pytest.mark.parametrize(
    "route", ["mentors", "help", "settings", "bookings.past", "mentor.show:ben", "book.days:ben:60:0"]
)
async def test_what_is_read_can_be_opened_in_a_browser(desk: FrontDesk, route: str) -> None:
    assert way_out(await desk.hear(ANA, route)) == Route.parse(f"browser:{route}")


async def test_what_a_page_could_not_show_again_stays_in_the_chat(desk: FrontDesk) -> None:
    answered = await desk.hear(ANA, "mentors", {"topic": "compilers"})
    form = await desk.hear(ANA, "settings.zone_form")
    written = await desk.hear(ANA, "settings.zone:Asia/Tokyo")
    refused = await desk.hear(ANA, "mentor.show:nobody")
    managed = await desk.hear("Hana of Guild", "setup", may_manage=True)
    for screen in (answered, form, written, refused, managed):
        assert way_out(screen) is None


async def test_a_route_that_fills_a_button_gets_no_other(desk: FrontDesk) -> None:
    long = to("mentor.show", "s" * 50)
    assert way_out(browser.onward(chat.Screen(chat.Text("x")), long)) is None
    assert way_out(browser.onward(chat.Screen(chat.Text("x")), to("mentor.show", "s" * 44))) is not None


async def test_the_link_is_for_the_one_who_asked_and_leads_back(desk: FrontDesk) -> None:
    ana = await desk.hear(ANA, "browser:mentor.show:ben")
    ben = await desk.hear(BEN, "browser:mentor.show:ben")
    links = [control.url for screen in (ana, ben) for control in screen.controls if isinstance(control, Link)]
    assert len(set(links)) == 2
    assert all(link.startswith("https://book.example.org/enter/") for link in links)
    assert ana.private
    assert ana.controls[-1] == Button(chat.Text("Back"), to("mentor.show", "ben"))


async def test_every_screen_has_room_for_the_way_out_on_discord() -> None:
    for picture in gallery():
        if picture.screen.form or picture.screen.tone is Tone.BAD:
            continue
        rendered = render(browser.onward(picture.screen, to("mentor.show", "s" * 40)), READER, english)
        problems = Problems()
        body: dict[str, Any] = {"components": components(rendered), "flags": COMPONENTS_V2}
        limits.message(problems, body, v2=True, files=[file.filename for file in rendered.files])
        assert not problems.found, f"{picture.label}: {problems.found}"


async def test_every_screen_is_a_sound_page_that_needs_no_script() -> None:
    table = commands.table()
    pages, ways = Pages(english), Ways(lambda route: table.handlers[route.name].shows)
    for picture in gallery():
        html = pages.screen(picture.screen, Reader("en", "Asia/Kolkata"), ways=ways)
        page = Soundness(picture.label)
        page.feed(html)
        page.close()
        assert not page.open, f"{picture.label}: {page.open} left open"
        assert "data-route" not in html, picture.label
        assert 'type="button"' not in html, picture.label


def test_the_router_is_what_the_pages_need(quick_desk: FrontDesk) -> None:
    router: PageRouter = quick_desk.router
    assert router.is_read(Route("mentors"))
    assert router.is_read(Route("nonsense.route"))
    assert not router.is_read(Route("book.hold", ("ben", "60", "x")))
