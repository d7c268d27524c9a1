"""The web's door over real HTTP: what is kept, what a page hears by itself, and the pages that stand alone."""

import asyncio
import json
import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

import aiohttp
import pytest

from adapters.database import Database
from adapters.web import chats
from core import chat
from core.ports import Rung, RungKind
from tests.adapters.web.visitor import ANA_DIRECT, ENGLISH, PATIENCE, Visitor
from tests.browser import samples
from tests.browser.playhouse import CAST, Playhouse, open_playhouse

pytestmark = pytest.mark.anyio

# --- what is delivered ----------------------------------------------------------------------------


async def test_a_delivery_edits_the_card_or_rings_below(house: Playhouse, db: Database) -> None:
    door, until = house.door, house.clock.at
    await door.deliver(ANA_DIRECT, samples.held(until), ENGLISH, key="1", rings=True)
    await door.deliver(ANA_DIRECT, samples.week(), ENGLISH, key="2", rings=True)
    await door.deliver(ANA_DIRECT, samples.confirmed(), ENGLISH, key="3", rings=False)
    _change, [card, week] = await db.read(chats.standing, "ana")
    assert "You are booked" in card.html
    assert card.edited_at
    await door.deliver(ANA_DIRECT, samples.held(until), ENGLISH, key="4", rings=True)
    _change, [first, second] = await db.read(chats.standing, "ana")
    assert first.id == week.id
    assert "is held" in second.html


async def test_a_repeated_delivery_is_shown_once_and_undoes_nothing(house: Playhouse, db: Database) -> None:
    for key, screen in (("1", samples.held(house.clock.at)), ("2", samples.confirmed())):
        await house.door.deliver(ANA_DIRECT, screen, ENGLISH, key=key, rings=False)
    before = await db.read(chats.standing, "ana")
    await house.door.deliver(ANA_DIRECT, samples.held(house.clock.at), ENGLISH, key="1", rings=True)
    after = await db.read(chats.standing, "ana")
    assert before[0] == after[0]
    assert "You are booked" in after[1][0].html


async def test_there_is_one_card_about_a_booking_whoever_shows_it(house: Playhouse, ana: Visitor) -> None:
    await house.door.deliver(ANA_DIRECT, samples.confirmed(), ENGLISH, key="1", rings=True)
    shown = await ana.say("/bookings")
    assert len(shown) == 2
    assert sum("You are booked" in change["html"] for change in shown) == 1


async def test_a_button_of_a_card_that_has_moved_is_answered_below(house: Playhouse, ana: Visitor) -> None:
    [_line, old] = await ana.say("/bookings")
    await house.door.deliver(ANA_DIRECT, samples.confirmed(), ENGLISH, key="1", rings=True)
    body = await ana.press("mentors.page:2", old["id"], since=old["change"])
    assert "3 mentors for you" in body["changes"][-1]["html"]


async def test_a_nudge_goes_to_the_notices_without_buttons(
    house: Playhouse, ana: Visitor, db: Database
) -> None:
    nudge = Rung("web", RungKind.NUDGE, "ana", "help")
    await house.door.deliver(nudge, samples.broken(), ENGLISH, key="1", rings=True)
    assert (await db.read(chats.standing, "ana"))[1] == []
    _status, page = await ana.get("/")
    [notice] = re.findall(r"<article.*?</article>", page, re.DOTALL)
    assert "@Ana Ruiz" in notice
    assert "<button" not in notice


async def test_a_restart_keeps_messages_and_their_buttons(db: Database) -> None:
    async with open_playhouse(db) as house, aiohttp.ClientSession() as http:
        [_line, shown] = await Visitor(house, http).say("/mentors")
    async with open_playhouse(db) as house, aiohttp.ClientSession() as http:
        again = Visitor(house, http)
        _status, page = await again.get("/")
        assert f'id="m{shown["id"]}"' in page
        body = await again.press(
            "mentor.times:maya", shown["id"], key="after-the-restart", since=shown["change"]
        )
        assert "When would you like" in body["changes"][0]["html"]


