"""The community's group on Telegram: a supergroup of the cast, with the bot in it, to whom everybody has said Start."""

from datetime import timedelta
from typing import TYPE_CHECKING

from core import chat
from tests.doubles.telegram import TelegramServer
from tests.stories.hands import Hands
from tests.stories.people import NAMES
from tests.stories.square import OWNER

if TYPE_CHECKING:
    from tests.stories.stage import Stage


class TelegramSquare:
    """In place of roles there is a tag beside a member's name, in place of channels the group as a whole."""

    mentor_role = "Mentor"

    def __init__(self, server: TelegramServer) -> None:
        self.server = server
        self.users = {key: server.add_user(name, started=True) for key, name in NAMES.items()}
        owner = self.users[OWNER]
        self.group = server.add_group("Study Hall", owner=owner, is_super=True)
        for key, user in self.users.items():
            if key != OWNER:
                server.join(self.group, user)
        server.add_bot(self.group, owner)
        server.promote(self.group, server.bot, owner)

    @property
    def place(self) -> chat.Place:
        return chat.Place("telegram", str(self.group.id), self.group.title)

    @property
    def notice_channel(self) -> str:
        return str(self.group.id)

    def hands(self, stage: "Stage", key: str) -> Hands:
        from tests.stories.hands_telegram import TelegramHands

        return TelegramHands(stage, key, NAMES[key], self)

    async def heard(self) -> None:
        await self.server.delivered()

    def advance(self, by: timedelta) -> None:
        self.server.advance(by)

    def violations(self) -> list[object]:
        return list(self.server.violations)
