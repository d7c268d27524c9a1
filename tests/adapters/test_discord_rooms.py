"""Plain words to the bot on Discord, against the wire: heard once, in order, with their files and edits."""

import pytest

from adapters.discord.door import DiscordDoor
from core import chat
from core.chat import _, to
from tests.adapters.discord_parts import READER, House, say, to_chat
from tests.doubles.discord import Channel, Chat, Guild, Permission, User

pytestmark = pytest.mark.anyio
pytest_plugins = ["tests.adapters.discord_fixtures"]


async def words(house: House, count: int) -> list[chat.Said]:
    """What the router has heard, once it is so much."""
    await house.server.wait_for(lambda: len(house.router.words) >= count, what="words")
    return [said for _name, said in house.router.words]


async def test_words_in_direct_messages_are_heard(
    house: House, door: DiscordDoor, alone: Chat, ana: User
) -> None:
    message = alone.say("Hello *Ben*\n```py\nprint(1)\n```")
    [said] = await words(house, 1)
    assert said.account == chat.Account("discord", str(ana.id), "Ana")
    assert (said.key, said.thread, said.is_edit, said.locale) == (str(message.id), "", False, "")
    assert said.text == "Hello *Ben*\n```py\nprint(1)\n```"


async def test_words_keep_their_order_though_files_take_a_while(
    house: House, door: DiscordDoor, alone: Chat
) -> None:
    for number in range(9):
        alone.say(str(number), files={} if number % 2 else {"plan.pdf": b"%PDF-1"})
    assert [said.text for said in await words(house, 9)] == [str(number) for number in range(9)]


async def test_files_are_described_and_fetched(house: House, door: DiscordDoor, alone: Chat) -> None:
    alone.say("", files={"plan.pdf": b"%PDF-1", "a.png": b"png"})
    [said] = await words(house, 1)
    assert [(file.name, file.media_type, file.size) for file in said.files] == [
        ("plan.pdf", "application/pdf", 6),
        ("a.png", "image/png", 3),
    ]
    assert house.router.files == {"plan.pdf": b"%PDF-1", "a.png": b"png"}


async def test_a_file_that_discord_does_not_give_out_is_undeliverable(
    house: House, door: DiscordDoor, alone: Chat
) -> None:
    house.server.fail_next("/cdn/", status=404, times=9)
    alone.say("Look", files={"plan.pdf": b"%PDF-1"})
    await words(house, 1)
    assert "Discord" in str(house.router.files["plan.pdf"])


async def test_an_edit_is_heard_as_one(house: House, door: DiscordDoor, alone: Chat) -> None:
    message = alone.say("Helo")
    alone.edit(message, "Hello")
    first, second = await words(house, 2)
    assert (first.key, first.is_edit) == (second.key, False)
    assert (second.text, second.is_edit) == ("Hello", True)


async def test_a_link_that_discord_unfolds_is_no_edit(
    house: House, door: DiscordDoor, alone: Chat, square: Chat
) -> None:
    alone.unfold(alone.say("https://example.org"), "Example")
    alone.say("after")
    assert [said.text for said in await words(house, 2)] == ["https://example.org", "after"]


async def test_what_comes_again_after_an_outage_is_heard_once(
    house: House, door: DiscordDoor, alone: Chat
) -> None:
    alone.say("one")
    await words(house, 1)
    await house.server.drop_connections(deliver_again=2)
    await house.server.wait_until_ready()
    alone.say("two")
    assert [said.text for said in await words(house, 2)] == ["one", "two"]


async def test_the_bot_hears_neither_channels_nor_itself(
    house: House, door: DiscordDoor, square: Chat, alone: Chat, ana: User
) -> None:
    square.say(f"{house.server.bot.mention} hello")
    await door.deliver(to_chat(ana), say("Hello"), READER, key="n1", rings=True)
    alone.say("only this")
    assert [said.text for said in await words(house, 1)] == ["only this"]


async def test_what_there_is_to_say_is_said_where_the_words_were(
    house: House, door: DiscordDoor, alone: Chat, ana: User
) -> None:
    house.router.replies = [chat.Screen(_("To whom?"), controls=(chat.Button(_("Ben"), to("room.send", 1)),))]
    alone.say("Hello")
    await house.server.wait_for(lambda: ana.dms)
    assert "You said room.send:1" in (await alone.last.click("Ben")).text


async def test_a_relayed_message_with_files_is_edited_in_place_and_calls_nobody(
    house: House, door: DiscordDoor, ana: User
) -> None:
    def bubble(words: str) -> chat.Screen:
        plan = chat.File("plan.pdf", b"%PDF-1", "application/pdf", _("The plan"))
        parts = (chat.Prose(chat.Markdown(words)),)
        return chat.Screen(_("Ben writes"), parts, files=(plan,), subject="message:7")

    code = f"```py\nprint('@everyone')\n```\n@everyone {ana.mention}"
    await door.deliver(to_chat(ana), bubble(code), READER, key="r1", rings=True)
    await door.deliver(to_chat(ana), bubble(f"{code} now"), READER, key="r2", rings=False)
    [message] = ana.dms
    assert "now" in message.text
    assert "```py\nprint(" in message.text
    assert [file.name for file in message.files] == ["plan.pdf"]
    assert not message.pings


async def test_ten_megabytes_go_out(door: DiscordDoor, ana: User) -> None:
    content = b"\0" * (10 * 1024 * 1024)
    large = chat.File("data.zip", content, "application/zip", _("Data"))
    await door.deliver(
        to_chat(ana), chat.Screen(_("Ben writes"), files=(large,)), READER, key="r1", rings=True
    )
    assert len(ana.dms[0].files[0].content) == len(content)


@pytest.mark.parametrize(
    ("denied", "kind", "lacks"),
    [
        (0, "text", ""),
        (Permission.CREATE_PRIVATE_THREADS, "text", "create_private_threads"),
        (
            Permission.MANAGE_THREADS | Permission.SEND_MESSAGES_IN_THREADS,
            "text",
            "send_messages_in_threads manage_threads",
        ),
    ],
)
async def test_a_picked_channel_says_what_the_bot_lacks_there(
    house: House, door: DiscordDoor, community: Guild, square: Chat, denied: int, kind: str, lacks: str
) -> None:
    channel: Channel = community.add_channel("sessions", kind=kind, bot_denied=denied)
    pick = chat.Pick(_("Sessions channel"), chat.Entity.CHANNEL, to("set", "sessions"))
    house.router.screens["show"] = chat.Screen(_("Rules"), controls=(pick,))
    await (await square.command("show")).select(channel)
    assert house.router.heard[1].answers == {"key": str(channel.id), "name": "sessions"} | (
        {"lacks": lacks} if lacks else {}
    )
