"""The rows that are printed, and how long things take."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass

COLUMNS = ("what", "ours", "floor", "ratio", "goal")


@dataclass(frozen=True, slots=True)
class Row:
    """`ours` and `floor` with their units; a ratio is ours to the floor, more is better."""

    what: str
    ours: str
    floor: str = "-"
    ratio: float | None = None
    goal: str = "-"

    def cells(self) -> tuple[str, ...]:
        return self.what, self.ours, self.floor, "-" if self.ratio is None else f"{self.ratio:.2f}", self.goal


def printed(rows: Iterable[Row]) -> str:
    cells = [COLUMNS, *(row.cells() for row in rows)]
    widths = [max(len(line[column]) for line in cells) for column in range(len(COLUMNS))]
    return "\n".join(
        "  ".join(f"{cell:<{width}}" for cell, width in zip(line, widths, strict=True)) for line in cells
    )


def rate(count: int, seconds: float) -> str:
    return f"{count / seconds:,.0f}/s"


def milliseconds(seconds: float) -> str:
    return f"{seconds * 1000:.2f} ms"


def percentile(values: list[float], percent: int) -> float:
    return sorted(values)[min(len(values) - 1, len(values) * percent // 100)]


async def clients(at_once: int, jobs: Iterable[Callable[[], Awaitable[object]]]) -> float:
    """Seconds that all jobs take, so many at once."""
    waiting = iter(jobs)

    async def client() -> None:
        for job in waiting:
            await job()

    start = time.perf_counter()
    await asyncio.gather(*(client() for _ in range(at_once)))
    return time.perf_counter() - start


async def timed(times: int, job: Callable[[], Awaitable[object]]) -> list[float]:
    """Seconds of each of so many runs, one after the other."""
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        await job()
        taken.append(time.perf_counter() - start)
    return taken
