"""Everything that happens by itself, a line each. What is due stands in rows; a job only goes and looks."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final, Protocol

from sqlalchemy.orm import Session

from bot.letters import Letters
from bot.letters.rooms import Bubbles
from bot.letters.threads import Cards
from bot.screens import badges
from bot.visit import Desk
from core import drafts
from core.booking import refunding, rounds, waiting
from core.chat import Reader
from core.discovery import reviews
from core.dues import Question
from core.messages import carrying, conversations, dispatch, outbox, tending, threads
from core.payments import inbox, refunds
from core.people import browsers, codes, mailing, roles
from core.plans import billing, leaving
from core.plans.counter import Counter
from core.ports import ChatPlatform, Job
from core.prepaid import reconciling, tenure, waits

PURGE_EVERY: Final = timedelta(hours=12)


class Forget(Protocol):
    """A verb that deletes what is too old to be of use."""

    def __call__(self, session: Session, /, *, now: datetime) -> object: ...


FORGETTING: Final[tuple[Forget, ...]] = (
    *(drafts.purge, inbox.purge, outbox.purge, waiting.purge, waits.purge),
    *(browsers.purge, codes.purge, mailing.purge, conversations.purge),
)


DUE: Final = Question(
    {
        "inbox": inbox.DUES,
        "reviews": reviews.DUES,
        "time": rounds.DUES,
        "refunds": refunds.DUES,
        "notices": dispatch.DUES,
        "rooms": carrying.DUES,
        "threads": threads.DUES,
        "roles": roles.DUES,
        "reconcile": reconciling.DUES,
        "prepaid": tenure.DUES,
        "plans": billing.DUES,
        "leaving": leaving.DUES,
    }
)
"""When each job is due next."""


def jobs(
    desk: Desk, platforms: Mapping[str, ChatPlatform], forgetting: Sequence[Forget] = ()
) -> dict[str, Job]:
    """By name. Each returns when it has to look again, as far as it knows. `forgetting` are the doors' own purges."""
    letters, db, till = Letters(desk), desk.db, desk.till
    bubbles, cards = Bubbles(desk), Cards(desk)
    look = Look(desk)

    def badge(mentor: str, language: str) -> str:
        return desk.tell(badges.role_name(mentor), Reader(language, "UTC"))

    return {
        "inbox": look.then("inbox", lambda now: rounds.read_inbox(db, till, now=now)),
        "reviews": look.then("reviews", lambda now: reviews.keep_time(db, now=now)),
        "time": look.then("time", lambda now: rounds.keep_time(db, till, now=now)),
        "refunds": look.then("refunds", lambda now: refunding.make_due(db, till, now=now)),
        "notices": look.then("notices", lambda now: dispatch.deliver_due(db, platforms, letters, now=now)),
        "rooms": look.then("rooms", lambda now: carrying.carry_due(db, platforms, bubbles, now=now)),
        "threads": look.then("threads", lambda now: tending.keep(db, platforms, cards, now=now)),
        "roles": look.then("roles", lambda now: roles.give_due(db, platforms, now=now)),
        "reconcile": look.then("reconcile", lambda now: reconciling.keep(db, platforms, badge, now=now)),
        "plans": look.then("plans", lambda now: billing.keep_time(db, Counter(till.plans, ""), now=now)),
        "leaving": look.then("leaving", lambda now: leaving.look(db, platforms, now=now)),
        "prepaid": look.then("prepaid", lambda now: tenure.keep_time(db, now=now)),
        "purge": Purge(desk, FORGETTING + tuple(forgetting)),
    }


class Look:
    """One read that says of each job whether anything is due, shared by those that are woken together.

    Most wake-ups are for another job.
    """

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self._next: asyncio.Task[Mapping[str, datetime | None]] | None = None

    def then(self, name: str, work: Callable[[datetime], Awaitable[datetime | None]]) -> Job:
        async def job() -> datetime | None:
            due, now = (await self._dues())[name], self.desk.clock.now()
            return due if due is None or due > now else await work(now)

        return job

    async def _dues(self) -> Mapping[str, datetime | None]:
        if self._next is None:
            self._next = asyncio.create_task(self._read())
        return await asyncio.shield(self._next)

    async def _read(self) -> Mapping[str, datetime | None]:
        await asyncio.sleep(0)
        self._next = None  # what is written from now on is for another look
        return await self.desk.db.read(DUE.ask, now=self.desk.clock.now())


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
                await self.desk.db.keep(forget, now=now)
            self.next = now + PURGE_EVERY
        return self.next
