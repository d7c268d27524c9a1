"""Whatever a person can send through a Discord client reaches an unmodified discord.py as its own types."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import aiohttp
import discord
import pytest
from discord import app_commands, ui

from tests.doubles.discord import Permission, schemas
from tests.doubles.discord_bot import Scene, Screen, on_stage

pytestmark = pytest.mark.anyio

pack = app_commands.Group(name="pack", description="Packs")


@pack.command(description="Buy a pack")
async def buy(
    interaction: discord.Interaction, mentor: discord.Member, size: app_commands.Range[int, 1, 10]
) -> None:
    await interaction.response.send_message(f"{size} with {mentor.display_name}", ephemeral=True)


@app_commands.command(description="Attach a file")
async def attach(
    interaction: discord.Interaction, file: discord.Attachment, where: discord.TextChannel
) -> None:
    await interaction.response.defer()
    content = (await file.read()).decode()
    await interaction.followup.send(f"{file.filename}: {content} in {where.name}")
    await interaction.followup.send("and more", ephemeral=True)
    await interaction.delete_original_response()


@app_commands.command(description="Ask everything")
async def ask(interaction: discord.Interaction) -> None:
    form = ui.Modal(title="Everything", custom_id="everything")
    options = [discord.RadioGroupOption(label=name, value=name.lower()) for name in ("Yes", "No")]
    days = [discord.CheckboxGroupOption(label=name, value=name.lower()) for name in ("Mon", "Tue")]
    form.add_item(ui.Label(text="Sure?", component=ui.RadioGroup[Any](custom_id="sure", options=options)))
    form.add_item(ui.Label(text="Days", component=ui.CheckboxGroup[Any](custom_id="days", options=days)))
    form.add_item(ui.Label(text="Agreed", component=ui.Checkbox[Any](custom_id="agreed")))
    form.add_item(ui.Label(text="Proof", component=ui.FileUpload[Any](custom_id="proof", required=False)))
    form.add_item(ui.Label(text="With", component=ui.UserSelect[Any](custom_id="with", required=False)))
    form.stop()
    await interaction.response.send_modal(form)


@app_commands.context_menu(name="Book this mentor")
async def book_member(interaction: discord.Interaction, member: discord.Member) -> None:
    await interaction.response.send_message(f"Book {member.display_name}", view=people(), ephemeral=True)


def people() -> ui.View:
    view = ui.View()
    view.add_item(ui.UserSelect(custom_id="who", placeholder="With whom?"))
    view.stop()
    return view


async def hear(interaction: discord.Interaction) -> None:
    data: Any = interaction.data
    if data.get("custom_id") == "everything":
        answers = {p["component"]["custom_id"]: p["component"] for p in data["components"]}
        told = {key: answer.get("value", answer.get("values")) for key, answer in answers.items()}
        proof = [each["filename"] for each in data.get("resolved", {}).get("attachments", {}).values()]
        await interaction.response.send_message(f"{told['sure']} {told['days']} {told['agreed']} {proof}")
    elif data.get("custom_id") == "who":
        await interaction.response.edit_message(content=f"With {data['values']}", view=None)


@pytest.fixture
async def scene(anyio_backend: str) -> AsyncIterator[Scene]:
    async with on_stage() as scene:
        everything: tuple[Any, ...] = (pack, attach, ask, book_member)
        for command in everything:
            scene.bot.tree.add_command(command)
        scene.bot.remove_listener(scene.bot.route, "on_interaction")
        scene.bot.add_listener(hear, "on_interaction")
        await scene.bot.tree.sync()
        yield scene
        assert scene.server.violations == []


async def test_a_sub_command_takes_a_person_and_a_number(scene: Scene) -> None:
    ben = scene.server.add_user("Ben")
    scene.guild.join(ben)
    assert (await scene.chat.command("pack buy", mentor=ben, size=4)).text == "4 with Ben"
    with pytest.raises(AssertionError, match="above max_value"):
        await scene.chat.command("pack buy", mentor=ben, size=11)


async def test_a_file_given_to_a_command_is_read_and_follow_ups_follow(scene: Scene) -> None:
    where = scene.chat.channel
    shown = await scene.chat.command("attach", file=("cv.txt", b"me"), where=where)
    await scene.server.wait_for(lambda: shown.message.deleted)
    assert shown.message.text == "cv.txt: me in general"
    assert shown.text == ""
    assert [each.text for each in shown.followups] == ["and more"]
    assert where.messages == []


async def test_a_form_with_every_kind_of_input_is_filled_in(scene: Scene) -> None:
    form = await scene.chat.command("ask")
    with pytest.raises(AssertionError, match="'Sure\\?' must be chosen"):
        await form.submit({"Days": ["Mon"]})
    answers = {
        "Sure?": "Yes",
        "Days": ["Mon", "tue"],
        "Agreed": True,
        "Proof": ("id.png", b"x"),
        "with": scene.ana,
    }
    assert (await form.submit(answers)).text == "yes ['mon', 'tue'] True ['id.png']"


async def test_a_context_menu_and_a_choice_of_people(scene: Scene) -> None:
    shown = await scene.chat.use_on("Book this mentor", scene.guild.owner)
    assert shown.text == "Book Olga"
    shown = await shown.select(scene.ana)
    assert shown.text == f"With ['{scene.ana.id}']"
    assert shown.components == []


async def test_the_bot_speaks_only_where_it_may(scene: Scene) -> None:
    quiet = scene.guild.add_channel("quiet", bot_denied=int(Permission.SEND_MESSAGES))
    secret = scene.guild.add_channel("secret", bot_denied=int(Permission.VIEW_CHANNEL))
    for place, code in ((quiet, 50013), (secret, 50001)):
        with pytest.raises(discord.Forbidden) as refused:
            await scene.bot.get_partial_messageable(place.id).send("Hello")
        assert refused.value.code == code


async def test_shards_share_the_guilds(anyio_backend: str) -> None:
    async with on_stage(shards=2) as scene:
        await scene.server.wait_until_ready()
        second = scene.server.add_guild("Second", owner=scene.ana)
        while (second.id >> 22) % 2 == (scene.guild.id >> 22) % 2:
            scene.server.advance(timedelta(milliseconds=1))  # a shard is chosen by when a guild was made
            second = scene.server.add_guild("Second", owner=scene.ana)
        await scene.server.wait_for(lambda: scene.bot.get_guild(second.id))
        for chat in (scene.chat, scene.ana.in_guild(second), scene.ana.in_dm()):
            assert (await chat.command("book", mentor="ben")).text == "## Book ben"
        assert [session.shard for session in scene.server.gateway.sessions] == [0, 1]
        assert scene.server.violations == []


async def test_a_request_without_shape_or_token_or_route_is_refused(anyio_backend: str) -> None:
    async with on_stage() as scene, aiohttp.ClientSession() as session:
        base, token = f"{scene.server.api_base}/api/v10", {"Authorization": f"Bot {scene.server.token}"}
        messages = f"{base}/channels/{scene.chat.channel.id}/messages"
        tries = [
            (messages, {"data": b"{", "headers": token}, 400, 50109),
            (messages, {"json": {"components": 7}, "headers": token}, 400, 50035),
            (messages, {"json": {"content": "x"}}, 401, 0),
            (f"{base}/nowhere", {"headers": token}, 404, 0),
            (f"{base}/webhooks/{scene.server.bot.id}/forged", {"json": {"content": "x"}}, 404, 10015),
        ]
        for url, body, status, code in tries:
            async with session.post(url, **body) as answer:  # type: ignore[arg-type]
                assert (answer.status, (await answer.json())["code"]) == (status, code)
        assert len(scene.server.violations) == len(tries)


@pytest.mark.usefixtures("anyio_backend")
async def test_the_official_descriptions_are_asked_where_they_are_given(scene: Scene) -> None:
    faults = schemas.event_faults("Interaction", {"id": 1}), schemas.event_faults("Ready", {"v": "ten"})
    wrong = schemas.request_faults("POST", "/channels/{channel_id}/messages", {"content": 7})
    assert [bool(each) for each in (*faults, wrong)] == [schemas.folder() is not None] * 3
    sent = await scene.channel.send(view=Screen("x"))
    assert schemas.request_faults("POST", "/channels/{channel_id}/messages", {"nonce": sent.id}) == []
