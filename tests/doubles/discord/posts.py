"""Messages as they stand in a channel: what is read on them, who was pinged, and what they were before."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from . import reading

if TYPE_CHECKING:
    from .places import Channel, Role
    from .world import User

Json = dict[str, Any]
SIZE_LIMIT = 10 * 1024 * 1024
EPHEMERAL, LOADING, COMPONENTS_V2 = 1 << 6, 1 << 7, 1 << 15


@dataclass(frozen=True, slots=True)
class Pings:
    """Whom a message notified, after `allowed_mentions`."""

    everyone: bool = False
    users: frozenset[User] = frozenset()
    roles: frozenset[Role] = frozenset()

    def __bool__(self) -> bool:
        return self.everyone or bool(self.users) or bool(self.roles)


@dataclass(frozen=True, slots=True)
class Attachment:
    id: int
    name: str
    content: bytes
    description: str | None = None


@dataclass(eq=False)
class Message:
    id: int
    channel: Channel = field(repr=False)
    author: User = field(repr=False)
    created_at: datetime
    content: str = ""
    embeds: list[Json] = field(default_factory=list)
    components: list[Json] = field(default_factory=list)
    files: list[Attachment] = field(default_factory=list)
    flags: int = 0
    ephemeral_for: User | None = None
    interaction: Json | None = field(default=None, repr=False)
    type: int = 0
    pings: Pings = field(default_factory=Pings)
    edited_at: datetime | None = None
    edits: list[str] = field(default_factory=list)
    deleted: bool = False
    revision: int = 0

    @property
    def loading(self) -> bool:
        return bool(self.flags & LOADING)

    @property
    def text(self) -> str:
        """All that a person can read, in the order of the screen, control labels excluded."""
        return reading.visible_text(self.content, self.embeds, self.components)

    @property
    def buttons(self) -> dict[str, str]:
        """Label (or emoji) to custom id or URL."""
        return reading.buttons(self.components)

    @property
    def selects(self) -> dict[str, list[str]]:
        """Placeholder (or custom id) to the labels that can be chosen."""
        return reading.selects(self.components)
