"""`python -m bench`: one table. Give names to measure only those: `python -m bench holds reads`."""

import asyncio
import logging
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import structlog

from bench import holds, interactions, outgoing, pages, painting, postgres, reads, starting, updates
from bench.table import Row, printed

Measure = Callable[[Path], Awaitable[list[Row]]]
ALL: Final[dict[str, Measure]] = {
    "holds": holds.measured,
    "postgres": postgres.measured,
    "interactions": interactions.measured,
    "updates": updates.measured,
    "reads": reads.measured,
    "pages": pages.measured,
    "painting": painting.measured,
    "notices": outgoing.measured,
    "start": starting.measured,
}


def main(names: list[str]) -> None:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    if unknown := [name for name in names if name not in ALL]:
        sys.exit(f"There is no {unknown[0]}; there are {', '.join(ALL)}.")
    rows: list[Row] = []
    for name in names or list(ALL):
        start = time.perf_counter()
        with TemporaryDirectory(prefix="nearpeer-bench-", ignore_cleanup_errors=True) as folder:
            rows += asyncio.run(_measure(ALL[name], Path(folder)))
        print(f"{name}: {time.perf_counter() - start:.0f} s", file=sys.stderr, flush=True)
    print(printed(rows))


async def _measure(measure: Measure, folder: Path) -> list[Row]:
    return await measure(folder)


if __name__ == "__main__":
    main(sys.argv[1:])
