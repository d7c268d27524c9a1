"""A Telegram on loopback, as strict as the real one, to which the unmodified python-telegram-bot connects.

`TelegramServer` is the vendor; users, groups and channels are made on it; `Hands` are a person's hands and eyes
in one chat. `server.violations` must be empty at the end of every test.
"""

from .chats import Chat, Member, Topic
from .faults import Fault
from .hands import Hands
from .posts import Attachment, Message
from .problems import Refused
from .queries import Query
from .server import TelegramServer
from .world import User

__all__ = [
    "Attachment",
    "Chat",
    "Fault",
    "Hands",
    "Member",
    "Message",
    "Query",
    "Refused",
    "TelegramServer",
    "Topic",
    "User",
]
