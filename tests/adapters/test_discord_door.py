"""The Discord door against the wire: what people in Discord see and do, and what is due to them."""

import asyncio
import gc
from collections.abc import AsyncIterator
from datetime import UTC, datetime

import discord
import pytest

from adapters.database import Database
from adapters.discord import DiscordDoor, DoorClosed
from core import chat
from core.chat import _, to
from core.ports import Rung, RungKind, Undeliverable
from tests.adapters.discord_parts import BRIEF, READER, House, TinyRouter, card, say, to_chat
from tests.databases import SqliteStock
from tests.doubles.discord import Channel, Chat, DiscordServer, Guild, Permission, User

pytestmark = pytest.mark.anyio

EVIL = "@everyone <@1> **bold** [click](https://evil.example)\n# Big\n<t:0:R> `code` ||spoiler||"


@pytest.fixture
async def house(sqlite_stock: SqliteStock, anyio_backend: str) -> AsyncIterator[House]:
    with sqlite_stock.fresh() as url:
        store = await Database.open(url)
        async with DiscordServer() as server:
            yield House(server, store, TinyRouter())
            assert not server.violations, server.violations
        await store.close()


@pytest.fixture
async def door(house: House, community: Guild) -> AsyncIterator[DiscordDoor]:
    async with house.door() as door:
        yield door


@pytest.fixture
async def ana(house: House) -> User:
    return house.server.add_user("Ana", locale="es-ES")


@pytest.fixture
async def community(house: House, ana: User) -> Guild:
    """Where Ana is a member, hosted by Olga."""
    guild = house.server.add_guild("Mentors", owner=house.server.add_user("Olga"), locale="de")
    guild.add_channel("general")
    guild.join(ana)
    return guild


@pytest.fixture
async def square(house: House, community: Guild, ana: User) -> Chat:
    """Ana in the community's channel."""
    return ana.in_guild(community, "general")


@pytest.fixture
async def alone(house: House, community: Guild, ana: User) -> Chat:
    """Ana in her direct messages with the bot."""
    return ana.in_dm()


# --- in ---------------------------------------------------------------------------------------


async def test_a_command_is_answered_with_a_screen_only_the_actor_sees(
    house: House, door: DiscordDoor, square: Chat, ana: User, community: Guild
) -> None:
    student = community.add_role("Student")
    community.members[ana.id].roles.append(student)
    shown = await square.command("book", mentor="Ben", minutes=30)
    assert "You said book" in shown.text
    assert shown.ephemeral
    heard = house.router.heard[0]
    assert heard.account == chat.Account("discord", str(ana.id), "Ana")
    assert heard.place == chat.Place("discord", str(community.id), "Mentors")
    assert heard.answers == {"mentor": "Ben", "minutes": "30"}
    assert (heard.locale, heard.may_manage, heard.roles) == ("es-ES", False, {str(student.id)})


async def test_in_direct_messages_the_answer_stays(house: House, door: DiscordDoor, alone: Chat) -> None:
    shown = await alone.command("show")
    assert not shown.ephemeral
    assert house.router.heard[0].place is None
    assert not house.router.heard[0].may_manage


async def test_a_public_screen_is_for_everybody_in_the_channel(
    house: House, door: DiscordDoor, square: Chat
) -> None:
    house.router.screens["show"] = chat.Screen(_("Come in"), private=False)
    assert not (await square.command("show")).ephemeral


async def test_discord_vouches_for_who_may_manage(house: House, door: DiscordDoor, community: Guild) -> None:
    host = house.server.add_user("Hana")
    community.join(host, permissions=Permission.MANAGE_GUILD)
    await host.in_guild(community, "general").command("policy")
    assert house.router.heard[0].may_manage


async def test_a_button_changes_its_own_screen(house: House, door: DiscordDoor, square: Chat) -> None:
    house.router.screens["show"] = card("K7Q2", "held")
    first = await square.command("show")
    second = await first.click("Cancel")
    assert second.message is first.message
    assert "You said booking.cancel:K7Q2" in first.text
    assert first.buttons == {}


