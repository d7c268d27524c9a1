"""The community's server on Discord: a channel to talk in, one for notices, a role for mentors, and the cast."""

from datetime import timedelta
from typing import TYPE_CHECKING

from core import chat
from tests.doubles.discord import DiscordServer
from tests.stories.hands import Hands
from tests.stories.hands_discord import DiscordHands
from tests.stories.people import NAMES
from tests.stories.square import OWNER

if TYPE_CHECKING:
    from tests.stories.stage import Stage


class DiscordSquare:
    def __init__(self, server: DiscordServer) -> None:
        self.server = server
        self.users = {key: server.add_user(name) for key, name in NAMES.items()}
        self.guild = server.add_guild("Study Hall", owner=self.users[OWNER])
        self.general = self.guild.add_channel("general")
        self.notices = self.guild.add_channel("notices")
        self.sessions = self.guild.add_channel("sessions")
        self.mentors = self.guild.add_role("Mentors")
        for key, user in self.users.items():
            if key != OWNER:
                self.guild.join(user)

    @property
    def place(self) -> chat.Place:
        return chat.Place("discord", str(self.guild.id), self.guild.name)

    @property
    def mentor_role(self) -> str:
        return str(self.mentors.id)

    @property
    def notice_channel(self) -> str:
        return str(self.notices.id)

    def hands(self, stage: "Stage", key: str) -> Hands:
        return DiscordHands(stage, key, NAMES[key], self.users[key])

    async def heard(self) -> None:
        """The hands wait for their answers themselves."""

    def advance(self, by: timedelta) -> None:
        self.server.advance(by)

    def violations(self) -> list[object]:
        return [*self.server.violations, *self.shouts()]

    def shouts(self) -> list[str]:
        """Texts that called everybody, or a whole role."""
        said = [message for channel in self.server.world.channels.values() for message in channel.history]
        return [message.text for message in said if message.pings.everyone or message.pings.roles]
