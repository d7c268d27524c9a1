"""Nights are quiet, what nobody wants is not sent, and one message in the morning stands for many."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from adapters.database import Database
from core.booking import settling, waitlist
from core.booking.life import Booking
from core.errors import Invalid, NotFound
from core.messages import dispatch, outbox, preferences
from core.messages.outbox import Notice
from core.messages.quiet import IN_TIME, URGENT, Quiet
from core.people import people
from core.people.people import Person
from tests import cast
from tests.cast import HOUR, MINUTE, MONDAY, TUESDAY_TEN, Cast
from tests.core.booking.test_waitlist import TUESDAY, call_off, join, only_open
from tests.core.messages.desk import Chat, compose, planned
from tests.databases import Transact

ANA, BEN = "discord:ana", "discord:ben"
NIGHT = MONDAY.replace(hour=23)
MORNING = (MONDAY + 23 * HOUR).replace(hour=8)
UTC_NIGHT = Quiet(22 * 60, 8 * 60, ZoneInfo("UTC"))
anyio = pytest.mark.anyio

# --- the arithmetic ---------------------------------------------------------------------------

zones = st.sampled_from(
    [
        *("UTC", "Europe/Madrid", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe"),
        *("America/Sao_Paulo", "Pacific/Chatham", "Africa/Casablanca", "America/St_Johns", "Asia/Gaza"),
    ]
).map(ZoneInfo)
minutes = st.integers(0, 24 * 60 - 1)
moments = st.integers(0, 3 * 365 * 24 * 60).map(
    lambda minute: datetime(2025, 1, 1, tzinfo=UTC) + timedelta(minutes=minute)
)
quiets = st.builds(Quiet, minutes, minutes, zones)


@given(quiets, moments)
def test_a_night_ends_after_now_and_within_a_day_and_what_comes_then_is_not_held_again(
    quiet: Quiet, now: datetime
) -> None:
    end = quiet.end(now)
    if end is not None:
        assert now < end <= now + timedelta(hours=26)
        again = quiet.end(end)
        assert again is None or quiet.since == quiet.until or again > end


@given(quiets, moments)
def test_a_wall_clock_is_quiet_just_when_it_says_so(quiet: Quiet, now: datetime) -> None:
    """On days without a change of the clocks, a minute is quiet where it stands between the two."""
    local = now.astimezone(quiet.zone)
    near = (now - timedelta(days=2), now + timedelta(days=2))
    if len({at.astimezone(quiet.zone).utcoffset() for at in (*near, now)}) > 1:
        return
    minute = local.hour * 60 + local.minute
    inside = (minute - quiet.since) % 1440 < (quiet.until - quiet.since) % 1440
    assert (quiet.end(now) is not None) == inside


@given(quiets, moments, st.integers(-3_000, 3_000))
def test_what_is_about_a_session_always_comes_in_time(quiet: Quiet, now: datetime, ahead: int) -> None:
    session_at = now + timedelta(minutes=ahead)
    until = quiet.wait(now, session_at)
    if until is None:
        return
    assert until > now
    if session_at > now:
        assert until <= session_at - IN_TIME
        assert session_at - now > URGENT or quiet.end(now) == until


@pytest.mark.parametrize(
    ("now", "end"),
    [
        # The clocks of Madrid go forward on 28 March 2027 and back on 31 October.
        (datetime(2027, 3, 27, 21, 30, tzinfo=UTC), datetime(2027, 3, 28, 6, 0, tzinfo=UTC)),
        (datetime(2027, 10, 30, 20, 30, tzinfo=UTC), datetime(2027, 10, 31, 7, 0, tzinfo=UTC)),
        (datetime(2027, 10, 31, 6, 59, tzinfo=UTC), datetime(2027, 10, 31, 7, 0, tzinfo=UTC)),
        (datetime(2027, 10, 31, 7, 0, tzinfo=UTC), None),
        (datetime(2027, 3, 27, 20, 59, tzinfo=UTC), None),
    ],
)
def test_a_night_in_which_the_clocks_change_ends_at_eight_of_the_wall(
    now: datetime, end: datetime | None
) -> None:
    assert Quiet(22 * 60, 8 * 60, ZoneInfo("Europe/Madrid")).end(now) == end


def test_a_session_of_the_early_morning_is_told_two_hours_before() -> None:
    seven = MORNING - HOUR
    assert UTC_NIGHT.wait(NIGHT, seven) == seven - 2 * HOUR
    assert UTC_NIGHT.wait(seven - 2 * HOUR, seven) is None
    assert UTC_NIGHT.wait(NIGHT, MORNING + HOUR) == MORNING
    assert UTC_NIGHT.wait(NIGHT, None) == MORNING


# --- what a person chooses --------------------------------------------------------------------


@pytest.fixture
def ana(transact: Transact) -> Person:
    return transact(cast.enter).ana


def choose(session: Session, /, person: Person, hours: tuple[int, int] | None) -> None:
    preferences.choose_quiet(session, cast.here(session, person), hours, now=MONDAY)


def switch(session: Session, /, person: Person, topic: str) -> bool:
    return preferences.switch(session, cast.here(session, person), topic, now=MONDAY)


def agenda(session: Session, /, person: Person, minute: int | None, *, now: datetime = MONDAY) -> None:
    preferences.choose_agenda(session, people.find(session, person.id), minute, now=now)


def test_nobody_chose_anything_and_nights_are_quiet(transact: Transact, ana: Person) -> None:
    wishes = transact(preferences.of, ana.id)
    assert (wishes.quiet, wishes.off, wishes.agenda) == (UTC_NIGHT, frozenset(), None)


def test_quiet_hours_are_chosen_and_let_go(transact: Transact, ana: Person) -> None:
    transact(choose, ana, (23 * 60, 6 * 60))
    assert transact(preferences.of, ana.id).quiet.end(NIGHT) == MORNING - 2 * HOUR
    transact(choose, ana, None)
    assert transact(preferences.of, ana.id).quiet.end(NIGHT) is None
    for hours in ((0, 24 * 60), (8 * 60, 8 * 60), (6 * 60, 23 * 60)):
        with pytest.raises(Invalid) as refused:
            transact(choose, ana, hours)
        assert refused.value.key == "quiet.long"


def test_kinds_are_turned_off_and_on_again(transact: Transact, ana: Person) -> None:
    assert not transact(switch, ana, "reminders")
    assert transact(preferences.of, ana.id).off == {"reminders"}
    assert transact(switch, ana, "reminders")
    with pytest.raises(NotFound):
        transact(switch, ana, "confirmations")


def test_of_two_who_are_joined_the_kept_ones_choice_stays(transact: Transact, ana: Person) -> None:
    cleo = transact(cast.person, "Cleo")
    transact(switch, cleo, "reviews")
    transact(preferences.reassign, cleo.id, ana.id)
    assert transact(preferences.of, ana.id).off == {"reviews"}
    transact(switch, cleo, "reminders")
    transact(preferences.reassign, cleo.id, ana.id)
    assert transact(preferences.of, ana.id).off == {"reviews"}


# --- sending ----------------------------------------------------------------------------------


@pytest.fixture
async def troupe(db: Database) -> Cast:
    troupe = await db.write(cast.enter)
    await deliver(db, Chat(), now=MONDAY)
    return troupe


async def deliver(db: Database, *chats: Chat, now: datetime) -> datetime | None:
    platforms = {platform.platform: platform for platform in chats}
    return await dispatch.deliver_due(db, platforms, compose, now=now)


async def run(db: Database, door: Chat, since: datetime, until: datetime) -> None:
    """Everything that falls due on the way."""
    now: datetime | None = since
    while now is not None and now <= until:
        due = await deliver(db, door, now=now)
        now = None if due is None else max(due, now + timedelta(seconds=1))


async def notice(db: Database, person_id: int, kind: str) -> Notice:
    return (await db.read(planned, person_id))[kind]


async def booked(db: Database, troupe: Cast, at: datetime = TUESDAY_TEN, *, now: datetime) -> Booking:
    return await db.write(cast.book, troupe.ben, troupe.ana, at, now=now)


@anyio
async def test_at_night_the_one_who_just_booked_hears_and_the_other_sleeps(
    db: Database, troupe: Cast
) -> None:
    await booked(db, troupe, TUESDAY_TEN + 4 * HOUR, now=NIGHT)
    door = Chat()
    await deliver(db, door, now=NIGHT)
    assert (door.words_to(ANA), door.words_to(BEN)) == (["confirmed"], [])
    await run(db, door, NIGHT, NIGHT + 5 * HOUR)
    assert await db.read(outbox.oldest_due, now=NIGHT + 5 * HOUR) == timedelta(0)
    await run(db, door, NIGHT + 5 * HOUR, MORNING)
    assert door.words_to(BEN) == ["booked"]
    assert await db.read(outbox.oldest_due, now=MORNING) == timedelta(0)


@anyio
async def test_what_is_not_true_any_more_in_the_morning_is_not_said(db: Database, troupe: Cast) -> None:
    booking = await booked(db, troupe, TUESDAY_TEN + 4 * HOUR, now=NIGHT)
    await deliver(db, Chat(), now=NIGHT)
    await db.write(call_off, booking, now=NIGHT + HOUR)
    door = Chat()
    await run(db, door, NIGHT + HOUR, MORNING)
    assert "booked" not in door.words_to(BEN)


@anyio
async def test_a_session_within_two_hours_is_told_in_the_middle_of_the_night(
    db: Database, troupe: Cast
) -> None:
    await db.write(cast.open_up, troupe.ben, hours=((0, 24 * 60),))
    await booked(db, troupe, NIGHT + 2 * HOUR, now=NIGHT)
    door = Chat()
    await deliver(db, door, now=NIGHT)
    assert door.words_to(BEN) == ["booked"]


@anyio
async def test_a_reminder_of_the_night_comes_in_the_morning_and_never_two_of_one_session(
    db: Database, troupe: Cast
) -> None:
    """At ten there is a session; a reminder was to come at midnight, another at one, and one at nine."""

    def remind(session: Session) -> None:
        for person in (troupe.ana, troupe.ben_himself):
            mine = people.find(session, person.id)
            people.choose_reminders(session, mine, (10 * 60, 9 * 60, 60), now=MONDAY)

    await db.write(remind)
    await booked(db, troupe, now=MONDAY)
    door = Chat()
    await run(db, door, MONDAY, MORNING)
    assert door.words_to(ANA) == ["confirmed", "reminder.540"]
    assert (await notice(db, troupe.ana.id, "reminder.600")).problem == "a later one follows"
    assert (await notice(db, troupe.ana.id, "reminder.540")).sent_at == MORNING
    await run(db, door, MORNING, TUESDAY_TEN)
    assert door.words_to(ANA)[2:] == ["reminder.60"]


@anyio
async def test_a_reminder_of_the_night_gives_way_to_the_one_at_eight(db: Database, troupe: Cast) -> None:
    def remind(session: Session) -> None:
        people.choose_reminders(session, people.find(session, troupe.ana.id), (600, 120), now=MONDAY)

    await db.write(remind)
    await booked(db, troupe, now=MONDAY)
    door = Chat()
    await run(db, door, MONDAY, TUESDAY_TEN)
    assert door.words_to(ANA) == ["confirmed", "reminder.120"]


@anyio
async def test_what_would_expire_in_the_night_still_arrives(db: Database, troupe: Cast) -> None:
    """The warning of a lapsed hold is worth six hours; the night is longer."""
    late = NIGHT - 10 * MINUTE
    await db.write(cast.hold, troupe.ben, troupe.ana, TUESDAY_TEN + 4 * HOUR, now=late)
    lapsed_at = late + 15 * MINUTE
    await db.write(settling.lapse_due, now=lapsed_at)
    door = Chat()
    await run(db, door, lapsed_at, MORNING)
    assert door.words_to(ANA) == ["lapsed"]


@anyio
async def test_an_offer_of_the_waitlist_that_lapses_before_the_morning_rings(
    db: Database, troupe: Cast
) -> None:
    await db.write(only_open, troupe.ben, TUESDAY, (10, 11))
    taken = await booked(db, troupe, now=MONDAY)
    cleo = await db.write(cast.person, "Cleo")
    await db.write(join, troupe.ben, cleo)
    await db.write(call_off, taken, now=NIGHT)
    door = Chat()
    await deliver(db, door, now=NIGHT)
    assert "offer" in door.words_to("discord:cleo")
    await db.write(settling.lapse_due, now=NIGHT + HOUR)
    await db.write(waitlist.look, now=NIGHT + HOUR)
    await run(db, door, NIGHT + HOUR, MORNING)
    assert door.words_to("discord:cleo").count("offer") == 1
    assert "lapsed" not in door.words_to("discord:cleo")


@anyio
async def test_what_is_switched_off_is_not_sent(db: Database, troupe: Cast) -> None:
    await db.write(switch, troupe.ana, "reminders")
    await booked(db, troupe, now=MONDAY)
    door = Chat()
    await run(db, door, MONDAY, TUESDAY_TEN)
    assert door.words_to(ANA) == ["confirmed"]
    assert "reminder.60" in door.words_to(BEN)
    assert (await notice(db, troupe.ana.id, "reminder.60")).problem == "switched off"


# --- the agenda -------------------------------------------------------------------------------


@anyio
async def test_one_message_in_the_morning_stands_for_the_news_and_the_early_reminders(
    db: Database, troupe: Cast
) -> None:
    await db.write(agenda, troupe.ben_himself, 450)
    cleo = await db.write(cast.person, "Cleo")
    await booked(db, troupe, now=MONDAY)
    await db.write(cast.book, troupe.ben, cleo, TUESDAY_TEN + 2 * HOUR, now=MONDAY)
    door = Chat()
    await run(db, door, MONDAY, MORNING - 31 * MINUTE)
    assert door.words_to(BEN) == []
    await run(db, door, MORNING - 30 * MINUTE, MORNING - 30 * MINUTE)
    assert door.words_to(BEN) == ["agenda"]
    await run(db, door, MORNING, TUESDAY_TEN + 2 * HOUR)
    assert door.words_to(BEN) == ["agenda", *["reminder.60", "reminder.10"] * 2]
    assert "reminder.1440" in door.words_to(ANA) or "reminder.60" in door.words_to(ANA)


@anyio
async def test_a_session_that_is_booked_after_the_agenda_is_told_apart(db: Database, troupe: Cast) -> None:
    await db.write(agenda, troupe.ben_himself, 450)
    await booked(db, troupe, MONDAY + 5 * HOUR, now=MONDAY)
    door = Chat()
    await deliver(db, door, now=MONDAY)
    assert door.words_to(BEN) == ["booked"]


@anyio
async def test_another_hour_for_the_agenda_counts_for_the_sessions_that_are_booked(
    db: Database, troupe: Cast
) -> None:
    await booked(db, troupe, now=MONDAY)
    await deliver(db, Chat(), now=MONDAY)
    for minute in (450, 540, 480):
        await db.write(agenda, troupe.ben_himself, minute)
        await deliver(db, Chat(), now=MONDAY)
    door = Chat()
    await run(db, door, MONDAY, TUESDAY_TEN)
    assert door.words_to(BEN).count("agenda") == 1
    sent = [n for n in await all_of(db, troupe.ben_himself.id) if n.kind == "agenda" and n.sent_at]
    assert [each.sent_at for each in sent] == [MORNING]


@anyio
async def test_on_a_day_without_sessions_there_is_no_agenda(db: Database, troupe: Cast) -> None:
    await db.write(agenda, troupe.ben_himself, 450)
    booking = await booked(db, troupe, now=MONDAY)
    await deliver(db, Chat(), now=MONDAY)
    await db.write(call_off, booking, now=MONDAY + HOUR)
    door = Chat()
    await run(db, door, MONDAY + HOUR, TUESDAY_TEN)
    assert "agenda" not in door.words_to(BEN)


async def all_of(db: Database, person_id: int) -> list[Notice]:
    return await db.read(lambda s: s.query(Notice).filter(Notice.person_id == person_id).all())


def test_the_agenda_comes_at_the_wall_clock_of_its_day(transact: Transact, ana: Person) -> None:
    transact(agenda, ana, 450)
    transact(lambda s: people.choose_zone(s, cast.here(s, ana), "Europe/Madrid", now=MONDAY))
    wishes = transact(preferences.of, ana.id)
    assert wishes.agenda_at(date(2027, 3, 27)) == datetime(2027, 3, 27, 6, 30, tzinfo=UTC)
    assert wishes.agenda_at(date(2027, 3, 28)) == datetime(2027, 3, 28, 5, 30, tzinfo=UTC)