async def test_two_buttons_may_lead_the_same_way(house: House, door: DiscordDoor, square: Chat) -> None:
    buttons = tuple(chat.Button(chat.Text(name), to("go", "a")) for name in ("One", "Two", "Three"))
    house.router.screens["show"] = chat.Screen(_("Where to?"), controls=buttons)
    shown = await square.command("show")
    assert len(set(shown.buttons.values())) == 3
    assert "You said go:a" in (await shown.click("Three")).text


async def test_a_choice_goes_to_the_route_of_its_option(
    house: House, door: DiscordDoor, square: Chat
) -> None:
    options = tuple(chat.Option(chat.Text(f"{n} min"), to("length", n), chosen=n == 60) for n in (30, 60))
    house.router.screens["show"] = chat.Screen(_("Length"), controls=(chat.Choice(_("How long?"), options),))
    shown = await square.command("show")
    assert shown.selects == {"How long?": ["30 min", "60 min"]}
    assert "You said length:30" in (await shown.select("30 min")).text


async def test_a_role_or_a_channel_of_the_community_can_be_picked(
    house: House, door: DiscordDoor, square: Chat, community: Guild
) -> None:
    house.router.screens["show"] = chat.Screen(
        _("Settings"), controls=(chat.Pick(_("Where to post"), chat.Entity.CHANNEL, to("set", "channel")),)
    )
    general = community.channel("general")
    await (await square.command("show")).select(general)
    assert house.router.heard[1].route == to("set", "channel")
    assert house.router.heard[1].answers == {"key": str(general.id), "name": "general"}


async def test_a_form_opens_at_once_and_its_answers_arrive(
    house: House, door: DiscordDoor, square: Chat
) -> None:
    house.router.screens["show"] = chat.Screen(_("Brief"), form=BRIEF)
    form = await square.command("show")
    assert form.title == "Your brief"
    assert set(form.fields) == {"Topic", "Notes", "Level", "I agree"}
    shown = await form.submit({"Topic": "Rust", "Level": "Advanced", "I agree": True})
    assert "You said brief.send" in shown.text
    assert house.router.heard[1].answers == {"topic": "Rust", "notes": "", "level": "2", "terms": "yes"}


async def test_a_form_after_a_form_is_opened_by_a_button(
    house: House, door: DiscordDoor, square: Chat
) -> None:
    house.router.screens |= {
        "show": chat.Screen(_("Start"), controls=(chat.Button(_("Brief"), to("brief.ask")),)),
        "brief.ask": chat.Screen(_("Brief"), form=BRIEF),
        "brief.send": chat.Screen(_("The topic is too short"), form=BRIEF),
    }
    start = await square.command("show")
    form = await start.click("Brief")
    again = await form.submit({"topic": "x", "level": "1"})
    assert again.message is start.message
    assert "The topic is too short" in again.text
    assert (await again.click("Your brief")).title == "Your brief"


async def test_what_is_typed_is_completed(house: House, door: DiscordDoor, square: Chat) -> None:
    offered = await square.autocomplete("book", {"mentor": "be"}, focused="mentor")
    assert offered == {"Ben": "mentor-ben", "Bea": "mentor-bea"}


async def test_a_slow_answer_is_announced_and_then_given(
    house: House, community: Guild, square: Chat
) -> None:
    house.router.slowness = 0.3
    house.router.screens["show"] = card("K7Q2", "held")
    async with house.door(patience=0.05):
        shown = await square.command("show")
        assert shown.exchange
        assert shown.exchange.response == discord.InteractionResponseType.deferred_channel_message.value
        assert shown.ephemeral
        assert "held" in shown.text
        pressed = await shown.click("Move")
        assert pressed.exchange
        assert pressed.exchange.response == discord.InteractionResponseType.deferred_message_update.value
        assert "You said booking.move:K7Q2" in shown.text


