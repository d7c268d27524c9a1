"""What the tests of the playground do in a chat."""

from datetime import timedelta

from playwright.async_api import Locator, Page, expect

from core import chat
from core.ports import Rung, RungKind
from tests.browser import samples
from tests.browser.playhouse import Playhouse

ENGLISH = chat.Reader("en", "Europe/Madrid")
DOUBLE_TAP = 500  # milliseconds; Chromium counts what comes within some 400 as the second of two


def pane(page: Page, who: str = "ana") -> Locator:
    return page.locator(f".pane[data-view={who}]")


def line_of(page: Page, who: str = "ana") -> Locator:
    return pane(page, who).get_by_label("Message", exact=True)


async def tap(target: Locator) -> None:
    """As a finger that has looked: not so soon that it counts as the second of two quick taps, which does nothing."""
    await target.page.wait_for_timeout(DOUBLE_TAP)
    await target.tap()


async def send(page: Page, text: str, who: str = "ana") -> None:
    """Types a line and sends it as it stands."""
    line = line_of(page, who)
    await line.fill(text)
    await line.press("Escape")
    await line.press("Enter")


async def say(page: Page, text: str, who: str = "ana") -> Locator:
    """Sends a line, and gives the message that answers it."""
    lines = pane(page, who).locator(".message.person:not(.sending)")
    before = await lines.count()
    await send(page, text, who)
    answer = lines.nth(before).locator("+ .message.bot")
    await expect(lines.nth(before)).to_contain_text(text)
    await expect(answer).to_be_visible()
    return answer


async def deliver(
    house: Playhouse, screen: chat.Screen, key: str, who: str = "ana", *, rings: bool = True
) -> None:
    rung = Rung("web", RungKind.DIRECT, who)
    await house.door.deliver(rung, screen, ENGLISH, key=key, rings=rings)


async def deliver_all(house: Playhouse) -> None:
    for number, sample in enumerate(samples.EVERY):
        await deliver(house, sample(), f"sample-{number}")
    await deliver(house, samples.held(house.clock.now() + timedelta(minutes=15)), "held")
    nudge = Rung("web", RungKind.NUDGE, "ana", "help")
    await house.door.deliver(nudge, samples.profile(), ENGLISH, key="nudge", rings=True)


def routes(house: Playhouse) -> list[str]:
    """What the bot was asked for."""
    return [str(heard.route) for heard in house.bot.heard]
