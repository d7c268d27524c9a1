"""The booking room: Ana and Ben write to each other, each in their own chat, and neither learns more than a name."""

from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from io import BytesIO

import pytest
from PIL import Image

from tests.databases import SqliteStock
from tests.doubles.telegram import Message
from tests.stories import steps
from tests.stories.hands_discord import DiscordHands
from tests.stories.hands_telegram import TelegramHands
from tests.stories.hands_web import WebHands
from tests.stories.setting import Setting
from tests.stories.stage import Stage
from tests.stories.test_booking import WEDNESDAY_TEN
from tests.stories.test_one_person import OnTelegram, books_on_telegram
from tests.stories.theatre import open_stage

pytestmark = pytest.mark.anyio
GPS = 0x8825
MAKE = 0x010F
CODE = "def f():\n    return 1"


@pytest.fixture
async def two_doors(sqlite_stock_url: str, anyio_backend: str) -> AsyncIterator[Stage]:
    """The community is on Discord, where Ben is; Ana comes by Telegram."""
    async with open_stage(Setting("discord+telegram", "stripe", sqlite_stock_url)) as stage:
        yield stage


@pytest.fixture
def sqlite_stock_url(sqlite_stock: SqliteStock) -> Iterator[str]:
    with sqlite_stock.fresh() as url:
        yield url


def photo() -> bytes:
    """As a phone takes it: it says by whom and where."""
    exif = Image.Exif()
    exif[MAKE] = "Ana's phone"
    exif[GPS] = {1: "N", 2: (40.0, 24.0, 0.0)}
    file = BytesIO()
    Image.new("RGB", (64, 48), "navy").save(file, "JPEG", exif=exif)
    return file.getvalue()


def on_discord(stage: Stage) -> DiscordHands:
    assert isinstance(stage.ben, DiscordHands)
    return stage.ben


async def says(ana: TelegramHands, text: str, **more: object) -> Message:
    """Writes it to the bot, without a command."""
    said = ana.phone.say(text, **more)  # type: ignore[arg-type]
    await ana.stage.settles()
    return said


# --- through every door ---------------------------------------------------------------------------


async def test_ana_and_ben_write_to_each_other_and_see_what_arrived(stage: Stage) -> None:
    ana, ben = stage.ana, stage.ben
    await steps.books(ana)
    await ana.taps("Room")
    assert ana.sees("Room with Ben Okafor")
    assert ana.sees("Portfolio")
    await ana.taps("Write")
    await ana.fills({"Your message": "Where do we begin?"})
    await ben.will_see("Ana Ruiz writes", "Where do we begin?")

    await stage.moves(minutes=5)
    await ana.taps("Refresh")
    assert ana.sees("· delivered ")
    assert not ana.sees(", seen ")
    delivered = stage.now - timedelta(minutes=5)
    assert ana.sees_time(delivered)
    await ben.taps("Room")
    assert ben.sees("Room with Ana Ruiz")
    await ben.taps("Write")
    await ben.fills({"Your message": "With your case study"})
    await ana.will_see("Ben Okafor writes", "With your case study")
    await ana.taps("Room")
    assert ana.sees("Room with Ben Okafor")
    assert ana.sees("· delivered ")
    assert ana.sees(", seen ")
    assert ana.sees_time(delivered)
    assert ana.sees_time(stage.now)


async def test_nobody_else_comes_in(stage: Stage) -> None:
    await steps.books(stage.ana)
    await stage.ana.taps("Room")
    for label in ("Write", "Notes"):
        await stage.cleo.says("/help")
        await stage.cleo.forges(stage.ana.route(label))
        assert stage.cleo.sees("There is no such booking of yours")


async def test_the_room_closes_a_week_after_the_session_and_stays_to_be_read(stage: Stage) -> None:
    ana = stage.ana
    await steps.books(ana)
    await ana.taps("Room")
    await ana.taps("Write")
    await ana.fills({"Your message": "Where do we begin?"})
    write = ana.route("Write")
    await stage.moves_to(WEDNESDAY_TEN + timedelta(days=7, hours=2))
    await ana.looks()
    await ana.says("/rooms")
    assert ana.sees("No room is open")
    await ana.forges(write)
    assert ana.sees("This room is closed")
    await ana.says("/bookings")
    await ana.taps("Past")
    await ana.taps("Open")
    await ana.taps("Room")
    assert ana.sees("Closed since")
    assert ana.sees("Where do we begin?")
    assert "Write" not in ana.options()