async def test_a_slow_form_is_opened_by_a_button(house: House, community: Guild, square: Chat) -> None:
    house.router.slowness = 0.3
    house.router.screens["show"] = chat.Screen(_("Brief"), form=BRIEF)
    async with house.door(patience=0.05):
        shown = await square.command("show")
        assert shown.buttons == {"Your brief": "brief.ask"}


async def test_a_double_delivery_is_answered_once(house: House, door: DiscordDoor, square: Chat) -> None:
    house.server.deliver_twice()
    await square.command("show")
    await square.command("show")
    assert len(house.router.heard) == 2
    assert not house.server.refused


async def test_old_buttons_and_forms_work_after_a_restart(
    house: House, community: Guild, square: Chat
) -> None:
    house.router.screens["show"] = card("K7Q2", "held")
    async with house.door():
        old = await square.command("show")
        house.router.screens["show"] = chat.Screen(_("Brief"), form=BRIEF)
        form = await square.command("show")
    async with house.door():
        assert "You said booking.move:K7Q2" in (await old.click("Move")).text
        assert "You said brief.send" in (await form.submit({"topic": "x", "level": "1"})).text


async def test_what_people_write_neither_pings_nor_formats(
    house: House, door: DiscordDoor, square: Chat, ana: User
) -> None:
    evil = EVIL.replace("<@1>", ana.mention)
    house.router.screens["show"] = chat.Screen(
        _("Review by {name}", name=evil),
        (
            chat.Paragraph(_("They say: {words}", words=evil)),
            chat.Facts((chat.Fact(_("Name"), evil),)),
            chat.Prose(chat.Markdown(evil)),
            chat.Card(_("{name}", name=evil), (_("{name}", name=evil),)),
        ),
        private=False,
    )
    shown = await square.command("show")
    assert not shown.message.pings
    unescaped = shown.text.replace("\\<", "").replace("\\[", "").replace("\\#", "")
    for mark in ("@everyone", "<@", "<t:", "\n# ", "[click]("):
        assert mark not in unescaped
    _title, plain, *_rest = shown.text.split("They say: ")[0], shown.text.split("They say: ")[1]
    assert r"\*\*bold\*\*" in plain.split("\n")[0]


async def test_even_the_longest_screen_fits(house: House, door: DiscordDoor, square: Chat) -> None:
    text = "very long words " * 400
    house.router.screens["show"] = chat.Screen(
        chat.Text(text),
        (
            chat.Prose(chat.Markdown("**bold** " * 900)),
            chat.Facts(tuple(chat.Fact(chat.Text(text), text) for _n in range(5))),
            *(chat.Card(chat.Text(text), (chat.Text(text),), _go(n)) for n in range(30)),
            chat.Note(chat.Text(text)),
        ),
        (*(_go(100 + n) for n in range(8)), chat.Link(chat.Text(text), "https://pay.example/" + "x" * 700)),
        files=(chat.File("week 1.png", b"png", "image/png", chat.Text(text)),),
    )
    shown = await square.command("show", timeout=10)
    assert {f"go:{100 + n}" for n in range(8)} <= set(shown.buttons.values())
    assert "…" in shown.text
    assert "x" * 700 in shown.text
    assert shown.files == {"week_1.png": b"png"}


def _go(number: int) -> chat.Button:
    return chat.Button(chat.Text(f"{number} " + "go there, it is worth it " * 9), to("go", number))


