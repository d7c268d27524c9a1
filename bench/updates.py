"""Telegram's updates a second through the unmodified python-telegram-bot, ours with real screens against a bare
bot's constant.

The pace that Telegram asks for, thirty messages a second, is lifted here: it would be all that is measured.
"""

from pathlib import Path
from typing import Any, Final
from unittest.mock import patch

from pydantic import SecretStr
from telegram import Update
from telegram.ext import Application, ContextTypes, TypeHandler

from adapters.telegram import pace
from adapters.telegram.door import TelegramDoor
from bench.elsewhere import Figures, Vendor, rows, vendor
from bench.interactions import PEOPLE, ROUNDS, Noon, booked
from bench.table import Row
from bot.app import open_house
from bot.config import Database, Settings, Web
from core import chat
from tests.databases import build_schema

PLACE: Final = chat.Place("telegram", "-1001", "Study Hall")
WARM: Final = 2
ANY_PACE: Final = 100_000


async def measured(folder: Path) -> list[Row]:
    async with vendor("bench.botapi", PEOPLE) as telegram:
        bare = await _bare(telegram)
    async with vendor("bench.botapi", PEOPLE) as telegram:
        ours = await _ours(telegram, folder)
    return [row for name in ours for row in rows(f"Telegram: {name}", ours[name], bare[name], "PTB")]


async def _bare(telegram: Vendor) -> dict[str, Figures]:
    base = f"{telegram.said['api_base']}/bot"
    builder = Application.builder().token(telegram.said["token"]).base_url(base).concurrent_updates(True)
    app: Any = builder.build()
    app.add_handler(TypeHandler(Update, _hello))
    async with app:
        await app.updater.start_polling()
        await app.start()
        figures = await _asked(telegram, ["same"] * PEOPLE)
        await app.updater.stop()
        await app.stop()
    return figures


async def _hello(update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
    if update.callback_query:
        await update.callback_query.answer()
        await update.callback_query.edit_message_text("Hello")
    elif update.effective_chat:
        await update.effective_chat.send_message("Hello")


async def _ours(telegram: Vendor, folder: Path) -> dict[str, Figures]:
    url = f"sqlite:///{folder / 'updates.db'}"
    build_schema(url)
    presses = await booked(url, PLACE, telegram.said["users"])
    settings = Settings.model_construct(database=Database(url=SecretStr(url)), web=Web(listen="127.0.0.1:0"))
    with patch.multiple(pace, OVERALL=ANY_PACE, AT_ONCE=ANY_PACE):
        return await _through_our_door(telegram, settings, presses)


async def _through_our_door(telegram: Vendor, settings: Settings, presses: list[str]) -> dict[str, Figures]:
    said = telegram.said
    async with open_house(settings, Noon()) as house:
        door = TelegramDoor(
            said["token"],
            house.router,
            house.db,
            house.desk.catalogue,
            house.clock,
            house.paint,
            api_base=said["api_base"],
        )
        await door.start()
        figures = await _asked(telegram, presses)
        await door.stop()
    return figures


async def _asked(telegram: Vendor, presses: list[str]) -> dict[str, Figures]:
    await telegram.order(command="mentors", rounds=WARM)
    browsing = await telegram.order(command="mentors", rounds=ROUNDS)
    await telegram.order(press=presses, rounds=WARM)
    cards = await telegram.order(press=presses, rounds=ROUNDS)
    return {"/mentors (5 cards)": browsing, "a booking's card": cards}
