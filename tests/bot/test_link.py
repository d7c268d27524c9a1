"""`/link` and `/start` as people press them: a code on Discord, entered on Telegram, and the links that lead there."""

from dataclasses import replace
from typing import Final

import pytest
from sqlalchemy.orm import Session

from bot.screens import noes
from bot.visit import stamp
from core import chat, ports
from core.chat import Account, Choice, Code, Facts, Incoming, Route, Screen
from core.people import codes, communities, memberships, people
from core.people.memberships import Membership
from tests.bot.frontdesk import ANA, BEN, REFUSED, FrontDesk, sentence
from tests.cast import HOUR, TUESDAY_TEN

pytestmark = pytest.mark.anyio
JOINED: Final = "You are one person now"
ASKED: Final = "Are both of these you?"
HELLO: Final = "Hello"


class Door:
    """As much of Telegram's door as an invitation needs."""

    platform = "telegram"

    def invitation(self, payload: str) -> str | None:
        return f"https://t.me/nearpeer_bot?start={payload}"

    async def deliver(
        self, rung: ports.Rung, screen: Screen, reader: chat.Reader, *, key: str, rings: bool
    ) -> None:
        raise AssertionError("nothing is sent here")

    async def set_role(self, place: str, account: str, role: str, *, granted: bool) -> None:
        raise AssertionError("no roles here")


@pytest.fixture
def desk(desk: FrontDesk) -> FrontDesk:
    """The front desk with a second door."""
    desk.router.desk = replace(desk.router.desk, platforms={"telegram": Door()})
    return desk


async def telegram(desk: FrontDesk, path: str, who: str = "Ana", **answers: str) -> Screen:
    """What somebody on Telegram is shown, in private."""
    account = Account("telegram", f"telegram:{who.lower()}", who)
    return (await desk.router.answer(Incoming(account, Route.parse(path), "1", answers=answers))).screen


async def start(desk: FrontDesk, payload: str = "", who: str = "Ana") -> Screen:
    return await telegram(desk, "start", who, to=payload)


async def offered(desk: FrontDesk, who: str = ANA) -> str:
    """The code that `/link` shows on Discord."""
    screen = await desk.hear(who, "link")
    facts = next(part for part in screen.parts if isinstance(part, Facts))
    code = facts.items[0].value
    assert isinstance(code, Code)
    return code.source


def routes(screen: Screen) -> list[str]:
    return [str(control.route) for control in screen.controls if isinstance(control, chat.Button)]


async def accounts_of(desk: FrontDesk, who: str) -> set[str]:
    def found(session: Session) -> set[str]:
        identity = people.identity_of(session, "discord", f"discord:{who.lower()}")
        assert identity is not None
        return {each.platform for each in people.identities(session, identity.person_id)}

    return await desk.db.read(found)


# --- /link --------------------------------------------------------------------------------------


async def test_two_accounts_are_joined_by_a_code_that_is_typed(desk: FrontDesk) -> None:
    await start(desk)
    code = await offered(desk)
    asked = await telegram(desk, "link", code=code.lower().replace("-", " "))
    assert asked.title.msgid == ASKED
    join, not_me = routes(asked)
    assert not_me.startswith("link.not_me:")
    assert await accounts_of(desk, ANA) == {"discord"}
    assert (await telegram(desk, join)).title.msgid == JOINED
    assert await accounts_of(desk, ANA) == {"discord", "telegram"}


async def test_a_code_is_entered_by_the_link_beside_it(desk: FrontDesk) -> None:
    screen = await desk.hear(ANA, "link")
    (link,) = [control for control in screen.controls if isinstance(control, chat.Link)]
    payload = link.url.partition("start=")[2]
    assert (await start(desk, payload)).title.msgid == ASKED


async def test_a_form_takes_a_code_too_and_keeps_none_of_it(desk: FrontDesk) -> None:
    code = await offered(desk, BEN)
    assert (await telegram(desk, "link.enter_form")).form
    assert (await telegram(desk, "link.enter", code=code)).title.msgid == ASKED
    refused = await telegram(desk, "link.enter", code="7K2M-0Q1A")
    assert refused.title.msgid == REFUSED
    form = (await telegram(desk, "link.enter_form")).form
    assert form
    assert form.fields[0].default == ""


