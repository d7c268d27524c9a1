"""Everything that happens by itself, a line each. What is due stands in rows; a job only goes and looks."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from bot.letters import Letters
from bot.visit import Desk
from core import drafts
from core.booking import checkout
from core.messages import dispatch, outbox
from core.payments import inbox
from core.people import roles
from core.ports import ChatPlatform, Job

PURGE_EVERY: Final = timedelta(hours=12)


def jobs(desk: Desk, platforms: Mapping[str, ChatPlatform]) -> dict[str, Job]:
    """By name. Each returns when it has to look again, as far as it knows."""
    letters, clock, db, till = Letters(desk), desk.clock, desk.db, desk.till
    return {
        "inbox": lambda: checkout.read_inbox(db, till, now=clock.now()),
        "time": lambda: checkout.keep_time(db, till, now=clock.now()),
        "refunds": lambda: checkout.give_back(db, till, now=clock.now()),
        "notices": lambda: dispatch.deliver_due(db, platforms, letters, now=clock.now()),
        "roles": lambda: roles.give_due(db, platforms, now=clock.now()),
        "purge": Purge(desk),
    }


class Purge:
    """Forgets what nobody needs any more, twice a day however often it is woken."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.next: datetime | None = None

    async def __call__(self) -> datetime:
        now = self.desk.clock.now()
        if self.next is None or now >= self.next:
            for forget in (drafts.purge, inbox.purge, outbox.purge):
                await self.desk.db.write(forget, now=now)
            self.next = now + PURGE_EVERY
        return self.next
