"""A small unmodified python-telegram-bot bot, to show what the double does, and a stage to put it on."""

from __future__ import annotations

import contextlib
import io
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

from aiohttp import web
from PIL import Image
from telegram import InlineKeyboardButton, InlineKeyboardMarkup, LinkPreviewOptions, Update
from telegram.error import TelegramError
from telegram.ext import Application, CallbackQueryHandler, ContextTypes, MessageHandler, TypeHandler, filters

from tests.doubles.telegram import Hands, TelegramServer

SECRET = "a-secret_of-2"
App = Application[Any, Any, Any, Any, Any, Any]
Context = ContextTypes.DEFAULT_TYPE


def picture(kind: str, width: int = 2, height: int = 2) -> bytes:
    content = io.BytesIO()
    Image.new("RGB", (width, height)).save(content, kind)
    return content.getvalue()


PNG = picture("PNG")


def board(*buttons: tuple[str, str]) -> InlineKeyboardMarkup:
    """A keyboard of one button a row: label and data."""
    return InlineKeyboardMarkup([[InlineKeyboardButton(text, callback_data=data)] for text, data in buttons])


async def echo(update: Update, _: Context) -> None:
    """Says what it heard, with a button under it."""
    message = update.effective_message
    assert message
    if message.text and not message.text.startswith("/quiet"):
        quiet = LinkPreviewOptions(is_disabled=True)
        keys = board(("Again", "again:1"), ("Loud", "loud"))
        await message.reply_text(message.text, reply_markup=keys, link_preview_options=quiet)


async def press(update: Update, _: Context) -> None:
    query = update.callback_query
    assert query
    if query.data == "loud":
        await query.answer("LOUD", show_alert=True)
        return
    await query.answer("Once more")
    if query.message and query.message.is_accessible:
        await query.edit_message_text(f"Pressed {query.data}")


@dataclass
class Scene:
    server: TelegramServer
    app: App
    ana: Hands
    heard: list[Any]
    errors: list[TelegramError]


def build(server: TelegramServer, heard: list[Any], *, polls: bool) -> App:
    async def hear(update: Update, _: Context) -> None:
        heard.append(update)

    base = server.api_base
    builder = Application.builder().token(server.token).base_url(f"{base}/bot")
    builder = builder.base_file_url(f"{base}/file/bot")
    app: App = builder.build() if polls else builder.updater(None).build()
    app.add_handler(TypeHandler(Update, hear), group=-1)
    app.add_handler(CallbackQueryHandler(press))
    app.add_handler(MessageHandler(filters.ALL, echo))
    return app


@contextlib.asynccontextmanager
async def polling(server: TelegramServer) -> AsyncIterator[Scene]:
    heard: list[Any] = []
    errors: list[TelegramError] = []
    app = build(server, heard, polls=True)
    await app.initialize()
    await app.start()
    assert app.updater
    await app.updater.start_polling(allowed_updates=Update.ALL_TYPES, error_callback=errors.append)
    try:
        yield Scene(server, app, server.hands(server.add_user("Ana Ruiz")), heard, errors)
    finally:
        await app.updater.stop()
        await app.stop()
        await app.shutdown()


@contextlib.asynccontextmanager
async def hooked(server: TelegramServer, *, statuses: list[int] | None = None) -> AsyncIterator[Scene]:
    """Behind a webhook that answers with `statuses` first, and with 200 from then on."""
    heard: list[Any] = []
    app, left = build(server, heard, polls=False), statuses or []

    async def take(request: web.Request) -> web.Response:
        if request.headers.get("X-Telegram-Bot-Api-Secret-Token") != SECRET:
            return web.Response(status=403)
        if left:
            return web.Response(status=left.pop(0))
        await app.update_queue.put(Update.de_json(await request.json(), app.bot))
        return web.Response()

    edge = web.Application()
    edge.router.add_post("/telegram", take)
    runner = web.AppRunner(edge, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    await app.initialize()
    await app.start()
    url = f"http://127.0.0.1:{runner.addresses[0][1]}/telegram"
    await app.bot.set_webhook(url, secret_token=SECRET, allowed_updates=Update.ALL_TYPES)
    try:
        yield Scene(server, app, server.hands(server.add_user("Ana Ruiz")), heard, [])
    finally:
        await app.bot.delete_webhook()
        await app.stop()
        await app.shutdown()
        await runner.cleanup()


@contextlib.asynccontextmanager
async def speaking(**options: Any) -> AsyncIterator[Scene]:
    """A bot that only speaks, for what Telegram says to its requests."""
    async with TelegramServer(**options) as server:
        app = build(server, [], polls=False)
        await app.initialize()
        try:
            ana = server.hands(server.add_user("Ana Ruiz", started=True))
            yield Scene(server, app, ana, [], [])
        finally:
            await app.shutdown()
