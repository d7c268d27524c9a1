"""Answers that come late, out of order or never, news in between, and keys and taps that are quicker than both."""

from dataclasses import replace

import pytest
from playwright.async_api import Locator, Page, expect

from core import chat
from core.ports import Rung, RungKind
from tests.browser import samples
from tests.browser.chat import deliver, line_of, pane, routes, send
from tests.browser.network import slow
from tests.browser.playhouse import Playhouse

pytestmark = [pytest.mark.anyio, pytest.mark.browser]

ANA = Rung("web", RungKind.DIRECT, "ana")
ACT, MENU, NEWS = "**/play/act", "**/play/complete", "**/play/events?*"


def form() -> chat.Screen:
    return replace(samples.review(), subject="booking:K7Q2M9")


async def begun(house: Playhouse, page: Page) -> tuple[Locator, Locator]:
    """A message with a form in which somebody has begun to type, and the field."""
    await page.goto(house.address)
    await deliver(house, form(), "form")
    message = pane(page).locator(".message.bot", has=page.locator("form.ask"))
    field = message.get_by_label("In a few words")
    await message.get_by_text("5 ★").click()
    await field.press_sequentially("Wonder")
    return message, field


# --- messages ---------------------------------------------------------------------------------------


async def test_a_message_that_is_gone_is_not_brought_back_by_an_older_answer(
    playhouse: Playhouse, desk: Page
) -> None:
    await desk.goto(playhouse.address)
    network, messages = await slow(desk, ACT), pane(desk).locator(".message.bot")
    await send(desk, "/topics")
    asked = await network.request()
    await deliver(playhouse, samples.held(samples.NOW), "1")
    answer = await network.acts(asked)
    await deliver(playhouse, samples.confirmed(), "2")
    await expect(messages.get_by_text("You are booked")).to_be_visible()
    await expect(messages).to_have_count(2)
    await network.arrives(asked, answer)
    await expect(messages).to_have_count(2)
    await expect(messages.get_by_text("is held")).to_have_count(0)


async def test_an_older_answer_does_not_turn_the_clock_of_a_chat_back(
    playhouse: Playhouse, desk: Page
) -> None:
    await desk.goto(playhouse.address)
    network, clock = await slow(desk, ACT), pane(desk).locator(".clock")
    await send(desk, "/topics")
    asked = await network.request()
    answer = await network.acts(asked)
    in_tokyo = chat.Reader("en", "Asia/Tokyo")
    await playhouse.door.deliver(ANA, samples.week(), in_tokyo, key="1", rings=True)
    await expect(clock).to_contain_text("Tokyo")
    await network.arrives(asked, answer)
    await expect(clock).to_contain_text("Tokyo")


async def test_of_two_lines_the_one_that_was_lost_can_be_sent_again(playhouse: Playhouse, desk: Page) -> None:
    await desk.goto(playhouse.address)
    network, sending = await slow(desk, ACT), pane(desk).locator(".sending")
    await send(desk, "/mentors")
    first = await network.request()
    await send(desk, "/topics")
    await network.arrives(await network.request())
    await expect(sending).to_have_count(1)
    await first.abort()
    await expect(sending.get_by_role("alert")).to_contain_text("safe to try again")
    await expect(sending).to_contain_text("/mentors")
    await network.ends()
    await sending.get_by_role("button", name="Try again").click()
    await expect(pane(desk).locator(".message.bot")).to_have_count(2)
    await expect(sending).to_have_count(0)


async def test_a_line_whose_answer_was_lost_is_not_offered_again_once_its_news_have_come(
    playhouse: Playhouse, desk: Page
) -> None:
    news = await slow(desk, NEWS)
    await desk.goto(playhouse.address)
    stream, network = await news.request(), await slow(desk, ACT)
    await send(desk, "/topics")
    asked = await network.request()
    await network.acts(asked)
    await asked.abort()
    sending = pane(desk).locator(".sending")
    await expect(sending.get_by_role("alert")).to_be_visible()
    await stream.continue_()
    await expect(pane(desk).locator(".message.bot")).to_be_visible()
    await expect(sending).to_have_count(0)


async def test_what_was_missed_while_away_comes_with_the_connection(playhouse: Playhouse, desk: Page) -> None:
    await desk.route(NEWS, lambda route: route.abort())
    await desk.goto(playhouse.address)
    await expect(desk.locator(".offline")).to_be_visible()
    await deliver(playhouse, samples.held(samples.NOW), "1")
    await deliver(playhouse, samples.week(), "2")
    await desk.unroute(NEWS)
    await expect(pane(desk).get_by_text("Your week")).to_be_visible()
    await expect(desk.locator(".offline")).to_be_hidden()
    await expect(pane(desk).locator(".message")).to_have_count(2)


