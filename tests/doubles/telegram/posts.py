"""Messages as they stand in a chat: what is read on them, what can be touched, and what they were before."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .chats import Chat
    from .world import User

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Attachment:
    """`kind` is document, photo, sticker, voice, ...; `size` may be claimed without the bytes."""

    kind: str
    id: str
    name: str
    content: bytes
    media_type: str = "application/octet-stream"
    width: int = 0
    height: int = 0
    size: int = 0

    @property
    def path(self) -> str:
        return f"{self.kind}s/{self.id}-{self.name}"


@dataclass(eq=False)
class Message:
    """`text` is what is read, be it a text or a caption."""

    id: int
    chat: Chat = field(repr=False)
    sender: User | None = field(repr=False)
    date: datetime
    text: str = ""
    entities: list[Json] = field(default_factory=list)
    markup: Json | None = None
    file: Attachment | None = None
    extra: Json = field(default_factory=dict)
    thread: int | None = None
    reply_to: Message | None = field(default=None, repr=False)
    preview: bool = True
    silent: bool = False
    is_service: bool = False
    edited_at: datetime | None = None
    edits: list[str] = field(default_factory=list)
    deleted: bool = False

    @property
    def buttons(self) -> dict[str, str]:
        """Label to callback data or address."""
        return {b["text"]: b.get("callback_data") or b.get("url") or "" for b in self.inline_buttons()}

    @property
    def links(self) -> dict[str, str]:
        """Every address that a tap opens, in buttons and in the text."""
        from . import markup

        shown = {markup.part(self.text, e): e["url"] for e in self.entities if e["type"] == "text_link"}
        return shown | {b["text"]: b["url"] for b in self.inline_buttons() if "url" in b}

    @property
    def times(self) -> frozenset[datetime]:
        """The instants that the reader's own client puts into words."""
        return frozenset(
            datetime.fromtimestamp(e["unix_time"], UTC) for e in self.entities if e["type"] == "date_time"
        )

    @property
    def rows(self) -> list[list[str]]:
        """The labels of the keyboard, a row each."""
        return [[b["text"] for b in row] for row in (self.markup or {}).get("inline_keyboard", [])]

    def inline_buttons(self) -> Iterator[Json]:
        """The buttons of the keyboard as Telegram has them."""
        for row in (self.markup or {}).get("inline_keyboard", []):
            yield from row
