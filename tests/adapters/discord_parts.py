"""What the tests of the Discord door share: a tiny router, and doors put up against the double."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from adapters.database import Database
from adapters.discord.door import DiscordDoor
from bot.pictures.week import painter
from core import chat
from core.chat import _, to
from core.clock import SystemClock
from core.ports import Rung, RungKind, Undeliverable
from tests.cast import MONDAY
from tests.doubles.discord import DiscordServer, User

READER = chat.Reader("en", "Europe/Berlin", at=MONDAY)
BRIEF = chat.Form(
    title=_("Your brief"),
    fields=(
        chat.Field("topic", _("Topic"), hint=_("In a few words"), max_length=50),
        chat.Field("notes", _("Notes"), chat.FieldKind.LONG, required=False, max_length=1000),
        chat.Field(
            "level",
            _("Level"),
            chat.FieldKind.CHOICE,
            options=(chat.FieldOption("1", _("Beginner")), chat.FieldOption("2", _("Advanced"))),
        ),
        chat.Field("terms", _("I agree"), chat.FieldKind.CHECK, required=False),
    ),
    submit=to("brief.send"),
    reopen=to("brief.ask"),
)
COMMANDS = (
    chat.Command(
        "book",
        _("Book a mentor"),
        options=(
            chat.CommandOption("minutes", _("How long"), chat.OptionKind.NUMBER),
            chat.CommandOption("mentor", _("Who"), required=True, suggests=True),
        ),
    ),
    chat.Command("policy", _("Change the rules"), managers=True),
    chat.Command("show", _("Show a screen")),
)


def say(sentence: str, **values: chat.Value) -> chat.Screen:
    return chat.Screen(chat.Text(sentence, values))


def card(code: str, state: str) -> chat.Screen:
    """A booking's card."""
    return chat.Screen(
        _("Session {code}", code=chat.Code(code)),
        (chat.Facts((chat.Fact(_("State"), state),)),),
        (
            chat.Button(_("Move"), to("booking.move", code)),
            chat.Button(_("Cancel"), to("booking.cancel", code)),
        ),
        subject=f"booking:{code}",
    )


def catalogue(locale: str, msgid: str, plural: str = "", count: int | None = None) -> str:
    if locale == "de" and msgid == "Book a mentor":
        return "Einen Mentor buchen"
    return plural if plural and count != 1 else msgid


Handler = Callable[[chat.Incoming], chat.Screen]


@dataclass
class TinyRouter:
    """Answers with what the test put on a route; else it echoes the route."""

    screens: dict[str, chat.Screen | Handler] = field(default_factory=dict)
    commands: Sequence[chat.Command] = COMMANDS
    heard: list[chat.Incoming] = field(default_factory=list)
    homes: list[tuple[chat.Place, chat.Account, str]] = field(default_factory=list)
    greeting: chat.Screen | None = None
    slowness: float = 0.0
    gate: asyncio.Event | None = None
    words: list[tuple[str, chat.Said]] = field(default_factory=list)
    replies: list[chat.Screen] = field(default_factory=list)
    files: dict[str, bytes | str] = field(default_factory=dict)

    async def hear(self, said: chat.Said) -> chat.Reply | None:
        """Fetches the files, and answers what the test has put ready."""
        for file in said.files:
            try:
                self.files[file.name] = await file.fetch()
            except Undeliverable as error:
                self.files[file.name] = str(error)
        self.words.append((said.account.name, said))
        return chat.Reply(self.replies.pop(0), READER) if self.replies else None

    async def answer(self, incoming: chat.Incoming) -> chat.Reply:
        self.heard.append(incoming)
        if self.slowness:
            await asyncio.sleep(self.slowness)
        if self.gate:
            await self.gate.wait()
        found = self.screens.get(incoming.route.name, say("You said {route}", route=str(incoming.route)))
        return chat.Reply(found(incoming) if callable(found) else found, READER)

    async def suggest(self, incoming: chat.Incoming, option: str, typed: str) -> Sequence[chat.Suggestion]:
        names = [name for name in ("Ben", "Bea", "Carl") if name.lower().startswith(typed.lower())]
        return [chat.Suggestion(name, f"{option}-{name.lower()}") for name in names]

    async def joined(self, place: chat.Place, owner: chat.Account, locale: str) -> chat.Reply | None:
        self.homes.append((place, owner, locale))
        return chat.Reply(self.greeting, READER) if self.greeting else None


@dataclass
class House:
    """The double, the database and the router; doors come and go."""

    server: DiscordServer
    store: Database
    router: TinyRouter

    @asynccontextmanager
    async def door(
        self, token: str = "", *, patience: float = 60.0, sending: float = 60.0, **options: float
    ) -> AsyncIterator[DiscordDoor]:
        """`patience` and `sending` are for what is slow on purpose: a laden machine is not."""
        door = DiscordDoor(
            token or self.server.token,
            self.router,
            self.store,
            catalogue,
            SystemClock(),
            paint=painter(catalogue),
            api_base=self.server.api_base,
            gateway_url=self.server.gateway_url,
            guild_ready_timeout=0.05,
            patience=patience,
            sending=sending,
            **options,
        )
        await door.start()
        try:
            yield door
        finally:
            await door.stop()


def to_chat(user: User) -> Rung:
    return Rung("discord", RungKind.DIRECT, str(user.id))
