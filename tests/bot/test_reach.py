"""An e-mail address is added in a chat, confirmed through a real mailbox, and shown with all other ways to a person."""

import re
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import Final

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from adapters.mail.door import MailDoor
from adapters.mail.post import PostOffice
from bot.screens import noes
from core import chat
from core.chat import Button, Card, Paragraph, Screen
from core.messages import outbox
from core.messages.outbox import Notice
from core.people import codes, people
from core.people.people import Identity
from tests.adapters.test_mail import SENDER, nowhere, paint
from tests.bot.frontdesk import ANA, BEN, REFUSED, FrontDesk, sentence
from tests.cast import MINUTE, MONDAY
from tests.doubles.mail import MailServer, mail_server

pytestmark = pytest.mark.anyio
ADDRESS: Final = "ana@example.org"
CODE: Final = re.compile(r"\b[0-9A-Z]{4}-[0-9A-Z]{4}\b")


@pytest.fixture
async def server(anyio_backend: str) -> AsyncIterator[MailServer]:
    async with mail_server() as server:
        yield server


@pytest.fixture
def post(desk: FrontDesk, server: MailServer) -> FrontDesk:
    """The front desk with a mail door."""
    office = PostOffice("127.0.0.1", server.port, "none")
    door = MailDoor(office, SENDER, desk.db, desk.catalogue, desk.clock, way=nowhere, paint=paint)
    desk.router.desk = replace(desk.router.desk, platforms={"mail": door})
    return desk


def code_in(server: MailServer) -> str:
    """The code of the last letter."""
    body = server.letters[-1].get_body(("plain",))
    assert body is not None
    return str(CODE.findall(body.get_content())[0])


def sentence_of(key: str) -> str:
    return f"{REFUSED}: {noes.SENTENCES[key].msgid}"


def names(screen: Screen) -> list[str]:
    cards = [part for part in screen.parts if isinstance(part, Card)]
    return [str(card.title.values["name"]) for card in cards]


async def add(desk: FrontDesk, server: MailServer, who: str = ANA) -> Screen:
    await desk.hear(who, "reach.mail", {"address": ADDRESS})
    return await desk.hear(who, "reach.code", {"code": code_in(server)})


async def test_an_address_is_confirmed_by_the_code_in_its_mailbox(
    post: FrontDesk, server: MailServer
) -> None:
    screen = await post.hear(ANA, "reach.mail", {"address": " Ana@Example.org "})
    assert screen.title.msgid == "Look into your mailbox"
    (letter,) = server.to(ADDRESS)
    assert letter["Subject"] == "Your code for Nearpeer"
    assert names(await post.hear(ANA, "reach.show")) == ["Ana"]
    code = code_in(server).lower().replace("-", " ")
    assert (await post.hear(ANA, "reach.code", {"code": code})).title.msgid == "Your e-mail is confirmed"
    assert names(await post.hear(ANA, "reach.show")) == ["Ana", ADDRESS]


async def test_a_wrong_code_is_refused_five_times_and_then_for_a_while(
    post: FrontDesk, server: MailServer
) -> None:
    await post.hear(ANA, "reach.mail", {"address": ADDRESS})
    for _ in range(4):
        wrong = await post.hear(ANA, "reach.code", {"code": "0000-0000"})
        assert sentence(wrong) == sentence_of("mail.wrong")
    await post.hear(ANA, "reach.code", {"code": ""})
    paused = await post.hear(ANA, "reach.code", {"code": code_in(server)})
    assert "too many wrong codes" in sentence(paused)
    post.clock.move(codes.PAUSE)
    assert sentence(await post.hear(ANA, "reach.code", {"code": code_in(server)})) == sentence_of("mail.over")


async def test_another_code_comes_after_a_minute_and_ends_the_first(
    post: FrontDesk, server: MailServer
) -> None:
    await post.hear(ANA, "reach.mail", {"address": ADDRESS})
    first = code_in(server)
    assert "I have just sent a code" in sentence(await post.hear(ANA, "reach.resend"))
    post.clock.move(MINUTE)
    await post.hear(ANA, "reach.resend")
    assert len(server.letters) == 2
    assert sentence(await post.hear(ANA, "reach.code", {"code": first})) == sentence_of("mail.wrong")
    assert (await post.hear(ANA, "reach.code", {"code": code_in(server)})).title.msgid != REFUSED


