"""A vendor in a process of its own, so that the processor time measured here is the bot's."""

import asyncio
import json
import os
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from bench.table import Row, milliseconds, percentile

LIMIT: Final = 16 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Figures:
    """Answers a second, processor seconds of the bot for each, and how long each person waited."""

    per_second: float
    processor: float
    taken: list[float]

    @property
    def waits(self) -> str:
        return ", ".join(f"p{p} {milliseconds(percentile(self.taken, p))}" for p in (50, 99))


@dataclass(frozen=True, slots=True)
class Vendor:
    """A vendor that does what it is told in lines of JSON; `said` are its first words."""

    process: asyncio.subprocess.Process
    said: dict[str, Any]

    async def order(self, **order: Any) -> Figures:
        assert self.process.stdin
        assert self.process.stdout
        begin = time.process_time()
        self.process.stdin.write(json.dumps({"press": None, "command": None, **order}).encode() + b"\n")
        done = json.loads(await self.process.stdout.readline())
        count = len(done["taken"])
        return Figures(count / done["seconds"], (time.process_time() - begin) / count, done["taken"])


def rows(name: str, ours: Figures, bare: Figures, library: str) -> list[Row]:
    return [
        Row(
            f"{name}, processor time of the bot",
            milliseconds(ours.processor),
            f"{milliseconds(bare.processor)} bare {library}, a constant",
            bare.processor / ours.processor,
            "≥ 0.5",
        ),
        Row(
            f"{name}, 8 at once, with the double",
            f"{ours.per_second:,.0f}/s, {ours.waits}",
            f"{bare.per_second:,.0f}/s, {bare.waits}",
            ours.per_second / bare.per_second,
        ),
    ]


@asynccontextmanager
async def vendor(module: str, people: int) -> AsyncIterator[Vendor]:
    """A module of ours with a vendor in it, for so many people."""
    environment = {name: value for name, value in os.environ.items() if name != "NEARPEER_SPECS"}
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        module,
        str(people),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        env=environment,
        limit=LIMIT,
        cwd=Path(__file__).parents[1],
    )
    try:
        assert process.stdout
        yield Vendor(process, json.loads(await process.stdout.readline()))
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()
