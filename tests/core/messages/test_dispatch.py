"""Sending: each notice once, by the first door that works, late only while it is worth it."""

import asyncio
from contextlib import suppress
from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from adapters.database import Database
from core import chat
from core.booking import attendance, diary
from core.booking.life import Booking
from core.desk import joining
from core.messages import dispatch, notices, outbox
from core.messages.outbox import Notice, NoticeState
from core.people import governing, people
from core.ports import RungKind
from tests import cast
from tests.cast import HOUR, MINUTE, MONDAY, TUESDAY_TEN, Cast
from tests.core.messages.desk import Chat, compose, planned

pytestmark = pytest.mark.anyio
SECOND = timedelta(seconds=1)
ANA, BEN, MAIL = "discord:ana", "discord:ben", "ana@example.org"


@pytest.fixture
async def troupe(db: Database) -> Cast:
    troupe = await db.write(cast.enter)
    await deliver(db, Chat(), now=MONDAY)  # the news of Ben's approval
    return troupe


async def deliver(db: Database, *chats: Chat, now: datetime) -> datetime | None:
    platforms = {platform.platform: platform for platform in chats}
    return await dispatch.deliver_due(db, platforms, compose, now=now)


async def booked(db: Database, troupe: Cast) -> Booking:
    return await db.write(cast.book, troupe.ben, troupe.ana)


async def notice(db: Database, troupe: Cast, kind: str) -> Notice:
    return (await db.read(planned, troupe.ana.id))[kind]


async def test_news_goes_out_at_once_and_reminders_in_their_time(db: Database, troupe: Cast) -> None:
    await booked(db, troupe)
    door = Chat()
    due = await deliver(db, door, now=MONDAY)
    assert (door.words_to(ANA), door.words_to(BEN)) == (["confirmed"], ["booked"])
    assert due == MONDAY + 10 * MINUTE  # the warning of the hold, which will be stale
    for _ in range(2):
        due = await deliver(db, door, now=due or MONDAY)
    assert due == TUESDAY_TEN - HOUR
    await deliver(db, door, now=TUESDAY_TEN - HOUR)
    assert door.words_to(BEN) == ["booked", "reminder.1440", "reminder.60"]


async def test_two_dispatchers_at_once_send_each_notice_once(db: Database, troupe: Cast) -> None:
    for number in range(5):
        student = await db.write(cast.person, f"Student {number}")
        await db.write(cast.book, troupe.ben, student, TUESDAY_TEN + number * 2 * HOUR)
    door = Chat()
    await asyncio.gather(*(deliver(db, door, now=MONDAY) for _ in range(4)))
    keys = [sent.key for sent in door.shown]
    assert len(keys) == len(set(keys)) == 10


async def test_two_workers_who_fan_out_at_once_make_each_notice_once(db: Database, troupe: Cast) -> None:
    await booked(db, troupe)
    await asyncio.gather(*(db.write(notices.fan_out, now=MONDAY) for _ in range(4)))
    assert len(await db.read(planned, troupe.ana.id)) == 5
    total = await db.read(lambda s: s.scalar(select(func.count(Notice.id))))
    assert total == 5 + 5 + 1  # Ana's, Ben's, and Hana's of Ben's application


async def test_one_broken_notice_holds_up_no_other_and_is_given_up_in_the_end(
    db: Database, troupe: Cast
) -> None:
    await booked(db, troupe)
    door, now = Chat(), MONDAY

    def breaks(session: Session, notice: Notice, now: datetime) -> dispatch.Letter:
        if notice.kind == "confirmed":
            raise KeyError("a bug of ours")
        return compose(session, notice, now)

    for _ in range(outbox.MOST_ATTEMPTS + 1):
        with suppress(KeyError):
            await dispatch.deliver_due(db, {door.platform: door}, breaks, now=now)
        now += 2 * outbox.LEASE
    assert "booked" in door.words_to(BEN)
    assert (await notice(db, troupe, "confirmed")).state is NoticeState.DEAD


