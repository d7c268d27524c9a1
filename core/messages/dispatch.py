"""Sending what is due: each notice is composed at the last moment and climbs its reader's ladder of doors."""

import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy.orm import Session

from core import dues
from core.chat import Reader, Screen
from core.messages import manners, notices, outbox, preferences, reminders, threads
from core.messages.manners import Later
from core.messages.outbox import Notice
from core.people import communities, mailing, people
from core.people.people import Identity
from core.ports import ChatPlatform, Rung, RungKind, Store, Undeliverable

AT_ONCE: Final = 16
PATIENCE: Final = 3
"""On this try, 100 seconds after the first, a rung that fails for now is not waited for any more."""


@dataclass(frozen=True, slots=True)
class Letter:
    """A notice made ready: the screen for the person's own chat, one for a channel that shows nothing private, and
    one for the thread of the booking's two people, where it is for both to see."""

    screen: Screen
    nudge: Screen
    reader: Reader
    rings: bool
    thread: Screen | None = None


Compose = Callable[[Session, Notice, datetime], Letter]


@dataclass(frozen=True, slots=True)
class Parcel:
    letter: Letter
    rungs: Sequence[Rung]


async def deliver_due(
    db: Store, platforms: Mapping[str, ChatPlatform], compose: Compose, *, now: datetime
) -> datetime | None:
    """Makes notices of what happened, sends what is due; when the next one is. What becomes of a notice is news to
    no other job."""
    while await db.write(notices.fan_out, now=now):
        pass
    limit = asyncio.Semaphore(AT_ONCE)
    broken: list[BaseException] = []
    while claimed := await db.keep(outbox.claim, now=now):
        deliveries = (_deliver(db, platforms, compose, notice, limit, now) for notice in claimed)
        outcomes = await asyncio.gather(*deliveries, return_exceptions=True)
        broken += [outcome for outcome in outcomes if outcome is not None]
    if broken:
        raise broken[0]  # after all others were sent; the broken one comes again when its lease is over
    return await db.read(next_due)


def next_due(session: Session) -> datetime | None:
    """When something is to be told or to be sent."""
    return dues.first(session, DUES)


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
            await db.keep(outbox.drop, notice.id, packed)
        elif isinstance(packed, Later):
            await db.keep(outbox.hold_back, notice.id, packed.until, packed.expires_at)
        else:
            await _climb(db, platforms, packed, notice, now)


def pack(session: Session, compose: Compose, notice: Notice, now: datetime) -> Parcel | Later | str:
    """The letter and the ways to its reader, or until when it waits, or why it is not sent any more."""
    reason = notices.stale(session, notice, now=now)
    wishes = preferences.of(session, notice.person_id)
    reason = reason or manners.unwanted(session, notice, wishes, now=now)
    if reason:
        return reason
    waits = manners.wait(session, notice, wishes, now=now)
    if waits is not None:
        return waits
    return Parcel(compose(session, notice, now), ladder(session, notice))


def ladder(session: Session, notice: Notice) -> list[Rung]:
    """The ways to a notice's reader, the best first: their own chats, the one they used last at the top, each with
    the booking's thread on its platform after it; then a mention where the community lets us, and e-mail at last."""
    identities = in_order(people.identities(session, notice.person_id))
    in_thread = _in_thread(session, notice)
    alive = [rung for identity in identities for rung in _rungs(identity, in_thread)]
    if notice.kind == outbox.JOINED:
        own = session.get(Identity, notice.subject_id)
        return [
            rung for rung in alive if own and (rung.platform, rung.account) == (own.platform, own.account)
        ]
    chats = [rung for rung in alive if rung.platform != mailing.PLATFORM]
    return [*chats, *_nudges(session, identities, notice.community_id), *alive[len(chats) :]]


def in_order(identities: Sequence[Identity]) -> list[Identity]:
    """Chats before e-mail, and among them the one that was used last."""
    latest = sorted(identities, key=lambda each: (each.seen_at, -each.id), reverse=True)
    return sorted(latest, key=lambda each: each.platform == mailing.PLATFORM)


def _rungs(identity: Identity, in_thread: Sequence[Rung]) -> Iterator[Rung]:
    """The person's own chat, while it is open, and the thread they are in there."""
    if identity.dead_at is None:
        yield Rung(identity.platform, RungKind.DIRECT, identity.account)
    yield from (rung for rung in in_thread if rung.account == identity.account)


def _in_thread(session: Session, notice: Notice) -> Sequence[Rung]:
    """The way through the thread of the booking that the notice reminds of."""
    if not notice.kind.startswith(reminders.KIND):
        return ()
    room = threads.open_at(session, notice.subject_id, now=notice.due_at)
    return threads.ways(session, room, notice.person_id) if room is not None else ()


def _nudges(session: Session, identities: Sequence[Identity], community_id: int | None) -> list[Rung]:
    community = communities.find(session, community_id) if community_id is not None else None
    if community is None or not community.notice_channel:
        return []
    return [
        Rung(i.platform, RungKind.NUDGE, i.account, community.notice_channel)
        for i in identities
        if i.platform == community.platform
    ]


async def _climb(
    db: Store, platforms: Mapping[str, ChatPlatform], parcel: Parcel, notice: Notice, now: datetime
) -> None:
    """Up the ladder until it arrives. A rung that fails for now is waited for a few times, then passed."""
    problem, waits = "nowhere to write to", False
    for rung in parcel.rungs:
        try:
            await _deliver_by(platforms, rung, parcel.letter, notice)
        except Undeliverable as error:
            problem = problem if waits else str(error)
            waits = waits or not error.permanent
            if error.permanent:
                await cut_off(db, rung, now=now)
            if not error.permanent and notice.attempts < PATIENCE:
                break
        else:
            await db.keep(outbox.sent, notice.id, f"{rung.platform}:{rung.kind}", now=now)
            return
    if waits:
        await db.keep(outbox.retry, notice.id, problem, now=now)
    else:
        await db.keep(outbox.bury, notice.id, problem)


async def cut_off(db: Store, rung: Rung, *, now: datetime) -> None:
    """This way will never work: nobody tries it again."""
    if rung.kind is RungKind.DIRECT:
        await db.write(people.bury, rung.platform, rung.account, now=now)
    if rung.kind is RungKind.THREAD:
        await db.write(threads.lost, rung.platform, rung.channel, now=now)


async def _deliver_by(
    platforms: Mapping[str, ChatPlatform], rung: Rung, letter: Letter, notice: Notice
) -> None:
    platform = platforms.get(rung.platform)
    if platform is None:
        raise Undeliverable("the door is not open", permanent=False)
    await platform.deliver(
        rung, _screen(letter, rung), letter.reader, key=f"notice:{notice.id}", rings=letter.rings
    )


def _screen(letter: Letter, rung: Rung) -> Screen:
    match rung.kind:
        case RungKind.DIRECT:
            return letter.screen
        case RungKind.THREAD:
            return letter.thread or letter.nudge
        case RungKind.NUDGE:
            return letter.nudge


DUES: Final = (*notices.DUES, *outbox.DUES)
