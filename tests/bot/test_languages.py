"""A language is one file: it is offered, chosen and spoken as soon as the file is there."""

from pathlib import Path

import pytest

from adapters.database import Database
from adapters.words import Words
from bot import reading
from bot.i18n import Catalogue
from bot.visit import primary, reader_of
from core.chat import Account, Choice, Incoming, Reader, Route, Screen
from core.errors import Invalid
from core.people.communities import Community
from core.people.people import Person
from core.policy import Policy
from tests.bot.frontdesk import ANA, GUILD, REFUSED, FrontDesk
from tests.databases import SqliteStock

pytestmark = pytest.mark.anyio

SWAHILI = r"""
msgid ""
msgstr ""
"Language: sw\n"
"Content-Type: text/plain; charset=utf-8\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\n"

msgid "Your settings"
msgstr "Mipangilio yako"
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    home = tmp_path / "sw" / "LC_MESSAGES"
    home.mkdir(parents=True)
    (home / "nearpeer.po").write_text(SWAHILI, "utf-8")
    return tmp_path


async def test_adding_a_language_is_adding_one_file(
    sqlite_stock: SqliteStock, anyio_backend: str, folder: Path
) -> None:
    with sqlite_stock.fresh() as url:
        db = await Database.open(url)
        desk = await FrontDesk.open(db, folder)
        assert offered(await desk.hear(ANA, "settings"), desk.catalogue) == ["English", "Kiswahili"]
        await desk.hear(ANA, "settings.language:sw")
        incoming = Incoming(Account("discord", "discord:ana", ANA), Route("settings"), "2", GUILD)
        reply = await desk.router.answer(incoming)
        assert Words(desk.catalogue, reply.reader).say(reply.screen.title) == "Mipangilio yako"
        await db.close()


@pytest.mark.parametrize(
    ("typed", "own"), [("hi", "हिन्दी"), ("Hind", "हिन्दी"), ("తె", "తెలుగు"), ("eng", "English")]
)
async def test_a_language_is_found_by_its_own_name_or_by_the_readers(
    quick_desk: FrontDesk, typed: str, own: str
) -> None:
    incoming = Incoming(Account("discord", "discord:ana", ANA), Route("settings"), "1", GUILD)
    assert own in [found.label for found in await quick_desk.router.suggest(incoming, "language", typed)]


@pytest.mark.parametrize("typed", ["te", "Telugu", " తెలుగు ", "TE"])
async def test_a_language_can_be_typed_as_people_call_it(quick_desk: FrontDesk, typed: str) -> None:
    await quick_desk.hear(ANA, "settings", {"language": typed})
    incoming = Incoming(Account("discord", "discord:ana", ANA), Route("settings"), "2", GUILD)
    assert (await quick_desk.router.answer(incoming)).reader.locale == "te"


@pytest.mark.parametrize("typed", ["de", "xx", "../hi", "Klingon", "h" * 100_000])
async def test_a_language_that_is_not_spoken_is_refused(quick_desk: FrontDesk, typed: str) -> None:
    screen = await quick_desk.hear(ANA, "settings", {"language": typed})
    assert screen.title.msgid == REFUSED
    with pytest.raises(Invalid):
        reading.spoken(typed, quick_desk.catalogue.languages, "en")


@pytest.mark.parametrize(
    ("own", "app", "community", "read"),
    [
        ("te", "hi", "en", "te"),
        (None, "hi", "te", "hi"),
        (None, "en-IN", "te", "en-IN"),
        (None, "fr", "te", "te"),
        (None, "fr", None, "en"),
        ("sw", "fr", "hi", "hi"),
    ],
)
def test_who_has_chosen_no_language_reads_their_apps_or_else_their_communitys(
    own: str | None, app: str, community: str | None, read: str
) -> None:
    place = Community(rules=Policy(language=community).to_json()) if community else None
    reader = reader_of(Person(language=own), place, app, ("en", "hi", "te"))
    assert (reader.locale, reader.app) == (read, app)


def test_a_locale_belongs_to_a_language_however_it_is_written() -> None:
    assert {primary(locale) for locale in ("hi", "hi-IN", "HI_in", "hi-Deva-IN")} == {"hi"}


def offered(screen: Screen, catalogue: Catalogue) -> list[str]:
    words = Words(catalogue, Reader("en", "UTC"))
    (choice,) = (control for control in screen.controls if isinstance(control, Choice))
    return [words.say(option.label) for option in choice.options]
