"""A press on an inline button, and what came of it for the person who pressed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .posts import Message
    from .world import User


@dataclass(eq=False)
class Query:
    """`toast` passes by, `alert` must be closed, `opened` is an address; a spinner turns until `answered`."""

    id: str
    user: User
    data: str
    message: Message | None
    at: datetime
    deliveries: int = 0
    answered: bool = False
    toast: str = ""
    alert: str = ""
    opened: str = ""
