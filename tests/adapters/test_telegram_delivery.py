"""What is due to a person on Telegram: it arrives once, where it belongs, or says why it does not."""

import asyncio
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from adapters.telegram import rows, shown
from adapters.telegram.door import TelegramDoor
from core import chat
from core.people import communities
from core.ports import Undeliverable
from tests.adapters.discord_parts import READER, card, say
from tests.adapters.telegram_parts import House, in_group, in_private
from tests.doubles.telegram import Chat, Hands, User

pytestmark = pytest.mark.anyio
pytest_plugins = ["tests.adapters.telegram_fixtures"]

NEWS = say("News")


async def deliver(
    door: TelegramDoor, user: User, screen: chat.Screen, key: str, *, rings: bool = True
) -> None:
    await door.deliver(in_private(user), screen, READER, key=key, rings=rings)


async def test_news_arrives_once_however_often_it_is_sent(
    door: TelegramDoor, phone: Hands, ana: User
) -> None:
    await deliver(door, ana, NEWS, "n:1")
    await deliver(door, ana, NEWS, "n:1")
    assert [message.text for message in phone.chat.said] == ["News"]


async def test_a_card_is_changed_in_place_where_it_does_not_ring(
    door: TelegramDoor, phone: Hands, ana: User
) -> None:
    await deliver(door, ana, card("K7", "held"), "n:1")
    first = phone.last
    await deliver(door, ana, card("K7", "confirmed"), "n:2", rings=False)
    assert phone.chat.said == [first]
    assert "confirmed" in first.text


async def test_a_card_that_rings_is_sent_anew_and_the_old_one_goes(
    door: TelegramDoor, phone: Hands, ana: User
) -> None:
    await deliver(door, ana, card("K7", "held"), "n:1")
    first = phone.last
    await deliver(door, ana, card("K7", "confirmed"), "n:2")
    assert first.deleted
    assert [("confirmed" in message.text) for message in phone.chat.said] == [True]


async def test_a_card_that_was_deleted_is_sent_anew(door: TelegramDoor, phone: Hands, ana: User) -> None:
    await deliver(door, ana, card("K7", "held"), "n:1")
    phone.delete(phone.last)
    await deliver(door, ana, card("K7", "confirmed"), "n:2", rings=False)
    assert "confirmed" in phone.last.text


async def test_an_answer_with_a_subject_is_what_news_change(
    house: House, door: TelegramDoor, phone: Hands, ana: User
) -> None:
    house.router.screens["show"] = card("K7", "held")
    phone.say("/show")
    await house.heard(door)
    shown = phone.last
    await deliver(door, ana, card("K7", "confirmed"), "n:1", rings=False)
    assert "confirmed" in shown.text


async def test_a_message_that_shows_something_else_by_now_is_left_alone(
    house: House, door: TelegramDoor, phone: Hands, ana: User
) -> None:
    await deliver(door, ana, card("K7", "held"), "n:1")
    await phone.press("Move")
    await house.heard(door)
    other = phone.last
    await deliver(door, ana, card("K7", "confirmed"), "n:2", rings=False)
    assert "You said booking.move" in other.text
    assert "confirmed" in phone.last.text


