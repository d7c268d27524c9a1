"""E-mail through a real SMTP server: what arrives, how it reads, and what a server's answers mean for the ladder."""

import shutil
import ssl
import subprocess
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date, timedelta
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from adapters.database import Database
from adapters.mail import letters, message
from adapters.mail.door import MailDoor
from adapters.mail.post import PostOffice
from adapters.mail.probe import probe
from adapters.mail.render import Way
from bot.i18n import Catalogue
from core import chat
from core.chat import Button, Card, Code, Fact, Facts, File, Link, Note, Paragraph, Screen, When, _, to
from core.ports import Rung, RungKind, Undeliverable
from tests.bot.sitters import HOSTILE, RIGHT_TO_LEFT, ZALGO
from tests.cast import MONDAY
from tests.doubles.clock import MovableClock
from tests.doubles.mail import PASSWORD, USER, MailServer, mail_server

pytestmark = pytest.mark.anyio
ADDRESS = "ana@example.org"
SENDER = "Nearpeer <bookings@example.org>"
READER = chat.Reader("en", "Europe/Berlin", at=MONDAY)
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 40
CARD = Screen(
    _("Your session with {name}", name="Ben"),
    (
        Paragraph(_("It starts {start}.", start=When(MONDAY, chat.WhenStyle.COUNTDOWN))),
        Facts((Fact(_("Code"), Code("NP-20261124-K7Q2M")),)),
        Note(_("See you there.")),
    ),
    (Button(_("Show it"), to("booking.show", "K7Q2M9AB")), Link(_("Join"), "https://meet.example/r")),
    subject="booking:K7Q2M9AB",
)


@pytest.fixture
async def server(anyio_backend: str) -> AsyncIterator[MailServer]:
    async with mail_server() as server:
        yield server


def nowhere(route: chat.Route) -> str | None:
    return None


def pages(route: chat.Route) -> str | None:
    return f"https://book.example.org/go/{route}"


def paint(week: chat.Week, reader: chat.Reader) -> File:
    return File("week.png", PNG, "image/png", _("Free times of {name}", name="Ben"))


def open_door(db: Database, server: MailServer, *, way: Way = nowhere, **office: Any) -> MailDoor:
    where = PostOffice("127.0.0.1", server.port, **{"security": "none", **office})
    clock = MovableClock(MONDAY)
    return MailDoor(where, SENDER, db, Catalogue(), clock, way=way, paint=paint)


async def write(
    door: MailDoor, screen: Screen = CARD, *, key: str = "notice:7", reader: chat.Reader = READER
) -> None:
    rung = Rung("mail", RungKind.DIRECT, ADDRESS)
    await door.deliver(rung, screen, reader, key=key, rings=True)


async def only(server: MailServer) -> tuple[str, str]:
    """The plain part and the one with marks of the one letter."""
    (letter,) = server.letters
    parts = [letter.get_body((kind,)) for kind in ("plain", "html")]
    return tuple(part.get_content() for part in parts if part is not None)


async def test_a_letter_says_all_twice_and_from_whom(db: Database, server: MailServer) -> None:
    await write(open_door(db, server))
    (letter,) = server.letters
    assert (letter["From"], letter["To"]) == (SENDER, ADDRESS)
    assert letter["Subject"] == "Your session with Ben"
    assert letter["Date"].datetime == MONDAY
    assert letter["Auto-Submitted"] == "auto-generated"
    assert server.envelopes[0].mail_from == "bookings@example.org"
    assert server.envelopes[0].rcpt_tos == [ADDRESS]
    for part in await only(server):
        for words in (
            "Mon, Nov 23, 10:00",
            "Berlin",
            "NP-20261124-K7Q2M",
            "See you there.",
            "https://meet.example/r",
        ):
            assert words in part.replace("\u202f", " "), words


async def test_without_a_web_address_a_letter_says_where_to_answer(db: Database, server: MailServer) -> None:
    await write(open_door(db, server))
    for part in await only(server):
        assert "in the chat where we talk" in part
        assert "/go/" not in part
    assert server.letters[0]["List-Unsubscribe"] is None


async def test_with_one_buttons_are_pages_that_sign_nobody_in(db: Database, server: MailServer) -> None:
    listing = Screen(_("Yours"), (Card(_("Ben"), (), Button(_("Open"), to("booking.show", "AB"))),))
    door = open_door(db, server, way=pages)
    await write(door, replace(listing, controls=CARD.controls))
    plain, html = await only(server)
    for part in (plain, html):
        assert "https://book.example.org/go/booking.show:K7Q2M9AB" in part
        assert "https://book.example.org/go/booking.show:AB" in part
        assert part.index("booking.show:K7Q2M9AB") < part.index("https://meet.example/r")
        assert "in the chat where we talk" not in part
    assert server.letters[0]["List-Unsubscribe"] == "<https://book.example.org/go/reach.show>"