async def test_a_picture_leaves_with_its_screen(house: House, door: DiscordDoor, square: Chat) -> None:
    picture = chat.File("week.png", b"png", "image/png", _("Your week"))
    ticket = chat.File("s.ics", b"BEGIN", "text/calendar", _("The booking"))
    back = chat.Button(_("Back"), to("back"))
    house.router.screens |= {
        "show": chat.Screen(_("Week"), controls=(back,), files=(picture, ticket)),
        "back": chat.Screen(_("Home"), controls=(chat.Button(_("Week"), to("show")),)),
    }
    shown = await square.command("show")
    assert shown.files == {"week.png": b"png", "s.ics": b"BEGIN"}
    assert [file.description for file in shown.message.files] == ["Your week", "The booking"]
    assert (await shown.click("Back")).files == {}
    assert set((await shown.click("Week")).files) == {"week.png", "s.ics"}


async def test_times_are_native_in_texts_and_plain_in_labels(
    house: House, door: DiscordDoor, square: Chat
) -> None:
    when = chat.When(datetime(2026, 11, 21, 17, 0, tzinfo=UTC))
    house.router.screens["show"] = chat.Screen(
        _("Sessions"),
        (chat.Paragraph(_("It starts {at}", at=when)),),
        (chat.Button(_("Take {at}", at=when), to("take")),),
    )
    shown = await square.command("show")
    assert "It starts <t:1795280400:F>" in shown.text
    assert [label.replace("\u202f", " ") for label in shown.buttons] == ["Take Sat 21 Nov, 6:00 PM (Berlin)"]


async def test_a_screen_that_cannot_be_shown_says_so_with_a_reference(
    house: House, door: DiscordDoor, square: Chat
) -> None:
    options = tuple(chat.Option(chat.Text(str(n)), to("go", n)) for n in range(26))
    house.router.screens["show"] = chat.Screen(_("Too much"), controls=(chat.Choice(_("Which?"), options),))
    shown = await square.command("show")
    assert "Something went wrong" in shown.text
    assert shown.ephemeral


async def test_nothing_of_two_hundred_screens_is_kept(house: House, door: DiscordDoor, square: Chat) -> None:
    house.router.screens |= {"show": card("K7Q2", "held"), "brief.ask": chat.Screen(_("B"), form=BRIEF)}
    shown = await square.command("show")
    for _n in range(100):
        await square.press("show", message=shown.message)
        await square.press("brief.ask", message=shown.message)
    gc.collect()
    kept = [o for o in gc.get_objects() if isinstance(o, discord.ui.LayoutView | discord.ui.Modal)]
    assert len(kept) <= 1
    assert not door.line.persistent_views


# --- the commands -----------------------------------------------------------------------------


async def test_commands_are_registered_only_when_they_changed(house: House, community: Guild) -> None:
    for _n in range(2):
        async with house.door():
            pass
    assert house.server.command_syncs == 1
    house.router.commands = house.router.commands[:1]
    async with house.door():
        assert house.server.command_syncs == 2


async def test_commands_say_where_and_by_whom_they_can_be_used(house: House, door: DiscordDoor) -> None:
    book, policy, _show = house.server.commands[None]
    assert [(option["name"], option["type"]) for option in book["options"]] == [("mentor", 3), ("minutes", 4)]
    assert book["contexts"] == [0, 1]
    assert book["description_localizations"] == {"de": "Einen Mentor buchen"}
    assert policy["contexts"] == [0]
    assert policy["default_member_permissions"] == discord.Permissions(manage_guild=True).value


# --- out --------------------------------------------------------------------------------------


async def test_a_message_reaches_the_person_once_however_often_it_is_sent(
    door: DiscordDoor, ana: User
) -> None:
    for _n in range(2):
        await door.deliver(to_chat(ana), say("Tomorrow at ten"), READER, key="n1", rings=True)
    assert [message.text for message in ana.dms] == ["## Tomorrow at ten"]


async def test_a_bookings_card_is_edited_in_place(door: DiscordDoor, ana: User) -> None:
    await door.deliver(to_chat(ana), card("K7Q2", "held"), READER, key="n1", rings=True)
    await door.deliver(to_chat(ana), card("K7Q2", "confirmed"), READER, key="n2", rings=False)
    [message] = ana.dms
    assert "confirmed" in message.text
    assert message.edits


