"""`/plans`: monthly plans to choose, change and end, and what is left of the minutes."""

from collections.abc import Callable

from sqlalchemy.orm import Session

from bot.router import Routes
from bot.screens import plans as screens
from bot.screens.plans import Standing, terms
from bot.visit import Desk, Visit, reader_away
from core.booking.till import Till
from core.chat import Command, Screen, _
from core.errors import Conflict
from core.people import communities, people
from core.people.communities import Community
from core.plans import billing, minutes, orders, plans, subscriptions
from core.plans.counter import Counter
from core.plans.orders import Words
from core.plans.plans import Plan
from core.plans.subscriptions import Subscription

routes = Routes()
routes.commands.append(Command("plans", _("Monthly plans: what there is, and what you have")))


@routes.read("plans")
def overview(session: Session, visit: Visit) -> Screen:
    community, person_id = visit.community(session), visit.arrival.person_id
    running = subscriptions.running(session, community.id, person_id)
    standing = Standing(
        visit.now,
        running,
        subscriptions.pending(session, community.id, person_id),
        minutes.left(session, running.id) if running else 0,
    )
    offered = plans.on_sale(session, community.id)
    return screens.overview(standing, offered, is_staff=visit.arrival.is_staff)


@routes.read("plan.choose")
def choose(session: Session, visit: Visit) -> Screen:
    return screens.choose(_offered(session, visit))


@routes.read("plan.to")
def change_to(session: Session, visit: Visit) -> Screen:
    plan = _offered(session, visit)
    return screens.change(plan, _running(session, plan, visit.arrival.person_id))


@routes.workflow("plan.start")
async def start(visit: Visit) -> Screen:
    desk, person_id = visit.desk, visit.arrival.person_id
    counter = await desk.db.read(_counter, visit)
    await billing.subscribe(desk.db, counter, visit.arg(0), person_id, describer(desk), now=visit.now)
    return await desk.db.read(overview, visit)


@routes.workflow("plan.pay")
async def pay(visit: Visit) -> Screen:
    """Asks once more for the page of a plan that waits for its first payment."""
    desk, person_id = visit.desk, visit.arrival.person_id
    counter = await desk.db.read(_counter, visit)
    plan = await desk.db.read(_plan_of, visit)
    await billing.subscribe(desk.db, counter, plan, person_id, describer(desk), now=visit.now)
    return await desk.db.read(overview, visit)


@routes.workflow("plan.change")
async def change(visit: Visit) -> Screen:
    desk, person_id = visit.desk, visit.arrival.person_id
    short = await desk.db.read(_running_short, visit)
    counter, words = await desk.db.read(_counter, visit), describer(desk)
    await billing.change(desk.db, counter, short, visit.arg(0), person_id, words, now=visit.now)
    return await desk.db.read(overview, visit)


@routes.workflow("plan.paid")
async def has_paid(visit: Visit) -> Screen:
    desk = visit.desk
    counter = await desk.db.read(_counter, visit)
    await billing.look_again(desk.db, counter, visit.arg(0), visit.arrival.person_id, now=visit.now)
    return await desk.db.read(overview, visit)


@routes.workflow("plan.drop")
async def drop(visit: Visit) -> Screen:
    desk = visit.desk
    counter = await desk.db.read(_counter, visit)
    await billing.give_up(desk.db, counter, visit.arg(0), visit.arrival.person_id, now=visit.now)
    return await desk.db.read(overview, visit)


@routes.read("plan.end")
def ending(session: Session, visit: Visit) -> Screen:
    return screens.ending(subscriptions.own(session, visit.arg(0), visit.person(session)))


@routes.workflow("plan.stop")
async def stop(visit: Visit) -> Screen:
    return await _end(visit, ends=True)


@routes.workflow("plan.keep")
async def keep(visit: Visit) -> Screen:
    return await _end(visit, ends=False)


def counter_of(till: Till, community: Community) -> Counter:
    """Where plans are paid here: the first of the community's ways that takes its currency every month."""
    currency = community.policy.currency
    found = (
        name
        for name, provider in till.plans.items()
        if community.takes(name) and provider.minimum(currency) is not None
    )
    return Counter(till.plans, till.public_url or till.page, next(found, ""))


def describer(desk: Desk) -> Callable[[Session, Plan, int], Words]:
    """What stands on the provider's page, in the payer's language."""

    def describe(session: Session, plan: Plan, person_id: int) -> Words:
        person = people.find(session, person_id)
        community = communities.find(session, plan.community_id)
        reader = reader_away(session, person, community, desk.catalogue.languages)
        said = [desk.tell(line, reader) for line in terms(plan.terms)[1:]]
        return Words(plan.name, " · ".join(said), reader.locale)

    return describe


async def _end(visit: Visit, *, ends: bool) -> Screen:
    desk, person_id = visit.desk, visit.arrival.person_id
    counter = await desk.db.read(_counter, visit)
    await billing.end(desk.db, counter, visit.arg(0), person_id, ends=ends, now=visit.now)
    return await desk.db.read(overview, visit)


def _counter(session: Session, visit: Visit) -> Counter:
    return counter_of(visit.desk.till, visit.community(session))


def _offered(session: Session, visit: Visit) -> Plan:
    return orders.offered(session, visit.arg(0), visit.arrival.person_id)


def _plan_of(session: Session, visit: Visit) -> str:
    subscription = subscriptions.own(session, visit.arg(0), visit.person(session))
    return plans.find(session, subscription.plan_id).short


def _running_short(session: Session, visit: Visit) -> str:
    return _running(session, _offered(session, visit), visit.arrival.person_id).short


def _running(session: Session, plan: Plan, person_id: int) -> Subscription:
    running = subscriptions.running(session, plan.community_id, person_id)
    if running is None:
        raise Conflict("plan.is_ended")
    return running
