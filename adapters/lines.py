"""What is typed after a slash, on every door where commands are typed out: `/book mentor: Maya` has options.

Options are told by their names; what stands before the first name belongs to the first option.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from core import chat

Picked = Mapping[str, tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Draft:
    """A command as far as it is typed; `open` is the option being typed, `head` all before its value."""

    command: chat.Command
    answers: Mapping[str, str]
    open: chat.CommandOption | None
    head: str


def named(name: str, commands: Sequence[chat.Command]) -> chat.Command | None:
    """The command of a name as it was typed: a platform without hyphens has underscores for them."""
    typed = name.lower().replace("_", "-")
    return next((command for command in commands if command.name.replace("_", "-") == typed), None)


def draft(line: str, command: chat.Command) -> Draft:
    """A line that begins with the command's name after a slash."""
    start = len(command.name) + 2
    options = {option.name: option for option in command.options}
    if not options:
        return Draft(command, {}, None, line)
    names = "|".join(re.escape(name) for name in options)
    marks = list(re.finditer(rf"(?:^|(?<=\s))({names}):\s*", line[start:], re.IGNORECASE))
    ends = [mark.start() for mark in marks] + [len(line) - start]
    answers: dict[str, str] = {}
    opened, head = None, line[:start]
    loose = line[start : start + ends[0]].strip()
    if loose:
        opened = command.options[0]
        answers[opened.name] = loose
    for mark, end in zip(marks, ends[1:], strict=True):
        opened = options[mark[1].lower()]
        answers[opened.name] = line[start + mark.end() : start + end].strip()
        head = line[: start + mark.end()]
    return Draft(command, answers, opened, head)


def values(
    answers: Mapping[str, str],
    command: chat.Command,
    say: Callable[[chat.Text], str],
    picked: Picked | None = None,
) -> dict[str, str]:
    """Answers as the router takes them: a label, picked or written out, stands for its value."""
    found = {}
    for name, typed in answers.items():
        choices = next(option.choices for option in command.options if option.name == name)
        known = {say(choice.label).lower(): choice.value for choice in choices}
        known |= {choice.value.lower(): choice.value for choice in choices}
        label, value = (picked or {}).get(name, ("", ""))
        if typed:
            found[name] = value if label == typed else known.get(typed.lower(), typed)
    return found