async def test_a_mailbox_that_is_not_there_is_said_at_once(post: FrontDesk, server: MailServer) -> None:
    server.rcpt = "550 5.1.1 No such user"
    said = await post.hear(ANA, "reach.mail", {"address": ADDRESS})
    assert sentence(said) == sentence_of("mail.refused")
    post.clock.move(MINUTE)
    server.rcpt = "451 Later"
    assert sentence(await post.hear(ANA, "reach.mail", {"address": ADDRESS})) == sentence_of("mail.down")


@pytest.mark.parametrize(
    "typed", ["", "ana", "ana@example.org\r\nBcc: ben@example.org", "x" * 100_000, "\u202e@\0"]
)
async def test_what_is_no_address_is_sent_nothing(post: FrontDesk, server: MailServer, typed: str) -> None:
    before = await post.counts()
    said = await post.hear(ANA, "reach.mail", {"address": typed})
    assert sentence(said) == sentence_of("mail.address")
    assert await post.counts() == before
    assert server.tried == 0


@pytest.mark.parametrize("path", ["reach.code", "link.enter", "link"])
async def test_whatever_is_typed_for_a_code_is_refused_in_a_sentence_and_not_kept(
    desk: FrontDesk, path: str
) -> None:
    before = await desk.counts()
    for number, typed in enumerate(
        ("x" * 100_000, "\0", "\ud800", "٢٥٢٥٢٥٢٥", "🙂" * 8, "7K2M-0Q1A' OR 1=1")
    ):
        screen = await desk.hear(f"Zoe {number}", path, {"code": typed})
        assert screen.title.msgid in (REFUSED, "Join your accounts"), typed
        assert await desk.kept(f"Zoe {number}", f"{path}_form") == {}
    assert await desk.counts() == before


async def test_an_address_can_be_removed_and_only_by_its_person(post: FrontDesk, server: MailServer) -> None:
    await add(post, server)
    screen = await post.hear(ANA, "reach.show")
    (remove,) = [part.button for part in screen.parts if isinstance(part, Card) and part.button]
    assert sentence(await post.hear(BEN, str(remove.route))) == sentence_of("mail.unknown")
    assert names(await post.hear(ANA, str(remove.route))) == ["Ana"]


async def test_a_closed_chat_is_shown_with_what_opens_it_again(post: FrontDesk, server: MailServer) -> None:
    await add(post, server)

    def close(session: Session) -> None:
        people.enrol(session, _ana(session), "telegram", "t:ana", "en", now=MONDAY)
        people.bury(session, "telegram", "t:ana", now=MONDAY)

    await post.db.write(close)
    cards = [part for part in (await post.hear(ANA, "reach.show")).parts if isinstance(part, Card)]
    assert [len(card.lines) for card in cards] == [1, 1, 2]
    assert cards[2].lines[1].msgid == "Unblock me there and press Start."


async def test_the_last_message_that_arrived_is_shown_with_its_way(post: FrontDesk) -> None:
    def deliver(session: Session) -> None:
        ana = _ana(session)
        outbox.put(
            session, [ana.id], "reminder.60", 1, community_id=None, due_at=MONDAY, expires_at=MONDAY + MINUTE
        )
        notice = session.scalars(select(Notice).where(Notice.person_id == ana.id)).one()
        outbox.sent(session, notice.id, "telegram:direct", now=MONDAY)

    await post.hear(ANA, "reach.show")
    await post.db.write(deliver)
    said = [part.text for part in (await post.hear(ANA, "reach.show")).parts if isinstance(part, Paragraph)]
    assert said[0].msgid == "The last that arrived: {what} {time}, by {where}."
    assert said[0].values["where"] == chat.Text("Telegram")


async def test_where_no_mail_can_be_sent_none_is_offered(desk: FrontDesk) -> None:
    screen = await desk.hear(ANA, "reach.show")
    routes = [str(control.route) for control in screen.controls if isinstance(control, Button)]
    assert routes == ["link", "settings"]
    for path in ("reach.mail_form", "reach.mail"):
        said = await desk.hear(ANA, path, {"address": ADDRESS})
        assert sentence(said) == sentence_of("mail.none")


async def test_that_a_chat_is_used_is_written_down_once_an_hour(desk: FrontDesk) -> None:
    await desk.hear(ANA, "reach.show", place=None)
    for minutes, seen in ((59, 0), (2, 61), (59, 61)):
        desk.clock.move(timedelta(minutes=minutes))
        await desk.hear(ANA, "reach.show", place=None)
        assert (await desk.db.read(_seen)).seen_at == MONDAY + timedelta(minutes=seen)


def _seen(session: Session) -> Identity:
    identity = people.identity_of(session, "discord", "discord:ana")
    assert identity is not None
    return identity


def _ana(session: Session) -> people.Person:
    return people.find(session, _seen(session).person_id)
