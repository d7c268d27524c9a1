"""`/setup`: the community's rules, changed after a preview by those who may manage the server."""

from typing import Any

from sqlalchemy.orm import Session

from bot import reading
from bot.router import Routes
from bot.screens import places
from bot.screens import setup as screens
from bot.screens import ways as paying
from bot.visit import Visit
from core import drafts
from core.booking import diary, ways
from core.chat import Command, Screen, _
from core.errors import Forbidden, Invalid, NotFound
from core.people import governing, memberships, mentors
from core.people.communities import Community

routes = Routes()
routes.commands.append(Command("setup", _("The community's rules, roles and channel"), managers=True))


@routes.read("setup")
def overview(session: Session, visit: Visit) -> Screen:
    return rules(visit, managed(session, visit))


@routes.read("setup.form")
def form(session: Session, visit: Visit) -> Screen:
    return screens.form(managed(session, visit).policy, _rule(visit), visit.desk.catalogue.languages)


@routes.write("setup.preview", form="setup.form")
def preview(session: Session, visit: Visit) -> Screen:
    """Checks a change and shows what it would do; the value is kept for the button that does it."""
    community, rule = managed(session, visit), _rule(visit)
    value = visit.answer("value")
    after = community.policy.changed(**_change(visit, community, rule, value))
    drafts.keep(session, visit.arrival.person_id, _kept_as(community, rule), {"value": value}, now=visit.now)
    kept = diary.count_coming(session, community.id, now=visit.now)
    approved = mentors.count_approved(session, community.id)
    return screens.preview(rule, community.policy, after, kept=kept, mentors=approved)


@routes.write("setup.apply")
def apply(session: Session, visit: Visit) -> Screen:
    community, rule, person = managed(session, visit), _rule(visit), visit.person(session)
    kept = drafts.kept(session, person.id, _kept_as(community, rule))
    if not kept:
        raise NotFound("route.unknown")
    governing.change(
        session, community, person, now=visit.now, **_change(visit, community, rule, kept["value"])
    )
    drafts.discard(session, person.id, _kept_as(community, rule))
    return rules(visit, community)


@routes.write("setup.pick")
def pick(session: Session, visit: Visit) -> Screen:
    """Shows what a role or channel would change; it is kept for the button that does it."""
    community, place = managed(session, visit), visit.arg(0)
    picked = {"key": visit.answer("key"), "name": visit.answer("name")[:100]}
    governing.check_place(community, place, picked["key"])
    missing = places.missing(place, visit.answer("lacks").split())
    if missing:
        return places.unusable(screens.PICKS[place][0], picked["name"], missing)
    drafts.keep(session, visit.arrival.person_id, _kept_as(community, place), picked, now=visit.now)
    approved = mentors.count_approved(session, community.id)
    return screens.preview_place(community, place, picked["name"], mentors=approved)


@routes.write("setup.appoint")
def appoint(session: Session, visit: Visit) -> Screen:
    community, place, person = managed(session, visit), visit.arg(0), visit.person(session)
    kept = drafts.kept(session, person.id, _kept_as(community, place))
    if not kept:
        raise NotFound("route.unknown")
    governing.appoint(session, community, person, place, kept["key"], kept["name"], now=visit.now)
    drafts.discard(session, person.id, _kept_as(community, place))
    if place == "mentor_role":
        mentors.honour(session, community, now=visit.now)
    return rules(visit, community)


def rules(visit: Visit, community: Community) -> Screen:
    """All of them; the ways to pay are among them where the host has more than one."""
    found = paying.standing(visit.desk.till.providers, community)
    return screens.overview(community, *(paying.rule(community, found) if len(found) > 1 else ()))


def managed(session: Session, visit: Visit) -> Community:
    """The community that is spoken in, where the platform vouches that the actor may manage it right now."""
    if visit.incoming.place is None or not visit.incoming.may_manage:
        raise Forbidden("setup.forbidden")
    community = visit.community(session)
    memberships.require_manager(session, community, visit.person(session))
    return community


def _rule(visit: Visit) -> str:
    rule = visit.arg(0)
    if rule not in screens.RULES:
        raise Invalid("setup.rule")
    return rule


def _change(visit: Visit, community: Community, rule: str, value: str) -> dict[str, Any]:
    """What was typed for a rule, as the policy's own value."""
    match rule:
        case "currency":
            currency = reading.currency(value)
            if not ways.takes(ways.taken(visit.desk.till.providers, community), currency):
                raise Invalid("policy.currency", currency=currency)
            return {rule: currency}
        case "zone":
            return {rule: reading.zone(value)}
        case "commission":
            return {rule: reading.percent(value)}
        case "reminders":
            return {rule: reading.offsets(value)}
        case "tiers":
            return {rule: reading.tiers(value)}
        case "language":
            return {rule: reading.spoken(value, visit.desk.catalogue.languages, visit.reader.locale)}
        case _ if rule in screens.SWITCHES:
            if value not in screens.SWITCH:
                raise Invalid("setup.choice", value=value)
            return {rule: value == "yes"}
        case _:
            return {rule: reading.whole(value)}


def _kept_as(community: Community, rule: str) -> str:
    return f"setup:{community.id}:{rule}"