async def test_news_do_not_take_away_a_message_that_was_pressed_as_they_came(
    house: House, phone: Hands, ana: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The old card goes once the new one stands, unless it shows something else by then."""
    async with house.door() as door:
        await deliver(door, ana, card("K7", "held"), "n:1")
        pressed, keep, answered = phone.last, house.store.keep, asyncio.Event()

        async def late(verb: Any, /, *args: Any, **kwargs: Any) -> Any:
            if verb is shown.begin:
                await phone.press("Move", on=pressed)
                async with asyncio.timeout(60):
                    await answered.wait()
            kept = await keep(verb, *args, **kwargs)
            if verb is shown.note:
                answered.set()
            return kept

        monkeypatch.setattr(house.store, "keep", late)
        await deliver(door, ana, card("K7", "confirmed"), "n:2")
        await house.heard(door)
    assert "You said" in pressed.text
    assert pressed in phone.messages


# --- what goes wrong --------------------------------------------------------------------------


async def test_who_blocked_the_bot_is_out_of_reach_for_good(
    door: TelegramDoor, phone: Hands, ana: User
) -> None:
    phone.block()
    with pytest.raises(Undeliverable, match="blocked") as no:
        await deliver(door, ana, NEWS, "n:1")
    assert no.value.permanent
    phone.unblock()
    await deliver(door, ana, NEWS, "n:1")
    assert phone.last.text == "News"


async def test_so_is_who_never_started_it_or_is_gone(house: House, door: TelegramDoor, group: Chat) -> None:
    cleo = house.server.add_user("Cleo")
    gone = house.server.add_user("Ben", started=True)
    house.server.deactivate(gone)
    for user in (cleo, gone):
        with pytest.raises(Undeliverable) as no:
            await deliver(door, user, NEWS, "n:1")
        assert no.value.permanent


async def test_a_short_pause_is_waited_and_a_long_one_is_left_to_later(
    house: House, door: TelegramDoor, phone: Hands, ana: User
) -> None:
    house.server.limit_next("sendMessage", retry_after=1)
    await deliver(door, ana, NEWS, "n:1")
    house.server.limit_next("sendMessage", retry_after=300)
    for _again in range(3):
        with pytest.raises(Undeliverable, match="pause") as no:
            await deliver(door, ana, NEWS, "n:2")
        assert not no.value.permanent
    assert len(phone.chat.said) == 1


async def test_silence_is_tried_once_more_and_then_believed(
    house: House, door: TelegramDoor, phone: Hands, ana: User
) -> None:
    house.server.drop_next("sendMessage", times=2, after=True)
    for _twice in range(2):
        with pytest.raises(Undeliverable) as no:
            await deliver(door, ana, NEWS, "n:1")
        assert not no.value.permanent
    await deliver(door, ana, NEWS, "n:1")
    assert [message.text for message in phone.chat.said] == ["News", "News"]


async def test_an_error_that_says_no_is_tried_as_often_as_it_takes(
    house: House, door: TelegramDoor, phone: Hands, ana: User
) -> None:
    house.server.fail_next("sendMessage", status=500, times=4)
    for _each in range(4):
        with pytest.raises(Undeliverable):
            await deliver(door, ana, NEWS, "n:1")
    await deliver(door, ana, NEWS, "n:1")
    assert [message.text for message in phone.chat.said] == ["News"]


async def test_telegram_that_hangs_is_not_waited_for(house: House, ana: User) -> None:
    async with house.door(sending=0.2) as door:
        fault = house.server.hang_next("sendMessage")
        with pytest.raises(Undeliverable) as no:
            await deliver(door, ana, NEWS, "n:1")
        fault.release()
        assert not no.value.permanent


@pytest.mark.parametrize("account", ["", "ana", "-", "1" * 30, "٣"])
async def test_what_is_no_account_is_out_of_reach(door: TelegramDoor, ana: User, account: str) -> None:
    with pytest.raises(Undeliverable) as no:
        await door.deliver(replace(in_private(ana), account=account), NEWS, READER, key="n", rings=True)
    assert no.value.permanent


# --- groups -----------------------------------------------------------------------------------


async def test_a_nudge_calls_one_person_in_the_group(door: TelegramDoor, group: Chat, ana: User) -> None:
    await door.deliver(in_group(ana, group), NEWS, READER, key="n:1", rings=True)
    [called] = [entity for entity in group.said[-1].entities if entity["type"] == "text_mention"]
    assert called["user"]["id"] == ana.id


async def test_a_nudge_may_go_into_a_topic(house: House, door: TelegramDoor, ana: User) -> None:
    forum = house.server.add_group("Forum", owner=ana, is_forum=True)
    house.server.add_bot(forum, ana, as_admin=True)
    topic = house.server.open_topic(forum, "News", ana)
    await door.deliver(in_group(ana, forum, topic.id), NEWS, READER, key="n:1", rings=True)
    assert forum.said[-1].thread == topic.id


async def test_a_group_that_removed_the_bot_is_not_written_to(
    house: House, door: TelegramDoor, group: Chat, ana: User
) -> None:
    house.server.remove_bot(group, next(member.user for member in group.admins()))
    await house.heard(door)
    asked = len(house.server.log)
    with pytest.raises(Undeliverable) as no:
        await door.deliver(in_group(ana, group), NEWS, READER, key="n:1", rings=True)
    assert no.value.permanent
    assert not any("sendMessage" in line for line in house.server.log[asked:])


async def test_a_group_that_grew_is_followed(
    house: House, door: TelegramDoor, group: Chat, ana: User
) -> None:
    now = datetime.now(UTC)
    place = chat.Place("telegram", str(group.id), "Mentors")
    community, _is_new = await house.store.write(communities.host, place, now=now)
    new = house.server.migrate(group)
    await door.deliver(in_group(ana, group), NEWS, READER, key="n:1", rings=True)
    assert "News" in new.said[-1].text
    await house.heard(door)
    moved = await house.store.read(communities.at, chat.Place("telegram", str(new.id), ""))
    assert moved
    assert moved.id == community.id


async def test_a_mentor_gets_a_tag(house: House, door: TelegramDoor, ana: User) -> None:
    olga = house.server.add_user("Olga")
    made = house.server.add_group("Mentors", owner=olga, is_super=True)
    house.server.join(made, ana)
    house.server.add_bot(made, olga, as_admin=True)
    await door.set_role(str(made.id), str(ana.id), "Mentor", granted=True)
    assert made.member(ana).tag == "Mentor"
    await door.set_role(str(made.id), str(ana.id), "Mentor", granted=False)
    assert not made.member(ana).tag


async def test_a_tag_that_cannot_be_given_is_given_up(door: TelegramDoor, group: Chat, ana: User) -> None:
    for role in ("Mentor", "", "x" * 17):
        with pytest.raises(Undeliverable) as no:
            await door.set_role(str(group.id), str(ana.id), role, granted=True)
        assert no.value.permanent


async def test_what_is_old_is_forgotten(house: House, door: TelegramDoor, phone: Hands, ana: User) -> None:
    phone.say("/show")
    await house.heard(door)
    await deliver(door, ana, card("K7", "held"), "n:1")
    await house.store.keep(rows.purge, now=datetime(2100, 1, 1, tzinfo=UTC))
    await deliver(door, ana, card("K7", "held"), "n:1", rings=False)
    assert len(phone.chat.said) == 3
