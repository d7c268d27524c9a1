"""A Discord on loopback, as strict as the real one, to which the unmodified discord.py connects.

`DiscordServer` is the vendor; users, guilds and channels are made on it; `Chat` and `Shown` are a person's
hands and eyes. `server.violations` must be empty at the end of every test.
"""

from .faults import Fault
from .hands import Chat, Shown
from .places import Channel, Guild, Permission, Role
from .posts import Attachment, Message, Pings
from .problems import Refused
from .server import DiscordServer
from .world import User

__all__ = [
    "Attachment",
    "Channel",
    "Chat",
    "DiscordServer",
    "Fault",
    "Guild",
    "Message",
    "Permission",
    "Pings",
    "Refused",
    "Role",
    "Shown",
    "User",
]
