"""What a mentor enters, and what is refused."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy.orm import Session

from core.errors import Conflict, Forbidden, Invalid, Refusal
from core.people import mentorship, people
from core.policy import Policy
from core.schedule import availability, times, timetable
from core.schedule.times import Hours, Span, day_window
from tests import cast
from tests.cast import HOUR, MONDAY, TUESDAY_TEN, Cast
from tests.databases import Transact

TUESDAY = date(2026, 11, 24)
OPEN = Policy(notice_minutes=0)


@pytest.fixture
def troupe(transact: Transact) -> Cast:
    return transact(cast.enter)


def as_ben(session: Session, /, troupe: Cast, verb: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    ben = cast.here(session, troupe.ben)
    return verb(session, ben, people.find(session, ben.person_id), *args, now=MONDAY, **kwargs)


def hours_of(session: Session, troupe: Cast, now: datetime = MONDAY) -> Hours:
    return timetable.hours(session, troupe.ben.id, now=now)


def clocks(hours: Hours, day: date = TUESDAY) -> list[str]:
    found = times.free(hours, (), OPEN, 60, day_window(day, hours.zone), MONDAY)
    return [f"{start.astimezone(hours.zone):%H:%M}" for start in found.times]


def test_a_weekday_is_replaced_as_a_whole_and_nothing_closes_it(transact: Transact, troupe: Cast) -> None:
    transact(as_ben, troupe, availability.open_weekly, 1, [(540, 600), (900, 960)])
    assert clocks(transact(hours_of, troupe)) == ["09:00", "15:00"]
    transact(as_ben, troupe, availability.open_weekly, 1, [])
    assert clocks(transact(hours_of, troupe)) == []
    assert clocks(transact(hours_of, troupe), date(2026, 11, 25))


def test_a_date_is_changed_and_given_back_to_its_week(transact: Transact, troupe: Cast) -> None:
    transact(as_ben, troupe, availability.open_dated, TUESDAY, [(0, 60)])
    transact(as_ben, troupe, availability.open_dated, TUESDAY, [(1320, 1440)])
    assert clocks(transact(hours_of, troupe)) == ["22:00", "22:30", "23:00"]
    transact(as_ben, troupe, availability.open_dated, TUESDAY, [])
    assert clocks(transact(hours_of, troupe)) == []
    transact(as_ben, troupe, availability.forget_dated, TUESDAY)
    assert clocks(transact(hours_of, troupe))[0] == "08:00"


def test_a_single_slot_is_opened_and_closed(transact: Transact, troupe: Cast) -> None:
    late = TUESDAY_TEN + 12 * HOUR
    slot = transact(as_ben, troupe, availability.open_single, late, late + HOUR)
    assert clocks(transact(hours_of, troupe))[-1] == "22:00"
    transact(as_ben, troupe, availability.close_single, slot.id)
    assert clocks(transact(hours_of, troupe))[-1] == "19:00"


def test_a_vacation_closes_its_days_until_the_mentor_comes_back(transact: Transact, troupe: Cast) -> None:
    transact(as_ben, troupe, availability.leave, TUESDAY, TUESDAY)
    assert clocks(transact(hours_of, troupe)) == []
    transact(as_ben, troupe, availability.come_back)
    assert clocks(transact(hours_of, troupe))


def test_the_frame_moves_the_clock_and_keeps_the_wall_times(transact: Transact, troupe: Cast) -> None:
    frame = {"zone": "Asia/Kolkata", "buffer_before": 5, "buffer_after": 0, "day_limit": 3}
    transact(as_ben, troupe, availability.set_frame, **frame)
    hours = transact(hours_of, troupe)
    assert clocks(hours)[0] == "08:00"
    assert (hours.zone, hours.day_limit) == (ZoneInfo("Asia/Kolkata"), 3)
    assert hours.busy(TUESDAY_TEN, 30) == Span(
        TUESDAY_TEN - timedelta(minutes=5), TUESDAY_TEN + timedelta(minutes=30)
    )


def test_a_mentor_without_hours_is_closed_and_new_hours_come_with_a_buffer(transact: Transact) -> None:
    def newcomer(session: Session) -> tuple[Hours, Hours]:
        place, hana = cast.community(session)
        carl = cast.person(session, "Carl")
        people.choose_zone(session, carl, "Europe/Berlin", now=MONDAY)
        application = cast.application()
        mentor = mentorship.apply(session, place, carl, application, lowest=None, now=MONDAY)
        mentorship.approve(session, mentor, hana, now=MONDAY)
        before = timetable.hours(session, mentor.id, now=MONDAY)
        availability.open_weekly(session, mentor, carl, 1, [(600, 660)], now=MONDAY)
        return before, timetable.hours(session, mentor.id, now=MONDAY)

    before, after = transact(newcomer)
    assert clocks(before) == []
    assert clocks(after) == ["10:00"]
    assert (after.zone, after.buffer_after) == (ZoneInfo("Europe/Berlin"), timedelta(minutes=10))


FRAME: dict[str, Any] = {"zone": "UTC", "buffer_before": 0, "buffer_after": 0, "day_limit": 0}
FAR = TUESDAY + timedelta(days=400)
REFUSED: list[tuple[type[Refusal], str, Callable[..., Any], tuple[Any, ...], dict[str, Any]]] = [
    (Invalid, "zone.unknown", availability.set_frame, (), FRAME | {"zone": "Home"}),
    (Invalid, "hours.buffer", availability.set_frame, (), FRAME | {"buffer_before": -1}),
    (Invalid, "hours.buffer", availability.set_frame, (), FRAME | {"buffer_after": 121}),
    (Invalid, "hours.limit", availability.set_frame, (), FRAME | {"day_limit": 25}),
    (Invalid, "hours.weekday", availability.open_weekly, (7, [(0, 60)]), {}),
    (Invalid, "hours.range", availability.open_weekly, (0, [(60, 60)]), {}),
    (Invalid, "hours.range", availability.open_weekly, (0, [(120, 60)]), {}),
    (Invalid, "hours.range", availability.open_weekly, (0, [(0, 1441)]), {}),
    (Invalid, "hours.range", availability.open_weekly, (0, [(-1, 60)]), {}),
    (Invalid, "hours.range", availability.open_weekly, (0, [(0, 120), (60, 180)]), {}),
    (Invalid, "list.long", availability.open_weekly, (0, [(n * 60, n * 60 + 30) for n in range(7)]), {}),
    (Invalid, "hours.past", availability.open_dated, (date(2026, 11, 1), []), {}),
    (Invalid, "hours.far", availability.open_dated, (FAR, []), {}),
    (Invalid, "hours.range", availability.open_dated, (TUESDAY, [(60, 0)]), {}),
    (Invalid, "hours.past", availability.open_single, (MONDAY - HOUR, MONDAY), {}),
    (Invalid, "hours.far", availability.open_single, (MONDAY + 9000 * HOUR, MONDAY + 9001 * HOUR), {}),
    (Invalid, "hours.range", availability.open_single, (TUESDAY_TEN, TUESDAY_TEN), {}),
    (Invalid, "hours.range", availability.open_single, (TUESDAY_TEN, TUESDAY_TEN + 13 * HOUR), {}),
    (Invalid, "hours.vacation", availability.leave, (TUESDAY, TUESDAY - timedelta(days=1)), {}),
    (Invalid, "hours.past", availability.leave, (date(2026, 1, 1), date(2026, 1, 2)), {}),
    (Invalid, "hours.far", availability.leave, (TUESDAY, FAR), {}),
]


def test_hours_that_cannot_be_are_refused_and_change_nothing(transact: Transact, troupe: Cast) -> None:
    before = transact(hours_of, troupe)
    for kind, key, verb, args, kwargs in REFUSED:
        with pytest.raises(kind) as refused:
            transact(as_ben, troupe, verb, *args, **kwargs)
        assert refused.value.key == key, (verb, args, kwargs)
        assert transact(hours_of, troupe) == before


def test_two_single_slots_may_touch_and_not_overlap(transact: Transact, troupe: Cast) -> None:
    transact(as_ben, troupe, availability.open_single, TUESDAY_TEN, TUESDAY_TEN + HOUR)
    transact(as_ben, troupe, availability.open_single, TUESDAY_TEN + HOUR, TUESDAY_TEN + 2 * HOUR)
    with pytest.raises(Conflict) as refused:
        transact(as_ben, troupe, availability.open_single, TUESDAY_TEN + HOUR / 2, TUESDAY_TEN + 3 * HOUR)
    assert refused.value.key == "hours.overlap"


VERBS: list[Callable[..., Any]] = [
    lambda s, m, p: availability.set_frame(s, m, p, **FRAME, now=MONDAY),
    lambda s, m, p: availability.open_weekly(s, m, p, 0, [], now=MONDAY),
    lambda s, m, p: availability.open_dated(s, m, p, TUESDAY, [], now=MONDAY),
    lambda s, m, p: availability.forget_dated(s, m, p, TUESDAY, now=MONDAY),
    lambda s, m, p: availability.open_single(s, m, p, TUESDAY_TEN, TUESDAY_TEN + HOUR, now=MONDAY),
    lambda s, m, p: availability.close_single(s, m, p, 1, now=MONDAY),
    lambda s, m, p: availability.leave(s, m, p, TUESDAY, TUESDAY, now=MONDAY),
    lambda s, m, p: availability.come_back(s, m, p, now=MONDAY),
]


def test_nobody_changes_the_hours_of_another(transact: Transact, troupe: Cast) -> None:
    def as_ana(session: Session, verb: Callable[..., Any]) -> None:
        verb(session, cast.here(session, troupe.ben), cast.here(session, troupe.ana))

    for verb in VERBS:
        with pytest.raises(Forbidden) as refused:
            transact(as_ana, verb)
        assert refused.value.key == "mentor.forbidden"


def test_an_applicant_has_no_hours_to_change_yet(transact: Transact, troupe: Cast) -> None:
    def too_early(session: Session) -> None:
        place, carl = cast.here(session, troupe.community), cast.person(session, "Carl")
        mentor = mentorship.apply(session, place, carl, cast.application(), lowest=None, now=MONDAY)
        availability.open_weekly(session, mentor, carl, 0, [(0, 60)], now=MONDAY)

    with pytest.raises(Forbidden) as refused:
        transact(too_early)
    assert refused.value.key == "mentor.applied"
