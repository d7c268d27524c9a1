"""The room of two people on Discord: a private thread in the community, and the bot in between where there is none."""

import pytest

from tests.doubles.discord import Permission
from tests.stories import steps
from tests.stories.hands_discord import DiscordHands, is_heard
from tests.stories.setting import Setting
from tests.stories.stage import Stage
from tests.stories.test_one_person import OnTelegram, books_on_telegram
from tests.stories.theatre import open_stage

pytestmark = [pytest.mark.anyio, pytest.mark.parametrize("door", ["discord"], indirect=True)]


def on_discord(stage: Stage) -> tuple[DiscordHands, DiscordHands]:
    assert isinstance(stage.ana, DiscordHands)
    assert isinstance(stage.ben, DiscordHands)
    return stage.ana, stage.ben


async def gives_sessions_a_channel(stage: Stage) -> None:
    await stage.olga.says("/setup")
    await stage.olga.picks("Sessions channel", "sessions")
    assert stage.olga.sees("gets a private thread in this channel")
    await stage.olga.taps("Change it")
    assert stage.olga.sees("sessions")


async def test_two_people_get_a_thread_with_the_brief_and_nobody_else_is_in_it(stage: Stage) -> None:
    ana, ben = on_discord(stage)
    await gives_sessions_a_channel(stage)
    await steps.books(ana)
    await stage.settles()
    assert ana.thread is ben.thread
    assert ana.thread.parent is stage.discord.sessions
    assert ana.thread.thread_members == {stage.discord.server.bot.id, ana.user.id, ben.user.id}
    assert ana.thread.name.startswith("Ben Okafor · Ana Ruiz · ")
    for person in (ana, ben):
        await person.will_see("This is your room", "Portfolio")
    [card] = ana.room.messages
    assert "€" not in card.text
    assert isinstance(stage.cleo, DiscordHands)
    assert stage.cleo.user.threads == []

    said = ana.room.say("Shall I bring the drafts?")
    await is_heard(stage)
    assert said in ben.room.messages
    assert not any("drafts" in message.text for message in ben.user.dms)


async def test_the_way_in_appears_ten_minutes_ahead_and_each_sees_their_own_link(stage: Stage) -> None:
    ana, ben = on_discord(stage)
    await gives_sessions_a_channel(stage)
    await steps.books(ana)
    await stage.moves(hours=47, minutes=49)
    assert "Join" not in ana.room.last.buttons
    ana.room.say("See you soon")
    await stage.moves(minutes=2)
    [card] = [message for message in ana.room.messages if message.author.bot]
    assert ana.room.messages[-1] is card
    for person in (ana, ben):
        shown = await person.room.on(card).click("Join")
        assert shown.ephemeral
        assert shown.buttons["Join"].startswith("http")


async def test_what_the_mentor_writes_down_stands_in_the_thread_and_the_next_one_is_offered(
    stage: Stage,
) -> None:
    ana, ben = on_discord(stage)
    await gives_sessions_a_channel(stage)
    await steps.books(ana)
    await stage.moves(hours=49)
    await ana.will_see("The session is over")
    await ben.taps("Notes")
    await ben.taps("Write a note")
    await ben.fills({"Note": "Lead with the case study."})
    await ben.taps("Add action items")
    await ben.fills({"Action items": "Rewrite the intro\nAsk Cleo"})
    await stage.settles()
    [card] = [message for message in ana.room.messages if message.author.bot]
    for text in ("Lead with the case study.", "Rewrite the intro", "Ask Cleo"):
        assert text in card.text
    assert "Book the next one" in card.buttons


async def test_a_thread_closes_seven_days_after_and_stays_to_be_read(stage: Stage) -> None:
    ana, ben = on_discord(stage)
    await gives_sessions_a_channel(stage)
    await steps.books(ana)
    said = ana.room.say("Thank you!")
    await stage.moves(days=8, hours=22)
    assert not ben.thread.locked
    await stage.moves(hours=4)
    assert (ben.thread.locked, ben.thread.archived) == (True, True)
    assert said in ben.room.messages
    await ben.will_see("This room is closed")


async def test_a_session_that_is_off_closes_its_thread(stage: Stage) -> None:
    ana, ben = on_discord(stage)
    await gives_sessions_a_channel(stage)
    await steps.books(ana)
    [intent] = stage.stripe.world.intents
    await stage.stripe.refund_at_dashboard(intent)
    await stage.settles()
    assert ana.thread.locked
    await ben.will_see("The session is off, so this room is closed")