# --- forms ------------------------------------------------------------------------------------------


async def test_typing_goes_on_through_any_number_of_edits(playhouse: Playhouse, desk: Page) -> None:
    message, field = await begun(playhouse, desk)
    for edit in ("first", "second"):
        note = chat.Note(chat.Text(f"The {edit} edit"))
        await deliver(playhouse, replace(form(), parts=(note,)), edit, rings=False)
        await expect(message).to_contain_text(f"The {edit} edit")
    await expect(field).to_be_focused()
    await desk.keyboard.type("ful")
    await expect(field).to_have_value("Wonderful")
    await expect(message.locator(".count").first).to_have_text("9/60")
    await expect(message.get_by_label("5 ★")).to_be_checked()


async def test_news_without_room_for_a_form_leave_it_below_them(playhouse: Playhouse, desk: Page) -> None:
    message, field = await begun(playhouse, desk)
    await deliver(playhouse, samples.confirmed(), "1", rings=False)
    await expect(message).to_contain_text("You are booked")
    await expect(field).to_be_focused()
    await field.fill("Hm")
    await message.get_by_role("button", name="Publish").click()
    await expect(message.get_by_role("alert")).to_contain_text("That is too short")
    await expect(message.get_by_role("button", name="Try again")).to_have_count(0)
    await field.fill("Wonderful")
    await message.get_by_role("button", name="Publish").click()
    await expect(pane(desk).locator(".message")).to_contain_text("What can I do")
    await expect(pane(desk).locator("form.ask")).to_have_count(0)
    assert playhouse.bot.heard[-1].answers["headline"] == "Wonderful"


async def test_news_below_leave_a_form_that_was_begun(playhouse: Playhouse, desk: Page) -> None:
    message, field = await begun(playhouse, desk)
    await deliver(playhouse, samples.confirmed(), "1")
    await expect(pane(desk).locator(".message").last).to_contain_text("You are booked")
    await desk.keyboard.type("ful")
    await expect(field).to_have_value("Wonderful")
    await message.get_by_role("button", name="Publish").click()
    await expect(pane(desk).locator(".message").last).to_contain_text("What can I do")
    await expect(pane(desk).locator("form.ask")).to_have_count(0)
    await expect(pane(desk).locator(".message")).to_have_count(2)


async def test_a_form_that_nobody_has_begun_goes_with_its_message(playhouse: Playhouse, desk: Page) -> None:
    await desk.goto(playhouse.address)
    await deliver(playhouse, form(), "form")
    await expect(pane(desk).locator("form.ask")).to_be_visible()
    await deliver(playhouse, samples.confirmed(), "1")
    await expect(pane(desk).locator(".message")).to_contain_text("You are booked")
    await expect(pane(desk).locator("form.ask")).to_have_count(0)


async def test_a_refusal_is_seen_where_news_have_drawn_the_form_anew(
    playhouse: Playhouse, desk: Page
) -> None:
    message, field = await begun(playhouse, desk)
    await field.fill("Hm")
    network = await slow(desk, ACT)
    await message.get_by_role("button", name="Publish").click()
    asked = await network.request()
    await deliver(playhouse, replace(form(), parts=(chat.Note(chat.Text("An edit")),)), "1", rings=False)
    await expect(message).to_contain_text("An edit")
    await message.get_by_role("button", name="Later").click()
    await network.arrives(asked)
    await expect(message.get_by_role("alert")).to_contain_text("That is too short")
    await expect(field).to_have_value("Hm")
    assert routes(playhouse) == ["review.save:K7Q2M9"]


@pytest.mark.parametrize("rings", [False, True], ids=["edited", "removed"])
async def test_a_tap_that_was_lost_is_told_whatever_became_of_its_message(
    playhouse: Playhouse, desk: Page, rings: bool
) -> None:
    await desk.goto(playhouse.address)
    await deliver(playhouse, samples.held(samples.NOW), "1")
    network = await slow(desk, ACT)
    await pane(desk).get_by_role("button", name="Let it go").click()
    asked = await network.request()
    await deliver(playhouse, samples.confirmed(), "2", rings=rings)
    await expect(pane(desk).get_by_text("You are booked")).to_be_visible()
    await asked.abort()
    await expect(pane(desk).get_by_role("alert")).to_contain_text("safe to try again")
    await network.ends()
    await pane(desk).get_by_role("button", name="Try again").click()
    await expect(pane(desk).locator(".message").last).to_contain_text("What can I do")
    await expect(pane(desk).locator("[aria-busy]")).to_have_count(0)
    await expect(pane(desk).get_by_role("alert")).to_have_count(0)
    assert routes(playhouse) == ["booking.release:K7Q2M9"]


