"""What money is asked and kept for. A payment, an entry of the books and a refund all name it in the same way."""

from dataclasses import dataclass
from typing import Protocol

from core.money import Money
from core.policy import Policy


@dataclass(frozen=True, slots=True)
class Purpose:
    """A booking or a pack, one of the two. `account` is where its money is kept, `name` stands in keys."""

    booking_id: int | None = None
    pack_id: int | None = None

    @property
    def account(self) -> str:
        return f"held:{self.booking_id}" if self.booking_id is not None else f"pack:{self.pack_id}"

    @property
    def name(self) -> str:
        return str(self.booking_id) if self.booking_id is not None else f"p{self.pack_id}"


class Funded(Protocol):
    """What money was paid for, as far as money is concerned."""

    @property
    def purpose(self) -> Purpose: ...

    @property
    def student_id(self) -> int: ...

    @property
    def mentor_id(self) -> int: ...

    @property
    def community_id(self) -> int: ...

    @property
    def currency(self) -> str: ...

    @property
    def price(self) -> Money: ...

    @property
    def policy(self) -> Policy: ...

    @property
    def is_unpaid(self) -> bool:
        """Held or asked for, and not paid: what credit it took is only lent."""
        ...
