"""Our own join links over plain HTTP: who counts as a person, and what cannot be forged."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from adapters.web.joining import JoinDoor, JoinLinks
from adapters.web.pages import Pages
from bot.i18n import Catalogue
from core import chat
from core.chat import Reader, Reply, Screen, _

pytestmark = pytest.mark.anyio
ROOM = "https://meet.example/room"
PERSON = {"Sec-Fetch-Dest": "document"}


@dataclass
class Rooms:
    """What stands behind the links; `came` is who was counted."""

    came: list[tuple[str, str]] = field(default_factory=list)
    is_open: bool = True

    async def open(self, short: str, side: str, *, is_person: bool) -> str | chat.Reply:
        if is_person:
            self.came.append((short, side))
        return ROOM if self.is_open else Reply(Screen(_("This session is over")), Reader("en", "UTC"))


Visit = tuple["TestClient[web.Request, web.Application]", Rooms, JoinLinks]


@pytest.fixture
async def visit() -> AsyncIterator[Visit]:
    links, rooms = JoinLinks("a secret", ""), Rooms()
    app = web.Application()
    app.add_routes(JoinDoor(Pages(Catalogue()), links, rooms).routes())
    async with TestClient(TestServer(app)) as client:
        yield client, rooms, links


async def test_a_person_is_noted_and_led_into_the_room(visit: Visit) -> None:
    client, rooms, links = visit
    answer = await client.get(links.link("K7Q2M9AB", "student"), headers=PERSON, allow_redirects=False)
    assert (answer.status, answer.headers["Location"]) == (303, ROOM)
    assert answer.headers["Cache-Control"] == "no-store"
    assert rooms.came == [("K7Q2M9AB", "student")]


@pytest.mark.parametrize(
    ("method", "headers"),
    [
        ("GET", {}),
        ("GET", {"Sec-Fetch-Dest": "empty"}),
        ("GET", {"Sec-Fetch-Dest": "image"}),
        ("GET", {**PERSON, "Sec-Purpose": "prefetch"}),
        ("GET", {**PERSON, "Purpose": "prefetch"}),
        ("HEAD", PERSON),
    ],
)
async def test_what_reads_ahead_is_led_into_the_room_and_is_nobody(
    visit: Visit, method: str, headers: dict[str, str]
) -> None:
    client, rooms, links = visit
    link = links.link("K7Q2M9AB", "mentor")
    answer = await client.request(method, link, headers=headers, allow_redirects=False)
    assert (answer.status, answer.headers["Location"]) == (303, ROOM)
    assert rooms.came == []


async def test_a_closed_room_has_a_page_that_says_so(visit: Visit) -> None:
    client, rooms, links = visit
    rooms.is_open = False
    answer = await client.get(links.link("K7Q2M9AB", "student"), headers=PERSON)
    assert answer.status == 200
    assert "This session is over" in await answer.text()


@pytest.mark.parametrize("token", ["K7Q2M9AB-mentor", "K7Q2M9AB-mentor.xyz", "", "%00", "ä.b", "a" * 3_000])
async def test_what_is_not_signed_by_us_leads_nowhere(visit: Visit, token: str) -> None:
    client, rooms, _links = visit
    answer = await client.get(f"/j/{token}", headers=PERSON, allow_redirects=False)
    assert answer.status == 404
    assert rooms.came == []


async def test_the_signature_of_one_side_does_not_fit_the_other(visit: Visit) -> None:
    client, rooms, links = visit
    forged = links.link("K7Q2M9AB", "student").replace("student", "mentor")
    answer = await client.get(forged, headers=PERSON, allow_redirects=False)
    assert answer.status == 404
    assert rooms.came == []


def test_links_are_ours_only_where_we_have_an_address() -> None:
    assert not JoinLinks("a secret", "").is_open
    links = JoinLinks("a secret", "https://nearpeer.example")
    assert links.is_open
    assert links.link("K7Q2M9AB", "mentor").startswith("https://nearpeer.example/j/K7Q2M9AB-mentor.")