async def test_a_card_that_rings_comes_anew_and_the_old_one_goes(door: DiscordDoor, ana: User) -> None:
    await door.deliver(to_chat(ana), card("K7Q2", "held"), READER, key="n1", rings=True)
    for _n in range(2):
        await door.deliver(to_chat(ana), card("K7Q2", "confirmed"), READER, key="n2", rings=True)
    [message] = ana.dms
    assert "confirmed" in message.text
    assert not message.edits


async def test_a_card_that_was_deleted_comes_anew(house: House, door: DiscordDoor, ana: User) -> None:
    await door.deliver(to_chat(ana), card("K7Q2", "held"), READER, key="n1", rings=True)
    ana.dms[0].deleted = True
    await door.deliver(to_chat(ana), card("K7Q2", "confirmed"), READER, key="n2", rings=False)
    assert ["confirmed" in message.text for message in ana.dms] == [True]


async def test_the_answer_a_person_looks_at_follows_the_booking(
    house: House, door: DiscordDoor, square: Chat, ana: User
) -> None:
    house.router.screens["show"] = card("K7Q2", "held")
    shown = await square.command("show")
    await door.settled()
    await door.deliver(to_chat(ana), card("K7Q2", "confirmed"), READER, key="n1", rings=True)
    assert "confirmed" in shown.text
    assert "confirmed" in ana.dms[0].text


async def test_an_answer_that_shows_something_else_by_now_is_left_alone(
    house: House, door: DiscordDoor, square: Chat, ana: User
) -> None:
    house.router.screens["show"] = card("K7Q2", "held")
    shown = await square.command("show")
    await shown.click("Move")
    await door.settled()
    await door.deliver(to_chat(ana), card("K7Q2", "confirmed"), READER, key="n1", rings=True)
    assert "You said" in shown.text


async def test_an_answer_that_cannot_be_changed_any_more_hinders_nothing(
    house: House, door: DiscordDoor, square: Chat, ana: User
) -> None:
    house.router.screens["show"] = card("K7Q2", "held")
    shown = await square.command("show")
    shown.message.deleted = True
    await door.settled()
    await door.deliver(to_chat(ana), card("K7Q2", "confirmed"), READER, key="n1", rings=True)
    assert "confirmed" in ana.dms[0].text


async def test_a_card_opened_in_direct_messages_is_the_one_that_lives_on(
    house: House, door: DiscordDoor, alone: Chat, ana: User
) -> None:
    house.router.screens["show"] = card("K7Q2", "held")
    shown = await alone.command("show")
    await door.settled()
    await door.deliver(to_chat(ana), card("K7Q2", "confirmed"), READER, key="n1", rings=False)
    assert "confirmed" in shown.text
    assert len(ana.dms) == 1


async def test_a_nudge_calls_one_person_and_answers_only_them(
    house: House, door: DiscordDoor, community: Guild, ana: User, square: Chat
) -> None:
    general = community.channel("general")
    nudge = chat.Screen(_("You have news, @everyone"), controls=(chat.Button(_("Show me"), to("news")),))
    await door.deliver(_nudge(ana, general), nudge, READER, key="n1", rings=True)
    [message] = general.messages
    assert message.pings.users == {ana}
    assert not message.pings.everyone
    answer = await square.on(message).click("Show me")
    assert answer.ephemeral
    assert "You have news" in message.text


async def test_closed_direct_messages_are_final(house: House, door: DiscordDoor, ana: User) -> None:
    ana.close_dms()
    with pytest.raises(Undeliverable) as refused:
        await door.deliver(to_chat(ana), say("Hello"), READER, key="n1", rings=True)
    assert refused.value.permanent