async def test_a_second_tap_on_join_joins_nothing_more(desk: FrontDesk) -> None:
    (join, _not_me) = routes(await telegram(desk, "link", code=await offered(desk)))
    await telegram(desk, join)
    assert sentence(await telegram(desk, join)) == _sentence("link.wrong")


async def test_a_stolen_join_button_is_worth_no_more_than_its_code(desk: FrontDesk) -> None:
    (join, _not_me) = routes(await telegram(desk, "link", code=await offered(desk)))
    desk.clock.move(codes.LIVES)
    assert sentence(await telegram(desk, join, "Mallory")) == _sentence("link.over")
    assert await accounts_of(desk, ANA) == {"discord"}


async def test_not_me_joins_nothing_and_voids_the_code(desk: FrontDesk) -> None:
    join, not_me = routes(await telegram(desk, "link", code=await offered(desk)))
    assert (await telegram(desk, not_me)).title.msgid == "Nothing was joined"
    assert sentence(await telegram(desk, join)) == _sentence("link.wrong")


async def test_one_who_guesses_codes_is_told_until_when_to_wait(desk: FrontDesk) -> None:
    for _ in range(4):
        assert sentence(await telegram(desk, "link", code="0000-0000")) == _sentence("link.wrong")
    paused = await telegram(desk, "link.join:00000000")
    assert paused.title.msgid == REFUSED
    assert "Those were too many wrong codes" in sentence(paused)
    code = await offered(desk)
    assert "too many wrong codes" in sentence(await telegram(desk, "link", code=code))
    desk.clock.move(codes.PAUSE)
    assert (await telegram(desk, "link", code=await offered(desk))).title.msgid == ASKED


async def test_a_conflict_is_explained_before_anything_is_joined(desk: FrontDesk) -> None:
    await start(desk, f"book_{desk.ben.slug}")
    held = await telegram(desk, f"book.hold:{desk.ben.slug}:60:{_stamp()}")
    assert held.title.msgid != REFUSED
    refused = await telegram(desk, "link", code=await offered(desk, BEN))
    assert "Nobody is their own student" in sentence(refused)


async def test_who_taps_while_being_joined_is_answered_as_the_one_they_are(desk: FrontDesk) -> None:
    """The tap found its person before the join, and comes to its work after it."""
    await start(desk)
    arrive, codes_left = desk.router._arrive, [await offered(desk)]

    async def slow(incoming: Incoming) -> object:
        arrival = await arrive(incoming)
        if incoming.route.name == "settings.zone" and codes_left:
            join, _not_me = routes(await telegram(desk, "link", code=codes_left.pop()))
            await telegram(desk, join)
        return arrival

    desk.router._arrive = slow  # type: ignore[assignment, method-assign]
    screen = await telegram(desk, "settings.zone:Asia/Kolkata")
    assert screen.title.msgid == "Your settings"

    def zone(session: Session) -> str | None:
        identity = people.identity_of(session, "discord", "discord:ana")
        assert identity is not None
        return people.find(session, identity.person_id).zone

    assert await desk.db.read(zone) == "Asia/Kolkata"


# --- /start -------------------------------------------------------------------------------------


async def test_the_first_word_of_a_stranger_is_answered_with_a_way_on(desk: FrontDesk) -> None:
    screen = await start(desk)
    assert screen.title.msgid == HELLO
    assert "bookings" in routes(screen)


@pytest.mark.parametrize(
    "payload",
    [
        *("mentor", "mentor_", "mentor_nobody", "book_nobody", "link", "link_", "link_0000", "_", "x_y"),
        *("go_", "go_nowhere", "go_start", "go_link.join", "go_reach.show"),
        *("mentor_" + "é" * 60, "link_" + "\u202e" * 50, "x" * 100_000),
    ],
)
async def test_a_link_that_leads_nowhere_says_so_and_what_does(desk: FrontDesk, payload: str) -> None:
    before = await desk.counts()
    screen = await start(desk, payload)
    assert screen.title.msgid == REFUSED
    assert "help" in routes(screen)
    assert await desk.counts() == before


