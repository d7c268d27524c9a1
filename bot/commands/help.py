"""`/help`: made from the table of commands, and from nothing else."""

from collections.abc import Sequence

from rapidfuzz import fuzz, process
from sqlalchemy.orm import Session

from bot.router import Routes
from bot.screens import help as screens
from bot.visit import Visit
from core.chat import Command, CommandOption, Screen, Suggestion, _

LIKELY = 55


def topic(table: Sequence[Command]) -> Routes:
    """The help of all other commands and of itself."""
    routes = Routes()
    own = Command(
        "help", _("What I can do"), (CommandOption("word", _("A command to explain"), suggests=True),)
    )
    routes.commands.append(own)
    commands = {command.name: command for command in (*table, own)}

    @routes.read("help")
    def explain(session: Session, visit: Visit) -> Screen:
        word = visit.answer("word").removeprefix("/").casefold()[:60]
        known = [c for c in commands.values() if not c.managers or visit.incoming.may_manage]
        if not word:
            return screens.overview(known)
        meant = {name: command for command in commands.values() for name in _names(command, visit)}
        if word in meant:
            return screens.one(meant[word])
        likely = nearest(word, [name for name, command in meant.items() if command in known])
        return screens.overview(known, unknown=word, nearest=meant.get(likely))

    @routes.suggest("help", "word")
    def words(session: Session, visit: Visit, typed: str) -> Sequence[Suggestion]:
        said = typed.removeprefix("/").casefold()
        found = [c for c in commands.values() if any(said in name for name in _names(c, visit))]
        return [Suggestion(f"/{command.name}", command.name) for command in found]

    return routes


def _names(command: Command, visit: Visit) -> set[str]:
    """What a command is called: by itself, and in the languages of the reader and of their app."""
    reader, translated = visit.reader, visit.desk.catalogue
    said = {translated(locale, command.word.source) for locale in (reader.locale, reader.app)}
    return {command.name} | {word.removeprefix("/").casefold() for word in said}


def nearest(said: str, names: Sequence[str]) -> str:
    """The command most like one of the words; nothing where none is like it."""
    found = [process.extractOne(word, names, scorer=fuzz.ratio, score_cutoff=LIKELY) for word in said.split()]
    return max((each[1::-1] for each in found if each), default=(0, ""))[1]
