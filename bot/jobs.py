"""Everything that happens by itself, a line each. What is due stands in rows; a job only goes and looks."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final, Protocol

from sqlalchemy.orm import Session

from bot.letters import Letters
from bot.letters.rooms import Bubbles
from bot.letters.threads import Cards
from bot.visit import Desk
from core import drafts
from core.booking import checkout, refunding, waiting
from core.discovery import reviews
from core.messages import carrying, conversations, dispatch, outbox, tending
from core.payments import inbox
from core.people import browsers, codes, mailing, roles
from core.ports import ChatPlatform, Job

PURGE_EVERY: Final = timedelta(hours=12)


class Forget(Protocol):
    """A verb that deletes what is too old to be of use."""

    def __call__(self, session: Session, /, *, now: datetime) -> object: ...


FORGETTING: Final[tuple[Forget, ...]] = (
    *(drafts.purge, inbox.purge, outbox.purge, waiting.purge),
    *(browsers.purge, codes.purge, mailing.purge, conversations.purge),
)


def jobs(
    desk: Desk, platforms: Mapping[str, ChatPlatform], forgetting: Sequence[Forget] = ()
) -> dict[str, Job]:
    """By name. Each returns when it has to look again, as far as it knows. `forgetting` are the doors' own purges."""
    letters, clock, db, till = Letters(desk), desk.clock, desk.db, desk.till
    bubbles, cards = Bubbles(desk), Cards(desk)
    return {
        "inbox": lambda: checkout.read_inbox(db, till, now=clock.now()),
        "reviews": lambda: reviews.keep_time(db, now=clock.now()),
        "time": lambda: checkout.keep_time(db, till, now=clock.now()),
        "refunds": lambda: refunding.make_due(db, till, now=clock.now()),
        "notices": lambda: dispatch.deliver_due(db, platforms, letters, now=clock.now()),
        "rooms": lambda: carrying.carry_due(db, platforms, bubbles, now=clock.now()),
        "threads": lambda: tending.keep(db, platforms, cards, now=clock.now()),
        "roles": lambda: roles.give_due(db, platforms, now=clock.now()),
        "purge": Purge(desk, FORGETTING + tuple(forgetting)),
    }


class Purge:
    """Forgets what nobody needs any more, twice a day however often it is woken."""

    def __init__(self, desk: Desk, forgetting: Sequence[Forget]) -> None:
        self.desk = desk
        self.forgetting = forgetting
        self.next: datetime | None = None

    async def __call__(self) -> datetime:
        now = self.desk.clock.now()
        if self.next is None or now >= self.next:
            for forget in self.forgetting:
                await self.desk.db.write(forget, now=now)
            self.next = now + PURGE_EVERY
        return self.next
