"""The picture of a week: the right times on the right days, in words that people can read, whoever wrote the name."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Final
from zoneinfo import ZoneInfo

import pytest
from PIL import Image, ImageColor

from adapters.discord.render import ALT
from adapters.words import Words
from bot.i18n import Catalogue
from bot.pictures import canvas, fonts, week
from bot.pictures.alt import MOST_LETTERS
from bot.pictures.days import Block, Day, days
from bot.pictures.sheet import Sheet, sheet
from core.chat import File, FreeTime, Reader, Week, _, to
from tests.bot.gallery import gallery
from tests.bot.sitters import HOSTILE, RIGHT_TO_LEFT, WIDE, ZALGO

MONDAY: Final = date(2026, 11, 23)
THURSDAY: Final = date(2026, 11, 26)
CATALOGUE: Final = Catalogue()
LANGUAGES: Final = CATALOGUE.languages
NOW: Final = datetime(2026, 11, 23, 6, tzinfo=UTC)
READERS: Final = [Reader(language, "Asia/Kolkata", at=NOW) for language in LANGUAGES]
BYTES: Final = 80_000
SAMPLES: Final = {"hi": "सोम गुरु नवंबर", "te": "సోమ గురు నవంబర్"}


def free(
    *starts: datetime,
    minutes: int = 60,
    name: str = "Ben Okafor",
    first: date = MONDAY,
    day: date | None = THURSDAY,
) -> Week:
    length = timedelta(minutes=minutes)
    title = _("Free times of {name} · {length}", name=name, length=length)
    times = tuple(FreeTime(start, to("book.hold", "ben-okafor", minutes, "x")) for start in starts)
    return Week(title, first, length, times, day)


def at(day: int, hour: int, minute: int = 0, zone: str = "Asia/Kolkata") -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=ZoneInfo(zone)).astimezone(UTC)


FEW: Final = free(at(23, 9), at(23, 9, 30), at(26, 14), at(28, 20, 15))
MANY: Final = free(
    *(at(day, hour, minute) for day in range(23, 30) for hour in range(6, 23) for minute in (0, 30))
)
SCATTERED: Final = free(*(at(day, hour) for day in range(23, 30) for hour in range(0, 24, 2)), minutes=30)
SEVENFOLD: Final = free(
    *(at(day, hour, minute) for day in range(23, 30) for hour in range(1, 22, 3) for minute in (0, 30))
)
SIXFOLD: Final = free(*(at(day, hour) for day in range(23, 30) for hour in range(9, 21, 2)), minutes=30)
WEEKS: Final = {
    "none": free(),
    "few": FEW,
    "many": MANY,
    "scattered": SCATTERED,
    "sixfold": SIXFOLD,
    "sevenfold": SEVENFOLD,
}


def paint(shown: Week, reader: Reader) -> File:
    return week.painter(CATALOGUE)(shown, reader)


def opened(file: File) -> Image.Image:
    return Image.open(BytesIO(file.content)).convert("RGB")


def said(shown: Week, reader: Reader = READERS[0]) -> Sheet:
    return sheet(shown, reader, CATALOGUE)


def told(shown: Week, reader: Reader = READERS[0]) -> str:
    return Words(CATALOGUE, reader).say(paint(shown, reader).alt).replace("\u202f", " ")


def pills(shown: Week, reader: Reader = READERS[0]) -> dict[str, list[str]]:
    """What stands under each day's number."""
    columns = said(shown, reader).columns
    return {column.number: [" to ".join(pill) for pill in column.pills] for column in columns if column.pills}


