"""Which reminders are planned, and until when a late one is worth sending. A rule: no database."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.messages import reminders
from tests.cast import MINUTE, MONDAY

USUAL = (24 * 60, 60, 10)
START = MONDAY + timedelta(days=2)


def offsets(before_start: timedelta, wanted: tuple[int, ...] = USUAL) -> list[int]:
    return [offset for offset, _, _ in reminders.plan(wanted, START, START - before_start)]


@pytest.mark.parametrize(
    ("booked_before", "planned"),
    [
        (timedelta(days=2), [1440, 60, 10]),
        (timedelta(days=1), [60, 10]),
        (timedelta(hours=5), [60, 10]),
        (timedelta(minutes=59), [10]),
        (timedelta(minutes=10), [10]),
        (timedelta(minutes=2), [10]),
        (timedelta(0), []),
        (timedelta(minutes=-5), []),
    ],
)
def test_what_is_past_is_skipped_and_starting_soon_survives(
    booked_before: timedelta, planned: list[int]
) -> None:
    assert offsets(booked_before) == planned


def test_starting_soon_is_due_at_once_and_until_the_start() -> None:
    now = START - 3 * MINUTE
    assert reminders.plan(USUAL, START, now) == [(10, now, START)]


def test_a_late_reminder_is_worth_half_its_offset_and_a_quarter_of_an_hour_at_most() -> None:
    plan = reminders.plan((1440, 60, 20, 10), START, MONDAY)
    assert [(offset, (expires - due) / MINUTE) for offset, due, expires in plan] == [
        (1440, 15),
        (60, 15),
        (20, 10),
        (10, 5),
    ]


def test_who_wants_no_reminders_gets_none() -> None:
    assert reminders.plan((), START, MONDAY) == []


@given(st.lists(st.integers(1, 20_160), max_size=5), st.integers(-100, 25_000))
def test_a_reminder_is_never_due_in_the_past_nor_worth_sending_after_the_start(
    wanted: list[int], minutes_before: int
) -> None:
    now = START - minutes_before * MINUTE
    plan = reminders.plan(wanted, START, now)
    for offset, due, expires in plan:
        assert now <= due <= expires <= START
        assert offset in wanted
    assert len({offset for offset, _, _ in plan}) == len(plan)
    if wanted and now < START:
        assert min(wanted) in [offset for offset, _, _ in plan]
