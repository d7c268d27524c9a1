"""Wakes the jobs: each is run at the start, when it said it is next due, when something was written, and at a
safety tick whatever happens.

One job never runs twice at once, and a wake-up during a run is not lost: it runs again. A job that raises is
logged and tried again, from a second later up to its tick. What is due is never known here, only when to ask.
"""

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from time import perf_counter
from typing import Final

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.date import DateTrigger
from prometheus_client import Histogram

from core.clock import Clock
from core.ports import Job

log = structlog.get_logger()

TICK: Final = timedelta(seconds=30)
REST: Final = timedelta(milliseconds=10)
"""Before those that were woken run again, together, so that a busy hour's wake-ups share one round."""
FIRST_RETRY: Final = timedelta(seconds=1)
DRAIN: Final = timedelta(seconds=10)
LAST_WORDS: Final = timedelta(seconds=1)

ALARM: Final = {"id": "alarm", "replace_existing": True, "coalesce": True, "misfire_grace_time": None}
RUNS: Final = Histogram("nearpeer_job_seconds", "How long the runs of a job took", ("job", "outcome"))


@dataclass(slots=True, eq=False)
class Work:
    """A job, and where it is in its life. `at`: when it runs next, unless it runs already; `is_woken`: something
    happened since its last run began."""

    name: str
    job: Job
    tick: timedelta
    at: datetime | None = None
    run: asyncio.Task[None] | None = None
    ended: float = 0.0
    is_woken: bool = False
    failures: int = 0

    @property
    def is_idle(self) -> bool:
        return self.run is None and not self.failures


class Scheduler:
    """`clock` is what the jobs' due instants are compared to; `drain` is how long a stop waits."""

    def __init__(
        self, clock: Clock, *, first_retry: timedelta = FIRST_RETRY, drain: timedelta = DRAIN
    ) -> None:
        self._clock = clock
        self._first_retry = first_retry
        self._drain = drain
        self._works: list[Work] = []
        self._round = datetime.now(UTC)
        self._rings_at: datetime | None = None
        self._is_open = False
        self._alarm = AsyncIOScheduler(timezone=UTC)

    def add(self, name: str, job: Job, tick: timedelta = TICK) -> None:
        """Before the start. `job` does what is due and returns when it is due again, if it knows."""
        self._works.append(Work(name, job, tick))

    def wake(self) -> None:
        """Something was written: every job looks at once. To be called in the event loop, as often as one likes."""
        if not self._is_open:
            return
        for work in self._works:
            if not work.is_woken:
                work.is_woken = True
                if work.is_idle:
                    work.at = self._next_round()
        self._set_alarm()

    @property
    def is_quiet(self) -> bool:
        """Whether no job runs, and every one has looked since the last wake-up."""
        return not any(work.run or work.is_woken for work in self._works)

    async def start(self) -> None:
        self._alarm.start()
        self._is_open = True
        self.wake()

    async def stop(self) -> None:
        """Starts nothing more, and gives what is running time to end."""
        self._is_open = False
        await self._ended(self._drain)
        for work in self._works:
            if work.run:
                log.warning("job.cut_short", job=work.name)
        if self._alarm.running:
            self._alarm.pause()
            await asyncio.sleep(0)  # a run that was handed out and has not begun ends by itself
            self._alarm.shutdown(wait=False)
            await self._ended(LAST_WORDS)

    async def _ended(self, patience: timedelta) -> None:
        if running := {work.run for work in self._works if work.run}:
            await asyncio.wait(running, timeout=patience.total_seconds())

    async def _run_due(self) -> None:
        """All that are due, each by itself: one that takes its time holds up none of the others."""
        self._rings_at, now = None, datetime.now(UTC)
        due = [work for work in self._works if self._is_open and work.at and work.at <= now]
        runs = [asyncio.create_task(self._run(work)) for work in due]
        for work, run in zip(due, runs, strict=True):
            work.at = None
            work.run = run  # from now on, and not once it begins: a stop in between waits for it
        self._set_alarm()
        await asyncio.gather(*runs)

    async def _run(self, work: Work) -> None:
        work.is_woken = False
        pause = work.tick
        try:
            pause = await self._attempt(work)
        finally:
            work.run, work.ended = None, perf_counter()
            if self._is_open:
                is_called = work.is_woken and work.is_idle
                work.at = self._next_round() if is_called else datetime.now(UTC) + max(pause, REST)
                self._set_alarm()

    async def _attempt(self, work: Work) -> timedelta:
        """Runs the job once; how long to wait for the next time."""
        began = perf_counter()
        try:
            due = await work.job()
        except Exception:  # the job runner: a job that fails must not take the others with it
            work.failures += 1
            log.exception("job.failed", job=work.name, failures=work.failures)
            _count(work, "failed", began)
            return min(self._first_retry * (1 << min(work.failures - 1, 30)), work.tick)
        work.failures = 0
        _count(work, "done", began)
        return work.tick if due is None else min(due - self._clock.now(), work.tick)

    def _next_round(self) -> datetime:
        """When all that are woken run: at the same moment, for most ask the database the same question."""
        now = datetime.now(UTC)
        if self._round <= now:
            idle = timedelta(seconds=perf_counter() - max(work.ended for work in self._works))
            self._round = now + max(REST - idle, timedelta(0))
        return self._round

    def _set_alarm(self) -> None:
        """For the first that waits; one that was set for later is forgotten."""
        first = min((work.at for work in self._works if work.at), default=None)
        if self._is_open and first and (self._rings_at is None or first < self._rings_at):
            self._rings_at = first
            self._alarm.add_job(
                self._run_due, DateTrigger(first), **ALARM, max_instances=len(self._works) + 1
            )


def _count(work: Work, outcome: str, began: float) -> None:
    RUNS.labels(work.name, outcome).observe(perf_counter() - began)