@pytest.fixture
def fontless(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """A machine without fonts: Pillow looks where the desktop's standard says."""
    for name in ("XDG_DATA_HOME", "XDG_DATA_DIRS"):
        monkeypatch.setenv(name, str(tmp_path))
    _forget_fonts()
    yield
    _forget_fonts()


def _forget_fonts() -> None:
    for known in (fonts._font, fonts._script, fonts._is_known, fonts.width, week._png):
        known.cache_clear()


# --- the picture --------------------------------------------------------------------------------


@pytest.mark.parametrize("reader", READERS, ids=LANGUAGES)
@pytest.mark.parametrize("shown", WEEKS.values(), ids=WEEKS)
def test_a_week_is_a_small_png_as_wide_as_a_phone_shows_it(shown: Week, reader: Reader) -> None:
    file = paint(shown, reader)
    picture = opened(file)
    assert (file.name, file.media_type) == ("week.png", "image/png")
    assert file.content.startswith(b"\x89PNG")
    assert len(file.content) <= BYTES
    assert picture.width == 1080
    assert 300 <= picture.height <= 1600


def test_the_same_week_gives_the_same_bytes() -> None:
    first = paint(FEW, READERS[0]).content
    _forget_fonts()
    assert paint(FEW, READERS[0]).content == first
    assert paint(FEW, READERS[1]).content != first


def test_the_picture_brings_its_own_ground_for_light_chats_and_dark_ones() -> None:
    picture = opened(paint(FEW, READERS[0]))
    corners = [(x, y) for x in (0, picture.width - 1) for y in (0, picture.height - 1)]
    assert {near(picture.getpixel(corner), canvas.GROUND) for corner in corners} == {True}


def near(pixel: object, colour: str) -> bool:
    assert isinstance(pixel, tuple)
    return all(abs(one - other) <= 3 for one, other in zip(pixel, ImageColor.getrgb(colour), strict=True))


@pytest.mark.parametrize("pair", canvas.PAIRS, ids="-on-".join)
def test_every_ink_can_be_read_on_its_ground(pair: tuple[str, str]) -> None:
    lighter, darker = sorted(map(luminance, pair), reverse=True)
    assert (lighter + 0.05) / (darker + 0.05) >= 4.5


def luminance(colour: str) -> float:
    """Relative luminance by WCAG 2."""
    channels = [value / 255 for value in ImageColor.getrgb(colour)]
    linear = [value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4 for value in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


# --- words ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("reader", READERS, ids=LANGUAGES)
@pytest.mark.parametrize("shown", WEEKS.values(), ids=WEEKS)
def test_no_word_of_the_picture_is_an_empty_box(shown: Week, reader: Reader) -> None:
    for text in everything(said(shown, reader)):
        assert fonts.can_write(text), text


@pytest.mark.usefixtures("fontless")
@pytest.mark.parametrize("reader", READERS, ids=LANGUAGES)
def test_a_machine_without_fonts_draws_no_empty_boxes_either(reader: Reader) -> None:
    shown = said(FEW, reader)
    assert [column.weekday for column in shown.columns][:3] == ["Mon", "Tue", "Wed"]
    assert shown.span == "Nov 23 - 29, 2026"
    assert all(fonts.can_write(text) for text in everything(shown))
    assert len(paint(FEW, reader).content) > 5_000


@pytest.mark.parametrize("language", SAMPLES)
def test_each_language_is_written_in_its_own_script(language: str) -> None:
    if not fonts.can_write(SAMPLES[language]):
        pytest.skip("this machine has no Noto Sans for the script: fonts-noto-core")
    weekdays = [column.weekday for column in said(FEW, Reader(language, "Asia/Kolkata")).columns]
    assert weekdays[0] == SAMPLES[language].split()[0]
    assert weekdays[3] == SAMPLES[language].split()[1]


def test_what_no_font_has_is_known_to_be_missing() -> None:
    for missing in ("\u0378", "\ue000", "\U000e0fff", "\u202e", "\ud800"):
        assert not fonts.can_write(missing)
    assert fonts.can_write("Mon 23, 9:30 AM +5")


@pytest.mark.parametrize(
    "name",
    [
        HOSTILE,
        ZALGO * 20,
        RIGHT_TO_LEFT,
        WIDE,
        "山田太郎",
        "x" * 100_000,
        "\n\n\0",
        "",
        "ben " + "\u0301" * 5_000,
    ],
    ids=["markup", "zalgo", "rtl", "wide", "cjk", "long", "blank", "empty", "marks"],
)
def test_a_name_of_any_kind_leaves_the_picture_whole(name: str) -> None:
    plain, file = paint(free(at(23, 9)), READERS[0]), paint(free(at(23, 9), name=name), READERS[0])
    assert len(file.content) <= BYTES
    assert opened(plain).height - opened(file).height in (0, week.TITLE_LINE)
    assert all(fonts.can_write(text) for text in everything(said(free(name=name))))


def test_a_language_that_is_read_from_the_right_begins_there() -> None:
    assert said(FEW, Reader("ar", "Asia/Dubai")).mirrored
    assert not said(FEW).mirrored
    assert near(opened(paint(free(day=MONDAY), Reader("ar", "UTC"))).getpixel((1000, 145)), canvas.ACCENT)
    assert near(opened(paint(free(day=MONDAY), Reader("en", "UTC"))).getpixel((40, 145)), canvas.ACCENT)


def everything(shown: Sheet) -> list[str]:
    columns = shown.columns
    words = [shown.title, shown.span, shown.nothing, *shown.notes]
    words += [text for column in columns for text in (column.weekday, column.number)]
    return words + [line for column in columns for pill in column.pills for line in pill]


# --- times ----------------------------------------------------------------------------------------


def test_a_time_stands_on_the_day_and_hour_of_the_reader() -> None:
    late = free(datetime(2026, 11, 24, 23, 30, tzinfo=UTC))
    assert pills(late, Reader("en-GB", "Asia/Kolkata")) == {"25": ["05:00"]}
    assert pills(late, Reader("en-GB", "America/New_York")) == {"24": ["18:30"]}
    assert pills(late, Reader("en", "Europe/Berlin")) == {"25": ["12:30 AM"]}


def test_a_time_of_another_week_is_not_shown() -> None:
    assert pills(free(at(22, 9), at(30, 9), at(29, 9))) == {"29": ["9:00 AM"]}


def test_the_week_in_which_clocks_change_says_so() -> None:
    autumn = free(
        datetime(2026, 10, 24, 8, tzinfo=UTC), datetime(2026, 10, 25, 8, tzinfo=UTC), first=date(2026, 10, 19)
    )
    berlin = Reader("en-GB", "Europe/Berlin")
    assert pills(autumn, berlin) == {"24": ["10:00"], "25": ["09:00"]}
    assert said(autumn, berlin).notes == ("Times in Berlin", "The clocks change on Sun, 25 Oct 2026")
    assert said(FEW, berlin).notes == ("Times in Berlin (GMT+01:00)",)


def test_few_times_are_told_one_by_one_and_many_as_stretches() -> None:
    six = free(*(at(26, 9 + n // 2, n % 2 * 30) for n in range(6)))
    seven = free(*(at(26, 9 + n // 2, n % 2 * 30) for n in range(7)), at(27, 15))
    assert pills(six)["26"] == ["9:00 AM", "9:30 AM", "10:00 AM", "10:30 AM", "11:00 AM", "11:30 AM"]
    assert pills(seven) == {"26": ["9:00 AM to 1:00 PM"], "27": ["3:00 PM to 4:00 PM"]}


def test_a_stretch_ends_where_a_start_is_missing() -> None:
    starts = [at(26, hour) for hour in (8, 9, 10, 14, 15, 16, 17, 20)]
    assert pills(free(*starts, minutes=90))["26"] == [
        "8:00 AM to 11:30 AM",
        "2:00 PM to 6:30 PM",
        "8:00 PM to 9:30 PM",
    ]


def test_what_there_is_no_room_for_is_counted() -> None:
    [monday, *_others] = days(SCATTERED, ZoneInfo("Asia/Kolkata"))
    assert len(monday.blocks) == 6
    assert (len(monday.starts), monday.more) == (12, 6)
    assert pills(SCATTERED)["23"][-1] == "+6"


def test_the_same_start_twice_is_one_time() -> None:
    twice = days(free(at(23, 9), at(23, 9)), ZoneInfo("Asia/Kolkata"))
    assert twice[0] == Day(MONDAY, (at(23, 9),), (Block(at(23, 9)),))


def test_the_day_in_question_is_lit() -> None:
    assert [column.number for column in said(FEW).columns if column.lit] == ["26"]
    assert not any(column.lit for column in said(free(at(23, 9), day=None)).columns)


def test_a_week_without_times_says_so() -> None:
    assert said(free()).nothing == "No free times this week"
    assert not said(FEW).nothing
    assert told(free()) == "No free times in the week from Mon, Nov 23, 2026."


# --- in words -------------------------------------------------------------------------------------


def test_the_alternative_text_tells_all_times() -> None:
    assert told(FEW) == (
        "Free times, in Asia/Kolkata: Mon, Nov 23 (2 times: 9:00 AM and 9:30 AM), Thu, Nov 26 (1 time: 2:00 PM), "
        "and Sat, Nov 28 (1 time: 8:15 PM)."
    )
    assert told(MANY).count("34 times: 6:00 AM–11:30 PM") == 7


def test_what_there_is_no_room_to_tell_is_told_from_first_to_last() -> None:
    assert told(SIXFOLD).count("6 times: 9:00 AM–7:30 PM") == 7
    assert told(SEVENFOLD).count("14 times: 1:00 AM–8:30 PM") == 7
    assert told(SCATTERED).count("12 times: 12:00 AM–10:30 PM") == 7


@pytest.mark.parametrize("reader", READERS, ids=LANGUAGES)
@pytest.mark.parametrize("shown", WEEKS.values(), ids=WEEKS)
def test_the_alternative_text_fits_everywhere(shown: Week, reader: Reader) -> None:
    assert 20 < len(told(shown, reader)) <= MOST_LETTERS < ALT


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_week_of_the_gallery_can_be_painted(language: str) -> None:
    weeks = {picture.label: picture.screen.week for picture in gallery() if picture.screen.week}
    assert {label.split(" ")[0] for label in weeks} >= {"book.days", "book.clock_times"}
    for shown in weeks.values():
        assert paint(shown, Reader(language, "America/Argentina/ComodRivadavia")).content
