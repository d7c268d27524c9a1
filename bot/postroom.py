"""The mail door as a host has configured it."""

from typing import TYPE_CHECKING

from adapters.web.entrance import Entrance
from adapters.web.ways import address_of
from bot.config import Mail
from bot.visit import Desk
from core.chat import Route
from core.ports import Painter

if TYPE_CHECKING:
    from adapters.mail.door import MailDoor
    from adapters.mail.post import PostOffice


def open_door(mail: Mail, desk: Desk, entrance: Entrance, paint: Painter) -> "MailDoor":
    """Its buttons are pages of ours where there is an address; such a page signs nobody in."""
    from adapters.mail.door import MailDoor  # the SMTP client, for those who use it

    def way(route: Route) -> str | None:
        return f"{entrance.address}{address_of(route)}" if entrance.is_open else None

    return MailDoor(office(mail), mail.sender, desk.db, desk.catalogue, desk.clock, way=way, paint=paint)


async def check(mail: Mail | None) -> tuple[str, bool | None, str]:
    """The line of `nearpeer check`."""
    if mail is None:
        return "mail", None, "not configured"
    from adapters.mail.probe import probe

    return "mail", *await probe(office(mail))


def office(mail: Mail) -> "PostOffice":
    from adapters.mail.post import PostOffice

    password = mail.password.get_secret_value() if mail.password else ""
    return PostOffice(mail.host, mail.port, mail.security, mail.username, password)
