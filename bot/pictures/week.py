"""A mentor's free times of seven days as a PNG that can be read on a phone: a column a day, a pill a time.

The same week gives the same bytes.
"""

from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from bot.pictures import canvas, fonts
from bot.pictures.alt import alt
from bot.pictures.canvas import Canvas
from bot.pictures.sheet import Column, Sheet, sheet
from core.chat import File, Reader, Week
from core.ports import Catalogue, Painter

NAME: Final = "week.png"
KEPT: Final = 128

WIDTH: Final = 1080
EDGE: Final = 22
GAP: Final = 6
COLUMN: Final = (WIDTH - 2 * EDGE - 6 * GAP) // 7
INSET: Final = 5
PILL: Final = COLUMN - 2 * INSET
ROUND: Final = 16

TITLE: Final = 46
WORDS: Final = 34
NUMBER: Final = 48
CLOCK: Final = 42
TITLE_LINE: Final = 64
WORDS_LINE: Final = 48
HEAD: Final = 124
PILL_LINE: Final = 50
PILL_EDGE: Final = 7
BAR: Final = 16
HALF: Final = 0.7
"""The size of AM and PM beside their hour."""


def painter(catalogue: Catalogue) -> Painter:
    def paint(week: Week, reader: Reader) -> File:
        return File(NAME, _png(sheet(week, reader, catalogue)), "image/png", alt(week, ZoneInfo(reader.zone)))

    return paint


@lru_cache(maxsize=KEPT)
def _png(sheet: Sheet) -> bytes:
    head = EDGE + TITLE_LINE * bool(sheet.title) + WORDS_LINE + GAP
    well = HEAD + max(2 * PILL_LINE, *(_height(column) for column in sheet.columns)) + INSET
    paper = Canvas(WIDTH, head + well + GAP + WORDS_LINE * len(sheet.notes) + EDGE - GAP)
    _lines(paper, sheet, EDGE, [(sheet.title, TITLE, canvas.INK, TITLE_LINE)] if sheet.title else [])
    _lines(paper, sheet, head - WORDS_LINE - GAP, [(sheet.span, WORDS, canvas.SOFT, WORDS_LINE)])
    clock = _clock_size(sheet)
    for place, column in enumerate(sheet.columns):
        left = EDGE + (6 - place if sheet.mirrored else place) * (COLUMN + GAP)
        _column(paper, column, left, head, well, clock)
    if sheet.nothing:
        _nothing(paper, sheet.nothing, head + HEAD, well - HEAD)
    _lines(paper, sheet, head + well + GAP, [(note, WORDS, canvas.SOFT, WORDS_LINE) for note in sheet.notes])
    return paper.png()


def _lines(paper: Canvas, sheet: Sheet, top: int, lines: list[tuple[str, int, str, int]]) -> None:
    """Lines from the side that the language begins at, each as large as it fits."""
    x = WIDTH - EDGE if sheet.mirrored else EDGE
    for text, size, colour, height in lines:
        fitted, size = canvas.fitting(text, size, WIDTH - 2 * EDGE)
        paper.text(x, top + height / 2, fitted, size, colour, align=sheet.mirrored)
        top += height


def _column(paper: Canvas, column: Column, left: int, top: int, height: int, clock: int) -> None:
    paper.box(left, top, COLUMN, height, canvas.SURFACE, corner=ROUND)
    soft, ink = canvas.SOFT, canvas.INK if column.pills else canvas.SOFT
    if column.lit:
        paper.box(left, top, COLUMN, HEAD - INSET, canvas.ACCENT, corner=ROUND)
        soft = ink = canvas.ON_ACCENT
    _middle(paper, column.weekday, left, top + 36, WORDS, soft)
    _middle(paper, column.number, left, top + 84, NUMBER, ink)
    for pill in column.pills:
        colours = (canvas.ACCENT, canvas.ON_ACCENT) if column.lit else (canvas.WASH, canvas.ACCENT_INK)
        _pill(paper, pill, left + INSET, top + HEAD, clock, *colours)
        top += _pill_height(pill) + GAP
    if not column.pills:
        paper.box(left + COLUMN / 2 - 14, top + HEAD + PILL_LINE - 2, 28, 4, canvas.LINE, corner=2)


def _pill(
    paper: Canvas, pill: tuple[str, ...], left: int, top: int, clock: int, ground: str, ink: str
) -> None:
    """A start, or a stretch as two lines with a bar from one to the other."""
    paper.box(left, top, PILL, _pill_height(pill), ground, corner=ROUND - INSET)
    for number, line in enumerate(pill):
        middle = top + PILL_EDGE + number * (PILL_LINE + BAR) + PILL_LINE / 2
        if number:
            bar = middle - PILL_LINE / 2 - BAR
            paper.box(left + PILL / 2 - 2, bar, 4, BAR, ink, corner=2)
        x = left + (PILL - _clock_width(line, clock)) / 2
        for part, size in _parts(line, clock):
            paper.text(x, middle, part, size, ink, line=clock)
            x += fonts.width(part, size)


def _parts(label: str, size: int) -> list[tuple[str, int]]:
    """The hour, and smaller beside it whatever says which half of the day it is in."""
    first, *others = label.split(" ")
    words = (first, *(f" {word}" for word in others))
    return [(word, size if any(map(str.isdigit, word)) else int(size * HALF)) for word in words]


def _clock_width(label: str, size: int) -> float:
    return sum(fonts.width(*part) for part in _parts(label, size))


def _middle(paper: Canvas, text: str, left: int, middle: float, size: int, colour: str) -> None:
    fitted, size = canvas.fitting(text, size, PILL - 6)
    paper.text(left + COLUMN / 2, middle, fitted, size, colour, align=0.5)


def _nothing(paper: Canvas, text: str, top: int, height: int) -> None:
    text, size = canvas.fitting(text, TITLE, WIDTH - 4 * EDGE)
    paper.box(EDGE, top, WIDTH - 2 * EDGE, height, canvas.SURFACE, corner=ROUND)
    paper.text(WIDTH / 2, top + height / 2, text, size, canvas.SOFT, align=0.5)


def _height(column: Column) -> int:
    return sum(_pill_height(pill) + GAP for pill in column.pills)


def _pill_height(pill: tuple[str, ...]) -> int:
    return len(pill) * (PILL_LINE + BAR) - BAR + 2 * PILL_EDGE


def _clock_size(sheet: Sheet) -> int:
    """The largest size at which the widest time fits into its pill."""
    labels = {line for column in sheet.columns for pill in column.pills for line in pill}
    fits = (
        size for size in range(CLOCK, 12, -1) if all(_clock_width(line, size) <= PILL - 8 for line in labels)
    )
    return next(fits, 12)
