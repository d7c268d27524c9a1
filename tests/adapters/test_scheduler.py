"""Jobs are run when they are due, when something was written, and again after they failed."""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
import structlog

from adapters.scheduler import REST, Scheduler
from core.clock import SystemClock
from tests.doubles.clock import MovableClock

pytestmark = pytest.mark.anyio

SOON = timedelta(milliseconds=60)
NEVER = timedelta(hours=1)
PATIENCE = 60.0
"""Seconds after which what did not happen is not waited for."""


class Errand:
    """A job that counts its runs; `gate` holds a run up, `due` and `trouble` are what a run ends with."""

    def __init__(self) -> None:
        self.runs: list[datetime] = []
        self.at_once = 0
        self.most_at_once = 0
        self.gate = asyncio.Event()
        self.gate.set()
        self.due: Callable[[], datetime | None] = lambda: None
        self.trouble: list[Exception] = []

    async def __call__(self) -> datetime | None:
        self.runs.append(datetime.now(UTC))
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            await self.gate.wait()
            if self.trouble:
                raise self.trouble.pop(0)
            return self.due()
        finally:
            self.at_once -= 1

    async def has_run(self, times: int) -> None:
        async with asyncio.timeout(PATIENCE):
            while len(self.runs) < times:
                await asyncio.sleep(0.002)


@pytest.fixture
async def scheduler() -> AsyncIterator[Scheduler]:
    scheduler = Scheduler(SystemClock(), first_retry=2 * SOON, drain=SOON)
    yield scheduler
    await scheduler.stop()


async def test_a_job_is_run_at_the_start(scheduler: Scheduler) -> None:
    errand = Errand()
    scheduler.add("errand", errand, NEVER)
    await scheduler.start()
    await errand.has_run(1)


async def test_a_job_is_run_again_when_it_said_it_is_due(scheduler: Scheduler) -> None:
    errand = Errand()
    errand.due = lambda: datetime.now(UTC) + SOON if len(errand.runs) == 1 else None
    scheduler.add("errand", errand, NEVER)
    await scheduler.start()
    await errand.has_run(2)
    first, second = errand.runs
    assert second - first >= SOON


async def test_what_is_due_is_judged_by_the_clock_and_not_by_the_machine() -> None:
    clock = MovableClock(datetime(2031, 1, 1, tzinfo=UTC))
    errand, scheduler = Errand(), Scheduler(clock)
    errand.due = lambda: clock.now() + SOON if len(errand.runs) == 1 else None
    scheduler.add("errand", errand, NEVER)
    await scheduler.start()
    await errand.has_run(2)
    await scheduler.stop()


async def test_a_job_that_does_not_know_is_run_at_the_tick(scheduler: Scheduler) -> None:
    errand = Errand()
    scheduler.add("errand", errand, SOON)
    await scheduler.start()
    await errand.has_run(3)


async def test_a_job_that_is_due_far_away_is_run_at_the_tick(scheduler: Scheduler) -> None:
    errand = Errand()
    errand.due = lambda: datetime.now(UTC) + NEVER
    scheduler.add("errand", errand, SOON)
    await scheduler.start()
    await errand.has_run(2)


async def test_a_job_that_is_overdue_for_ever_leaves_time_for_others(scheduler: Scheduler) -> None:
    errand = Errand()
    errand.due = lambda: datetime.now(UTC) - NEVER
    scheduler.add("errand", errand, NEVER)
    await scheduler.start()
    await errand.has_run(5)
    assert errand.runs[4] - errand.runs[0] >= 4 * REST - timedelta(milliseconds=5)


async def test_a_wake_up_runs_every_job_at_once(scheduler: Scheduler) -> None:
    errands = [Errand(), Errand()]
    for number, errand in enumerate(errands):
        scheduler.add(f"errand {number}", errand, NEVER)
    await scheduler.start()
    for errand in errands:
        await errand.has_run(1)
    scheduler.wake()
    for errand in errands:
        await errand.has_run(2)


async def test_a_wake_up_during_a_run_is_not_lost(scheduler: Scheduler) -> None:
    errand = Errand()
    errand.gate.clear()
    scheduler.add("errand", errand, NEVER)
    await scheduler.start()
    await errand.has_run(1)
    scheduler.wake()
    await asyncio.sleep(0.05)
    assert len(errand.runs) == 1
    errand.gate.set()
    await errand.has_run(2)
    assert errand.most_at_once == 1


async def test_a_thousand_wake_ups_share_a_run(scheduler: Scheduler) -> None:
    errand = Errand()
    scheduler.add("errand", errand, NEVER)
    await scheduler.start()
    await errand.has_run(1)
    for _ in range(1000):
        scheduler.wake()
    await errand.has_run(2)
    await asyncio.sleep(0.1)
    assert len(errand.runs) == 2


async def test_wake_ups_that_trickle_in_share_runs_too(scheduler: Scheduler) -> None:
    errand = Errand()
    scheduler.add("errand", errand, NEVER)
    await scheduler.start()
    began = asyncio.get_running_loop().time()
    for _ in range(1000):
        scheduler.wake()
        await asyncio.sleep(0)
    took = timedelta(seconds=asyncio.get_running_loop().time() - began)
    await errand.has_run(2)
    assert len(errand.runs) <= took / REST + 2
    assert errand.most_at_once == 1


