"""The Discord door."""

from adapters.discord.connection import DoorClosed
from adapters.discord.door import DiscordDoor

__all__ = ["DiscordDoor", "DoorClosed"]