# --- late -------------------------------------------------------------------------------------


async def test_after_downtime_a_reminder_within_its_limit_is_sent(db: Database, troupe: Cast) -> None:
    await booked(db, troupe)
    await deliver(db, Chat(), now=MONDAY)
    door = Chat()
    await deliver(db, door, now=TUESDAY_TEN - HOUR + 15 * MINUTE)
    assert door.words_to(ANA) == ["reminder.60"]
    assert (await notice(db, troupe, "reminder.1440")).problem == "expired"


async def test_after_downtime_a_reminder_beyond_its_limit_is_dropped(db: Database, troupe: Cast) -> None:
    await booked(db, troupe)
    await deliver(db, Chat(), now=MONDAY)
    door = Chat()
    await deliver(db, door, now=TUESDAY_TEN - HOUR + 15 * MINUTE + SECOND)
    assert door.words_to(ANA) == []
    dropped = await notice(db, troupe, "reminder.60")
    assert (dropped.state, dropped.problem) == (NoticeState.DROPPED, "expired")


async def test_who_books_five_minutes_before_is_told_once_and_not_three_times(db: Database) -> None:
    troupe = await db.write(cast.enter, notice_minutes=0)
    now = TUESDAY_TEN - 5 * MINUTE
    await db.write(cast.book, troupe.ben, troupe.ana, now=now)
    door = Chat()
    await deliver(db, door, now=now)
    assert sorted(door.words_to(ANA)) == ["confirmed", "reminder.10"]


# --- the ladder ---------------------------------------------------------------------------------


async def link_telegram(db: Database, troupe: Cast) -> None:
    def link(session: object) -> None:
        identity = people.Identity(
            person_id=troupe.ana.id,
            platform="telegram",
            account="t:ana",
            name="Ana",
            locale="en",
            seen_at=MONDAY,
        )
        session.add(identity)  # type: ignore[attr-defined]

    await db.write(link)


async def with_channel(db: Database, troupe: Cast) -> None:
    def appoint(session: object) -> None:
        place, hana = cast.here(session, troupe.community), cast.here(session, troupe.hana)  # type: ignore[arg-type]
        governing.appoint(session, place, hana, "notice_channel", "42", "#desk", now=MONDAY)  # type: ignore[arg-type]

    await db.write(appoint)


async def test_who_cannot_be_written_to_is_reached_by_the_next_door_and_not_tried_again(
    db: Database, troupe: Cast
) -> None:
    await link_telegram(db, troupe)
    await booked(db, troupe)
    discord, telegram = Chat(gone={ANA}), Chat("telegram")
    await deliver(db, discord, telegram, now=MONDAY)
    assert telegram.words_to("t:ana") == ["confirmed"]
    assert (await notice(db, troupe, "confirmed")).rung == "telegram:direct"
    tried = len(discord.tried)
    await deliver(db, discord, telegram, now=TUESDAY_TEN - HOUR)
    assert telegram.words_to("t:ana") == ["confirmed", "reminder.60"]
    assert len(discord.tried) == tried + 1  # Ben's


async def test_the_chat_that_was_used_last_comes_first(db: Database, troupe: Cast) -> None:
    await link_telegram(db, troupe)
    await db.write(people.meet, chat.Account("telegram", "t:ana", "Ana"), "en", now=MONDAY + SECOND)
    await booked(db, troupe)
    discord, telegram = Chat(), Chat("telegram")
    await deliver(db, discord, telegram, now=MONDAY + SECOND)
    assert telegram.words_to("t:ana") == ["confirmed"]
    await db.write(people.meet, chat.Account("discord", ANA, "Ana"), "en", now=MONDAY + MINUTE)
    await deliver(db, discord, telegram, now=TUESDAY_TEN - HOUR)
    assert discord.words_to(ANA) == ["reminder.60"]


