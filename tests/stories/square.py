"""The community's server on Discord: a channel to talk in, one for notices, a role for mentors, and the cast."""

from typing import Final

from tests.doubles.discord import DiscordServer
from tests.stories.people import NAMES

OWNER: Final = "olga"


class Square:
    def __init__(self, server: DiscordServer) -> None:
        self.server = server
        self.users = {key: server.add_user(name) for key, name in NAMES.items()}
        self.guild = server.add_guild("Study Hall", owner=self.users[OWNER])
        self.general = self.guild.add_channel("general")
        self.notices = self.guild.add_channel("notices")
        self.mentors = self.guild.add_role("Mentors")
        for key, user in self.users.items():
            if key != OWNER:
                self.guild.join(user)

    def shouts(self) -> list[str]:
        """Texts that called everybody, or a whole role."""
        said = [message for channel in self.server.world.channels.values() for message in channel.history]
        return [message.text for message in said if message.pings.everyone or message.pings.roles]