async def test_nothing_that_people_wrote_becomes_markup(house: Playhouse, ana: Visitor) -> None:
    hostile = samples.HOSTILE
    [line, shown] = await ana.say(hostile)
    await house.door.deliver(ANA_DIRECT, samples.profile(), ENGLISH, key="1", rings=True)
    _status, page = await ana.get("/")
    for html in (line["html"], shown["html"], page):
        assert "<script>alert" not in html
        assert "<img src=x" not in html
        assert "javascript:alert" not in re.sub(r"\[bad\]\(.*?\)", "", html)
    assert 'rel="nofollow noopener"' in page


async def test_a_file_is_served_from_its_message_until_that_is_gone(house: Playhouse, ana: Visitor) -> None:
    [_line, shown] = await ana.say("/bookings")
    [path] = re.findall(r'href="(/play/files/[\w-]+)"', shown["html"])
    async with ana.http.get(house.address + path) as answer:
        assert (await answer.read()).startswith(b"BEGIN:VCALENDAR")
        assert answer.headers["Content-Disposition"] == "attachment; filename*=UTF-8''session.ics"
        assert answer.headers["Content-Type"] == "application/octet-stream"
    await ana.press("mentors.page:2", shown["id"])
    assert (await ana.get(path))[0] == 404


async def test_a_file_that_is_called_by_its_name_alone_is_called_once(house: Playhouse, ana: Visitor) -> None:
    plan = chat.File("plan.pdf", b"%PDF-", "application/pdf", chat.Text("{name}", {"name": "plan.pdf"}))
    await house.door.deliver(
        ANA_DIRECT, chat.Screen(chat.Text("Ben writes"), files=(plan,)), ENGLISH, key="1", rings=True
    )
    page = (await ana.get("/"))[1]
    assert page.count(">plan.pdf") == 1
    assert "plan.pdf ·" not in page


async def test_a_week_is_a_picture_in_a_chat(house: Playhouse, ana: Visitor) -> None:
    free = chat.FreeTime(datetime(2026, 11, 26, 9, tzinfo=UTC), chat.to("take", "1"))
    week = chat.Week(chat.Text("Free times"), date(2026, 11, 23), timedelta(hours=1), (free,))
    screen = chat.Screen(chat.Text("Which time?"), week=week)
    await house.door.deliver(ANA_DIRECT, screen, ENGLISH, key="1", rings=True)
    page = (await ana.get("/"))[1]
    [path] = re.findall(r'src="(/play/files/[\w-]+)"', page)
    assert "Thu, Nov 26 (1 time: " in page
    async with ana.http.get(house.address + path) as answer:
        assert answer.headers["Content-Type"] == "image/png"
        assert (await answer.read()).startswith(b"\x89PNG")


# --- what a page hears by itself ------------------------------------------------------------------


async def heard(stream: aiohttp.ClientResponse) -> tuple[str, Any]:
    """The next event of a stream: its id and its data."""
    last = ""
    async with asyncio.timeout(PATIENCE):
        async for raw in stream.content:
            line = raw.decode().rstrip("\n")
            if line.startswith("id: "):
                last = line.removeprefix("id: ")
            if line.startswith("data: "):
                return last, json.loads(line.removeprefix("data: "))
    raise AssertionError("the stream has ended")


async def test_a_page_hears_of_an_edit_and_catches_up_after_a_pause(house: Playhouse, ana: Visitor) -> None:
    tokens = [house.door.token(who) for who in ("maya", "ana")]
    url = f"{house.address}/play/events?" + "&".join(f"chat={token}" for token in tokens)
    await house.door.deliver(ANA_DIRECT, samples.held(house.clock.at), ENGLISH, key="1", rings=True)
    async with ana.http.get(f"{url}&since=0.0") as stream:
        assert stream.content_type == "text/event-stream"
        _last, first = await heard(stream)
        await house.door.deliver(ANA_DIRECT, samples.confirmed(), ENGLISH, key="2", rings=False)
        last, edit = await heard(stream)
    assert (edit["chat"], edit["id"], last) == (1, first["id"], "0.2")
    assert "You are booked" in edit["html"]
    await house.door.deliver(ANA_DIRECT, samples.held(house.clock.at), ENGLISH, key="3", rings=True)
    async with ana.http.get(f"{url}&since=0.0", headers={"Last-Event-ID": last}) as stream:
        _last, gone = await heard(stream)
        _last, fresh = await heard(stream)
    assert (gone["id"], gone["html"]) == (first["id"], None)
    assert fresh["id"] > gone["id"]


