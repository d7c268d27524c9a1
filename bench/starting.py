"""How long the playground takes to its first page and how much memory it holds, against importing discord.py."""

import os
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from typing import Final

import psutil

from bench.table import Row

ROOT: Final = Path(__file__).parents[1]
BARE: Final = "import discord, sys; print('ready', flush=True); sys.stdin.read()"
MEGABYTE: Final = 1_000_000
Figures = tuple[float, float]


async def measured(folder: Path) -> list[Row]:
    bare, first, again = _bare(), _demo(folder), _demo(folder)
    seconds = f"{bare[0]:.2f} s `import discord`"
    memory = f"{bare[1]:.0f} MB `import discord`"
    return [
        Row(
            "start to the first page, a new database",
            f"{first[0]:.2f} s",
            seconds,
            bare[0] / first[0],
            "≤ 2 s",
        ),
        Row("start to the first page, again", f"{again[0]:.2f} s", seconds, bare[0] / again[0], "≤ 2 s"),
        Row("memory after the first page", f"{again[1]:.0f} MB", memory, bare[1] / again[1], "≤ 150 MB"),
    ]


def _bare() -> Figures:
    return _run([sys.executable, "-c", BARE], ROOT)


def _demo(folder: Path) -> Figures:
    return _run([sys.executable, "-m", "bot", "demo", "--port", "0", "--no-open"], folder)


def _run(command: list[str], folder: Path) -> Figures:
    """Seconds until it is there, and megabytes then."""
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    start = time.perf_counter()
    with subprocess.Popen(
        command, cwd=folder, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout
        said = process.stdout.readline()
        address = next((word for word in said.split() if word.startswith("http")), None)
        if address:
            with urllib.request.urlopen(address, timeout=30) as page:
                page.read()
        seconds = time.perf_counter() - start
        memory = psutil.Process(process.pid).memory_info().rss / MEGABYTE
        process.terminate()
    return seconds, memory
