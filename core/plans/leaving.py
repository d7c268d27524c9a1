"""Who has left a community is not billed for its plan any more: it ends with the month that is paid.

No platform tells a bot of everybody who leaves, so it is asked, once a day and shortly before each bill. Whoever keeps
the plan all the same keeps it, until they have come back and leave again. Silence is no answer, and changes nothing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core import dues
from core.dues import Due
from core.people import communities, roles
from core.plans import checks, subscribing, subscriptions, wishing
from core.plans.subscriptions import Subscription
from core.ports import ChatPlatform, Presence, Store, Undeliverable


@dataclass(frozen=True, slots=True)
class Holder:
    """Whose plan it is, by the accounts that they have on the community's platform."""

    subscription_id: int
    platform: str
    place: str
    accounts: Sequence[str]


async def look(db: Store, platforms: Mapping[str, ChatPlatform], *, now: datetime) -> datetime | None:
    """Asks the platforms who is still there; when to look again."""
    for holder in await db.write(_claim, now=now):
        platform = platforms.get(holder.platform)
        if isinstance(platform, Presence) and holder.accounts:
            await _look_for(db, platform, holder, now=now)
    return await db.read(next_look)


def next_look(session: Session) -> datetime | None:
    return dues.first(session, DUES)


async def _look_for(db: Store, platform: Presence, holder: Holder, *, now: datetime) -> None:
    try:
        found = [await platform.is_there(holder.place, account) for account in holder.accounts]
    except Undeliverable:
        return
    await db.write(_met, holder.subscription_id, is_there=any(found), now=now)


def _claim(session: Session, *, now: datetime) -> list[Holder]:
    due = select(Subscription).where(Subscription.presence_at <= now).order_by(Subscription.presence_at)
    found = session.scalars(due.order_by(Subscription.id).limit(50).with_for_update(skip_locked=True)).all()
    for subscription in found:
        subscription.presence_at = checks.next_presence(subscription, now=now)
    return [_holder(session, subscription) for subscription in found]


def _holder(session: Session, subscription: Subscription) -> Holder:
    community = communities.find(session, subscription.community_id)
    accounts = roles.accounts_in(session, community, subscription.person_id)
    return Holder(subscription.id, community.platform, community.key, accounts)


def _met(session: Session, subscription_id: int, *, is_there: bool, now: datetime) -> None:
    subscription = subscriptions.lock(session, subscriptions.find(session, subscription_id))
    if not checks.is_billed(subscription):
        return
    if is_there:
        subscription.was_there = True
    elif subscription.was_there:
        _left(session, subscription, now=now)
    session.flush()


def _left(session: Session, subscription: Subscription, *, now: datetime) -> None:
    """Who never was there, such as a guest, cannot leave."""
    subscription.was_there = False
    wishing.end(subscription, ends=True)
    subscribing.schedule(subscription, now=now)
    subscribing.record(session, "plan.left", subscription, now=now)


DUES: Final = (Due(select(func.min(Subscription.presence_at)).where(Subscription.presence_at.is_not(None))),)
