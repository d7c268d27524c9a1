"""`/browser`: a link that opens a page of ours as the one who asks, and the browsers that are signed in."""

from sqlalchemy.orm import Session

from bot.router import Routes
from bot.screens import browser as screens
from bot.visit import Visit
from core.chat import ROUTE_BYTES, Command, Route, Screen, _, to
from core.errors import NotFound
from core.people import browsers, people

routes = Routes()
routes.commands.append(Command("browser", _("Open me in your browser")))
HOME = to("bookings")


@routes.write("browser")
def invite(session: Session, visit: Visit) -> Screen:
    """A link to the page of the route that follows; your bookings where none does."""
    entrance = visit.desk.entrance
    if entrance is None or not entrance.is_open:
        raise NotFound("browser.closed")
    args = visit.incoming.route.args
    route = Route(args[0], args[1:]) if args and args[0] else HOME
    account = visit.incoming.account
    identity = people.identity_of(session, account.platform, account.key)
    if identity is None or len(str(route).encode()) > ROUTE_BYTES:
        raise NotFound("route.unknown")
    secret = browsers.invite(session, identity, str(route), now=visit.now)
    return screens.invitation(entrance.link(secret), route)


@routes.read("browser.list")
def listing(session: Session, visit: Visit) -> Screen:
    return screens.listing(browsers.of_person(session, visit.arrival.person_id, now=visit.now))


@routes.write("browser.out")
def dismiss(session: Session, visit: Visit) -> Screen:
    browsers.dismiss(session, visit.number(0), visit.person(session), now=visit.now)
    return listing(session, visit)


@routes.write("browser.out_all")
def dismiss_all(session: Session, visit: Visit) -> Screen:
    browsers.dismiss_all(session, visit.person(session), now=visit.now)
    return listing(session, visit)
