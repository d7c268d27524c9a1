"""The booking room at the front desk: whose it is, and what plain words come to."""

from typing import Final

import pytest

from bot import commands
from bot.screens import noes
from core import chat
from core.ports import Undeliverable
from tests.bot.frontdesk import ANA, BEN, FAR_MENTOR, HANA, STRANGER, FrontDesk, sentence

pytestmark = pytest.mark.anyio
ROUTES: Final = sorted(name for name in commands.table().handlers if name.startswith(("room.", "note.")))


def said(who: str, text: str, *files: chat.Attachment) -> chat.Said:
    return chat.Said(chat.Account("discord", f"discord:{who.lower()}", who), text, text, files)


@pytest.mark.parametrize("who", [ANA, HANA, FAR_MENTOR, STRANGER])
async def test_a_foreign_room_does_not_exist(quick_desk: FrontDesk, who: str) -> None:
    assert len(ROUTES) >= 10
    await quick_desk.hear(who, "help")
    before = await quick_desk.counts()
    unknown = noes.SENTENCES["booking.unknown"].msgid
    for state, short in quick_desk.short.items():
        for name in ROUTES:
            screen = await quick_desk.hear(
                who, f"{name}:{short}:5:1", {"words": "Hi", "note": "Hi", "items": "Hi"}
            )
            assert unknown in sentence(screen), f"{name} of a {state} booking"
    assert await quick_desk.counts() == before


async def test_a_booking_that_was_never_confirmed_has_no_room(quick_desk: FrontDesk) -> None:
    for state in ("held", "expired", "canceled"):
        screen = await quick_desk.hear(BEN, f"room.open:{quick_desk.short[state]}")
        assert "rooms open when a booking is confirmed" in sentence(screen)


async def test_who_is_in_no_room_is_helped(quick_desk: FrontDesk) -> None:
    reply = await quick_desk.router.hear(said(ANA, "bookins"))
    assert reply is not None
    assert reply.screen.title.msgid == "What I can do"
    assert await quick_desk.router.hear(said(ANA, "\0")) is not None


async def test_a_file_that_cannot_be_fetched_is_said_and_nothing_is_kept(quick_desk: FrontDesk) -> None:
    async def fetch() -> bytes:
        raise Undeliverable("gone", permanent=True)

    await quick_desk.hear(BEN, f"room.open:{quick_desk.short['confirmed']}")
    before = await quick_desk.counts()
    plan = chat.Attachment("plan.pdf", "application/pdf", 5, fetch)
    reply = await quick_desk.router.hear(said(BEN, "A plan", plan))
    assert reply is not None
    assert "I could not fetch “plan.pdf”" in sentence(reply.screen)
    assert await quick_desk.counts() == before