async def test_where_a_moderator_deletes_the_thread_the_bot_carries_the_messages(stage: Stage) -> None:
    ana, ben = on_discord(stage)
    await gives_sessions_a_channel(stage)
    await steps.books(ana)
    await stage.settles()
    ana.thread.delete()
    await is_heard(stage)
    for person in (ana, ben):
        await person.will_see("is gone", "Write to me here instead")
    await ana.writes("Are you there?\n```py\nprint(1)\n```")
    await ben.will_see("Ana Ruiz writes", "Are you there?")
    assert any("```py\nprint(1)" in message.text for message in ben.user.dms)
    said = await ben.writes("Yse", files={"plan.pdf": b"%PDF-1.7"})
    await ana.will_see("Yse")
    assert await ana.downloads("plan.pdf") == b"%PDF-1.7"
    await ben.rewrites(said, "Yes")
    await ana.will_see("Yes")
    assert not ana.sees("Yse")


async def test_words_to_the_bot_go_into_the_thread(stage: Stage) -> None:
    ana, ben = on_discord(stage)
    await gives_sessions_a_channel(stage)
    await steps.books(ana)
    await stage.settles()
    said = await ana.writes("Where are we?")
    carried = ben.room.messages[-1]
    assert "Ana Ruiz writes" in carried.text
    assert carried.pings.users == {ben.user}
    await ana.rewrites(said, "Where is the room?")
    assert "Where is the room?" in carried.text
    assert not any("writes" in message.text for message in ben.user.dms)


async def test_who_has_closed_their_messages_is_reminded_in_the_thread(stage: Stage) -> None:
    ana, ben = on_discord(stage)
    await gives_sessions_a_channel(stage)
    ben.user.close_dms()
    await steps.books(ana)
    await stage.moves(hours=47, minutes=1)
    reminders = [message for message in ben.room.messages if "A reminder, 60 minutes ahead" in message.text]
    assert [message.pings.users for message in reminders] == [{ben.user}]
    assert all("€" not in message.text for message in ben.room.messages)


async def test_without_a_sessions_channel_the_bot_carries_the_messages(stage: Stage) -> None:
    ana, ben = on_discord(stage)
    await steps.books(ana)
    await stage.settles()
    assert ana.user.threads == []
    await ana.writes("Hello Ben")
    await ben.will_see("Ana Ruiz writes", "Hello Ben")


async def test_where_the_mentor_has_left_the_server_there_is_no_thread(stage: Stage) -> None:
    ana, ben = on_discord(stage)
    await gives_sessions_a_channel(stage)
    stage.discord.guild.leave(ben.user)
    friend = stage.discord.server.add_guild("Elsewhere", owner=ben.user)
    friend.add_channel("general")
    link = await steps.holds(ana)
    await ana.pays(link)
    await ana.will_see("is confirmed")
    assert stage.discord.sessions.threads == []
    await ana.writes("Hello Ben")
    assert any("Hello Ben" in message.text for message in ben.user.dms)


async def test_a_channel_where_the_bot_may_too_little_is_not_taken(stage: Stage) -> None:
    stage.discord.sessions.bot_denied = int(Permission.CREATE_PRIVATE_THREADS | Permission.MANAGE_THREADS)
    await stage.restarts()  # Discord tells of permissions when it says who hosts the bot
    await stage.olga.says("/setup")
    await stage.olga.picks("Sessions channel", "sessions")
    assert stage.olga.sees("Still missing: Create Private Threads and Manage Threads")
    assert not stage.olga.offers("Change it")
    stage.discord.sessions.bot_denied = 0
    await stage.restarts()
    await gives_sessions_a_channel(stage)


async def test_a_thread_that_discord_could_not_open_comes_later(stage: Stage) -> None:
    ana, ben = on_discord(stage)
    await gives_sessions_a_channel(stage)
    fault = stage.discord.server.fail_next("/threads", method="POST", times=1_000)
    await steps.books(ana)
    await ana.writes("Are you there?")
    await ben.will_see("Are you there?")
    fault.times = 0
    await stage.moves(minutes=2)
    await ben.will_see("This is your room")


async def test_on_two_platforms_they_talk_through_the_bot(door: str, database_url: str) -> None:
    async with open_stage(Setting("discord+telegram", "stripe", database_url)) as stage:
        assert isinstance(stage.ben, DiscordHands)
        await gives_sessions_a_channel(stage)
        ana: OnTelegram = await books_on_telegram(stage)
        await stage.settles()
        assert stage.discord.sessions.threads == []
        await stage.ben.writes("Hello Ana, *send* me your drafts")
        await ana.will_see("Ben Okafor writes", "send")
        assert str(stage.ben.user.id) not in ana.view()
