"""The playground in a real browser: by taps, by keys, in the dark, on a phone, and with the network gone."""

from datetime import timedelta
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, Route, expect

from tests.browser import samples
from tests.browser.chat import deliver, deliver_all, pane, say, tap
from tests.browser.network import slow
from tests.browser.playhouse import Playhouse

pytestmark = [pytest.mark.anyio, pytest.mark.browser]

CONTRAST = (Path(__file__).parent / "contrast.js").read_text()
STILL = "() => Promise.all(document.getAnimations().map((each) => each.finished))"
AA = 4.5
FINGER = 24  # CSS pixels, the least of WCAG 2.2
OVERFLOWING = """() => [...document.querySelectorAll("body *")]
    .filter((e) => e.checkVisibility() && !e.closest("svg, .unseen, .radio") && (
        e.getBoundingClientRect().right > innerWidth + 1
        || (e.scrollWidth > e.clientWidth + 1 && getComputedStyle(e).overflowX !== "visible")))
    .map((e) => e.outerHTML.slice(0, 120))"""


async def test_on_a_phone_a_time_is_held_by_taps_alone(playhouse: Playhouse, phone: Page) -> None:
    await phone.goto(playhouse.address)
    await tap(pane(phone).get_by_role("button", name="/mentors"))
    message = pane(phone).locator(".message.bot").last
    await tap(message.get_by_role("button", name="See times").first)
    await tap(message.get_by_role("button", name="8:00"))
    await expect(message).to_contain_text("is held")
    await expect(pane(phone).locator(".message")).to_have_count(2)
    assert [str(heard.route) for heard in playhouse.bot.heard] == [
        "mentors",
        "mentor.times:maya",
        "book.hold:maya:4",
    ]


async def test_a_command_is_chosen_and_filled_in_by_keys(playhouse: Playhouse, desk: Page) -> None:
    await desk.goto(playhouse.address)
    line = pane(desk).get_by_label("Message", exact=True)
    await line.press_sequentially("/bo")
    await expect(pane(desk).get_by_role("option")).to_have_count(2)
    await line.press("Enter")
    await expect(line).to_have_value("/book mentor: ")
    await line.press_sequentially("ma")
    await expect(pane(desk).get_by_role("option")).to_have_count(2)
    await line.press("ArrowDown")
    await line.press("ArrowUp")
    await line.press("Enter")
    await expect(line).to_have_value("/book mentor: Maya Chen ")
    await expect(pane(desk).get_by_role("option")).to_have_count(2)
    await line.press("ArrowDown")
    await line.press("Enter")
    await expect(line).to_have_value("/book mentor: Maya Chen length: ")
    await pane(desk).get_by_role("option", name="1 hour").click()
    await line.press("Escape")
    await line.press("Enter")
    await expect(pane(desk).locator(".message.bot")).to_contain_text("When would you like")
    assert playhouse.bot.heard[-1].answers == {"mentor": "maya-7", "length": "60"}


async def test_a_late_menu_moves_nothing_that_the_keys_have_marked(playhouse: Playhouse, desk: Page) -> None:
    await desk.goto(playhouse.address)
    line, options = pane(desk).get_by_label("Message", exact=True), pane(desk).get_by_role("option")
    await line.fill("/book mentor: m")
    await expect(options).to_have_count(2)
    network = await slow(desk, "**/play/complete")
    await line.press("a")
    await line.press("ArrowDown")
    await network.arrives(await network.request())
    await expect(pane(desk).locator("[role=option][aria-selected=true]")).to_contain_text("Mario Rossi")
    await line.press("Enter")
    await expect(line).to_have_value("/book mentor: Mario Rossi: chef ")
    await expect(options).to_have_count(0)
    await line.press("Escape")
    await network.arrives(await network.request())
    await expect(options).to_have_count(0)