async def test_a_channel_the_bot_may_not_write_in_is_final(
    house: House, door: DiscordDoor, community: Guild, ana: User
) -> None:
    secret = community.add_channel("secret", bot_denied=Permission.SEND_MESSAGES)
    with pytest.raises(Undeliverable) as refused:
        await door.deliver(_nudge(ana, secret), say("Hello"), READER, key="n1", rings=True)
    assert refused.value.permanent


@pytest.mark.parametrize("trouble", ["fails", "hangs", "limits"])
async def test_trouble_at_discord_is_worth_another_try(
    house: House, community: Guild, ana: User, trouble: str
) -> None:
    async with house.door(sending=0.4) as door:
        match trouble:
            case "fails":
                house.server.fail_next("/messages", method="POST", status=500, times=9)
            case "hangs":
                house.server.hang_next("/messages", method="POST")
            case "limits":
                house.server.rate_limit_next("/messages", method="POST", times=9, retry_after=1.0)
        with pytest.raises(Undeliverable) as refused:
            await door.deliver(to_chat(ana), say("Hello"), READER, key="n1", rings=True)
        assert not refused.value.permanent


async def test_a_role_is_given_and_taken(door: DiscordDoor, community: Guild, ana: User) -> None:
    student = community.add_role("Student")
    place, account, role = str(community.id), str(ana.id), str(student.id)
    await door.set_role(place, account, role, granted=True)
    assert community.roles_of(ana) == [student]
    await door.set_role(place, account, role, granted=False)
    assert community.roles_of(ana) == []


async def test_a_role_above_the_bots_own_is_final(door: DiscordDoor, community: Guild, ana: User) -> None:
    lords = community.add_role("Lords", position=500)
    with pytest.raises(Undeliverable) as refused:
        await door.set_role(str(community.id), str(ana.id), str(lords.id), granted=True)
    assert refused.value.permanent


# --- the line ---------------------------------------------------------------------------------


async def test_a_bad_token_is_one_clear_error(house: House) -> None:
    with pytest.raises(DoorClosed, match="token"):
        async with house.door(token="not.the.token"):
            pass
    house.server.violations.clear()


async def test_a_community_is_greeted_through_its_owner(house: House, community: Guild) -> None:
    house.router.greeting = say("Thank you for having me")
    async with house.door():
        await house.server.wait_for(lambda: community.owner.dms)
        place, owner, locale = house.router.homes[0]
        assert (place.name, owner.key, locale) == ("Mentors", str(community.owner.id), "de")
        second = house.server.add_guild("More", owner=house.server.add_user("Max"))
        await house.server.wait_for(lambda: second.owner.dms)


async def test_an_owner_who_cannot_be_greeted_hinders_nothing(
    house: House, community: Guild, square: Chat
) -> None:
    house.router.greeting = say("Thank you for having me")
    community.owner.close_dms()
    async with house.door():
        assert "You said" in (await square.command("show")).text


async def test_what_comes_again_after_an_outage_is_not_answered_again(
    house: House, door: DiscordDoor, square: Chat
) -> None:
    await square.command("show")
    await house.server.drop_connections(deliver_again=2)
    await house.server.wait_until_ready()
    await square.command("show")
    assert len(house.router.heard) == 2


async def test_an_event_that_ends_the_library_does_not_end_the_door(
    house: House, door: DiscordDoor, square: Chat
) -> None:
    house.server.gateway.dispatch("GUILD_CREATE", {"id": "nonsense"})
    await house.server.wait_for(lambda: len(house.router.homes) == 2)
    assert "You said" in (await square.command("show")).text


async def test_what_is_being_answered_is_answered_before_the_door_closes(
    house: House, community: Guild, square: Chat
) -> None:
    house.router.slowness = 0.2
    async with house.door():
        answer = asyncio.ensure_future(square.command("show"))
        await house.server.wait_for(lambda: house.router.heard)
    assert "You said" in (await answer).text


def _nudge(user: User, channel: Channel) -> Rung:
    return Rung("discord", RungKind.NUDGE, str(user.id), str(channel.id))
