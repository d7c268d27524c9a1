"""Plans as staff manages them: put on sale, changed for those who come later, taken off sale."""

from sqlalchemy.orm import Session

from bot import reading
from bot.commands.plans import counter_of
from bot.router import Routes
from bot.screens import plan_desk as screens
from bot.visit import Visit
from core.booking import ways
from core.chat import Screen, Text, _
from core.errors import NotFound
from core.money import Money
from core.people import communities, memberships
from core.people.communities import Community
from core.plans import plans, subscriptions
from core.plans.plans import Plan, Terms

routes = Routes()


@routes.read("plans.admin")
def listing(session: Session, visit: Visit) -> Screen:
    return _listing(session, _staffed(session, visit))


@routes.read("plans.one")
def one(session: Session, visit: Visit) -> Screen:
    plan = _plan(session, visit)
    return screens.plan(plan, subscriptions.members(session, plan.community_id).get(plan.id, 0))


@routes.read("plans.define_form")
def define_form(session: Session, visit: Visit) -> Screen:
    return screens.form({}, _staffed(session, visit).policy.currency)


@routes.write("plans.define", form="plans.define_form")
def define(session: Session, visit: Visit) -> Screen:
    community = _staffed(session, visit)
    plans.define(
        *(session, community, visit.person(session), _typed(visit, community)),
        lowest=_lowest(visit, community),
        now=visit.now,
    )
    return _listing(session, community, news=_("The plan is on sale."))


@routes.read("plans.revise_form")
def revise_form(session: Session, visit: Visit) -> Screen:
    plan = _plan(session, visit)
    values = {
        "name": plan.name,
        "price": reading.typed(plan.price, visit.reader.locale),
        "minutes": str(plan.minutes),
        "discount": f"{plan.discount / 100:g}",
        "priority": str(plan.priority_hours),
    }
    return screens.form(values, plan.currency, short=plan.short)


@routes.write("plans.revise", form="plans.revise_form")
def revise(session: Session, visit: Visit) -> Screen:
    plan = _plan(session, visit)
    community = communities.find(session, plan.community_id)
    plans.revise(
        *(session, plan, visit.person(session), _typed(visit, community)),
        lowest=_lowest(visit, community),
        now=visit.now,
    )
    return _listing(session, community, news=_("The plan is changed for whoever subscribes from now on."))


@routes.write("plans.retire")
def retire(session: Session, visit: Visit) -> Screen:
    plan = _plan(session, visit)
    plans.retire(session, plan, visit.person(session), now=visit.now)
    community = communities.find(session, plan.community_id)
    return _listing(session, community, news=_("{name} is off sale.", name=plan.name))


def _listing(session: Session, community: Community, *, news: Text | None = None) -> Screen:
    found = plans.on_sale(session, community.id)
    return screens.listing(found, subscriptions.members(session, community.id), news=news)


def _staffed(session: Session, visit: Visit) -> Community:
    community = visit.community(session)
    memberships.require_staff(session, community.id, visit.person(session), now=visit.now)
    return community


def _plan(session: Session, visit: Visit) -> Plan:
    """A plan on sale in the actor's own community."""
    community, plan = _staffed(session, visit), plans.by_short(session, visit.arg(0))
    if plan.community_id != community.id:
        raise NotFound("plan.unknown")
    plans.require_on_sale(plan)
    return plan


def _typed(visit: Visit, community: Community) -> Terms:
    return Terms(
        name=visit.answer("name"),
        price=reading.amount(visit.answer("price"), community.policy.currency, visit.reader.locale),
        minutes=reading.whole(visit.answer("minutes")),
        discount=reading.percent(visit.answer("discount")),
        priority_hours=reading.whole(visit.answer("priority")),
        least=_least(visit, community),
    )


def _least(visit: Visit, community: Community) -> int:
    """The smallest amount that a session can cost here, by any of the ways to pay."""
    least = ways.lowest(visit.desk.till.providers, community, community.policy.currency)
    return least.amount if least is not None else 0


def _lowest(visit: Visit, community: Community) -> Money | None:
    """The least that a month can cost; `None` where nobody here takes money every month."""
    return counter_of(visit.desk.till, community).lowest(community.policy.currency)