async def test_mail_comes_after_every_chat_and_every_channel(db: Database, troupe: Cast) -> None:
    await link_telegram(db, troupe)
    await with_channel(db, troupe)
    await with_mail(db, troupe)
    await booked(db, troupe)
    discord, telegram, mail = Chat(gone={ANA}), Chat("telegram", gone={"t:ana"}), Chat("mail")
    await deliver(db, discord, telegram, mail, now=MONDAY)
    assert (await notice(db, troupe, "confirmed")).rung == "discord:nudge"
    discord.lost.add(ANA)
    await deliver(db, discord, telegram, mail, now=TUESDAY_TEN - HOUR)
    assert mail.words_to(MAIL) == ["reminder.60"]
    assert (await notice(db, troupe, "reminder.60")).rung == "mail:direct"


async def test_a_platform_that_is_out_for_long_is_passed_and_the_message_comes_once(
    db: Database, troupe: Cast
) -> None:
    await link_telegram(db, troupe)
    await booked(db, troupe)
    discord, telegram = Chat(hiccups=1_000), Chat("telegram")
    now = MONDAY
    for pause in (20, 80):
        await deliver(db, discord, telegram, now=now)
        assert telegram.shown == []
        now += pause * SECOND
    await deliver(db, discord, telegram, now=now)
    assert telegram.words_to("t:ana") == ["confirmed"]
    assert await db.read(is_alive, ANA)
    discord.hiccups = 0
    await deliver(db, discord, telegram, now=now + 10 * MINUTE)
    assert discord.words_to(ANA) == []
    assert telegram.words_to("t:ana") == ["confirmed"]


async def test_a_door_that_is_not_there_is_passed_in_the_end_too(db: Database, troupe: Cast) -> None:
    await with_mail(db, troupe)
    await booked(db, troupe)
    mail = Chat("mail")
    for pause in (0, 20, 100):
        assert mail.shown == []
        await deliver(db, mail, now=MONDAY + pause * SECOND)
    assert mail.words_to(MAIL) == ["confirmed"]


async def test_news_of_a_join_goes_to_every_chat_and_to_each_alone(db: Database, troupe: Cast) -> None:
    def join(session: Session) -> None:
        young = cast.person(session, "Ana", platform="telegram")
        joining.join(session, cast.here(session, troupe.ana), young, now=MONDAY)

    await db.write(join)
    discord, telegram = Chat(gone={ANA}), Chat("telegram")
    await deliver(db, discord, telegram, now=MONDAY)
    assert (discord.words_to(ANA), telegram.words_to("telegram:ana")) == ([], ["joined"])


def is_alive(session: Session, account: str) -> bool:
    identity = people.identity_of(session, "discord", account)
    return identity is not None and identity.dead_at is None


async def with_mail(db: Database, troupe: Cast) -> None:
    def enrol(session: Session) -> None:
        people.enrol(session, cast.here(session, troupe.ana), "mail", MAIL, "en", now=MONDAY + MINUTE)

    await db.write(enrol)


async def test_the_channel_comes_last_and_says_nothing_private(db: Database, troupe: Cast) -> None:
    await link_telegram(db, troupe)
    await with_channel(db, troupe)
    await booked(db, troupe)
    discord, telegram = Chat(gone={ANA}), Chat("telegram", gone={"t:ana"})
    await deliver(db, discord, telegram, now=MONDAY)
    (nudge,) = [sent for sent in discord.shown if sent.account == ANA]
    assert (nudge.kind, nudge.words) == (RungKind.NUDGE, "look")
    assert (await notice(db, troupe, "confirmed")).rung == "discord:nudge"


async def test_who_can_be_reached_nowhere_has_a_dead_notice_that_says_why(db: Database, troupe: Cast) -> None:
    await with_channel(db, troupe)
    await booked(db, troupe)
    door = Chat(lost={ANA})
    await deliver(db, door, now=MONDAY)
    dead = await notice(db, troupe, "confirmed")
    assert (dead.state, dead.problem) == (NoticeState.DEAD, "50007")
    tried = len(door.tried)
    await deliver(db, door, now=MONDAY + 5 * MINUTE)
    assert len(door.tried) == tried