async def test_a_mentors_link_makes_a_guest_of_their_community(desk: FrontDesk) -> None:
    screen = await start(desk, f"mentor_{desk.ben.slug}")
    assert screen.title.values["name"] == "Ben"
    assert (await telegram(desk, "mentors")).title.msgid != REFUSED
    assert (await start(desk, f"book_{desk.ben.slug}")).title.msgid != REFUSED

    def vouched(session: Session) -> Membership:
        identity = people.identity_of(session, "telegram", "telegram:ana")
        assert identity is not None
        membership = memberships.membership_of(session, desk.ben.community_id, identity.person_id)
        assert membership is not None
        return membership

    membership = await desk.db.read(vouched)
    assert (membership.is_manager, membership.is_staff) == (False, False)


async def test_a_community_that_keeps_its_mentors_to_itself_takes_no_guests(desk: FrontDesk) -> None:
    await desk.db.write(_close, desk.ben.community_id)
    screen = await start(desk, f"mentor_{desk.ben.slug}")
    assert screen.title.msgid == REFUSED
    assert (await telegram(desk, "mentors")).title.msgid == REFUSED
    await desk.hear(ANA, "mentors")
    assert (
        await desk.hear(ANA, "start", {"to": f"mentor_{desk.ben.slug}"}, place=None)
    ).title.msgid != REFUSED


async def test_a_link_to_a_command_says_it(desk: FrontDesk) -> None:
    assert (await start(desk, "go_bookings")).title.msgid == (await telegram(desk, "bookings")).title.msgid


async def test_who_is_in_two_communities_says_which_one_is_meant(desk: FrontDesk) -> None:
    await start(desk, f"mentor_{desk.ben.slug}")
    await start(desk, f"mentor_{desk.cleo.slug}")
    (choice,) = [control for control in (await start(desk)).controls if isinstance(control, Choice)]
    assert [option.label.values["community"] for option in choice.options if option.chosen] == ["Nest"]
    (other,) = [option for option in choice.options if not option.chosen]
    await telegram(desk, str(other.route))
    assert await _home(desk) == "Guild"


async def test_nobody_chooses_a_community_that_is_not_theirs(desk: FrontDesk) -> None:
    await desk.db.write(_close, desk.ben.community_id)
    await start(desk)
    screen = await telegram(desk, f"start.in:{desk.ben.community_id}")
    assert sentence(screen) == _sentence("community.unknown")
    assert await _home(desk) is None


async def test_the_only_community_there_is_offers_itself(desk: FrontDesk) -> None:
    """A bot of one community need not ask which one is meant."""
    await desk.db.write(_close, desk.cleo.community_id)
    await start(desk)
    refused = await telegram(desk, "mentors")
    assert routes(refused) == ["start"]
    looking = f"start.in:{desk.ben.community_id}"
    assert looking in routes(await start(desk))
    assert (await telegram(desk, looking)).title.msgid == HELLO
    assert (await telegram(desk, "mentors")).title.msgid != REFUSED


async def test_where_there_are_several_one_is_chosen(desk: FrontDesk) -> None:
    (choice,) = [control for control in (await start(desk)).controls if isinstance(control, Choice)]
    assert [option.label.values["community"] for option in choice.options] == ["Guild", "Nest"]
    await telegram(desk, str(choice.options[1].route))
    assert await _home(desk) == "Nest"


def _close(session: Session, community_id: int) -> None:
    """Its mentors are for its members alone."""
    community = communities.find(session, community_id)
    community.rules = community.policy.changed(public_directory=False).to_json()


def _stamp() -> str:
    return stamp(TUESDAY_TEN + 7 * 24 * HOUR)


def _sentence(key: str) -> str:
    return f"{REFUSED}: {noes.SENTENCES[key].msgid}"


async def _home(desk: FrontDesk) -> str | None:
    def home(session: Session) -> str | None:
        identity = people.identity_of(session, "telegram", "telegram:ana")
        assert identity is not None
        community = memberships.home(session, people.find(session, identity.person_id))
        return community.name if community else None

    return await desk.db.read(home)
