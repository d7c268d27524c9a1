"""The table of what can be said: each topic's commands and routes, put together by name, and who hears plain words."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from sqlalchemy.orm import Session

from bot.visit import Visit
from core.chat import Command, Incoming, Said, Screen, Suggestion

Verb: TypeAlias = Callable[[Session, Visit], Screen]
Workflow: TypeAlias = Callable[[Visit], Awaitable[Screen]]
Suggest: TypeAlias = Callable[[Session, Visit, str], Sequence[Suggestion]]
Listener: TypeAlias = Callable[[Visit, Said], Awaitable["Screen | Incoming | None"]]
"""Hears plain words: answers with a screen, with something else to be answered instead, or not at all."""


@dataclass(frozen=True, slots=True)
class Handler:
    """`form` is the route name that shows the form whose answers this handler takes.

    A workflow that `reads` writes nothing as long as nothing is answered. What was typed for one that does not
    `keep` is a secret: a refused form begins empty again.
    """

    verb: Verb | None = None
    workflow: Workflow | None = None
    writes: bool = False
    reads: bool = False
    keeps: bool = True
    form: str = ""

    @property
    def shows(self) -> bool:
        """Whether it may be followed as a link: without answers it writes nothing."""
        return self.reads or (self.verb is not None and not self.writes)


@dataclass(slots=True)
class Routes:
    """A topic's routes and commands; the topics' tables are put together by `merged`."""

    handlers: dict[str, Handler] = field(default_factory=dict)
    commands: list[Command] = field(default_factory=list)
    suggestions: dict[tuple[str, str], Suggest] = field(default_factory=dict)
    listener: Listener | None = None

    def read(self, name: str, *, form: str = "") -> Callable[[Verb], Verb]:
        return self._add(name, lambda verb: Handler(verb=verb, form=form))

    def write(self, name: str, *, form: str = "") -> Callable[[Verb], Verb]:
        return self._add(name, lambda verb: Handler(verb=verb, writes=True, form=form))

    def workflow(
        self, name: str, *, form: str = "", reads: bool = False, keeps: bool = True
    ) -> Callable[[Workflow], Workflow]:
        def add(workflow: Workflow) -> Workflow:
            self.handlers[name] = Handler(workflow=workflow, form=form, reads=reads, keeps=keeps)
            return workflow

        return add

    def suggest(self, command: str, option: str) -> Callable[[Suggest], Suggest]:
        def add(suggest: Suggest) -> Suggest:
            self.suggestions[command, option] = suggest
            return suggest

        return add

    def hears(self, listener: Listener) -> Listener:
        self.listener = listener
        return listener

    def _add(self, name: str, handler: Callable[[Verb], Handler]) -> Callable[[Verb], Verb]:
        def add(verb: Verb) -> Verb:
            self.handlers[name] = handler(verb)
            return verb

        return add


def merged(topics: Sequence[Routes]) -> Routes:
    """All topics as one table. Raises `ValueError` where two want the same name."""
    whole = Routes()
    for topic in topics:
        twice = whole.handlers.keys() & topic.handlers.keys()
        if twice:
            raise ValueError(f"routes with two handlers: {sorted(twice)}")
        whole.handlers |= topic.handlers
        whole.commands += topic.commands
        whole.suggestions |= topic.suggestions
        whole.listener = topic.listener or whole.listener
    return whole
