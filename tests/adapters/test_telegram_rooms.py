"""What is said in a booking room, to Telegram and back: words with their marks, pictures, files, and what changes."""

from html import unescape
from io import BytesIO

import pytest
from PIL import Image
from telegram import MessageEntity

from adapters.telegram.door import TelegramDoor
from adapters.telegram.marked import markdown
from adapters.telegram.words import TelegramWords
from core import chat
from core.chat import _, to
from tests.adapters.discord_parts import READER
from tests.adapters.telegram_parts import House, Phrases, in_private
from tests.doubles.telegram import Hands, User

pytestmark = pytest.mark.anyio
pytest_plugins = ("tests.adapters.telegram_fixtures",)
PDF = b"%PDF-1.7 plan"
MB = 1024 * 1024


def picture(color: str = "white") -> bytes:
    file = BytesIO()
    Image.new("RGB", (64, 48), color).save(file, "JPEG")
    return file.getvalue()


def bubble(text: str, *files: chat.File, number: int = 1) -> chat.Screen:
    """What the other one has written."""
    return chat.Screen(
        _("Ben writes"), (chat.Prose(chat.Markdown(text)),), files=files, subject=f"message:{number}"
    )


async def test_words_arrive_with_their_marks(house: House, door: TelegramDoor, phone: Hands) -> None:
    house.router.has_room = True
    code = {"type": "pre", "offset": 5, "length": 8, "language": "python"}
    phone.say("Look x = 1\ny is a * b", entities=[{"type": "bold", "offset": 0, "length": 4}, code])
    await house.heard(door)
    ((_name, said),) = house.router.words
    assert said.text.startswith("**Look** \n```python\nx = 1")
    assert said.key == f"{phone.chat.id}:{phone.messages[0].id}"
    assert phone.chat.said == []


@pytest.mark.parametrize(
    "text",
    [
        "a * b * c",
        "__init__ and ~~x~~",
        "1. one\n2. two",
        "# no heading",
        "> no quote",
        "`tick",
        "a\\b",
        "x\n- y",
    ],
)
def test_letters_stay_letters(text: str) -> None:
    assert unescape(_shown(markdown(text, []))) == text


def test_lines_that_are_set_in_keep_their_place() -> None:
    shown = _shown(markdown("def f():\n    if x:\n        return 1\nok", []))
    assert "    if x:\n        return 1" in shown


@pytest.mark.parametrize(
    ("kind", "shown"),
    [
        ("bold", "<b>wörd🙂</b> end"),
        ("italic", "<i>wörd🙂</i> end"),
        ("strikethrough", "<s>wörd🙂</s> end"),
        ("code", "<code>wörd🙂</code> end"),
        ("mention", "wörd🙂 end"),
    ],
)
def test_each_mark_comes_back_as_itself(kind: str, shown: str) -> None:
    assert _shown(markdown("wörd🙂 end", [MessageEntity(kind, 0, 6)])) == shown


def test_marks_lie_in_marks() -> None:
    entities = [MessageEntity("bold", 0, 11), MessageEntity("italic", 4, 3)]
    assert _shown(markdown("one two six", entities)) == "<b>one <i>two</i> six</b>"


def test_a_link_shows_where_it_leads() -> None:
    link = MessageEntity("text_link", 0, 4, url="https://a.example/x_y_z")
    assert _shown(markdown("here", [link])) == "here (https://a.example/x_y_z)"


async def test_pictures_and_files_are_fetched_from_telegram(
    house: House, door: TelegramDoor, phone: Hands
) -> None:
    house.router.has_room = True
    phone.send_photo(picture(), caption="The whiteboard")
    phone.send_document("plan.pdf", PDF)
    await house.heard(door)
    first, second = (said for _name, said in house.router.words)
    assert (first.text, second.text) == ("The whiteboard", "")
    assert [file.name for file in (*first.files, *second.files)] == ["photo.jpg", "plan.pdf"]
    assert house.router.files == {"photo.jpg": picture(), "plan.pdf": PDF}