async def test_the_card_behind_turns_by_itself_and_counts_down(playhouse: Playhouse, desk: Page) -> None:
    now, countdown = playhouse.clock.now(), pane(desk).locator(".countdown")
    await desk.clock.set_fixed_time(now)
    await desk.goto(playhouse.address)
    await deliver(playhouse, samples.held(now + timedelta(minutes=15)), "1")
    for passed, says in ((0, "in 15:00"), (1, "in 14:59"), (899, "in 00:01"), (900, "now")):
        await desk.clock.set_fixed_time(now + timedelta(seconds=passed))
        await expect(countdown).to_have_text(says)
    await deliver(playhouse, samples.held(now + timedelta(minutes=30)), "2", rings=False)
    await expect(countdown).to_have_text("in 15:00")
    await deliver(playhouse, samples.confirmed(), "3", rings=False)
    await expect(pane(desk).locator(".message")).to_have_count(1)
    await expect(pane(desk).locator(".message")).to_contain_text("You are booked")


async def test_a_tab_out_of_sight_shows_a_dot_until_it_is_read(playhouse: Playhouse, phone: Page) -> None:
    await phone.goto(playhouse.address)
    tab = phone.locator(".tab[data-view=maya]")
    await expect(tab.locator(".dot")).to_be_hidden()
    await deliver(playhouse, samples.week(), "1", "maya")
    await expect(tab.locator(".dot")).to_be_visible()
    await tap(tab)
    await expect(tab.locator(".dot")).to_be_hidden()
    await expect(pane(phone, "maya").get_by_text("Your week")).to_be_visible()
    await expect(pane(phone)).to_be_hidden()


async def test_a_refused_form_keeps_what_was_typed(playhouse: Playhouse, desk: Page) -> None:
    await desk.goto(playhouse.address)
    message = await say(desk, "/review")
    await message.get_by_text("5 ★").click()
    await message.get_by_label("In a few words").fill("Hm")
    await message.get_by_label("What helped you?").fill("A long and thoughtful text")
    await expect(message.locator(".count").nth(1)).to_have_text("26/1000")
    await message.get_by_role("button", name="Publish").click()
    await expect(message.get_by_role("alert")).to_contain_text("That is too short")
    await expect(message.get_by_label("In a few words")).to_have_value("Hm")
    await expect(message.get_by_label("What helped you?")).to_have_value("A long and thoughtful text")
    await message.get_by_label("In a few words").fill("Wonderful")
    await message.get_by_role("button", name="Publish").click()
    await expect(message.locator("form.ask")).to_have_count(0)
    answers = {
        "stars": "5",
        "headline": "Wonderful",
        "words": "A long and thoughtful text",
        "topic": "",
        "public": "yes",
    }
    assert playhouse.bot.heard[-1].answers == answers


async def test_two_quick_clicks_are_one_act(playhouse: Playhouse, desk: Page) -> None:
    await desk.goto(playhouse.address)
    message, network = await say(desk, "/mentors"), await slow(desk, "**/play/act")
    await message.get_by_role("button", name="Change what I look for").dblclick()
    await message.get_by_role("button", name="Change what I look for").click()
    await network.arrives(await network.request())
    await expect(message).to_contain_text("What can I do")
    assert [str(heard.route) for heard in playhouse.bot.heard] == ["mentors", "mentors.filter"]


async def test_a_lost_connection_offers_to_try_again_and_acts_once(playhouse: Playhouse, desk: Page) -> None:
    await desk.goto(playhouse.address)
    await say(desk, "/mentors")

    async def answer_is_lost(route: Route) -> None:
        await route.fetch()
        await route.abort()

    await desk.route("**/play/act", answer_is_lost, times=1)
    line = pane(desk).get_by_label("Message", exact=True)
    await line.fill("/topics")
    await line.press("Escape")
    await line.press("Enter")
    await expect(pane(desk).locator(".message.bot")).to_have_count(2)  # the stream brought it all the same
    await expect(pane(desk).locator(".sending")).to_have_count(0)
    await desk.route("**/play/act", lambda route: route.abort(), times=1)
    message = pane(desk).locator(".message.bot").last
    await message.get_by_role("button", name="Interviews").click()
    await expect(message.get_by_role("alert")).to_contain_text("safe to try again")
    await message.get_by_role("button", name="Try again").click()
    await expect(message).to_contain_text("What can I do")
    assert [str(heard.route) for heard in playhouse.bot.heard] == ["mentors", "topics", "topic.pick:1"]


