"""How long the picture of a week takes: drawn anew in Latin letters and in Telugu, and shown once more."""

import time
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Final

from PIL import Image

from bench import town
from bench.table import Row, milliseconds, percentile
from bot.i18n import Catalogue
from bot.pictures.week import painter
from core.chat import FreeTime, Reader, Week, _, to

TIMES: Final = 30
PAINT: Final = painter(Catalogue())


async def measured(folder: Path) -> list[Row]:
    english, telugu = Reader("en", "Europe/Berlin"), Reader("te", "Asia/Kolkata")
    empty = _seconds(lambda _number: _png(_size_of(PAINT(_week(0), english).content)))
    PAINT(_week(0), telugu)
    floor_words = f"{milliseconds(empty)} bare Pillow, an empty picture of its size"
    rows = []
    for what, reader in (("English", english), ("Telugu", telugu)):
        took = _seconds(lambda number, reader=reader: PAINT(_week(number + 1), reader))  # type: ignore[misc]
        rows.append(Row(f"paint a week, {what}", milliseconds(took), floor_words, empty / took))
    again = _seconds(lambda _number: PAINT(_week(0), english))
    return [*rows, Row("paint a week that was painted before", milliseconds(again))]


def _week(number: int) -> Week:
    """Seven days of three times; each number is another mentor's."""
    starts = [town.FIRST_DAY + timedelta(days=day, hours=hour) for day in range(7) for hour in (9, 11, 15)]
    times = tuple(FreeTime(start, to("book.hold", "person", 60, "x")) for start in starts)
    title = _("Free times of {name} · {length}", name=f"Person {number}", length=timedelta(hours=1))
    return Week(title, town.FIRST_DAY.date(), timedelta(hours=1), times, town.FIRST_DAY.date())


def _seconds(draw: Callable[[int], object]) -> float:
    """The middle one of so many."""
    taken = []
    for number in range(TIMES):
        start = time.perf_counter()
        draw(number)
        taken.append(time.perf_counter() - start)
    return percentile(taken, 50)


def _size_of(png: bytes) -> tuple[int, int]:
    return Image.open(BytesIO(png)).size


def _png(size: tuple[int, int]) -> None:
    Image.new("P", size).save(BytesIO(), "PNG")