async def test_ben_writes_notes_and_both_tick_off_what_is_to_be_done(stage: Stage) -> None:
    ana, ben = stage.ana, stage.ben
    await steps.books(ana)
    await stage.moves_to(WEDNESDAY_TEN + timedelta(minutes=50))
    await ben.says("/notes")
    await ben.taps("Write a note")
    await ben.fills({"Note": "Lead with **one** case."})
    await ben.taps("Add action items")
    await ben.fills({"Action items": "Rewrite the intro\nAsk for a review"})
    await ana.will_see("Your mentor has written something down for you", "one case", "☐ Rewrite the intro")
    await ana.taps("☐ Rewrite the intro")
    assert ana.sees("☑ Rewrite the intro")
    await ben.says("/notes")
    assert ben.sees("☑ Rewrite the intro")
    await ben.taps("☑ Rewrite the intro")
    assert ben.sees("☐ Rewrite the intro")
    await ana.says("/notes")
    assert not ana.offers("Write a note")
    await stage.moves(days=30)
    await ana.says("/notes")
    assert ana.sees("Lead with one case.")


async def test_an_item_that_is_too_long_is_refused_and_nothing_is_lost(stage: Stage) -> None:
    await steps.books(stage.ana)
    ben = stage.ben
    await ben.says("/notes")
    await ben.taps("Add action items")
    long = f"Short one\n{'x' * 201}"
    await ben.fills({"Action items": long})
    assert ben.sees("at most 200 characters")
    await ben.tries_again()
    assert ben.typed("Action items").startswith("Short one")
    await stage.ana.says("/notes")
    assert not stage.ana.sees("Short one")


# --- Ana on Telegram, Ben on Discord --------------------------------------------------------------


async def test_words_code_and_pictures_go_from_one_platform_to_the_other(two_doors: Stage) -> None:
    ana, ben = await books_on_telegram(two_doors), on_discord(two_doors)
    pre = {"type": "pre", "offset": 6, "length": len(CODE), "language": "python"}
    await says(ana, f"Look: {CODE}", entities=[pre])
    assert ana.sees("Sent to Ben Okafor")
    await ben.will_see("Ana Ruiz writes", CODE)
    ana.phone.send_photo(photo(), caption="My whiteboard")
    ana.phone.send_document("plan.pdf", b"%PDF-1.7 plan")
    await ben.will_see("My whiteboard")
    assert await ben.downloads("plan.pdf") == b"%PDF-1.7 plan"
    with Image.open(BytesIO(await ben.downloads("photo.jpg"))) as arrived:
        assert (arrived.size, dict(arrived.getexif())) == ((64, 48), {})

    await ben.writes("Nice **work**", files={"answer.txt": b"well done"})
    await ana.will_see("Ben Okafor writes", "Nice work")
    assert await ana.downloads("answer.txt") == b"well done"


async def test_the_longest_message_arrives_whole(two_doors: Stage) -> None:
    ana, ben = await books_on_telegram(two_doors), on_discord(two_doors)
    await says(ana, "word " * 800)
    await ben.will_see("Ana Ruiz writes")
    assert (await ben.downloads("message.txt")).split() == [b"word"] * 800
    await ben.writes("answer " * 571)
    await ana.will_see("Ben Okafor writes")
    shown = " ".join(message.text for message in ana.phone.chat.said)
    assert shown.count("answer") == 571


async def test_an_edit_changes_the_message_where_it_stands(two_doors: Stage) -> None:
    ana, ben = await books_on_telegram(two_doors), on_discord(two_doors)
    said = await says(ana, "I come at tne")
    await ben.will_see("I come at tne")
    ana.phone.edit(said, "I come at ten")
    await ben.will_see("I come at ten", "edited")
    await ben.will_not_see("I come at tne")
    written = await ben.writes("Good, untill ten")
    await ana.will_see("untill")
    await ben.rewrites(written, "Good, until ten")
    await ana.will_see("until ten")
    await ana.will_not_see("untill")


async def test_neither_learns_more_of_the_other_than_a_name(two_doors: Stage) -> None:
    ana, ben = await books_on_telegram(two_doors), on_discord(two_doors)
    await says(ana, "Hello")
    await ben.writes("Hello to you")
    await two_doors.settles()
    await ben.looks()
    assert ana.sees("Ben Okafor writes")
    assert ben.sees("Ana Ruiz writes")
    assert str(ana.user.id) not in ben.view()
    assert str(ben.user.id) not in ana.view()
    assert "@" not in ana.view() + ben.view()
    assert not any("forward_origin" in message.extra for message in ana.raw())


