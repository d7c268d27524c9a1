"""A person in Discord: in the community's channel, where answers are theirs alone, and in direct messages."""

import asyncio
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from adapters.discord.door import DiscordDoor
from tests.doubles.discord import Channel, Chat, Message, Shown, User, reading
from tests.stories.hands import Answers, Control, Hands, Seen, plain

if TYPE_CHECKING:
    from tests.stories.stage import Stage

Json = dict[str, Any]
STAMP: Final = re.compile(r"<t:(\d+):\w>")
MARKS: Final = re.compile(r"\*\*|^#{1,3} |^-# ", re.MULTILINE)
OBEYED: Final = re.compile(r"@everyone|@here|(?<!\\)<@|(?<!\\)\[[^\]]*\]\(|^# ", re.MULTILINE)
ESCAPED: Final = re.compile(r"\\([^\w\s])")


class DiscordHands(Hands):
    def __init__(self, stage: "Stage", key: str, name: str, user: User) -> None:
        super().__init__(stage, key, name)
        self.user = user
        self.front: Shown | None = None

    @property
    def account(self) -> str:
        return str(self.user.id)

    @property
    def square(self) -> Chat:
        """In the community's own channel."""
        return self.user.in_guild(self.stage.discord.guild, "general")

    @property
    def thread(self) -> Channel:
        """The one thread that they are in."""
        [found] = self.user.threads
        return found

    @property
    def room(self) -> Chat:
        """At the keyboard in it."""
        return self.user.in_guild(self.stage.discord.guild, self.thread)

    async def writes(self, text: str, *, files: Mapping[str, bytes] | None = None) -> Message:
        """To the bot, without a command."""
        said = self.user.in_dm().say(text, files=files)
        await is_heard(self.stage)
        return said

    async def rewrites(self, said: Message, text: str) -> None:
        self.user.in_dm().edit(said, text)
        await is_heard(self.stage)

    def raw(self) -> list[Message]:
        """Every message in sight, as Discord has it."""
        threads = [self.user.in_guild(self.stage.discord.guild, each) for each in self.user.threads]
        chats = (self.square, self.user.in_dm(), *threads)
        seen = [message for chat in chats for message in chat.messages if message.author.bot]
        seen.sort(key=lambda message: (message.edited_at or message.created_at, message.id), reverse=True)
        front = self.front._message if self.front else None
        return sorted(seen, key=lambda message: message is not front)

    def messages(self) -> list[Seen]:
        return [_seen(message) for message in self.raw()]

    async def looks(self) -> None:
        """Discord shows everything at once."""

    async def says(self, command: str, **options: str) -> None:
        typed: dict[str, Any] = dict(options)
        self.front = await self.square.command(command.removeprefix("/"), **typed)

    async def is_offered(self, command: str, option: str, typed: str) -> list[str]:
        name = command.removeprefix("/")
        return list(await self.square.autocomplete(name, {option: typed}, focused=option))

    async def fills(self, answers: Answers) -> None:
        assert self.front, "nothing is open"
        self.front = await self.front.submit(answers)

    def typed(self, label: str) -> str:
        assert self.front, "nothing is open"
        return str(self.front.fields[label].get("value") or "")

    async def tries_again(self) -> None:
        await self.taps("Try again")

    async def picks(self, what: str, name: str) -> None:
        assert self.front, "nothing is open"
        guild = self.stage.discord.guild
        places = {role.name: role for role in guild.roles.values()} | {
            channel.name: channel for channel in guild.channels.values()
        }
        self.front = await self.front.select(places[name], placeholder=what)  # type: ignore[arg-type]

    async def forges(self, route: str, answers: Mapping[str, str] | None = None) -> None:
        message = await self._something()
        chat = self._chat_of(message)
        if answers is None:
            self.front = await chat.press(route, message=message)
        else:
            self.front = await chat.submit_forged(route, answers, message=message)

    async def _something(self) -> Message:
        """A message with this person to act on."""
        if not self.raw():
            await self.says("/help")
        return self.raw()[0]

    async def downloads(self, ending: str) -> bytes:
        return next(file.content for m in self.raw() for file in m.files if file.name.endswith(ending))

    async def has_role(self, name: str) -> bool:
        return any(role.name == name for role in self.stage.discord.guild.roles_of(self.user))

    def is_unharmed(self) -> bool:
        return not any(OBEYED.search(message.text) for message in self.raw())

    async def _touch(self, message: Seen, control: Control) -> None:
        found: Message = message.key
        shown = Shown(self._chat_of(found), message=found)
        if control.handle is None:
            self.front = await shown.click(control.leads)
        else:
            self.front = await shown.select(control.leads, placeholder=control.handle)

    def _chat_of(self, message: Message) -> Chat:
        return Chat(self.square.server, self.user, message.channel)


async def is_heard(stage: "Stage") -> None:
    """Once everything that Discord has told the bot has been answered."""
    door, server = stage.house.platforms["discord"], stage.discord.server
    assert isinstance(door, DiscordDoor)
    [session] = server.gateway.sessions
    shard = door.line.shards[0]._parent
    await server.wait_for(lambda: shard.ws.sequence == len(session.log), what="the news")
    await asyncio.sleep(0)
    await stage.settles()


def _seen(message: Message) -> Seen:
    raw = message.text
    return Seen(
        key=message,
        text=plain(ESCAPED.sub(r"\1", MARKS.sub("", raw))),
        controls=list(_controls(message.components)),
        links={label: url for label, url in message.buttons.items() if url.startswith("http")},
        files={file.name: file for file in message.files},
        times=frozenset(datetime.fromtimestamp(int(stamp), UTC) for stamp in STAMP.findall(raw)),
    )


def _controls(components: list[Json], beside: str = "") -> Iterator[Control]:
    """Buttons and options; a button of a section stands beside the section's words."""
    for component in components:
        match component["type"]:
            case reading.BUTTON if "custom_id" in component:
                yield Control(reading.face(component), component["custom_id"], beside)
            case reading.STRING_SELECT:
                for option in component["options"]:
                    yield Control(
                        plain(option["label"]), option["value"], beside, component.get("placeholder")
                    )
            case reading.SECTION:
                words = reading.visible_text("", [], component["components"])
                yield from _controls([component["accessory"]], words)
            case _:
                yield from _controls(component.get("components") or [], beside)
