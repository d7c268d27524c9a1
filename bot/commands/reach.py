"""Where I reach a person, and the e-mail address that they confirm by a code."""

import asyncio
from collections.abc import Sequence

from sqlalchemy.orm import Session

from bot.router import Routes
from bot.screens import reach as screens
from bot.visit import Visit
from core.chat import Screen
from core.errors import Conflict, Invalid, NotFound, Refusal
from core.messages import dispatch, outbox
from core.people import codes, mailing, people
from core.people.people import Identity
from core.ports import ChatPlatform, Rung, RungKind, Undeliverable

routes = Routes()


@routes.read("reach.show")
def show(session: Session, visit: Visit) -> Screen:
    return _overview(session, visit)


@routes.read("reach.mail_form")
def mail_form(session: Session, visit: Visit) -> Screen:
    _door(visit)
    return screens.mail_form(mailing.awaited(session, visit.arrival.person_id, now=visit.now))


@routes.workflow("reach.mail", form="reach.mail_form")
async def ask(visit: Visit) -> Screen:
    return await _send(visit, mailing.checked(visit.answer("address")))


@routes.workflow("reach.resend")
async def resend(visit: Visit) -> Screen:
    address = await visit.desk.db.read(mailing.awaited, visit.arrival.person_id, now=visit.now)
    if not address:
        raise NotFound("mail.over")
    return await _send(visit, address)


@routes.read("reach.code_form")
def code_form(session: Session, visit: Visit) -> Screen:
    return screens.code_form()


@routes.workflow("reach.code", form="reach.code_form", keeps=False)
async def confirm(visit: Visit) -> Screen:
    digest = await asyncio.to_thread(codes.digest, visit.answer("code"))
    outcome = await visit.desk.db.write(_confirm, visit, digest)
    if isinstance(outcome, Refusal):
        raise outcome  # after the transaction, which has counted the guess
    return screens.confirmed(outcome)


@routes.write("reach.remove")
def remove(session: Session, visit: Visit) -> Screen:
    mailing.remove(session, visit.person(session), visit.number(0), now=visit.now)
    return _overview(session, visit)


async def _send(visit: Visit, address: str) -> Screen:
    """Takes the code down, then mails it; one that could not be mailed can be asked for again in a minute."""
    door, code = _door(visit), codes.fresh()
    digest = await asyncio.to_thread(codes.digest, code)
    key = await visit.desk.db.write(_ask, visit, address, digest)
    letter = screens.code_letter(code, visit.now + codes.LIVES)
    rung = Rung(mailing.PLATFORM, RungKind.DIRECT, address)
    try:
        await door.deliver(rung, letter, visit.reader, key=key, rings=True)
    except Undeliverable as error:
        raise Invalid("mail.refused") if error.permanent else Conflict("mail.down") from error
    return screens.awaiting(address)


def _ask(session: Session, visit: Visit, address: str, digest: str) -> str:
    asked = mailing.ask(session, visit.person(session), address, digest, now=visit.now)
    return f"code:{asked.id}"


def _confirm(session: Session, visit: Visit, digest: str) -> str | Refusal:
    locale = visit.incoming.locale
    return mailing.confirm(session, visit.person(session), digest, locale, now=visit.now)


def _overview(session: Session, visit: Visit) -> Screen:
    person_id = visit.arrival.person_id
    last = outbox.last_sent(session, person_id)
    arrived = screens.Arrived(last.kind, last.sent_at, last.rung) if last and last.sent_at else None
    has_mail = mailing.PLATFORM in visit.desk.platforms
    return screens.overview(_in_order(session, person_id), arrived, mail=has_mail)


def _in_order(session: Session, person_id: int) -> Sequence[Identity]:
    """As the ladder climbs them; those that are closed come last."""
    accounts = dispatch.in_order(people.identities(session, person_id))
    return sorted(accounts, key=lambda account: account.dead_at is not None)


def _door(visit: Visit) -> ChatPlatform:
    door = visit.desk.platforms.get(mailing.PLATFORM)
    if door is None:
        raise NotFound("mail.none")
    return door
