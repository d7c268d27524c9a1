"""`/pack-purchased`, `/renewal-reminder`, `/grace-warning`: a mentor or staff has somebody told now, out of turn."""

from collections.abc import Sequence
from typing import Final

from sqlalchemy.orm import Session

from bot.commands import pack_care
from bot.router import Routes
from bot.screens import pack_care as screens
from bot.visit import Visit
from core.chat import Command, CommandOption, Screen, Suggestion, Text, _
from core.desk import packbook
from core.errors import NotFound
from core.prepaid import caring, reminding
from core.prepaid.packs import Pack
from core.prepaid.reminding import Told

routes = Routes()
COMMANDS: Final = (
    ("pack-purchased", _("For mentors and staff: repeat the news of a bought pack"), Told.PURCHASE),
    ("renewal-reminder", _("For mentors and staff: remind a student to renew now"), Told.RENEWAL),
    ("grace-warning", _("For mentors and staff: warn now that a seat is about to go"), Told.GRACE),
)
DONE: Final = {
    Told.PURCHASE: _("Both are told of the purchase once more."),
    Told.RENEWAL: _("The student is reminded to renew."),
    Told.GRACE: _("Both are told that the seat is about to go."),
}


def _add(name: str, description: Text, what: Told) -> None:
    """One of the three: the command, what it suggests, and the route that it is also in a button."""
    option = CommandOption("pack", _("The pack's code"), suggests=True)
    routes.commands.append(Command(name, description, (option,)))
    route = f"care.{what}"

    def command(session: Session, visit: Visit) -> Screen:
        found = pack_care.scope(session, visit)
        code = visit.answer("pack")
        if not code:
            entries = packbook.suggested(session, found.community.id, found.mentor_id, "")
            return screens.tell_which(entries, route)
        pack = packbook.of_code(session, found.community.id, code)
        if pack is None:
            raise NotFound("pack.code", code=code)
        return _tell(session, visit, pack, what)

    def button(session: Session, visit: Visit) -> Screen:
        pack, _is_staff = pack_care.cared_for(session, visit)
        return _tell(session, visit, pack, what)

    routes.write(name)(command)
    routes.write(route)(button)
    routes.suggest(name, "pack")(_suggest)


def _tell(session: Session, visit: Visit, pack: Pack, what: Told) -> Screen:
    actor = visit.person(session)
    is_staff = caring.require_care(session, pack, actor, now=visit.now)
    reminding.tell(session, pack, what, actor, now=visit.now)
    return pack_care.card(session, pack, is_staff=is_staff, news=DONE[what])


def _suggest(session: Session, visit: Visit, typed: str) -> Sequence[Suggestion]:
    found = pack_care.scope(session, visit)
    entries = packbook.suggested(session, found.community.id, found.mentor_id, typed)
    return [
        Suggestion(f"{each.pack.code} · {each.student} · {each.pack.name}"[:100], each.pack.code)
        for each in entries
    ]


for _name, _description, _what in COMMANDS:
    _add(_name, _description, _what)
