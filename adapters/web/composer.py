"""What is typed into a chat: `/book mentor: Maya` becomes a route with answers, and completes as it is typed."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass

from adapters import lines
from adapters.lines import Draft, Picked
from adapters.web import chrome
from adapters.web.words import HtmlWords
from core import chat

Suggest = Callable[[chat.Route, Mapping[str, str], str, str], Awaitable[Sequence[chat.Suggestion]]]
MOST = 25


@dataclass(frozen=True, slots=True)
class Completion:
    """One line of the menu: what the composer holds once it is taken, and whether that is sent at once."""

    label: str
    hint: str
    text: str
    send: bool = False
    option: str = ""
    value: str = ""


@dataclass(frozen=True, slots=True)
class Menu:
    """`title` says what is being typed; `eager`: the return key takes the first line."""

    title: str = ""
    items: tuple[Completion, ...] = ()
    eager: bool = False


def is_plain(text: str) -> bool:
    """Whether it is no command: words for whoever is in the room."""
    return not text.strip().startswith("/")


def read(
    text: str, commands: Sequence[chat.Command], picked: Picked, words: HtmlWords
) -> tuple[chat.Route, dict[str, str]]:
    """The route and answers of a line that is a command."""
    line = text.strip()
    name = line[1:].split(maxsplit=1)[0].lower() if line[1:].strip() else "help"
    command = lines.named(name, commands)
    if command is None:
        return chat.Route(name), {}
    return chat.Route(command.name), lines.values(
        lines.draft(line, command).answers, command, words.plain, picked
    )


async def complete(
    text: str, commands: Sequence[chat.Command], picked: Picked, suggest: Suggest, words: HtmlWords
) -> Menu:
    """What may follow what is typed."""
    line = text.lstrip()
    if not line.startswith("/"):
        return Menu()
    name, space, _ = line[1:].partition(" ")
    if not space:
        return _commands(name.lower(), commands, words)
    command = lines.named(name, commands)
    if command is None:
        return Menu()
    draft = lines.draft(line, command)
    if draft.open and not _is_settled(draft, picked):
        return await _values_of(draft, draft.open, picked, suggest, words)
    return _options(draft, line, words)


def _commands(typed: str, commands: Sequence[chat.Command], words: HtmlWords) -> Menu:
    starting = [command for command in commands if command.name.startswith(typed)]
    containing = [command for command in commands if typed in command.name and command not in starting]
    items = (
        Completion(
            f"/{command.name}",
            words.plain(command.description),
            _onward(f"/{command.name} ", command, {}),
            send=not command.options,
        )
        for command in (*starting, *containing)
    )
    return Menu(items=tuple(items), eager=True)


async def _values_of(
    draft: Draft, option: chat.CommandOption, picked: Picked, suggest: Suggest, words: HtmlWords
) -> Menu:
    typed = draft.answers.get(option.name, "")
    title = words.plain(chrome.option_title(option.name, option.description))
    found = [chat.Suggestion(words.plain(choice.label), choice.value) for choice in option.choices]
    found = [choice for choice in found if typed.lower() in choice.label.lower()]
    if option.suggests:
        others = {name: value for name, value in draft.answers.items() if name != option.name}
        answers = lines.values(others, draft.command, words.plain, picked)
        found += await suggest(chat.Route(draft.command.name), answers, option.name, typed)
    items = (_value(draft, option, suggestion) for suggestion in found[:MOST])
    return Menu(title, tuple(items), eager=bool(found))


def _value(draft: Draft, option: chat.CommandOption, suggestion: chat.Suggestion) -> Completion:
    answered = {**draft.answers, option.name: suggestion.value}
    text = _onward(f"{draft.head}{suggestion.label} ", draft.command, answered)
    send = all(other.name in answered for other in draft.command.options)
    return Completion(suggestion.label, "", text, send, option.name, suggestion.value)


def _options(draft: Draft, line: str, words: HtmlWords) -> Menu:
    left = [option for option in draft.command.options if option.name not in draft.answers]
    left.sort(key=lambda option: not option.required)
    items = (
        Completion(option.name, words.plain(option.description), f"{line.rstrip()} {option.name}: ")
        for option in left
    )
    return Menu(items=tuple(items), eager=any(option.required for option in left))


def _onward(text: str, command: chat.Command, answers: Mapping[str, str]) -> str:
    """The text with the next option that cannot be left out already begun."""
    needed = (option for option in command.options if option.required and option.name not in answers)
    following = next(needed, None)
    return f"{text}{following.name}: " if following else text


def _is_settled(draft: Draft, picked: Picked) -> bool:
    """Whether the value being typed was already taken from the menu."""
    if draft.open is None:
        return True
    typed = draft.answers.get(draft.open.name, "")
    return bool(typed) and picked.get(draft.open.name, ("", ""))[0] == typed