async def test_a_file_that_telegram_does_not_give_is_known_by_its_size(
    house: House, door: TelegramDoor, phone: Hands
) -> None:
    house.router.has_room = True
    phone.send_document("film.zip", b"PK\x03\x04", size=21 * MB)
    await house.heard(door)
    ((_name, said),) = house.router.words
    assert said.files[0].size == 21 * MB
    assert "too big" in str(house.router.files["film.zip"]).lower()


async def test_an_edit_names_the_message_that_it_changes(
    house: House, door: TelegramDoor, phone: Hands
) -> None:
    house.router.has_room = True
    message = phone.say("Helo")
    phone.edit(message, "Hello")
    await house.heard(door)
    first, second = (said for _name, said in house.router.words)
    assert (first.is_edit, second.is_edit, second.text) == (False, True, "Hello")
    assert first.key == second.key


async def test_what_cannot_be_passed_on_is_said(house: House, door: TelegramDoor, phone: Hands) -> None:
    house.router.has_room = True
    for send in (phone.send_voice, phone.send_sticker):
        send()
        await house.heard(door)
        assert "pass on pictures and files" in phone.last.text
    phone.forward("Somebody else's")
    await house.heard(door)
    assert "written by somebody else" in phone.last.text
    assert house.router.words == []


async def test_an_open_question_comes_first(house: House, door: TelegramDoor, phone: Hands) -> None:
    house.router.has_room = True
    form = chat.Form(_("Brief"), (chat.Field("topic", _("Topic")),), to("brief"), to("brief.ask"))
    house.router.screens["show"] = house.router.screens["brief.ask"] = chat.Screen(_("Brief"), form=form)
    phone.say("/show")
    await house.heard(door)
    phone.send_photo(picture())
    phone.say("Rust")
    await house.heard(door)
    assert house.router.words == []
    assert any(said.answers == {"topic": "Rust"} for said in house.router.heard)


async def test_a_message_is_edited_where_it_stands(house: House, door: TelegramDoor, ana: User) -> None:
    to_ana = in_private(ana)
    await door.deliver(to_ana, bubble("Helo"), READER, key="room:1", rings=True)
    await door.deliver(to_ana, bubble("Hello"), READER, key="room:1:1", rings=False)
    (message,) = ana.private.said
    assert message.text.endswith("Hello")
    assert [each.endswith("Helo") for each in message.edits] == [True]


async def test_a_picture_keeps_its_place_when_its_words_change(
    house: House, door: TelegramDoor, ana: User
) -> None:
    to_ana, shot = in_private(ana), chat.File("photo.jpg", picture(), "image/jpeg", _("photo.jpg"))
    await door.deliver(to_ana, bubble("The bord", shot), READER, key="room:1", rings=True)
    await door.deliver(to_ana, bubble("The board", shot), READER, key="room:1:1", rings=False)
    (message,) = ana.private.said
    assert message.file is not None
    assert "The board" in message.text


async def test_a_file_is_not_sent_again_when_its_words_change(
    house: House, door: TelegramDoor, ana: User
) -> None:
    to_ana, plan = in_private(ana), chat.File("plan.pdf", PDF, "application/pdf", _("plan.pdf"))
    await door.deliver(to_ana, bubble("The pan", plan), READER, key="room:1", rings=True)
    await door.deliver(to_ana, bubble("The plan", plan), READER, key="room:1:1", rings=False)
    assert [message.file is not None for message in ana.private.said] == [True, False]


async def test_in_quiet_hours_a_message_makes_no_sound(house: House, door: TelegramDoor, ana: User) -> None:
    await door.deliver(in_private(ana), bubble("Hello"), READER, key="room:1", rings=False)
    assert [message.silent for message in ana.private.said] == [True]


def _shown(source: str) -> str:
    return TelegramWords(Phrases(), READER).show(chat.Markdown(source))
