"""The stage of a story: the whole house as it is run, on a clock that is moved, with a bank and people's hands.

Nothing of ours is replaced: the unmodified SDKs talk to servers on loopback. When a story is over nobody may
have broken a vendor's rules, the books must agree with the bank, and the log must hold no unexpected error.
"""

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from pydantic import SecretStr
from sqlalchemy.orm import Session

from adapters.discord import DiscordDoor
from adapters.web.playground import CastMember
from bot import config
from bot.app import House, open_house
from bot.config import Settings
from core import chat
from core.booking import diary
from core.chat import _
from core.messages import outbox
from core.payments import inbox, ledger, payments, refunds
from core.people import roles
from core.ports import RungKind
from tests.doubles.clock import MovableClock
from tests.doubles.discord import DiscordServer, Guild, User
from tests.doubles.stripe import StripeServer
from tests.stories import people
from tests.stories.banks import Bank, SandboxBank, StripeBank
from tests.stories.browser import Browser
from tests.stories.hands import Hands
from tests.stories.hands_discord import DiscordHands
from tests.stories.hands_web import WebHands
from tests.stories.people import NAMES, Opening
from tests.stories.watching import Watch, watch

MONDAY: Final = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
PATIENCE: Final = 20.0
PAUSE: Final = 0.002


@dataclass(frozen=True, slots=True)
class Setting:
    """What a story is played on. Without an address the house is behind NAT, and no webhook can arrive."""

    door: str
    bank: str
    database_url: str
    start: datetime = MONDAY
    has_address: bool = True
    opening: Opening = Opening()


class Square:
    """The community's server on Discord, with a channel to talk in and one for notices."""

    def __init__(self, server: DiscordServer) -> None:
        self.server = server
        self.users: dict[str, User] = {key: server.add_user(name) for key, name in NAMES.items()}
        self.guild: Guild = server.add_guild("Study Hall", owner=self.users["olga"])
        self.general = self.guild.add_channel("general")
        self.notices = self.guild.add_channel("notices")
        self.mentors = self.guild.add_role("Mentors")
        for key in ("ana", "ben", "cleo"):
            self.guild.join(self.users[key])