async def test_a_page_comes_back_with_all_that_was_said(playhouse: Playhouse, desk: Page) -> None:
    await desk.goto(playhouse.address)
    await say(desk, "/mentors")
    await desk.reload()
    await expect(pane(desk).locator(".message")).to_have_count(2)
    await pane(desk).get_by_role("button", name="See times").first.click()
    await expect(pane(desk).locator(".message.bot")).to_contain_text("When would you like")


async def test_the_window_is_quiet_and_nothing_hostile_runs(playhouse: Playhouse, desk: Page) -> None:
    noise: list[str] = []
    desk.on("console", lambda message: noise.append(message.text))
    desk.on("pageerror", lambda error: noise.append(str(error)))
    desk.on("dialog", lambda dialog: noise.append(dialog.message))
    await deliver_all(playhouse)
    await desk.goto(playhouse.address)
    await say(desk, samples.HOSTILE)
    await expect(pane(desk).locator(".picture img")).to_be_visible()
    assert noise == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(
    "address", ["/#chats", "/#omar", "/p/waiting", "/p/paid/done", "/p/broken", "/sandbox/open"]
)
async def test_every_text_is_readable_by_day_and_by_night(
    playhouse: Playhouse, desk: Page, scheme: str, address: str
) -> None:
    await deliver_all(playhouse)
    await desk.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
    await desk.goto(playhouse.address + address)
    await desk.evaluate(STILL)
    ratios = await desk.evaluate(CONTRAST)
    assert [(round(ratio, 2), text) for ratio, text in ratios if ratio < AA] == []


@pytest.mark.parametrize("width", [320, 390, 700, 900, 1440])
async def test_nothing_sticks_out_at_any_width(playhouse: Playhouse, chromium: Browser, width: int) -> None:
    await deliver_all(playhouse)
    page = await chromium.new_page(viewport={"width": width, "height": 800})
    for address in ("/#ana", "/#omar", "/p/waiting", "/sandbox/open"):
        await page.goto(playhouse.address + address)
        await page.reload()
        assert await page.evaluate(OVERFLOWING) == []
        assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    await page.close()


async def test_everything_that_can_be_tapped_is_big_enough_and_has_a_name(
    playhouse: Playhouse, phone: Page
) -> None:
    await deliver_all(playhouse)
    await phone.goto(playhouse.address)
    for control in await phone.get_by_role("button").or_(phone.get_by_role("link")).all():
        box = await control.bounding_box()
        assert box, await control.inner_html()
        is_in_text = await control.evaluate("e => !!e.closest('.prose, summary')")
        assert is_in_text or min(box["width"], box["height"]) >= FINGER, await control.inner_html()
        assert await control.evaluate(
            "e => (e.getAttribute('aria-label') || e.textContent.trim() || e.querySelector('img').alt) !== ''"
        )


async def test_the_focus_is_seen_and_follows_an_edit(playhouse: Playhouse, desk: Page) -> None:
    await desk.goto(playhouse.address)
    message = await say(desk, "/mentors")
    button = message.get_by_role("button", name="See times").first
    await pane(desk).get_by_role("log").focus()
    await desk.keyboard.press("Tab")
    await expect(button).to_be_focused()
    assert await button.evaluate("e => getComputedStyle(e).outlineStyle") == "solid"
    await desk.keyboard.press("Enter")
    await expect(message).to_contain_text("When would you like")
    await expect(message).to_be_focused()


async def test_the_sandbox_is_paid_by_one_click(playhouse: Playhouse, phone: Page) -> None:
    await phone.goto(f"{playhouse.address}/p/open")
    await tap(phone.get_by_role("button", name="Pay €45.00"))
    await expect(phone.get_by_role("heading", name="You are booked with Maya Chen")).to_be_visible()
    await phone.goto(f"{playhouse.address}/sandbox/open")
    await expect(phone.get_by_role("status")).to_have_text("This is paid. Thank you!")
