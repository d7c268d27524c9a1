"""`/audit`: the whole story of a booking for the staff of its community, page by page or as a file."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from bot.commands import duty
from bot.commands import register as listing
from bot.router import Routes
from bot.screens import audit as screens
from bot.visit import Visit
from core.booking.life import Booking
from core.chat import Command, CommandOption, File, Screen, _
from core.desk import audit, register
from core.desk.audit import Line

routes = Routes()
routes.commands.append(
    Command(
        "audit",
        _("For staff: the whole story of a booking"),
        (CommandOption("code", _("The booking's code"), required=True, suggests=True),),
    )
)
routes.suggest("audit", "code")(listing.codes)


@routes.read("audit")
def begin(session: Session, visit: Visit) -> Screen:
    community = duty.community(session, visit)
    return _show(session, register.of_code(session, community.id, visit.answer("code")), 0)


@routes.read("audit.page")
def page(session: Session, visit: Visit) -> Screen:
    return _show(session, duty.booking(session, visit), visit.number(1))


@routes.read("audit.file")
def file(session: Session, visit: Visit) -> Screen:
    booking = duty.booking(session, visit)
    entry, lines = register.entry(session, booking), audit.story(session, booking)
    return screens.story(entry, lines, 0, _file(visit, booking, lines))


def _show(session: Session, booking: Booking, number: int) -> Screen:
    return screens.story(register.entry(session, booking), audit.story(session, booking), number)


def _file(visit: Visit, booking: Booking, lines: Sequence[Line]) -> File:
    """Plain text in the reader's own language and zone."""
    tell = visit.desk.tell
    told = [tell(screens.line(each, booking.currency), visit.reader) for each in lines]
    content = "\n".join([tell(screens.alt(booking), visit.reader), "", *told, ""])
    return File(f"{booking.code}.txt", content.encode(), "text/plain", screens.alt(booking))
