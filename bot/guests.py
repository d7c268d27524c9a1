"""Who may come in through a browser: `core.ports.Guests` over the browsers that are signed in."""

from sqlalchemy.orm import Session

from bot.screens import refusals
from bot.visit import Desk, reader_of
from core.chat import Account, Button, Reader, Reply, _, to
from core.errors import Refusal
from core.people import browsers, memberships, mentors, people
from core.people.mentors import MentorState
from core.people.people import Identity, Person
from core.ports import Entry, Guest

EVERYBODY = (
    Button(_("Find a mentor"), to("mentors")),
    Button(_("Bookings"), to("bookings")),
    Button(_("Packs"), to("packs")),
)
MENTORING = (Button(_("Mentoring"), to("mentoring")), Button(_("Open hours"), to("mentoring.hours")))
STAFF = (Button(_("Staff"), to("staff")),)
LAST = (Button(_("Settings"), to("settings")), Button(_("Help"), to("help")))


class Guests:
    """Implements `core.ports.Guests`."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    async def invited(self, secret: str, locale: str) -> Guest | Reply:
        try:
            return await self.desk.db.read(self._invited, secret)
        except Refusal as refusal:
            return _no(refusal, locale)

    async def enter(self, secret: str, agent: str, leaving: str, locale: str) -> Entry | Reply:
        now = self.desk.clock.now()
        try:
            entered = await self.desk.db.write(browsers.enter, secret, agent, leaving=leaving, now=now)
        except Refusal as refusal:
            return _no(refusal, locale)
        return Entry(*entered)

    async def known(self, secret: str) -> Guest | None:
        now = self.desk.clock.now()
        found = await self.desk.db.read(self._known, secret)
        if found is None:
            return None
        guest, browser = found
        if now - browser.seen_at > browsers.NOTICED:
            await self.desk.db.keep(browsers.see, browser.id, now=now)
        return guest

    async def leave(self, secret: str) -> None:
        await self.desk.db.write(browsers.leave, secret, now=self.desk.clock.now())

    def _invited(self, session: Session, secret: str) -> Guest:
        link = browsers.invited(session, secret, now=self.desk.clock.now())
        return self._guest(session, link.identity_id)

    def _known(self, session: Session, secret: str) -> tuple[Guest, browsers.Browser] | None:
        browser = browsers.signed_in(session, secret, now=self.desk.clock.now())
        if browser is None:
            return None
        return self._guest(session, browser.identity_id), browser

    def _guest(self, session: Session, identity_id: int) -> Guest:
        identity = session.get_one(Identity, identity_id)
        person = people.find(session, identity.person_id)
        community = memberships.home(session, person)
        return Guest(
            account=Account(identity.platform, identity.account, identity.name),
            locale=identity.locale,
            reader=reader_of(
                person, community, identity.locale, self.desk.catalogue.languages, self.desk.clock.now()
            ),
            ways=(*EVERYBODY, *_work(session, person), *LAST),
        )


def _work(session: Session, person: Person) -> tuple[Button, ...]:
    """What mentors and staff have to do at home."""
    if person.community_id is None:
        return ()
    mentor = mentors.of_person(session, person.community_id, person.id)
    is_mentor = mentor is not None and mentor.state is MentorState.APPROVED
    is_staff = memberships.is_staff(session, person.community_id, person.id)
    return (*(MENTORING if is_mentor else ()), *(STAFF if is_staff else ()))


def _no(refusal: Refusal, locale: str) -> Reply:
    screen = refusals.screen(refusal, retry=None)
    return Reply(screen, Reader(locale, "UTC"), refusals.outcome(refusal))
