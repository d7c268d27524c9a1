"""The checks of the Telegram double bite: what breaks a rule is refused in Telegram's words, and recorded."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
from telegram import (
    CopyTextButton,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputMediaDocument,
)
from telegram.error import BadRequest, NetworkError

from tests.doubles.telegram import markup
from tests.doubles.telegram_bot import PNG, Scene, board, picture, speaking

pytestmark = pytest.mark.anyio


@pytest.fixture
async def scene(anyio_backend: str) -> AsyncIterator[Scene]:
    async with speaking() as scene:
        yield scene


def link(url: str) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup([[InlineKeyboardButton("Pay", url=url)]])


def rows(count: int, wide: int = 1) -> InlineKeyboardMarkup:
    row = [InlineKeyboardButton("x", callback_data="x")] * wide
    return InlineKeyboardMarkup([row] * count)


COPY = InlineKeyboardMarkup([[InlineKeyboardButton("x", copy_text=CopyTextButton("x" * 257))]])
BARE = InlineKeyboardMarkup([[InlineKeyboardButton("x")]])
TEXTS: dict[str, tuple[dict[str, Any], str]] = {
    "empty": ({"text": ""}, "message text is empty"),
    "blank": ({"text": " \n "}, "message text is empty"),
    "only marks": ({"text": "<b></b>", "parse_mode": "HTML"}, "text must be non-empty"),
    "long": ({"text": "x" * 4097}, "message is too long"),
    "long in UTF-16": ({"text": "🎓" * 2049}, "message is too long"),
    "other marks": ({"text": "*x*", "parse_mode": "MarkdownV2"}, "unsupported parse_mode"),
    "data": ({"text": "x", "reply_markup": board(("x", "é" * 33))}, "BUTTON_DATA_INVALID"),
    "no data": ({"text": "x", "reply_markup": board(("x", ""))}, "BUTTON_DATA_INVALID"),
    "no label": ({"text": "x", "reply_markup": board((" ", "x"))}, "non-empty String"),
    "no action": ({"text": "x", "reply_markup": BARE}, "text buttons are unallowed"),
    "101 buttons": ({"text": "x", "reply_markup": rows(101)}, "REPLY_MARKUP_TOO_LONG"),
    "nine in a row": ({"text": "x", "reply_markup": rows(1, 9)}, "REPLY_MARKUP_INVALID"),
    "scheme": ({"text": "x", "reply_markup": link("ftp://example.org")}, "Unsupported URL protocol"),
    "no host": ({"text": "x", "reply_markup": link("https://example")}, "Wrong HTTP URL"),
    "here": ({"text": "x", "reply_markup": link("http://localhost:8080/p/1")}, "Wrong HTTP URL"),
    "copied": ({"text": "x", "reply_markup": COPY}, "COPY_TEXT_INVALID"),
}


@pytest.mark.parametrize("breach", TEXTS)
async def test_a_message_beyond_a_limit_is_refused_and_recorded(scene: Scene, breach: str) -> None:
    body, reason = TEXTS[breach]
    with pytest.raises(BadRequest, match=f"(?i){reason}"):
        await scene.app.bot.send_message(scene.ana.chat.id, **body)
    assert reason in scene.server.violations[0].description
    assert scene.ana.messages == []


BROKEN = {
    "<script>alert(1)</script>": 'Unsupported start tag "script" at byte offset 0',
    "a < b": 'Unsupported start tag "" at byte offset 2',
    "é <b": "Unclosed start tag at byte offset 3",
    "<b>x": 'Can\'t find end tag corresponding to start tag "b"',
    "<b><i>x</b></i>": 'Unmatched end tag at byte offset 7, expected "</i>", found "</b>"',
    "x</b>": "Unexpected end tag at byte offset 1",
    "<a href>x</a>": 'Expected equal sign in declaration of an attribute of the tag "a"',
    '<span class="x">y</span>': 'Tag "span" must have class "tg-spoiler"',
    '<tg-time unix="soon">x</tg-time>': "Unix time",
    '<tg-time unix="1795708800" format="xyz">x</tg-time>': "invalid format",
}


@pytest.mark.parametrize("html", BROKEN)
async def test_broken_html_loses_the_whole_message(scene: Scene, html: str) -> None:
    with pytest.raises(BadRequest) as refused:
        await scene.app.bot.send_message(scene.ana.chat.id, html, parse_mode="HTML")
    assert BROKEN[html].lower() in str(refused.value).lower()
    assert scene.server.violations[0].description.startswith("Bad Request: can't parse entities: ")


@pytest.mark.parametrize(
    ("html", "text", "kinds"),
    [
        ("<b>a</b> <i>b</i> &lt;&amp;&quot;&#33; &nbsp;", 'a b <&"! &nbsp;', ["bold", "italic"]),
        ('<a href="https://example.org/?a=1&amp;b=2">x</a>', "x", ["text_link"]),
        ("<blockquote expandable>long</blockquote>", "long", ["expandable_blockquote"]),
        ('<pre><code class="language-python">x</code></pre>', "x", ["code", "pre"]),
        ("<B>x</B><u></u>", "x", ["bold"]),
        ("  <s> x </s>  ", "x", ["strikethrough"]),
        ("/book @NearpeerBot https://example.org", None, ["bot_command", "mention", "url"]),
    ],
)
async def test_html_is_read_as_telegram_reads_it(
    scene: Scene, html: str, text: str | None, kinds: list[str]
) -> None:
    await scene.app.bot.send_message(scene.ana.chat.id, html, parse_mode="HTML")
    assert scene.ana.last.text == (text or html)
    assert sorted(e["type"] for e in scene.ana.last.entities) == sorted(kinds)


async def test_offsets_count_utf_16_units(scene: Scene) -> None:
    await scene.app.bot.send_message(scene.ana.chat.id, "🎓é<b>नमस्ते</b>", parse_mode="HTML")
    [bold] = scene.ana.last.entities
    assert (bold["offset"], markup.part(scene.ana.last.text, bold)) == (3, "नमस्ते")


async def test_a_local_address_passes_only_where_the_test_says_so() -> None:
    async with speaking(allow_local_urls=True) as scene:
        for url in ("http://127.0.0.1:8080/p/1", "http://localhost:8080/p/1"):
            await scene.app.bot.send_message(scene.ana.chat.id, "x", reply_markup=link(url))
        assert scene.server.violations == []
        assert scene.ana.last.links == {"Pay": url}


async def test_more_than_a_hundred_marks_are_lost_and_recorded(scene: Scene) -> None:
    await scene.app.bot.send_message(scene.ana.chat.id, "<b>x</b> " * 101, parse_mode="HTML")
    assert len(scene.ana.last.entities) == 100
    assert "101 entities" in scene.server.violations[0].description


# --- files --------------------------------------------------------------------------------------


async def test_what_is_no_picture_or_too_much_of_one_is_refused(scene: Scene) -> None:
    bot, chat = scene.app.bot, scene.ana.chat.id
    for content, reason in (
        (b"GIF89a", "Image_process_failed"),
        (picture("GIF"), "Image_process_failed"),
        (picture("PNG", 210, 10), "Photo_invalid_dimensions"),
        (picture("PNG", 9_600, 481), "Photo_invalid_dimensions"),
        (PNG + b"x" * (10 * 1024 * 1024), "is too big for a photo"),
    ):
        with pytest.raises(BadRequest, match=f"(?i){reason}"):
            await bot.send_photo(chat, content)
    with pytest.raises(BadRequest, match="caption is too long"):
        await bot.send_photo(chat, PNG, caption="x" * 1025)
    with pytest.raises(NetworkError, match="Request Entity Too Large"):
        await bot.send_document(chat, b"x" * (50 * 1024 * 1024 + 1))
    with pytest.raises(BadRequest, match="File must be non-empty"):
        await bot.send_document(chat, b"")
    with pytest.raises(BadRequest, match="Wrong file identifier"):
        await bot.send_document(chat, "no-such-file")
    for count, reason in ((1, "Too few"), (11, "Too many")):
        with pytest.raises(BadRequest, match=reason):
            await bot.send_media_group(chat, [InputMediaDocument(b"x")] * count)
    await bot.send_photo(chat, picture("JPEG"))
    assert len(scene.ana.messages) == 1


async def test_what_is_too_big_cannot_be_fetched(scene: Scene) -> None:
    sent = scene.ana.send_document("film.mp4", b"x", size=21 * 1024 * 1024)
    assert sent.file
    with pytest.raises(BadRequest, match="File is too big"):
        await scene.app.bot.get_file(sent.file.id)
