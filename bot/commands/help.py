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
        if word in commands:
            return screens.one(commands[word])
        return screens.overview(known, unknown=word, nearest=nearest(word, [c.name for c in known]))

    @routes.suggest("help", "word")
    def words(session: Session, visit: Visit, typed: str) -> Sequence[Suggestion]:
        return [Suggestion(f"/{name}", name) for name in commands if typed.removeprefix("/") in name]

    return routes


def nearest(said: str, names: Sequence[str]) -> str:
    """The command most like one of the words; nothing where none is like it."""
    found = [process.extractOne(word, names, scorer=fuzz.ratio, score_cutoff=LIKELY) for word in said.split()]
    return max((each[1::-1] for each in found if each), default=(0, ""))[1]
