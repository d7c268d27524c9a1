"""The Telegram double, shown by an unmodified python-telegram-bot bot that keeps every rule."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from telegram import BotCommand, BotCommandScopeAllPrivateChats, InputMediaDocument, InputMediaPhoto
from telegram.error import Conflict, NetworkError

from tests.doubles.telegram import TelegramServer
from tests.doubles.telegram_bot import PNG, Scene, board, hooked, polling, speaking

pytestmark = pytest.mark.anyio


@pytest.fixture
async def scene(anyio_backend: str) -> AsyncIterator[Scene]:
    async with TelegramServer() as server, polling(server) as scene:
        yield scene
        assert server.violations == []


@pytest.fixture
async def quiet(anyio_backend: str) -> AsyncIterator[Scene]:
    async with speaking() as scene:
        yield scene
        assert scene.server.violations == []


async def answered(scene: Scene, text: str) -> None:
    await scene.server.wait_for(lambda: any(m.text == text for m in scene.ana.chat.said), what=text)


# --- the way in ---------------------------------------------------------------------------------


async def test_a_text_is_answered_and_a_press_changes_the_message_in_place(scene: Scene) -> None:
    scene.ana.say("hello")
    await answered(scene, "hello")
    assert scene.ana.last.rows == [["Again"], ["Loud"]]
    assert not scene.ana.last.preview
    query = await scene.ana.press("Loud")
    assert (query.alert, query.toast) == ("LOUD", "")
    query = await scene.ana.press("Again")
    assert query.toast == "Once more"
    await answered(scene, "Pressed again:1")
    assert scene.ana.last.edits == ["hello"]
    assert not scene.ana.last.buttons


async def test_a_deep_link_starts_the_bot_with_its_payload(scene: Scene) -> None:
    assert scene.ana.follow("https://example.org/") is None
    scene.ana.follow("https://t.me/NearpeerBot?start=book_ben-okafor")
    await answered(scene, "/start book_ben-okafor")
    [command] = [e for e in scene.heard[0].effective_message.entities]
    assert command.type == "bot_command"
    assert scene.heard[0].effective_user.language_code == "en"


async def test_only_what_is_on_the_screen_can_be_pressed_but_anything_can_be_forged(scene: Scene) -> None:
    scene.ana.say("hello")
    await answered(scene, "hello")
    with pytest.raises(AssertionError, match="sees no 'Nothing'"):
        await scene.ana.press("Nothing")
    forged = await scene.ana.forge("booking.cancel:1")
    assert forged.toast == "Once more"
    old = await scene.ana.forge("again:1", is_inaccessible=True)
    assert old.answered
    assert not scene.heard[-1].callback_query.message.is_accessible


async def test_everything_that_a_person_can_send_arrives(scene: Scene) -> None:
    said = scene.ana.say("/quiet one")
    scene.ana.edit(said, "/quiet two")
    scene.ana.forward("/quiet wise words", scene.server.add_user("Ben Okafor"))
    scene.ana.send_document("cv.pdf", b"%PDF", caption="My CV")
    scene.ana.send_photo(PNG)
    scene.ana.send_sticker()
    scene.ana.send_voice()
    scene.ana.send_location(6.45, 3.39)
    scene.ana.send_contact("+2348000000000")
    scene.ana.ask_inline("mentors")
    scene.ana.block()
    scene.ana.unblock()
    await scene.server.wait_for(lambda: len(scene.heard) == 12)
    kinds = [next(k for k in u.to_dict() if k != "update_id") for u in scene.heard]
    assert kinds[:2] == ["message", "edited_message"]
    assert kinds[-3:] == ["inline_query", "my_chat_member", "my_chat_member"]
    assert scene.heard[2].effective_message.forward_origin.sender_user.first_name == "Ben"
    assert scene.heard[-2].my_chat_member.new_chat_member.status == "kicked"
    document = scene.heard[3].effective_message.document
    content = await (await scene.app.bot.get_file(document.file_id)).download_as_bytearray()
    assert (bytes(content), document.file_name) == (b"%PDF", "cv.pdf")


async def test_an_app_cuts_a_very_long_text_into_messages(scene: Scene) -> None:
    scene.ana.say("x" * 10_000)
    await scene.server.wait_for(lambda: len(scene.heard) == 3)
    assert [len(u.effective_message.text) for u in scene.heard] == [4096, 4096, 1808]


async def test_in_a_group_a_bot_reads_only_what_is_meant_for_it(scene: Scene) -> None:
    olga = scene.server.add_user("Olga Lind")
    group = scene.server.add_group("Study Hall", owner=olga, is_super=True)
    scene.server.join(group, scene.ana.user)
    scene.server.add_bot(group, olga)
    square = scene.server.hands(scene.ana.user, group)
    square.say("Does anybody know Ben?")
    square.command("/quiet", at_bot=True)
    square.say("/quiet@OtherBot")
    square.say("/quiet for all")
    await scene.server.wait_for(lambda: len(scene.heard) == 4)
    texts = [u.effective_message.text for u in scene.heard if u.message and u.message.text]
    assert texts == ["/quiet@NearpeerBot", "/quiet for all"]
    assert scene.heard[0].my_chat_member.new_chat_member.status == "member"
    scene.server.promote(group, scene.server.bot, olga)
    square.say("/quiet, now an administrator reads everything")
    scene.server.remove_bot(group, olga)
    square.say("/quiet nobody listens")
    await scene.server.wait_for(lambda: len(scene.heard) == 7)
    assert scene.heard[-1].my_chat_member.new_chat_member.status == "kicked"


async def test_a_channel_post_and_a_topic_of_a_forum_arrive_where_they_were_said(scene: Scene) -> None:
    olga = scene.server.add_user("Olga Lind")
    channel = scene.server.add_channel("News", owner=olga)
    scene.server.add_bot(channel, olga)
    scene.server.hands(olga, channel).say("/quiet news")
    forum = scene.server.add_group("Hall", owner=olga, is_forum=True)
    scene.server.add_bot(forum, olga, as_admin=True)
    topic = await scene.app.bot.create_forum_topic(forum.id, "NP-1")
    scene.server.hands(olga, forum, thread=topic.message_thread_id).say("/quiet here")
    await scene.server.wait_for(lambda: len(scene.heard) == 6)
    assert scene.heard[4].effective_message.forum_topic_created.name == "NP-1"
    assert scene.heard[1].channel_post.sender_chat.title == "News"
    assert scene.heard[-1].effective_message.message_thread_id == topic.message_thread_id


async def test_a_group_that_becomes_a_supergroup_has_a_new_id(scene: Scene) -> None:
    olga = scene.server.add_user("Olga Lind")
    group = scene.server.add_group("Hall", owner=olga)
    scene.server.add_bot(group, olga)
    new = scene.server.migrate(group)
    await scene.server.wait_for(lambda: len(scene.heard) == 4)
    assert scene.heard[2].effective_message.migrate_to_chat_id == new.id
    assert scene.heard[3].effective_message.migrate_from_chat_id == group.id


async def test_updates_come_again_until_they_are_confirmed(scene: Scene) -> None:
    scene.ana.say("hello")
    await scene.server.delivered()
    again = scene.server.repeat()
    await scene.server.delivered()
    assert again.deliveries == 2
    assert [u.update_id for u in scene.heard] == [again.id, again.id]


async def test_of_two_pollers_the_older_is_turned_away(scene: Scene) -> None:
    async with polling(scene.server) as second:
        await scene.server.wait_for(lambda: scene.errors or second.errors)
        assert isinstance((scene.errors + second.errors)[0], Conflict)
        assert "terminated by other getUpdates request" in str((scene.errors + second.errors)[0])


# --- webhook ------------------------------------------------------------------------------------


async def test_a_webhook_gets_the_secret_and_every_update_until_it_says_yes() -> None:
    async with TelegramServer() as server, hooked(server, statuses=[500, 302]) as scene:
        scene.ana.say("one")
        scene.ana.say("two")
        await answered(scene, "two")
        assert [u.effective_message.text for u in scene.heard] == ["one", "two"]
        assert server.updates.webhook.answers == [500, 302, 200, 200]
        told = await scene.app.bot.get_webhook_info()
        assert told.last_error_message == "Wrong response from the webhook: 302"
        with pytest.raises(Conflict, match="webhook is active"):
            await scene.app.bot.get_updates()
        assert server.violations == []


async def test_a_webhook_must_be_https_on_a_known_port(quiet: Scene) -> None:
    for url, reason in (("http://example.org/", "https url"), ("https://example.org:99/", "ports 80, 88")):
        with pytest.raises(NetworkError, match=reason):
            await quiet.app.bot.set_webhook(url)
    assert len(quiet.server.violations) == 2
    quiet.server.violations.clear()


# --- the way out --------------------------------------------------------------------------------


async def test_files_and_pictures_are_sent_changed_and_grouped(quiet: Scene) -> None:
    bot, ana = quiet.app.bot, quiet.ana
    sent = await bot.send_document(
        ana.chat.id, b"BEGIN:VCALENDAR", filename="np.ics", caption="<b>Yours</b>", parse_mode="HTML"
    )
    assert ana.last.file
    assert ana.last.file.content == b"BEGIN:VCALENDAR"
    assert (ana.last.text, ana.last.entities[0]["type"]) == ("Yours", "bold")
    await bot.edit_message_caption(ana.chat.id, sent.message_id, caption="Mine")
    assert ana.last.text == "Mine"
    picture = await bot.send_photo(ana.chat.id, PNG, caption="A week", reply_markup=board(("Mon", "d:1")))
    assert picture.photo[0].width == 2
    await bot.edit_message_media(InputMediaPhoto(PNG, caption="Another"), ana.chat.id, picture.message_id)
    assert (ana.last.text, ana.last.edits) == ("Another", ["A week"])
    await bot.send_media_group(
        ana.chat.id, [InputMediaDocument(b"1"), InputMediaDocument(b"2", caption="Two")]
    )
    assert [m.text for m in ana.messages[-2:]] == ["", "Two"]
    await bot.send_photo(ana.chat.id, picture.photo[0].file_id)
    assert ana.last.file
    assert ana.last.file.content == PNG


async def test_times_stay_instants_for_the_readers_own_clock(quiet: Scene) -> None:
    html = 'On <tg-time unix="1795708800" format="wDt">Thu 26 Nov, 12:00 UTC</tg-time> 🎓 <b>sharp</b>'
    await quiet.app.bot.send_message(quiet.ana.chat.id, html, parse_mode="HTML")
    assert quiet.ana.last.text == "On Thu 26 Nov, 12:00 UTC 🎓 sharp"
    [when] = quiet.ana.last.times
    assert when.timestamp() == 1795708800
    bold = quiet.ana.last.entities[1]
    assert (bold["type"], bold["offset"]) == ("bold", 28)


async def test_commands_are_offered_by_scope_and_language(quiet: Scene) -> None:
    bot, everywhere = quiet.app.bot, BotCommandScopeAllPrivateChats()
    await bot.set_my_commands([BotCommand("book", "Book a time")])
    await bot.set_my_commands([BotCommand("book", "समय बुक करें")], scope=everywhere, language_code="hi")
    hindi = quiet.server.hands(quiet.server.add_user("Hana", language="hi"))
    silent = quiet.server.hands(quiet.server.add_user("Cleo Marsh", language=None))
    assert hindi.menu == {"book": "समय बुक करें"}
    assert quiet.ana.menu == silent.menu == {"book": "Book a time"}
    assert (await bot.get_my_commands())[0].description == "Book a time"
    await bot.set_my_description("We book mentors", language_code="hi")
    assert (await bot.get_my_description("hi")).description == "We book mentors"


async def test_members_and_administrators_are_told(quiet: Scene) -> None:
    bot, olga = quiet.app.bot, quiet.server.add_user("Olga Lind")
    group = quiet.server.add_group("Hall", owner=olga, is_super=True)
    quiet.server.add_bot(group, olga)
    assert [a.user.first_name for a in await bot.get_chat_administrators(group.id)] == ["Olga"]
    assert (await bot.get_chat_member(group.id, quiet.ana.user.id)).status == "left"
    assert (await bot.get_chat_member(group.id, olga.id)).status == "creator"
    assert await bot.get_chat_member_count(group.id) == 2
    assert (await bot.get_chat(group.id)).title == "Hall"
    await bot.leave_chat(group.id)
    assert not group.member(quiet.server.bot).is_inside


async def test_a_tag_stands_beside_a_members_name_where_the_bot_may_set_it(quiet: Scene) -> None:
    bot, olga, ana = quiet.app.bot, quiet.server.add_user("Olga Lind"), quiet.ana.user
    group = quiet.server.add_group("Hall", owner=olga, is_super=True)
    quiet.server.join(group, ana)
    quiet.server.add_bot(group, olga)
    quiet.server.promote(group, quiet.server.bot, olga, without=frozenset({"can_manage_tags"}))
    asked = {"chat_id": group.id, "user_id": ana.id, "tag": "Mentor"}
    with pytest.raises(NetworkError, match="Not enough rights"):
        await bot.do_api_request("setChatMemberTag", asked)
    quiet.server.promote(group, quiet.server.bot, olga)
    await bot.do_api_request("setChatMemberTag", asked)
    assert group.member(ana).tag == "Mentor"


async def test_messages_are_passed_on_pinned_and_deleted(quiet: Scene) -> None:
    bot, ana = quiet.app.bot, quiet.ana
    sent = await bot.send_message(ana.chat.id, "One")
    await bot.copy_message(ana.chat.id, ana.chat.id, sent.message_id)
    await bot.forward_message(ana.chat.id, ana.chat.id, sent.message_id)
    await bot.pin_chat_message(ana.chat.id, sent.message_id)
    await bot.set_message_reaction(ana.chat.id, sent.message_id, "👍")
    await bot.send_chat_action(ana.chat.id, "typing")
    assert [m.text for m in ana.messages] == ["One"] * 3
    assert await bot.delete_messages(ana.chat.id, [sent.message_id, 999])
    assert len(ana.messages) == 2
    assert (ana.chat.pinned, ana.chat.actions) == ([sent.message_id], ["typing"])


# --- trouble ------------------------------------------------------------------------------------


async def test_an_answer_may_be_late_lost_or_cut_off(quiet: Scene) -> None:
    bot, ana = quiet.app.bot, quiet.ana
    quiet.server.fail_next("sendMessage", status=502, after=True)
    with pytest.raises(NetworkError, match="Bad Gateway"):
        await bot.send_message(ana.chat.id, "One")
    quiet.server.drop_next("sendMessage")
    with pytest.raises(NetworkError):
        await bot.send_message(ana.chat.id, "Two")
    fault = quiet.server.hang_next("sendMessage")
    asking = asyncio.create_task(bot.send_message(ana.chat.id, "Three"))
    await quiet.server.wait_for(lambda: fault.hits)
    assert not asking.done()
    fault.release()
    with pytest.raises(NetworkError):
        await asking
    await bot.send_message(ana.chat.id, "Four")
    assert [m.text for m in ana.messages] == ["One", "Four"]


async def test_the_clock_moves_when_it_is_told_to(quiet: Scene) -> None:
    sent = await quiet.app.bot.send_message(quiet.ana.chat.id, "One")
    quiet.server.advance(timedelta(hours=49))
    with pytest.raises(NetworkError, match="can't be deleted for everyone"):
        await quiet.app.bot.delete_message(quiet.ana.chat.id, sent.message_id)
