"""`/link`: a code on one platform, entered on the other, and two accounts are one person."""

import asyncio

from sqlalchemy.orm import Session

from bot.router import Routes
from bot.screens import link as screens
from bot.visit import Visit
from core.chat import Command, CommandOption, Screen, _
from core.desk import joining
from core.errors import Refusal
from core.people import codes, linking, people
from core.people.people import Person

routes = Routes()
routes.commands.append(
    Command(
        "link",
        _("Join your accounts on two platforms"),
        (CommandOption("code", _("The code from your other account")),),
    )
)


@routes.workflow("link")
async def begin(visit: Visit) -> Screen:
    """A new code, or what a code that came along would join."""
    if visit.answer("code"):
        return await _propose(visit, visit.answer("code"))
    code = codes.fresh()
    digest = await asyncio.to_thread(codes.digest, code)
    return await visit.desk.db.write(_offer, visit, code, digest)


@routes.read("link.enter_form")
def enter_form(session: Session, visit: Visit) -> Screen:
    return screens.enter_form()


@routes.workflow("link.enter", form="link.enter_form", keeps=False)
async def enter(visit: Visit) -> Screen:
    return await _propose(visit, visit.answer("code"))


@routes.workflow("link.join")
async def join(visit: Visit) -> Screen:
    """The actor and a live code are all that counts; what was shown before proves nothing."""
    digest = await asyncio.to_thread(codes.digest, visit.arg(0))
    kept = await visit.desk.db.write(joining.accept, visit.arrival.person_id, digest, now=visit.now)
    if isinstance(kept, Refusal):
        raise kept
    return screens.joined(await visit.desk.db.read(people.identities, kept.id))


@routes.workflow("link.not_me")
async def not_me(visit: Visit) -> Screen:
    digest = await asyncio.to_thread(codes.digest, visit.arg(0))
    await visit.desk.db.write(linking.refuse, visit.arrival.person_id, digest)
    return screens.declined()


async def _propose(visit: Visit, typed: str) -> Screen:
    digest = await asyncio.to_thread(codes.digest, typed)
    outcome = await visit.desk.db.write(joining.propose, visit.arrival.person_id, digest, now=visit.now)
    if isinstance(outcome, Refusal):
        raise outcome  # after the transaction, which has counted the guess
    return await visit.desk.db.read(_proposal, visit, codes.plain(typed), outcome)


def _offer(session: Session, visit: Visit, code: str, digest: str) -> Screen:
    person = visit.person(session)
    ends_at = linking.offer(session, person, digest, now=visit.now)
    accounts = people.identities(session, person.id)
    here = visit.incoming.account.platform
    doors = {name: door for name, door in visit.desk.platforms.items() if name != here}
    invited = [(name, door.invitation(f"link_{codes.plain(code)}")) for name, door in doors.items()]
    return screens.offer(code, ends_at, accounts, [(name, url) for name, url in invited if url])


def _proposal(session: Session, visit: Visit, code: str, other: Person) -> Screen:
    actor = visit.person(session)
    return screens.proposal(
        code,
        people.identities(session, actor.id),
        people.identities(session, other.id),
        mine_stays=joining.older(actor, other) is actor,
    )
