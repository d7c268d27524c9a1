"""The web's door over real HTTP: who may act, and what is made of what they say."""

import asyncio
from dataclasses import replace
from typing import Any

import aiohttp
import pytest

from adapters.database import Database
from adapters.web import roles
from adapters.web.door import NOTICES
from core import chat
from tests.adapters.web.visitor import ANA_DIRECT, ENGLISH, Visitor
from tests.browser import samples
from tests.browser.playhouse import OMAR, PLACE, Playhouse

pytestmark = pytest.mark.anyio

# --- who may act ----------------------------------------------------------------------------------


@pytest.mark.parametrize("token", ["", "ana", "ImFuYSI.forged", "ImFuYSI.AAAAAAAAAAAAAAAAAAAAAAAAAAA"])
async def test_a_forged_token_may_neither_act_nor_listen(house: Playhouse, ana: Visitor, token: str) -> None:
    assert (await ana.post({"token": token, "text": "/mentors"}))[0] == 403
    assert (await ana.post({"token": token, "text": "/"}, "/play/complete"))[0] == 403
    assert (await ana.get(f"/play/events?chat={token}"))[0] == 403
    assert house.bot.heard == []


async def test_the_token_of_the_notices_reads_them_and_cannot_act(house: Playhouse, ana: Visitor) -> None:
    assert (await ana.post({"token": house.door.token(NOTICES), "text": "/mentors"}))[0] == 403


async def test_a_message_of_somebody_else_cannot_be_pressed(
    house: Playhouse, http: aiohttp.ClientSession, ana: Visitor
) -> None:
    [_line, shown] = await Visitor(house, http, "maya").say("/mentors")
    status, _body = await ana.post({"route": "mentors.page:2", "message": shown["id"]})
    assert status == 403
    assert len(house.bot.heard) == 1


async def test_what_may_be_managed_is_known_by_the_server_alone(
    house: Playhouse, http: aiohttp.ClientSession, ana: Visitor
) -> None:
    await ana.say("/staff", may_manage=True, roles=["admin"], place="elsewhere")
    await Visitor(house, http, "omar").say("/staff")
    first, second = house.bot.heard
    assert (first.may_manage, first.roles, first.place) == (False, frozenset(), PLACE)
    assert (second.may_manage, second.account.name) == (True, OMAR.name)


async def test_a_granted_role_comes_with_what_is_said_next(
    house: Playhouse, db: Database, ana: Visitor
) -> None:
    await house.door.set_role(PLACE.key, "ana", "seats", granted=True)
    await house.door.set_role(PLACE.key, "ana", "seats", granted=True)
    await ana.say("/mentors")
    assert house.bot.heard[-1].roles == {"seats"}
    await house.door.set_role(PLACE.key, "ana", "seats", granted=False)
    assert await db.read(roles.held, PLACE.key, "ana") == frozenset()


# --- what is said ---------------------------------------------------------------------------------


async def test_an_unknown_route_is_the_routers_to_refuse(house: Playhouse, ana: Visitor) -> None:
    status, _body = await ana.post({"route": "no.such:thing:1"})
    assert status == 200
    assert house.bot.heard[-1].route == chat.Route("no.such", ("thing", "1"))


@pytest.mark.parametrize(
    "body",
    [
        {"text": 5},
        {"text": "x" * 8001},
        {"route": ""},
        {"route": "a" * 201},
        {"route": "mentors", "answers": {"a": 1}},
        {"route": "mentors", "message": "m1"},
        {"route": "mentors", "message": -1},
        {"route": "mentors", "message": 2**63},
        {"route": "mentors", "key": "short"},
        {"route": "mentors", "since": "1"},
        {"text": "/book", "picked": {"mentor": "Maya"}},
        {},
    ],
)
async def test_a_malformed_act_is_refused_before_anyone_hears_it(
    house: Playhouse, ana: Visitor, body: dict[str, Any]
) -> None:
    assert (await ana.post(body))[0] == 400
    assert house.bot.heard == []


async def test_what_is_no_json_object_is_malformed(house: Playhouse, http: aiohttp.ClientSession) -> None:
    for data in (b"", b"[]", b"{", b"\xff\xfe"):
        async with http.post(f"{house.address}/play/act", data=data) as answer:
            assert answer.status == 400


async def test_an_oversized_act_is_refused(house: Playhouse, http: aiohttp.ClientSession) -> None:
    async with http.post(f"{house.address}/play/act", data=b"x" * 300_000) as answer:
        assert answer.status == 413
    assert house.bot.heard == []


async def test_a_repeated_key_is_heard_once_even_at_the_same_moment(house: Playhouse, ana: Visitor) -> None:
    acts = [ana.post({"text": "/mentors", "key": "the-same-key"}) for _ in range(4)]
    answers = await asyncio.gather(*acts)
    assert len(house.bot.heard) == 1
    assert [len(body["changes"]) for _status, body in answers] == [2, 2, 2, 2]


