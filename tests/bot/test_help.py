"""Help is the table of commands in words, and answers an unknown word with the nearest command."""

import pytest

from adapters.words import Words
from bot import commands
from bot.commands.help import nearest
from core.chat import Account, Button, Facts, Incoming, Paragraph, Reader, Route, Screen
from tests.bot.frontdesk import ANA, BROKEN, GUILD, HANA, FrontDesk

pytestmark = pytest.mark.anyio

NAMES = [command.name for command in commands.table().commands]


async def test_help_names_every_command_that_the_reader_may_use(quick_desk: FrontDesk) -> None:
    own = _listed(await quick_desk.hear(ANA, "help"))
    assert own == [f"/{name}" for name in NAMES if name != "setup"]
    assert _listed(await quick_desk.hear(HANA, "help")) == [f"/{name}" for name in NAMES]


@pytest.mark.parametrize("typed", ["{}", "/{}", " /{} "])
async def test_help_explains_a_command_with_its_options(quick_desk: FrontDesk, typed: str) -> None:
    for command in commands.table().commands:
        screen = await quick_desk.hear(HANA, "help", {"word": typed.format(command.name.upper())})
        assert _say(screen) == f"/{command.name}"
        assert _listed(screen) == [f"{option.name}:" for option in command.options]


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("boking", "booking"),
        ("mentros", "mentors"),
        ("/setings", "settings"),
        ("bok", "book"),
        ("halp", "help"),
    ],
)
async def test_an_unknown_word_is_answered_with_the_nearest_command(
    quick_desk: FrontDesk, word: str, meant: str
) -> None:
    screen = await quick_desk.hear(ANA, "help", {"word": word})
    button = screen.controls[0]
    assert isinstance(button, Button)
    assert meant.startswith(button.route.name) or button.route.name.startswith(meant)


@pytest.mark.parametrize("word", ["qqqqqq", "x" * 100_000, "🙂", "@everyone", "{word}", "\x00", "%s"])
async def test_a_word_that_is_like_nothing_is_said_back(quick_desk: FrontDesk, word: str) -> None:
    screen = await quick_desk.hear(ANA, "help", {"word": word})
    assert screen.title.msgid != BROKEN
    assert not any(isinstance(control, Button) for control in screen.controls) or word == "\x00"


async def test_help_never_leads_a_member_to_what_only_managers_may_do(quick_desk: FrontDesk) -> None:
    screen = await quick_desk.hear(ANA, "help", {"word": "setupp"})
    routes = [control.route.name for control in screen.controls if isinstance(control, Button)]
    assert "setup" not in routes


async def test_help_completes_a_word(quick_desk: FrontDesk) -> None:
    incoming = Incoming(Account("discord", "discord:ana", "Ana"), Route("help"), "1", GUILD)
    assert [found.value for found in await quick_desk.router.suggest(incoming, "word", "/book")] == [
        "book",
        "bookings",
        "bookings-admin",
    ]


def test_every_command_and_option_is_described() -> None:
    for command in commands.table().commands:
        for text in (command.description, *(option.description for option in command.options)):
            assert 1 <= len(text.msgid) <= 100


def test_the_nearest_of_nothing_is_nothing() -> None:
    assert nearest("mentors", []) == ""


def _say(screen: Screen) -> str:
    return _words().say(screen.title)


def _listed(screen: Screen) -> list[str]:
    facts = [part for part in screen.parts if isinstance(part, Facts)]
    assert any(isinstance(part, Paragraph) or facts for part in screen.parts)
    return [_words().say(fact.label) for part in facts for fact in part.items]


def _words() -> Words:
    return Words(lambda _locale, msgid, _plural="", _count=None: msgid, Reader("en", "UTC"))