async def test_who_writes_again_is_written_to_again(db: Database, troupe: Cast) -> None:
    await booked(db, troupe)
    door = Chat(gone={ANA})
    await deliver(db, door, now=MONDAY)
    door.gone.clear()
    await db.write(people.meet, chat.Account("discord", ANA, "Ana"), "en", now=MONDAY)
    await deliver(db, door, now=TUESDAY_TEN - HOUR)
    assert door.words_to(ANA) == ["reminder.60"]


async def test_a_hiccup_is_tried_again_after_20_and_80_seconds(db: Database, troupe: Cast) -> None:
    await booked(db, troupe)
    door = Chat(hiccups=4)  # two each for Ana and Ben
    now = MONDAY
    for pause in (20, 80):
        await deliver(db, door, now=now)
        assert door.shown == []
        await deliver(db, door, now=now + (pause - 1) * SECOND)
        assert door.shown == []
        now += pause * SECOND
    await deliver(db, door, now=now)
    assert sorted(sent.words for sent in door.shown) == ["booked", "confirmed"]


async def test_a_platform_that_is_out_for_hours_is_given_up(db: Database, troupe: Cast) -> None:
    await booked(db, troupe)
    door = Chat(hiccups=100)
    now = MONDAY
    for _ in range(outbox.MOST_ATTEMPTS + 3):
        await deliver(db, door, now=now)
        now += outbox.LONGEST_RETRY
    assert len([key for key in door.tried if key == door.tried[0]]) == outbox.MOST_ATTEMPTS
    dead = await notice(db, troupe, "confirmed")
    assert (dead.state, dead.attempts, dead.problem) == (NoticeState.DEAD, outbox.MOST_ATTEMPTS, "429")


async def test_a_door_that_is_not_open_yet_is_waited_for(db: Database, troupe: Cast) -> None:
    await booked(db, troupe)
    await deliver(db, now=MONDAY)
    waiting = await notice(db, troupe, "confirmed")
    assert (waiting.state, waiting.problem) == (NoticeState.WAITING, "the door is not open")
    door = Chat()
    await deliver(db, door, now=MONDAY + MINUTE)
    assert door.words_to(ANA) == ["confirmed"]


async def test_a_worker_that_dies_leaves_its_notices_to_the_next(db: Database, troupe: Cast) -> None:
    await booked(db, troupe)
    await db.write(notices.fan_out, now=MONDAY)
    assert len(await db.write(outbox.claim, now=MONDAY)) == 2
    door = Chat()
    await deliver(db, door, now=MONDAY + outbox.LEASE - SECOND)
    assert door.shown == []
    await deliver(db, door, now=MONDAY + outbox.LEASE)
    assert len(door.shown) == 2


async def test_what_became_untrue_before_it_was_sent_is_not_sent(db: Database, troupe: Cast) -> None:
    booking = await db.write(cast.hold, troupe.ben, troupe.ana)
    await db.write(notices.fan_out, now=MONDAY)
    await db.write(cast.release, booking)
    door = Chat()
    await deliver(db, door, now=MONDAY + 10 * MINUTE)
    assert door.shown == []
    assert (await notice(db, troupe, "lapsing")).problem == "canceled"


async def test_a_review_is_asked_for_after_downtime_too(db: Database, troupe: Cast) -> None:
    booking = await booked(db, troupe)
    await deliver(db, Chat(), now=MONDAY)
    door = Chat()
    back = booking.ends_at + 5 * HOUR
    await db.write(attendance.propose_due, now=back)
    await deliver(db, door, now=back)
    assert door.words_to(ANA) == ["review"]
    assert (await db.read(diary.find, booking.id)).revision == 0