async def test_of_several_alike_each_way_says_where_it_leads(db: Database, server: MailServer) -> None:
    cards = [Card(_(name), (), Button(_("Open"), to("booking.show", name))) for name in ("Ana", "Cleo")]
    await write(open_door(db, server, way=pages), Screen(_("Your sessions"), tuple(cards)))
    for part in await only(server):
        assert "Open · Ana" in part
        assert "Open · Cleo" in part


async def test_a_letter_says_why_it_comes_but_a_code_is_only_a_code(db: Database, server: MailServer) -> None:
    await write(open_door(db, server))
    await write(open_door(db, server), Screen(_("Your code for Nearpeer")), key="code:1")
    news, code = (letter.get_body(("plain",)) for letter in server.letters)
    assert news is not None
    assert code is not None
    assert "because you confirmed this address" in news.get_content()
    assert "because you confirmed this address" not in code.get_content()


async def test_pictures_stand_in_the_letter_and_files_hang_on_it(db: Database, server: MailServer) -> None:
    week = chat.Week(_("Free times"), date(2026, 11, 23), timedelta(hours=1), ())
    calendar = File("session.ics", b"BEGIN:VCALENDAR", "text/calendar", _("Calendar"))
    await write(open_door(db, server), replace(CARD, week=week, files=(calendar,)))
    (letter,) = server.letters
    kinds = [part.get_content_type() for part in letter.walk()]
    assert kinds == [
        *("multipart/mixed", "multipart/alternative", "text/plain", "multipart/related", "text/html"),
        *("image/png", "text/calendar"),
    ]
    picture = next(part for part in letter.walk() if part.get_content_type() == "image/png")
    _plain, html = await only(server)
    assert f'<img src="cid:{picture["Content-ID"].strip("<>")}" alt="Free times of Ben">' in html
    assert [part.get_filename() for part in letter.iter_attachments()] == ["session.ics"]


# --- once ---------------------------------------------------------------------------------------


async def test_a_repeat_is_not_sent_and_would_be_the_same_message(db: Database, server: MailServer) -> None:
    await write(open_door(db, server))
    await write(open_door(db, server))
    assert len(server.letters) == 1
    await db.write(letters.purge, now=MONDAY + letters.KEPT + timedelta(seconds=1))
    await write(open_door(db, server))
    first, again = server.letters
    assert first["Message-ID"] == again["Message-ID"]
    assert first["Message-ID"].endswith("@example.org>")


async def test_letters_about_one_booking_are_one_thread(db: Database, server: MailServer) -> None:
    for key in ("notice:1", "notice:2"):
        await write(open_door(db, server), key=key)
    one, other = server.letters
    assert one["Message-ID"] != other["Message-ID"]
    assert one["References"] == other["References"] == other["In-Reply-To"]


# --- what a server answers ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("faults", "permanent"),
    [
        ({"rcpt": "550 5.1.1 No such user"}, True),
        ({"rcpt": "550 mailbox unavailable"}, True),
        ({"rcpt": "553 5.1.3 Bad address"}, True),
        ({"rcpt": "550 5.7.1 Relaying denied"}, False),
        ({"rcpt": "552 5.2.2 Mailbox full"}, False),
        ({"rcpt": "451 4.7.1 Greylisted"}, False),
        ({"mail": "550 5.7.1 Sender refused"}, False),
        ({"data": "554 5.7.1 Looks like spam"}, False),
        ({"data": "451 Try again"}, False),
        ({"drops": True}, False),
    ],
)
async def test_only_a_mailbox_that_is_not_there_ends_the_rung(
    db: Database, server: MailServer, faults: dict[str, Any], permanent: bool
) -> None:
    for name, value in faults.items():
        setattr(server, name, value)
    with pytest.raises(Undeliverable) as failed:
        await write(open_door(db, server))
    assert failed.value.permanent == permanent
    for name, value in faults.items():
        setattr(server, name, type(value)())
    await write(open_door(db, server))
    assert len(server.letters) == 1


async def test_a_server_that_is_down_is_tried_again(db: Database) -> None:
    async with mail_server() as server:
        door = open_door(db, server)
    with pytest.raises(Undeliverable) as failed:
        await write(door)
    assert not failed.value.permanent


async def test_a_wrong_password_is_our_fault_and_not_the_readers(db: Database, anyio_backend: str) -> None:
    async with mail_server(wants_login=True) as server:
        with pytest.raises(Undeliverable) as failed:
            await write(open_door(db, server, username=USER, password="wrong"))
        assert not failed.value.permanent
        assert "wrong" not in str(failed.value)
        await write(open_door(db, server, username=USER, password=PASSWORD))
        assert len(server.letters) == 1