async def test_a_job_that_wakes_all_jobs_itself_comes_to_rest(scheduler: Scheduler) -> None:
    errand = Errand()

    async def writes_once() -> datetime | None:
        if not errand.runs:
            scheduler.wake()
        return await errand()

    scheduler.add("writes once", writes_once, NEVER)
    await scheduler.start()
    await errand.has_run(2)
    await asyncio.sleep(0.1)
    assert len(errand.runs) == 2


async def test_a_job_that_fails_is_logged_and_tried_again(scheduler: Scheduler) -> None:
    errand, other = Errand(), Errand()
    errand.trouble = [RuntimeError("the disk is full"), ValueError("still")]
    scheduler.add("errand", errand, NEVER)
    scheduler.add("other", other, NEVER)
    with structlog.testing.capture_logs() as logs:
        await scheduler.start()
        await errand.has_run(3)
        await other.has_run(1)
    first, second, third = errand.runs
    assert second - first >= 2 * SOON
    assert third - second >= 4 * SOON
    assert [(line["event"], line["job"], line["failures"]) for line in logs] == [
        ("job.failed", "errand", 1),
        ("job.failed", "errand", 2),
    ]


async def test_a_failing_job_is_not_hurried_by_wake_ups(scheduler: Scheduler) -> None:
    errand = Errand()
    errand.trouble = [RuntimeError("no")]
    scheduler.add("errand", errand, NEVER)
    await scheduler.start()
    await errand.has_run(1)
    await asyncio.sleep(0.02)
    scheduler.wake()
    await errand.has_run(2)
    assert errand.runs[1] - errand.runs[0] >= 2 * SOON


async def test_a_failing_job_waits_no_longer_than_its_tick() -> None:
    errand, scheduler = Errand(), Scheduler(SystemClock(), first_retry=NEVER)
    errand.trouble = [RuntimeError("no")] * 3
    scheduler.add("errand", errand, SOON)
    await scheduler.start()
    await errand.has_run(4)
    await scheduler.stop()


async def test_stopping_waits_for_what_is_running() -> None:
    errand, scheduler = Errand(), Scheduler(SystemClock(), drain=NEVER)
    errand.gate.clear()
    scheduler.add("errand", errand, NEVER)
    await scheduler.start()
    await errand.has_run(1)
    stopping = asyncio.ensure_future(scheduler.stop())
    for _ in range(20):
        await asyncio.sleep(0)
    assert not stopping.done()
    errand.gate.set()
    await stopping
    assert errand.at_once == 0


@pytest.mark.parametrize("steps", range(1, 12))
async def test_stopping_at_any_moment_of_a_run_cuts_nothing_short(
    steps: int, caplog: pytest.LogCaptureFixture
) -> None:
    """`steps`: how often the event loop goes round between the alarm and the stop."""
    scheduler, errand = Scheduler(SystemClock()), Errand()
    scheduler.add("errand", errand, NEVER)
    scheduler.add("another", errand, NEVER)
    await scheduler.start()
    for _ in range(steps):
        await asyncio.sleep(0)
    await scheduler.stop()
    await asyncio.sleep(REST.total_seconds())  # what was canceled says so when it ends
    assert errand.at_once == 0
    assert not [each for each in caplog.records if each.levelname == "ERROR"]


async def test_nothing_is_started_after_stopping(scheduler: Scheduler) -> None:
    errand = Errand()
    scheduler.add("errand", errand, SOON)
    await scheduler.start()
    await errand.has_run(1)
    await scheduler.stop()
    scheduler.wake()
    runs = len(errand.runs)
    await asyncio.sleep(2 * SOON.total_seconds())
    assert len(errand.runs) == runs


async def test_a_job_that_will_not_end_is_cut_short(scheduler: Scheduler) -> None:
    errand = Errand()
    errand.gate.clear()
    scheduler.add("errand", errand, NEVER)
    await scheduler.start()
    await errand.has_run(1)
    with structlog.testing.capture_logs() as logs:
        await scheduler.stop()
    assert {"event": "job.cut_short", "log_level": "warning", "job": "errand"} in logs
    assert errand.at_once == 0


async def test_a_scheduler_that_was_never_started_stops_and_hears_nothing() -> None:
    scheduler = Scheduler(SystemClock())
    scheduler.wake()
    await scheduler.stop()


async def test_a_job_that_takes_its_time_holds_up_no_other(scheduler: Scheduler) -> None:
    slow, quick = Errand(), Errand()
    slow.gate.clear()
    scheduler.add("slow", slow, NEVER)
    scheduler.add("quick", quick, NEVER)
    await scheduler.start()
    for times in range(1, 6):
        await quick.has_run(times)
        scheduler.wake()
    assert len(slow.runs) == 1
    slow.gate.set()
    await slow.has_run(2)


async def test_jobs_that_are_woken_together_begin_together(scheduler: Scheduler) -> None:
    """So that they can share what they ask the database."""
    begun: list[int] = []
    found: list[int] = []

    async def ask(number: int) -> None:
        begun.append(number)
        await asyncio.sleep(0)
        found.append(len(begun))
        await asyncio.sleep(0.002 * number)  # each ends at another moment

    for number in range(5):
        scheduler.add(f"errand {number}", partial(ask, number), NEVER)
    await scheduler.start()
    for times in range(1, 5):
        async with asyncio.timeout(PATIENCE):
            while len(found) < 5 * times or not scheduler.is_quiet:
                await asyncio.sleep(0.002)
        assert found[-5:] == [5 * times] * 5
        scheduler.wake()