async def test_words_that_were_changed_are_not_sent_as_they_were_before(
    playhouse: Playhouse, desk: Page
) -> None:
    message, field = await begun(playhouse, desk)
    await desk.route(ACT, lambda route: route.abort(), times=1)
    await message.get_by_role("button", name="Publish").click()
    await expect(message.get_by_role("button", name="Try again")).to_be_visible()
    await field.fill("Splendid")
    await expect(message.get_by_role("button", name="Try again")).to_have_count(0)
    await message.get_by_role("button", name="Publish").click()
    await expect(pane(desk).locator(".message")).to_contain_text("What can I do")
    assert [heard.answers["headline"] for heard in playhouse.bot.heard] == ["Splendid"]


# --- keys and taps that are quicker ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("begin", "go_on", "lines", "leads"),
    [
        ("/b", "/bookings", 2, ""),
        ("/book mentor: m", "/book mentor: mario", 2, "/book mentor: Mario Rossi: chef "),
    ],
)
async def test_the_return_key_waits_for_the_menu_of_what_is_typed(
    playhouse: Playhouse, desk: Page, begin: str, go_on: str, lines: int, leads: str
) -> None:
    await desk.goto(playhouse.address)
    line = line_of(desk)
    await line.fill(begin)
    await expect(pane(desk).get_by_role("option")).to_have_count(lines)
    network = await slow(desk, MENU)
    await line.fill(go_on)
    await line.press("Enter")
    await expect(line).to_have_value(go_on)
    await network.arrives(await network.request())
    await expect(line).to_have_value(leads)
    if not leads:
        await expect(pane(desk).locator(".message.bot")).to_contain_text("You are booked")
        assert routes(playhouse) == ["bookings"]


async def test_where_no_menu_comes_the_line_is_sent_as_it_stands(playhouse: Playhouse, desk: Page) -> None:
    await desk.goto(playhouse.address)
    network = await slow(desk, MENU)
    await line_of(desk).fill("/mentors")
    await line_of(desk).press("Enter")
    await (await network.request()).abort()
    await expect(pane(desk).locator(".message.bot")).to_contain_text("3 mentors")


async def test_typing_on_takes_back_a_key_that_waits(playhouse: Playhouse, desk: Page) -> None:
    await desk.goto(playhouse.address)
    network = await slow(desk, MENU)
    await line_of(desk).fill("/book")
    await line_of(desk).press("Enter")
    await line_of(desk).press_sequentially("ings")
    for _letter in ("", "i", "n", "g", "s"):
        await network.arrives(await network.request())
    await expect(pane(desk).get_by_role("option")).to_have_count(1)
    await expect(line_of(desk)).to_have_value("/bookings")


async def test_the_second_of_two_quick_taps_is_none(playhouse: Playhouse, desk: Page) -> None:
    await desk.goto(playhouse.address)
    await pane(desk).get_by_role("button", name="/mentors").dblclick()
    message = pane(desk).locator(".message.bot")
    await message.get_by_role("button", name="See times").first.click()
    await expect(message).to_contain_text("When would you like")
    await message.get_by_role("button", name="Join the waitlist").hover()
    await desk.mouse.down(click_count=2)
    await desk.mouse.up(click_count=2)
    await message.get_by_role("button", name="8:00").click()
    await expect(message).to_contain_text("is held")
    await expect(pane(desk).locator(".message")).to_have_count(2)
    assert routes(playhouse) == ["mentors", "mentor.times:maya", "book.hold:maya:4"]


async def test_a_page_whose_script_is_still_on_its_way_loses_no_line(
    playhouse: Playhouse, desk: Page
) -> None:
    scripts = await slow(desk, "**/static/nearpeer.js*")
    await desk.goto(playhouse.address, wait_until="commit")
    script = await scripts.request()
    await line_of(desk).fill("/mentors")
    await line_of(desk).press("Enter")
    await scripts.arrives(script)
    await desk.wait_for_load_state()  # by then it has run
    await expect(line_of(desk)).to_have_value("/mentors")
    await line_of(desk).press("Enter")
    await expect(pane(desk).locator(".message.bot")).to_contain_text("3 mentors")
