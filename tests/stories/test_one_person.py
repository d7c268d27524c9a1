"""One person on two platforms and in a mailbox: books here, mentors there, joins both, and is reached somewhere."""

import re
from collections.abc import AsyncIterator
from email.message import EmailMessage

import pytest

from tests.doubles.discord import Permission
from tests.doubles.mail import MailServer, mail_server
from tests.stories import steps
from tests.stories.hands import Hands
from tests.stories.hands_telegram import TelegramHands
from tests.stories.people import NAMES
from tests.stories.setting import Setting
from tests.stories.stage import Stage
from tests.stories.theatre import open_stage

pytestmark = pytest.mark.anyio

LINK = "https://t.me/NearpeerBot?start="
CODE = re.compile(r"\b[0-9A-Z]{4}-[0-9A-Z]{4}\b")
ADDRESS = "ana@example.org"


@pytest.fixture
async def post(anyio_backend: str) -> AsyncIterator[MailServer]:
    async with mail_server() as server:
        yield server


@pytest.fixture
async def stage(database_url: str, post: MailServer) -> AsyncIterator[Stage]:
    """A community on Discord, and a house that also has Telegram's door and a mail server."""
    setting = Setting("discord+telegram", "stripe", database_url, mail_port=post.port)
    async with open_stage(setting) as stage:
        yield stage


class OnTelegram(TelegramHands):
    """A person who has pressed Start, and speaks in private alone."""

    @classmethod
    def of(cls, stage: Stage, key: str) -> "OnTelegram":
        hands = cls(stage, key, NAMES[key], stage.telegram)
        hands.has_spoken = True
        return hands

    async def follows(self, payload: str) -> None:
        await self._do(lambda: self.phone.follow(f"{LINK}{payload}"))


def code_seen(by: Hands) -> str:
    return str(CODE.findall(by.messages()[0].text)[0])


async def books_on_telegram(stage: Stage) -> OnTelegram:
    ana = OnTelegram.of(stage, "ana")
    await ana.follows("book_ben-okafor")
    await ana.taps("60 minutes")
    await ana.taps(steps.WEDNESDAY)
    await ana.taps("10:00 AM")
    await steps.says_what_about(ana)
    await ana.pays(ana.link("Pay €40.00"))
    await ana.will_see("is confirmed")
    return ana


async def joined(stage: Stage) -> OnTelegram:
    """Ana of Discord and Ana of Telegram are one."""
    there = OnTelegram.of(stage, "ana")
    await stage.ana.says("/link")
    await there.follows(f"link_{code_seen(stage.ana).replace('-', '')}")
    await there.taps("Join")
    await there.will_see("You are one person now")
    return there


def text_of(letter: EmailMessage) -> str:
    body = letter.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


async def test_a_student_on_telegram_books_a_mentor_on_discord(stage: Stage) -> None:
    ana = OnTelegram.of(stage, "ana")
    await ana.follows("mentor_ben-okafor")
    assert ana.sees("From first portfolio to first offer")
    await books_on_telegram(stage)
    await stage.ben.will_see("Ana Ruiz has booked", "Portfolio")
    await stage.moves(hours=47)
    await ana.will_see("A reminder, 60 minutes ahead")
    await stage.ben.will_see("A reminder, 60 minutes ahead")
    await stage.ana.will_not_see("Ben Okafor")


async def test_a_code_from_discord_joins_on_telegram_and_what_was_booked_is_everywhere(stage: Stage) -> None:
    await books_on_telegram(stage)
    ana = await joined(stage)
    for person in (ana, stage.ana):
        await person.will_see("Your accounts were joined", "Ana Ruiz on Telegram", "Ana Ruiz on Discord")
        assert person.times_seen("Your accounts were joined") == 1
    await stage.ana.says("/bookings")
    assert stage.ana.sees("Ben Okafor")


async def test_a_code_from_telegram_joins_on_discord(stage: Stage) -> None:
    ana = OnTelegram.of(stage, "ana")
    await ana.says("/link")
    await stage.ana.says("/link", code=code_seen(ana).lower())
    await stage.ana.taps("Join")
    assert stage.ana.sees("You are one person now")
    await stage.ana.says("/settings")
    await stage.ana.taps("Where I reach you")
    assert stage.ana.sees("Ana Ruiz on Telegram")


async def test_a_mentor_cannot_become_their_own_student(stage: Stage) -> None:
    await books_on_telegram(stage)
    await stage.ben.says("/link")
    ana = OnTelegram.of(stage, "ana")
    await ana.says("/link", code=code_seen(stage.ben))
    assert ana.sees("Nobody is their own student")
    assert not ana.offers("Join")


async def test_somebody_elses_code_is_seen_through_before_anything_happens(stage: Stage) -> None:
    await stage.cleo.says("/link")
    ana = OnTelegram.of(stage, "ana")
    await ana.says("/link", code=code_seen(stage.cleo))
    assert ana.sees("Cleo Marsh on Discord")
    await ana.taps("Not me")
    await stage.cleo.will_not_see("Your accounts were joined")


async def test_who_closes_discord_is_reminded_on_telegram(stage: Stage) -> None:
    ana = await joined(stage)
    await steps.books(stage.ana)
    stage.discord.users["ana"].close_dms()
    await stage.moves(hours=47)
    await ana.will_see("A reminder, 60 minutes ahead")
    assert [each for each in stage.discord.notices.messages if "news for you" in each.text] == []


async def test_who_closes_both_is_written_to_by_mail(stage: Stage, post: MailServer) -> None:
    ana = await joined(stage)
    await stage.ana.says("/settings")
    await stage.ana.taps("Where I reach you")
    await stage.ana.taps("Add my e-mail")
    await stage.ana.fills({"E-mail address": ADDRESS})
    [code] = post.to(ADDRESS)
    await stage.ana.taps("Enter the code")
    await stage.ana.fills({"Code": CODE.findall(text_of(code))[0]})
    assert stage.ana.sees("Your e-mail is confirmed")
    await steps.books(stage.ana)

    stage.discord.users["ana"].close_dms()
    stage.discord.notices.bot_denied = int(Permission.VIEW_CHANNEL)
    ana.phone.block()
    await stage.moves(hours=47)
    reminders = [letter for letter in post.to(ADDRESS) if "A reminder, 60 minutes ahead" in text_of(letter)]
    assert len(reminders) == 1
    assert f"{stage.browser.home}/go/booking." in text_of(reminders[0])
    await stage.ana.says("/settings")
    await stage.ana.taps("Where I reach you")
    assert stage.ana.sees("by e-mail")


async def test_an_outage_of_the_platform_used_last_is_outlasted_by_the_other(stage: Stage) -> None:
    ana = await joined(stage)
    await steps.books(stage.ana)
    fault = stage.discord.server.fail_next("/messages", method="POST", times=1_000)
    await stage.moves(hours=47, minutes=3)
    await ana.will_see("A reminder, 60 minutes ahead")
    assert ana.times_seen("A reminder, 60 minutes ahead") == 1
    fault.times = 0
    await stage.moves(minutes=2)
    await stage.ana.will_not_see("A reminder, 60 minutes ahead")