async def test_two_people_may_use_the_same_key(
    house: Playhouse, http: aiohttp.ClientSession, ana: Visitor
) -> None:
    await ana.say("/mentors", key="the-same-key")
    assert len(await Visitor(house, http, "maya").say("/mentors", key="the-same-key")) == 2


async def test_a_command_appends_and_a_button_edits(ana: Visitor) -> None:
    [line, shown] = await ana.say("/mentors")
    assert "/mentors" in line["html"]
    assert "3 mentors for you" in shown["html"]
    [edited] = (await ana.press("mentor.times:maya", shown["id"], since=shown["change"]))["changes"]
    assert edited["id"] == shown["id"]
    assert "When would you like" in edited["html"]


async def test_plain_words_ask_for_help_about_them(house: Playhouse, ana: Visitor) -> None:
    await ana.say("where is my money")
    heard = house.bot.heard[-1]
    assert (str(heard.route), heard.answers) == ("help", {"word": "where is my money"})


@pytest.mark.parametrize(
    ("text", "answers"),
    [
        ("/book", {}),
        ("/book Maya Chen", {"mentor": "Maya Chen"}),
        ("/book mentor: Maya Chen", {"mentor": "maya-7"}),
        ("/book mentor: Mario Rossi: chef length: 1 hour", {"mentor": "Mario Rossi: chef", "length": "60"}),
        ("/BOOK Maya length: 60 people: 3", {"mentor": "Maya", "length": "60", "people": "3"}),
        ("/book mentor:Maya length:", {"mentor": "Maya"}),
    ],
)
async def test_options_are_read_by_name_or_by_place(
    house: Playhouse, ana: Visitor, text: str, answers: dict[str, str]
) -> None:
    picked = {"mentor": ["Maya Chen", "maya-7"]} if "mentor: Maya Chen" in text else {}
    await ana.say(text, picked=picked)
    assert house.bot.heard[-1].route == chat.Route("book")
    assert house.bot.heard[-1].answers == answers


async def test_the_menu_leads_from_command_to_option_to_value(ana: Visitor) -> None:
    commands = await ana.complete("/boo")
    assert [(item["label"], item["text"]) for item in commands["items"]] == [
        ("/book", "/book mentor: "),
        ("/bookings", "/bookings "),
    ]
    assert [item["send"] for item in commands["items"]] == [False, True]
    people = await ana.complete("/book mentor: ma")
    assert people["title"] == "mentor: Who you would like to meet"
    assert people["items"][0] == {
        "label": "Maya Chen",
        "hint": "",
        "text": "/book mentor: Maya Chen ",
        "send": False,
        "option": "mentor",
        "value": "maya-7",
    }
    left = await ana.complete("/book mentor: Maya Chen ", picked={"mentor": ["Maya Chen", "maya-7"]})
    assert [item["text"] for item in left["items"]] == [
        "/book mentor: Maya Chen length: ",
        "/book mentor: Maya Chen people: ",
    ]
    assert not left["eager"]
    lengths = await ana.complete("/book mentor: Maya Chen length: h")
    assert [item["label"] for item in lengths["items"]] == ["1 hour"]


async def test_staff_commands_are_offered_to_staff_only(
    house: Playhouse, http: aiohttp.ClientSession, ana: Visitor
) -> None:
    assert "/setup" not in [item["label"] for item in (await ana.complete("/"))["items"]]
    offered = await Visitor(house, http, "omar").complete("/se")
    assert [item["label"] for item in offered["items"]] == ["/setup"]


async def test_a_refused_form_stays_and_says_why(ana: Visitor) -> None:
    [_line, shown] = await ana.say("/review")
    body = await ana.press(
        "review.save:K7Q2M9", shown["id"], answers={"headline": "Hm"}, since=shown["change"]
    )
    assert body["changes"] == []
    assert "That is too short" in body["refused"]
    assert "Try again" not in body["refused"]
    [saved] = (
        await ana.press(
            "review.save:K7Q2M9", shown["id"], answers={"headline": "Great"}, since=shown["change"]
        )
    )["changes"]
    assert saved["id"] == shown["id"]


async def test_a_form_that_news_have_covered_is_still_refused_in_its_place(
    house: Playhouse, ana: Visitor
) -> None:
    form = replace(samples.review(), subject="booking:K7Q2M9")
    await house.door.deliver(ANA_DIRECT, form, ENGLISH, key="1", rings=True)
    await house.door.deliver(ANA_DIRECT, samples.confirmed(), ENGLISH, key="2", rings=False)
    [card, _line] = await ana.say("psst")
    body = await ana.press("review.save:K7Q2M9", card["id"], answers={"headline": "Hm"}, since=99)
    assert body["changes"] == []
    assert "That is too short" in body["refused"]
    assert "Try again" not in body["refused"]