async def test_what_cannot_be_sent_is_refused_with_a_sentence_and_nothing_goes(two_doors: Stage) -> None:
    ana, ben = await books_on_telegram(two_doors), on_discord(two_doors)
    await says(ana, "x" * 4_050)
    assert ana.sees("This message is too long, so none of it was sent")
    ana.phone.send_document("game.exe", b"MZ\x90")
    await two_doors.settles()
    assert ana.sees("I do not pass on files like “game.exe”")
    ana.phone.send_document("plan.pdf", b"MZ\x90", caption="A plan")
    await two_doors.settles()
    assert ana.sees("“plan.pdf” is not what its name says")
    ana.phone.send_document("film.zip", b"PK\x03\x04", size=11 * 1024 * 1024)
    await two_doors.settles()
    assert ana.sees("“film.zip” is too large")
    ana.phone.send_voice()
    await two_doors.settles()
    assert ana.sees("pass on pictures and files")
    await ben.will_not_see("Ana Ruiz writes")


async def test_the_31st_message_in_a_minute_waits(two_doors: Stage) -> None:
    ana, ben = await books_on_telegram(two_doors), on_discord(two_doors)
    for number in range(31):
        ana.phone.say(f"message {number}")
    await two_doors.settles()
    assert ana.sees("Those were 30 messages within a minute")
    await ben.will_see("message 29")
    await ben.will_not_see("message 30")
    await two_doors.moves(minutes=1)
    await says(ana, "message 31")
    await ben.will_see("message 31")


async def test_who_is_in_two_rooms_is_asked_and_has_to_write_it_once(two_doors: Stage) -> None:
    ana = await books_on_telegram(two_doors)
    await ana.follows("book_ben-okafor")
    await ana.taps("60 minutes")
    await ana.taps("Thu, Nov 26")
    await ana.taps("10:00 AM")
    await steps.says_what_about(ana, "Prices")
    await ana.pays(ana.link("Pay €40.00"))
    await two_doors.settles()
    await says(ana, "Shall I bring my laptop?")
    assert ana.sees("To whom?")
    await ana.taps("Ben Okafor, Thu")
    assert ana.sees("Sent to Ben Okafor")
    await on_discord(two_doors).will_see("Shall I bring my laptop?")
    await says(ana, "And a charger?")
    await on_discord(two_doors).will_see("And a charger?")


async def test_who_has_left_is_helped_again_and_still_hears_the_other(two_doors: Stage) -> None:
    ana = await books_on_telegram(two_doors)
    await ana.taps("Room")
    await ana.taps("Leave the room")
    await says(ana, "bookins")
    assert ana.sees("Did you mean /bookings?")
    await on_discord(two_doors).writes("Are you there?")
    await ana.will_see("Are you there?")


async def test_at_night_a_message_comes_without_a_sound(two_doors: Stage) -> None:
    ana = await books_on_telegram(two_doors)
    await two_doors.moves(hours=14)
    await on_discord(two_doors).writes("Something for the morning")
    await ana.will_see("Something for the morning")
    assert [m.silent for m in ana.phone.chat.said if "for the morning" in m.text] == [True]


async def test_a_file_without_a_room_is_for_nobody(two_doors: Stage) -> None:
    ana = OnTelegram.of(two_doors, "ana")
    await ana.says("/help")
    ana.phone.send_photo(photo())
    await two_doors.settles()
    assert ana.sees("there is nobody I could give this to")


# --- the playground -------------------------------------------------------------------------------


@pytest.mark.parametrize("door", ["web"], indirect=True)
async def test_in_the_playground_plain_words_go_to_the_room(stage: Stage) -> None:
    ana, ben = stage.ana, stage.ben
    assert isinstance(ana, WebHands)
    await ana.types("what can you do")
    assert ana.sees("What I can do")
    await steps.books(ana)
    await ana.types("Hello Ben, `x = 1`")
    assert ana.sees("Sent to Ben Okafor")
    await ben.will_see("Ana Ruiz writes", "x = 1")
    await ana.taps("Room")
    await ana.types("Silently now")
    await ben.will_see("Silently now")
    assert not ana.sees("Sent to Ben Okafor")