async def test_a_stream_ends_when_the_server_does(db: Database) -> None:
    async with aiohttp.ClientSession() as http:
        async with open_playhouse(db) as house:
            stream = await http.get(f"{house.address}/play/events?chat={house.door.token('ana')}")
            await stream.content.readline()
        async with asyncio.timeout(PATIENCE):
            await stream.read()


# --- pages that stand alone -----------------------------------------------------------------------


async def test_a_pay_link_leads_to_the_provider_or_says_why_not(house: Playhouse, ana: Visitor) -> None:
    async with ana.http.get(f"{house.address}/p/open", allow_redirects=False) as answer:
        assert (answer.status, answer.headers["Location"]) == (303, "/sandbox/open")
    status, page = await ana.get("/p/paid")
    assert status == 200
    assert "You are booked with Maya Chen" in page
    assert "data-route" not in page


async def test_what_is_missing_or_broken_has_a_page_of_its_own(house: Playhouse, ana: Visitor) -> None:
    status, page = await ana.get("/nowhere")
    assert (status, "There is nothing here" in page) == (404, True)
    status, page = await ana.get("/p/broken")
    assert status == 500
    assert re.search(r"<code>[0-9A-Z]{8}</code>", page)
    assert "RuntimeError" not in page


async def test_every_answer_forbids_frames_foreign_scripts_and_guessing(
    house: Playhouse, ana: Visitor
) -> None:
    for path in ("/", "/p/paid", "/nowhere", "/p/broken", "/static/nearpeer.css", "/sandbox/open"):
        async with ana.http.get(house.address + path) as answer:
            assert "script-src 'self';" in answer.headers["Content-Security-Policy"]
            assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
            assert answer.headers["X-Frame-Options"] == "DENY"
            assert "unsafe" not in answer.headers["Content-Security-Policy"]
            page = await answer.text()
            assert not re.search(r"<script>|\son\w+=|\sstyle=", page)


@pytest.mark.parametrize(
    ("deed", "leads", "says"),
    [
        ("pay", "/p/paid/done", "This is paid"),
        ("fail", "/sandbox/open", "declined"),
        ("late", "/p/paid/done", "This is paid"),
        ("abandon", "/p/waiting/done", "This pay link is closed"),
    ],
)
async def test_the_sandboxs_checkout_does_what_is_pressed(
    house: Playhouse, ana: Visitor, deed: str, leads: str, says: str
) -> None:
    _status, page = await ana.get("/sandbox/open")
    assert "€45.00" in page
    async with ana.http.post(f"{house.address}/sandbox/open/{deed}", allow_redirects=False) as answer:
        assert (answer.status, answer.headers["Location"]) == (303, leads)
    assert says in (await ana.get("/sandbox/open"))[1]


async def test_an_unknown_checkout_or_deed_is_not_found(house: Playhouse, ana: Visitor) -> None:
    assert (await ana.get("/sandbox/other"))[0] == 404
    for path in ("/sandbox/other/pay", "/sandbox/open/steal"):
        async with ana.http.post(house.address + path) as answer:
            assert answer.status == 404


async def test_texts_are_in_the_language_of_who_reads(db: Database) -> None:
    def german(locale: str, msgid: str, plural: str = "", count: int | None = None) -> str:
        return "{amount} zahlen" if msgid == "Pay {amount}" else msgid

    async with open_playhouse(db, CAST, german) as house:
        headers = {"Accept-Language": "de-AT,de;q=0.9,en;q=0.5"}
        async with aiohttp.ClientSession(headers=headers) as http:
            _status, page = await Visitor(house, http).get("/sandbox/open")
    assert '<html lang="de-AT"' in page
    assert "€ 45,00 zahlen" in page.replace("\xa0", " ")
