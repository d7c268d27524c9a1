"""The checks of the Discord double bite: what breaks a limit is refused with Discord's error, and recorded."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator
from typing import Any

import discord
import pytest
from discord import ui

from tests.doubles.discord_bot import Bot, Brief, Scene, Screen, button, on_stage

pytestmark = pytest.mark.anyio


@pytest.fixture
async def scene(anyio_backend: str) -> AsyncIterator[Scene]:
    async with on_stage() as scene:
        yield scene


def row(*items: ui.Item[Any]) -> ui.View:
    view = ui.View()
    for item in items:
        view.add_item(item)
    view.stop()
    return view


def too_many_components() -> ui.LayoutView:
    view = ui.LayoutView()
    texts = [ui.TextDisplay[Any]("x") for _ in range(39)]
    view.add_item(ui.Container(*texts))
    view._total_children = 0
    view.add_item(ui.TextDisplay("y"))
    view.stop()
    return view


def option(value: str) -> discord.SelectOption:
    return discord.SelectOption(label="Same", value=value)


BREACHES: dict[str, tuple[dict[str, Any], str]] = {
    "label": ({"view": row(button("x" * 81, "a"))}, "label"),
    "no label": ({"view": row(button(" ", "a"))}, "label"),
    "custom id": ({"view": row(button("x", "a" * 101))}, "custom_id"),
    "same custom id": ({"view": row(button("x", "a"), button("y", "a"))}, "COMPONENT_CUSTOM_ID_DUPLICATED"),
    "link": ({"view": row(ui.Button(label="x", url="ftp://example.org/"))}, "URL_TYPE_INVALID_SCHEME"),
    "same value": ({"view": row(ui.Select(options=[option("1"), option("1")]))}, "VALUE_DUPLICATED"),
    "no options": ({"view": row(ui.Select(custom_id="a"))}, "options"),
    "min above max": ({"view": row(ui.Select(min_values=2, options=[option("1")]))}, "min_values"),
    "placeholder": ({"view": row(ui.Select(placeholder="x" * 151, options=[option("1")]))}, "placeholder"),
    "content": ({"content": "x" * 2001}, "content"),
    "empty": ({"content": " "}, "50006"),
    "long texts": ({"view": Screen("x" * 4001)}, "COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED"),
    "41 components": ({"view": too_many_components()}, "40 or fewer"),
    "content beside v2": ({"view": Screen("x"), "content": "y"}, "LEGACY_FIELDS"),
    "lost file": ({"embed": discord.Embed(title="x").set_image(url="attachment://no.png")}, "not found"),
    "embeds": ({"embeds": [discord.Embed(description="x" * 3001)] * 2}, "MAX_EMBED_SIZE_EXCEEDED"),
    "big file": ({"file": discord.File(io.BytesIO(b"x" * (10 * 1024 * 1024 + 1)), "x")}, "40005"),
}


@pytest.mark.parametrize("breach", BREACHES)
async def test_a_message_beyond_a_limit_is_refused_and_recorded(scene: Scene, breach: str) -> None:
    body, reason = BREACHES[breach]
    channel = scene.channel
    with pytest.raises(discord.HTTPException) as refused:
        await channel.send(**body)
    [violation] = scene.server.violations
    assert refused.value.code == violation.code
    assert reason in f"{violation.code} {violation.errors}"
    assert scene.chat.channel.messages == []


async def test_the_components_v2_flag_stays(scene: Scene) -> None:
    channel = scene.channel
    sent = await channel.send(view=Screen("x"))
    with pytest.raises(discord.HTTPException, match="cannot be used"):
        await sent.edit(content="plain", view=None)
    with pytest.raises(discord.HTTPException, match="cannot be removed"):
        await scene.bot.http.request(
            discord.http.Route("PATCH", f"/channels/{channel.id}/messages/{sent.id}"), json={"flags": 0}
        )
    assert len(scene.server.violations) == 2


async def test_a_form_beyond_a_limit_or_out_of_turn_is_refused(scene: Scene) -> None:
    too_long = Brief()
    too_long.title = "x" * 46
    scene.server.hang_next("/callback").release()
    with pytest.raises(AssertionError):
        await scene.chat.command("book", mentor="ben", timeout=0.1)
    await scene.server.wait_for(lambda: scene.bot.seen)
    seen = scene.bot.seen
    post = scene.bot.http.request
    answer = discord.http.Route("POST", f"/interactions/{seen[0].id}/{seen[0].token}/callback")
    with pytest.raises(discord.HTTPException, match="between 1 and 45"):
        await post(answer, json={"type": 9, "data": too_long.to_dict()})
    with pytest.raises(discord.HTTPException, match=r"one of \{4, 5, 9\}"):
        await post(answer, json={"type": 7, "data": {"content": "x"}})
    await post(answer, json={"type": 5})
    with pytest.raises(discord.HTTPException, match="already been acknowledged"):
        await post(answer, json={"type": 9, "data": Brief().to_dict()})
    assert [each.code for each in scene.server.violations] == [50035, 50035, 40060]


async def test_commands_beyond_a_limit_are_refused(scene: Scene) -> None:
    body: list[dict[str, Any]] = [
        {"name": "Book", "description": "x" * 101},
        {"name": "ok", "description": "x", "name_localizations": {"tlh": "jav"}},
    ]
    with pytest.raises(discord.HTTPException):
        await scene.bot.http.bulk_upsert_global_commands(scene.server.bot.id, payload=body)
    [violation] = scene.server.violations
    assert set(violation.errors) == {"0", "1"}
    assert set(violation.errors["0"]) == {"name", "description"}


async def test_a_wrong_token_is_turned_away(scene: Scene) -> None:
    with pytest.raises(discord.LoginFailure):
        async with Bot() as stranger:
            await stranger.login("wrong")
    assert [each.status for each in scene.server.violations] == [401]