@pytest.mark.skipif(shutil.which("openssl") is None, reason="nobody here makes certificates")
async def test_the_line_is_encrypted_where_the_host_wants_it(db: Database, tmp_path: Path) -> None:
    ours, theirs = certificate(tmp_path)
    async with mail_server(certificate=theirs) as server:
        await write(open_door(db, server, security="starttls", trust=ours))
        assert server.was_encrypted == [True]
        with pytest.raises(Undeliverable):
            await write(
                open_door(db, server, security="starttls"), key="notice:8"
            )  # a stranger's certificate
    async with mail_server() as plain:
        with pytest.raises(Undeliverable):
            await write(open_door(db, plain, security="starttls", trust=ours), key="notice:9")
        assert plain.letters == []


def certificate(folder: Path) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """A throwaway certificate: who trusts it, and who shows it."""
    key, cert = folder / "key.pem", folder / "cert.pem"
    subprocess.run(
        [
            *(
                "openssl",
                "req",
                "-x509",
                "-newkey",
                "rsa:2048",
                "-nodes",
                "-days",
                "2",
                "-subj",
                "/CN=localhost",
            ),
            *("-addext", "subjectAltName=IP:127.0.0.1", "-keyout", str(key), "-out", str(cert)),
        ],
        check=True,
        capture_output=True,
    )
    theirs = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    theirs.load_cert_chain(cert, key)
    return ssl.create_default_context(cafile=str(cert)), theirs


# --- hostile words ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "words", [HOSTILE, ZALGO * 200, RIGHT_TO_LEFT * 20, "x" * 100_000, "a\r\nBcc: ben@example.org\n\nHi"]
)
async def test_nobodys_words_become_a_header_or_a_tag(db: Database, server: MailServer, words: str) -> None:
    screen = Screen(
        _("News of {name}", name=words),
        (
            Paragraph(_("{name}", name=words)),
            Facts((Fact(_("Who"), words),)),
            chat.Prose(chat.Markdown(words)),
        ),
        (Button(_("{name}", name=words), to("help")), Link(_("Out"), "javascript:alert(1)")),
        files=(File(f"{words[:300]}.png", PNG, "image/png", _("{name}", name=words)),),
    )
    await write(open_door(db, server, way=pages), screen)
    (letter,) = server.letters
    assert letter["Bcc"] is None
    assert server.envelopes[0].rcpt_tos == [ADDRESS]
    assert len(letter["Subject"]) <= message.LONGEST_TITLE
    assert "\u202e" not in letter["Subject"]
    _plain, html = await only(server)
    page = Tags()
    page.feed(html)
    assert page.seen <= ALLOWED
    assert all(url.startswith(("https://", "cid:")) for url in page.urls)


@pytest.mark.parametrize(
    "account", ["ana@example.org\r\nBcc: b@example.org", "ana@example.org, b@example.org", "ana"]
)
async def test_an_address_that_is_none_is_sent_nothing(
    db: Database, server: MailServer, account: str
) -> None:
    with pytest.raises(Undeliverable) as failed:
        await open_door(db, server).deliver(
            Rung("mail", RungKind.DIRECT, account), CARD, READER, key="notice:1", rings=True
        )
    assert failed.value.permanent
    assert server.tried == 0


async def test_a_letter_is_written_in_its_readers_direction(db: Database, server: MailServer) -> None:
    await write(open_door(db, server), reader=chat.Reader("ar", "Asia/Riyadh"))
    _plain, html = await only(server)
    assert '<html lang="ar" dir="rtl">' in html


ALLOWED = set(
    "html head meta title style body main h1 h2 p dl dt dd div ul li a img code footer strong em ol blockquote "
    "pre hr br s".split()
)


class Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.seen: set[str] = set()
        self.urls: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.add(tag)
        assert not any(name.startswith("on") for name, _value in attrs)
        self.urls += [value or "" for name, value in attrs if name in ("href", "src")]


# --- a look at it -------------------------------------------------------------------------------


async def test_the_host_is_told_whether_mail_works(anyio_backend: str) -> None:
    async with mail_server(wants_login=True) as server:
        office = PostOffice("127.0.0.1", server.port, "none", USER, PASSWORD)
        assert await probe(office) == (True, "127.0.0.1 lets us in")
        works, word = await probe(replace(office, password="wrong"))
        assert (works, "wrong" in word) == (False, False)
        works, word = await probe(replace(office, security="starttls"))
        assert not works
    works, word = await probe(office)
    assert (works, word) == (False, "127.0.0.1 does not answer (SMTPConnectError)")
