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
"""Between two runs of a job, so that a busy hour's wake-ups share one run."""
FIRST_RETRY: Final = timedelta(seconds=1)
DRAIN: Final = timedelta(seconds=10)
LAST_WORDS: Final = timedelta(seconds=1)

RUNS: Final = Histogram("nearpeer_job_seconds", "How long the runs of a job took", ("job", "outcome"))


@dataclass(slots=True, eq=False)
class Work:
    """A job, and where it is in its life. `is_woken`: something happened since its last run began."""

    name: str
    job: Job
    tick: timedelta
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
        self._is_open = False
        defaults = {"coalesce": True, "misfire_grace_time": None, "max_instances": 2}
        self._alarm = AsyncIOScheduler(timezone=UTC, job_defaults=defaults)

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
                    self._plan(work, timedelta(0))

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

    async def _run(self, work: Work) -> None:
        if work.run or not self._is_open:
            return
        work.run, work.is_woken = asyncio.current_task(), False
        pause = work.tick
        try:
            pause = await self._attempt(work)
        finally:
            work.run, work.ended = None, perf_counter()
            if self._is_open:
                self._plan(work, REST if work.is_woken and work.is_idle else pause)

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

    def _plan(self, work: Work, pause: timedelta) -> None:
        """The next run; one that was planned before is forgotten."""
        rest = REST - timedelta(seconds=perf_counter() - work.ended)
        at = DateTrigger(datetime.now(UTC) + max(pause, rest))
        self._alarm.add_job(self._run, at, args=(work,), id=work.name, replace_existing=True)


def _count(work: Work, outcome: str, began: float) -> None:
    RUNS.labels(work.name, outcome).observe(perf_counter() - began)
