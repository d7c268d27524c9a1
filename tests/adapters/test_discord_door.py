"""The way into the Discord door, against the wire: what people see and do there."""

import gc
from datetime import UTC, date, datetime, timedelta

import discord
import pytest

from adapters.discord.door import DiscordDoor
from core import chat
from core.chat import _, to
from tests.adapters.discord_parts import BRIEF, READER, House, card, to_chat
from tests.doubles.discord import Chat, Guild, Permission, User

pytestmark = pytest.mark.anyio
pytest_plugins = ["tests.adapters.discord_fixtures"]

EVIL = "@everyone <@1> **bold** [click](https://evil.example)\n# Big\n<t:0:R> `code` ||spoiler||"


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
    assert heard.roles == frozenset({str(student.id)})
    assert heard.locale == "es-ES"
    assert not heard.may_manage


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
    assert "They say: @\u200beveryone" in shown.text
    assert r"\*\*bold\*\* \[click\](https://evil.example)" in shown.text


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
    shown = await square.command("show")
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


async def test_a_week_is_a_picture_above_the_choice_that_takes_its_times(
    house: House, door: DiscordDoor, square: Chat, ana: User
) -> None:
    free = chat.FreeTime(datetime(2026, 11, 26, 9, tzinfo=UTC), to("take", "1"))
    week = chat.Week(_("Free times"), date(2026, 11, 23), timedelta(hours=1), (free,), date(2026, 11, 26))
    take = chat.Choice(_("Free times"), (chat.Option(_("{time}", time=chat.When(free.at)), free.route),))
    screen = chat.Screen(_("Which time?"), controls=(take,), week=week)
    house.router.screens |= {"show": screen, "take": chat.Screen(_("Held"))}
    shown = await square.command("show")
    [picture] = shown.message.files
    assert picture.name == "week.png"
    assert picture.content.startswith(b"\x89PNG")
    assert (picture.description or "").replace("\u202f", " ") == (
        "Free times, in Europe/Berlin: Thu, Nov 26 (1 time: 10:00 AM)."
    )
    assert (await shown.select(next(iter(shown.selects["Free times"])))).files == {}
    await door.deliver(to_chat(ana), screen, READER, key="1", rings=True)
    assert [file.name for file in ana.dms[-1].files] == ["week.png"]


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
    assert [label.replace("\u202f", " ") for label in shown.buttons] == ["Take Sat, Nov 21, 6:00 PM (Berlin)"]


async def test_a_screen_that_cannot_be_shown_says_so_with_a_reference(
    house: House, door: DiscordDoor, square: Chat
) -> None:
    options = tuple(chat.Option(chat.Text(str(n)), to("go", n)) for n in range(26))
    house.router.screens["show"] = chat.Screen(_("Too much"), controls=(chat.Choice(_("Which?"), options),))
    shown = await square.command("show")
    assert "Something went wrong" in shown.text
    assert shown.ephemeral


def _views() -> list[object]:
    gc.collect()
    return [o for o in gc.get_objects() if isinstance(o, discord.ui.LayoutView | discord.ui.Modal)]


async def test_nothing_of_a_hundred_screens_is_kept(house: House, door: DiscordDoor, square: Chat) -> None:
    house.router.screens |= {"show": card("K7Q2", "held"), "brief.ask": chat.Screen(_("B"), form=BRIEF)}
    shown = await square.command("show")
    before = len(_views())
    for _n in range(50):
        await square.press("show", message=shown.message)
        await square.press("brief.ask", message=shown.message)
    assert len(_views()) <= before + 1
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
