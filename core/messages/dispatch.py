"""Sending what is due: each notice is composed at the last moment and climbs its reader's ladder of doors."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from core.chat import Reader, Screen
from core.messages import notices, outbox
from core.messages.outbox import Notice
from core.people import communities, people
from core.ports import ChatPlatform, Rung, RungKind, Store, Undeliverable

AT_ONCE: Final = 16


@dataclass(frozen=True, slots=True)
class Letter:
    """A notice made ready: the screen for the person's own chat, and one for a channel that shows nothing private."""

    screen: Screen
    nudge: Screen
    reader: Reader
    rings: bool


Compose = Callable[[Session, Notice, datetime], Letter]


@dataclass(frozen=True, slots=True)
class Parcel:
    letter: Letter
    rungs: Sequence[Rung]


async def deliver_due(
    db: Store, platforms: Mapping[str, ChatPlatform], compose: Compose, *, now: datetime
) -> datetime | None:
    """Makes notices of what happened, sends what is due; when the next one is."""
    while await db.write(notices.fan_out, now=now):
        pass
    limit = asyncio.Semaphore(AT_ONCE)
    broken: list[BaseException] = []
    while claimed := await db.write(outbox.claim, now=now):
        deliveries = (_deliver(db, platforms, compose, notice, limit, now) for notice in claimed)
        outcomes = await asyncio.gather(*deliveries, return_exceptions=True)
        broken += [outcome for outcome in outcomes if outcome is not None]
    if broken:
        raise broken[0]  # after all others were sent; the broken one comes again when its lease is over
    return await db.read(outbox.next_due)


async def _deliver(
    db: Store,
    platforms: Mapping[str, ChatPlatform],
    compose: Compose,
    notice: Notice,
    limit: asyncio.Semaphore,
    now: datetime,
) -> None:
    async with limit:
        packed = await db.read(pack, compose, notice, now)
        if isinstance(packed, str):
            await db.write(outbox.drop, notice.id, packed)
        else:
            await _climb(db, platforms, packed, notice, now)


def pack(session: Session, compose: Compose, notice: Notice, now: datetime) -> Parcel | str:
    """The letter and the ways to its reader, or why it is not sent any more."""
    reason = notices.stale(session, notice, now=now)
    if reason:
        return reason
    return Parcel(compose(session, notice, now), ladder(session, notice.person_id, notice.community_id))


def ladder(session: Session, person_id: int, community_id: int | None) -> list[Rung]:
    """The ways to a person, the best first: their own chats, then a mention where the community lets us."""
    identities = people.identities(session, person_id)
    rungs = [Rung(i.platform, RungKind.DIRECT, i.account) for i in identities if i.dead_at is None]
    if community_id is not None:
        community = communities.find(session, community_id)
        if community.notice_channel:
            rungs += [
                Rung(i.platform, RungKind.NUDGE, i.account, community.notice_channel)
                for i in identities
                if i.platform == community.platform
            ]
    return rungs


async def _climb(
    db: Store, platforms: Mapping[str, ChatPlatform], parcel: Parcel, notice: Notice, now: datetime
) -> None:
    letter, problem, away = parcel.letter, "nowhere to write to", False
    for rung in parcel.rungs:
        platform = platforms.get(rung.platform)
        if platform is None:
            away = True
            continue
        screen = letter.screen if rung.kind is RungKind.DIRECT else letter.nudge
        try:
            await platform.deliver(rung, screen, letter.reader, key=f"notice:{notice.id}", rings=letter.rings)
        except Undeliverable as error:
            problem = str(error)
            if not error.permanent:
                await db.write(outbox.retry, notice.id, problem, now=now)
                return
            if rung.kind is RungKind.DIRECT:
                await db.write(people.bury, rung.platform, rung.account, now=now)
        else:
            await db.write(outbox.sent, notice.id, f"{rung.platform}:{rung.kind}", now=now)
            return
    if away:
        await db.write(outbox.retry, notice.id, "the door is not open", now=now)
    else:
        await db.write(outbox.bury, notice.id, problem)
