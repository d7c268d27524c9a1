"""Times, amounts and lists as Hindi and Telugu write them, and the words that the apps have for commands."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from adapters.discord.commands import payload
from adapters.discord.render import render
from adapters.discord.words import DiscordWords, PlainWords
from adapters.words import Words
from core import chat
from core.chat import _
from core.money import Money
from tests.doubles.discord import commands as rules
from tests.doubles.discord.problems import Problems
from tests.doubles.discord.reading import TEXT_DISPLAY, walk

NOON = datetime(2026, 11, 26, 6, 30, tzinfo=UTC)
BOOK = chat.Command("book", _("Book a session"), (chat.CommandOption("mentor", _("Who with")),))
HINDI = {
    "/book": "/बुक",
    "mentor:": "मेंटर:",
    "Say /book, not /books.": "/book कहें, /books नहीं।",
    "Book a session": "सेशन बुक करें",
}


def hindi(locale: str, msgid: str, plural: str = "", count: int | None = None) -> str:
    return HINDI.get(msgid, msgid) if locale.startswith("hi") else msgid


@pytest.mark.parametrize(
    ("value", "in_hindi", "in_telugu"),
    [
        (chat.When(NOON), "गुरु, 26 नव॰, 12:00 pm (कोलकाता)", "26 నవం, గురు, 12:00 PM (కోల్‌కతా)"),
        (chat.Clock(NOON, "Europe/Berlin"), "7:30 am", "7:30 AM"),
        (chat.Clock(NOON, "America/Los_Angeles", with_day=True), "बुध 10:30 pm", "బుధ 10:30 PM"),
        (chat.City("Asia/Kolkata"), "कोलकाता", "కోల్‌కతా"),
        (date(2026, 11, 26), "गुरु, 26 नव॰ 2026", "26 నవం, 2026, గురు"),
        (chat.Weekday(0), "सोमवार", "సోమవారం"),
        (chat.Month(date(2026, 11, 26)), "नवंबर 2026", "నవంబర్ 2026"),
        (time(14, 5), "2:05 pm", "2:05 PM"),
        (timedelta(hours=24), "24 घंटे", "24 గంటలు"),
        (Money(123_456_700, "INR"), "₹12,34,567.00", "₹12,34,567.00"),
        (Money(500, "JPY"), "JP¥500", "JP¥500"),
        (chat.Percent(1_250), "12.5%", "12.5%"),
        (chat.Series((1, 2, 3)), "1, 2, और 3", "1, 2 మరియు 3"),
        (chat.LanguageName("te"), "तेलुगू", "తెలుగు"),
        (chat.LanguageName("te", in_itself=True), "తెలుగు", "తెలుగు"),
        (chat.LanguageName("tlh"), "क्लिंगन", "క్లింగాన్"),
        (chat.LanguageName("qqq"), "qqq", "qqq"),
    ],
)
def test_hindi_and_telugu_readers_see_values_as_they_write_them(
    value: chat.Value, in_hindi: str, in_telugu: str
) -> None:
    for locale, said in (("hi", in_hindi), ("te-IN", in_telugu)):
        shown = Words(hindi, chat.Reader(locale, "Asia/Kolkata", at=NOON)).show(value)
        assert shown.replace("\u202f", " ").replace("\xa0", " ") == said


def test_discord_is_given_the_translated_names_and_still_sends_the_plain_ones() -> None:
    (book,) = payload([BOOK], hindi)
    (mentor,) = book["options"]
    assert (book["name"], book["name_localizations"]) == ("book", {"hi": "बुक"})
    assert (mentor["name"], mentor["name_localizations"]) == ("mentor", {"hi": "मेंटर"})
    assert book["description_localizations"] == {"hi": "सेशन बुक करें"}
    rules.check(problems := Problems(), [book])
    assert not problems.found


@pytest.mark.parametrize("illegal", ["/दो शब्द", "/Buch", "बुक", "/", "/" + "क" * 33, "/బుక్", "/book/x"])
def test_a_name_that_discord_would_refuse_is_the_plain_one(illegal: str) -> None:
    (book,) = payload([BOOK], lambda _locale, msgid, *_: illegal if msgid == "/book" else msgid)
    assert "name_localizations" not in book


def test_discord_refuses_two_commands_of_one_name_in_a_language() -> None:
    twice = [chat.Command("book", _("Book")), chat.Command("take", _("Book"))]
    same = payload(twice, lambda _locale, msgid, *_: "/बुक" if msgid.startswith("/") else msgid)
    rules.check(problems := Problems(), same)
    assert problems.found


@pytest.mark.parametrize(
    ("app", "read", "said"),
    [
        ("hi", "hi", "/बुक कहें, /books नहीं।"),
        ("en-US", "hi", "/book कहें, /books नहीं।"),
        ("hi", "en", "Say /बुक, not /books."),
        ("te", "hi", "/book कहें, /books नहीं।"),
        ("", "hi", "/book कहें, /books नहीं।"),
    ],
)
def test_a_command_is_called_what_the_readers_app_calls_it(app: str, read: str, said: str) -> None:
    reader = chat.Reader(read, "UTC", app)
    for words in (DiscordWords(hindi, reader), PlainWords(hindi, reader)):
        assert words.say(_("Say /book, not /books.")) == said
        assert words.show(BOOK.word) == ("/बुक" if app == "hi" else "/book")
    assert Words(hindi, reader).show(BOOK.word) == "/book"


@pytest.mark.anyio
async def test_an_address_and_a_persons_own_words_are_no_commands() -> None:
    said = _("{text}", text="/book https://example.org/book")
    screen = chat.Screen(_("T"), (chat.Paragraph(said),))
    rendered = render(screen, chat.Reader("hi", "UTC", "hi"), hindi)
    shown = rendered.view.to_components()  # type: ignore[no-untyped-call]
    texts = [part["content"] for _path, part in walk(shown) if part.get("type") == TEXT_DISPLAY]
    assert any("/book https://example.org/book" in text for text in texts)


@pytest.mark.parametrize(
    ("at", "in_english", "in_hindi", "in_telugu"),
    [
        ("2026-11-26", "Thu, Nov 26", "गुरु, 26 नव॰", "26 నవం, గురు"),
        ("2026-12-31", "Thu, Dec 31", "गुरु, 31 दिस॰", "31 డిసెం, గురు"),
        ("2027-01-01", "Fri, Jan 1, 2027", "शुक्र, 1 जन॰ 2027", "1 జన, 2027, శుక్ర"),
        ("2026-05-01", "Fri, May 1, 2026", "शुक्र, 1 मई 2026", "1 మే, 2026, శుక్ర"),
        ("2025-11-26", "Wed, Nov 26, 2025", "बुध, 26 नव॰ 2025", "26 నవం, 2025, బుధ"),
    ],
)
def test_a_day_is_said_with_its_year_where_another_could_be_meant(
    at: str, in_english: str, in_hindi: str, in_telugu: str
) -> None:
    day = chat.When(datetime.fromisoformat(f"{at}T06:30:00+00:00"), chat.WhenStyle.DAY)
    for locale, said in (("en", in_english), ("hi", in_hindi), ("te", in_telugu)):
        assert Words(hindi, chat.Reader(locale, "Asia/Kolkata", at=NOON)).show(day) == said


def test_the_year_is_that_of_the_readers_own_calendar() -> None:
    eve = chat.When(datetime(2026, 12, 31, 20, tzinfo=UTC), chat.WhenStyle.DAY)
    shown = [Words(hindi, chat.Reader("en", zone, at=NOON)).show(eve) for zone in ("UTC", "Asia/Kolkata")]
    assert shown == ["Thu, Dec 31", "Fri, Jan 1, 2027"]


@pytest.mark.parametrize("at", [NOON, None])
def test_a_list_of_what_was_always_says_the_year(at: datetime | None) -> None:
    words = Words(hindi, chat.Reader("en", "UTC", at=at))
    assert words.show(chat.When(NOON, chat.WhenStyle.DATE)) == "Thu, Nov 26, 2026"


def test_where_nobody_knows_when_it_is_read_every_day_has_its_year() -> None:
    words = Words(hindi, chat.Reader("en", "UTC"))
    assert words.show(chat.When(NOON, chat.WhenStyle.DAY)) == "Thu, Nov 26, 2026"


def test_the_end_of_a_countdown_on_another_day_names_the_day() -> None:
    words = Words(hindi, chat.Reader("en", "Europe/Berlin", at=NOON))
    ends = (NOON + timedelta(minutes=15), NOON + timedelta(days=3))
    said = [words.show(chat.When(end, chat.WhenStyle.COUNTDOWN)).replace("\u202f", " ") for end in ends]
    assert said == ["at 7:45 AM", "Sun, Nov 29, 7:30 AM (Berlin)"]
