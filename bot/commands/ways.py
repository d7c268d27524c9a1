"""`/setup`, ways to pay: which of the host's providers the community takes."""

from sqlalchemy.orm import Session

from bot.commands import setup
from bot.router import Routes
from bot.screens import ways as screens
from bot.screens.setup import SWITCH
from bot.visit import Visit
from core import drafts
from core.booking import ways
from core.chat import Screen
from core.errors import Invalid, NotFound
from core.people.communities import Community

routes = Routes()


@routes.read("setup.ways_form")
def form(session: Session, visit: Visit) -> Screen:
    community = setup.managed(session, visit)
    return screens.form(community, screens.standing(visit.desk.till.providers, community))


@routes.write("setup.ways_preview", form="setup.ways_form")
def preview(session: Session, visit: Visit) -> Screen:
    """Checks a change and shows what it would do; it is kept for the button that does it."""
    community = setup.managed(session, visit)
    wanted = ways.check(visit.desk.till.providers, community, _answered(visit))
    kept = {"names": " ".join(wanted)}
    drafts.keep(session, visit.arrival.person_id, _kept_as(community), kept, now=visit.now)
    found = screens.standing(visit.desk.till.providers, community)
    before, after = [way for way in found if way.is_on], [way for way in found if way.name in wanted]
    return screens.preview(community, before, after)


@routes.write("setup.ways_apply")
def apply(session: Session, visit: Visit) -> Screen:
    community, person = setup.managed(session, visit), visit.person(session)
    kept = drafts.kept(session, person.id, _kept_as(community))
    if not kept:
        raise NotFound("route.unknown")
    names = kept["names"].split()
    ways.change(session, visit.desk.till.providers, community, person, names, now=visit.now)
    drafts.discard(session, person.id, _kept_as(community))
    return setup.rules(visit, community)


def _answered(visit: Visit) -> list[str]:
    """Those that were answered with yes."""
    answers = {name: visit.answer(name) for name in visit.desk.till.providers}
    for answer in answers.values():
        if answer not in SWITCH:
            raise Invalid("setup.choice", value=answer)
    return [name for name, answer in answers.items() if answer == "yes"]


def _kept_as(community: Community) -> str:
    return f"setup:{community.id}:ways"
