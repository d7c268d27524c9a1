"""What Telegram says no to although every limit is kept: old messages, closed doors, haste, wrong words at the edge."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta

import aiohttp
import pytest
from telegram import BotCommand, ReplyParameters
from telegram.error import BadRequest, ChatMigrated, Forbidden, InvalidToken, RetryAfter

from tests.doubles.telegram import TelegramServer, schemas
from tests.doubles.telegram_bot import Scene, board, polling, speaking

pytestmark = pytest.mark.anyio


@pytest.fixture
async def scene(anyio_backend: str) -> AsyncIterator[Scene]:
    async with speaking() as scene:
        yield scene


# --- edits --------------------------------------------------------------------------------------


async def test_edits_have_rules_of_their_own(scene: Scene) -> None:
    bot, ana = scene.app.bot, scene.ana
    sent = await bot.send_message(ana.chat.id, "One", reply_markup=board(("x", "x")))
    heard = ana.say("mine")
    with pytest.raises(
        BadRequest, match="specified new message content and reply markup are exactly the same"
    ):
        await bot.edit_message_text("One", ana.chat.id, sent.message_id, reply_markup=board(("x", "x")))
    with pytest.raises(BadRequest, match="Message to edit not found"):
        await bot.edit_message_text("One", ana.chat.id, 999)
    assert scene.server.violations == []
    for message, text, reason in (
        (sent.message_id, "x" * 4097, "Message_too_long"),
        (heard.id, "yours", "Message can't be edited"),
    ):
        with pytest.raises(BadRequest, match=reason):
            await bot.edit_message_text(text, ana.chat.id, message)
    with pytest.raises(BadRequest, match="There is no caption in the message to edit"):
        await bot.edit_message_caption(ana.chat.id, sent.message_id, caption="x")
    filed = await bot.send_document(ana.chat.id, b"x")
    with pytest.raises(BadRequest, match="There is no text in the message to edit"):
        await bot.edit_message_text("x", ana.chat.id, filed.message_id)
    await bot.edit_message_reply_markup(ana.chat.id, sent.message_id)
    assert not ana.messages[0].buttons
    ana.delete(ana.messages[0])
    with pytest.raises(BadRequest, match="Message to edit not found"):
        await bot.edit_message_text("Two", ana.chat.id, sent.message_id)
    with pytest.raises(BadRequest, match="Message to delete not found"):
        await bot.delete_message(ana.chat.id, sent.message_id)
    with pytest.raises(BadRequest, match="Message to be replied not found"):
        await bot.send_message(ana.chat.id, "x", reply_parameters=ReplyParameters(sent.message_id))


# --- presses ------------------------------------------------------------------------------------


async def test_a_press_is_answered_once_in_time_and_shortly(scene: Scene) -> None:
    async with TelegramServer() as server, polling(server) as scene:
        bot = scene.app.bot
        scene.ana.say("hello")
        await server.wait_for(lambda: scene.ana.chat.said)
        query = await scene.ana.press("Loud")
        for asked, reason in ((query.id, "too old"), ("no-such", "query id is invalid")):
            with pytest.raises(BadRequest, match=reason):
                await bot.answer_callback_query(asked)
        assert len(server.violations) == 2
        query.answered = False
        with pytest.raises(BadRequest, match="Message_too_long"):
            await bot.answer_callback_query(query.id, "x" * 201)
        server.advance(timedelta(minutes=1))
        with pytest.raises(BadRequest, match="too old"):
            await bot.answer_callback_query(query.id)
        assert len(server.violations) == 3


# --- who may be written to ----------------------------------------------------------------------


async def test_who_closed_the_door_or_never_opened_it_cannot_be_written_to(scene: Scene) -> None:
    bot, server = scene.app.bot, scene.server
    ben, cleo, olga = (server.add_user(name) for name in ("Ben Okafor", "Cleo Marsh", "Olga Lind"))
    group = server.add_group("Hall", owner=olga, is_super=True)
    server.add_bot(group, olga)
    server.hands(ben).start()
    server.hands(ben).block()
    scene.server.deactivate(scene.ana.user)
    for chat, reason in (
        (ben.id, "bot was blocked by the user"),
        (scene.ana.user.id, "user is deactivated"),
        (olga.id, "bot can't initiate conversation with a user"),
        (server.bot.id, "bot can't send messages to bots"),
    ):
        with pytest.raises(Forbidden, match=reason):
            await bot.send_message(chat, "Hello")
    for chat in (cleo.id, 12345, -100):
        with pytest.raises(BadRequest, match="Chat not found"):
            await bot.send_message(chat, "Hello")
    server.remove_bot(group, olga)
    with pytest.raises(Forbidden, match="bot was kicked from the supergroup chat"):
        await bot.send_message(group.id, "Hello")
    assert server.violations == []
    server.hands(ben).unblock()
    await bot.send_message(ben.id, "Hello")


async def test_a_migrated_group_says_where_it_went(scene: Scene) -> None:
    olga = scene.server.add_user("Olga Lind")
    group = scene.server.add_group("Hall", owner=olga)
    scene.server.add_bot(group, olga)
    new = scene.server.migrate(group)
    with pytest.raises(ChatMigrated) as moved:
        await scene.app.bot.send_message(group.id, "Hello")
    assert moved.value.new_chat_id == new.id
    await scene.app.bot.send_message(new.id, "Hello")


# --- pace ---------------------------------------------------------------------------------------


async def test_who_writes_too_fast_must_wait(scene: Scene) -> None:
    scene.server.pace.set()
    bot = scene.app.bot
    await bot.send_message(scene.ana.chat.id, "One")
    with pytest.raises(RetryAfter) as held:
        await bot.send_message(scene.ana.chat.id, "Two")
    assert held.value._retry_after == timedelta(seconds=1)
    others = [scene.server.add_user("Hana", started=True) for _ in range(30)]
    for other in others[:29]:
        await bot.send_message(other.id, "Hello")
    with pytest.raises(RetryAfter):
        await bot.send_message(others[29].id, "Hello")
    scene.server.advance(timedelta(seconds=1))
    await bot.send_message(scene.ana.chat.id, "Two")
    assert scene.server.violations == []


async def test_a_limit_may_be_put_on_one_method(scene: Scene) -> None:
    fault = scene.server.limit_next("sendMessage", retry_after=7)
    await scene.app.bot.send_chat_action(scene.ana.chat.id, "typing")
    with pytest.raises(RetryAfter) as held:
        await scene.app.bot.send_message(scene.ana.chat.id, "One")
    assert held.value._retry_after == timedelta(seconds=7)
    assert fault.hits == 1
    await scene.app.bot.send_message(scene.ana.chat.id, "One")


# --- the edge -----------------------------------------------------------------------------------


async def test_a_wrong_token_a_wrong_method_and_wrong_json_are_turned_away(scene: Scene) -> None:
    base = scene.server.api_base
    async with aiohttp.ClientSession() as http:
        for path, status in (
            ("/bot1:wrong/getMe", 401),
            (f"/bot{scene.server.token}/noSuchMethod", 404),
            ("/", 404),
            (f"/file/bot{scene.server.token}/documents/no-such", 404),
        ):
            async with http.post(base + path) as answer:
                said = await answer.json()
                assert (answer.status, said["ok"], said["error_code"]) == (status, False, status)
        async with http.get(f"{base}/bot{scene.server.token}/GETME") as answer:
            assert (await answer.json())["result"]["username"] == "NearpeerBot"
        headers = {"Content-Type": "application/json"}
        async with http.post(f"{base}/bot{scene.server.token}/getMe", data="{", headers=headers) as answer:
            assert answer.status == 400
    with pytest.raises(InvalidToken):
        await type(scene.app.bot)("1:wrong", base_url=f"{base}/bot").initialize()


async def test_what_the_specification_does_not_know_is_recorded(
    scene: Scene,
) -> None:
    if not schemas._description()[0]:
        pytest.skip("NEARPEER_SPECS names no folder")
    await scene.app.bot.send_message(scene.ana.chat.id, "x", api_kwargs={"colour": "red"})
    await scene.app.bot.do_api_request("getChat", {"chat_id": scene.ana.chat.id, "message_id": "x"})
    complaints = [v.description for v in scene.server.violations]
    assert complaints == ["colour: no such parameter", "message_id: no such parameter"]
    assert schemas.faults("Message", {"message_id": "1", "date": 1, "chat": {"id": 1}}) == [
        "Message.message_id: '1' is no Integer",
        "Message.chat.type: is missing",
    ]


async def test_what_a_bot_may_say_of_itself_has_limits(scene: Scene) -> None:
    bot = scene.app.bot
    for commands in (
        [BotCommand("Book", "x")],
        [BotCommand("book-it", "x")],
        [BotCommand("book", "x" * 257)],
        [BotCommand("book", " ")],
        [BotCommand(f"b{n}", "x") for n in range(101)],
    ):
        with pytest.raises(BadRequest):
            await bot.set_my_commands(commands)
    with pytest.raises(BadRequest, match=r"(?i)too_long"):
        await bot.set_my_short_description("x" * 121)
    with pytest.raises(BadRequest, match="language code"):
        await bot.set_my_description("x", language_code="eng")
