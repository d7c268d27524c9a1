"""A screen as a letter: plain text, and the same with simple marks that every mail program reads, by day and by night.

Nothing is fetched from anywhere, nothing runs. A button is the address of a page where there is one; else the letter
says where to answer.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from adapters.mail.words import ANSWER, WHY, PageWords, TextWords
from adapters.web.words import is_safe
from core import chat
from core.ports import Catalogue

TEMPLATES: Final = Path(__file__).parent / "templates"
PICTURES: Final = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})
Way = Callable[[chat.Route], str | None]
"""Where a route leads on our pages; nothing where the house has no address."""


@dataclass(frozen=True, slots=True)
class Action:
    """Something to follow."""

    label: chat.Text
    url: str


@dataclass(frozen=True, slots=True)
class Letter:
    """`title` is one line."""

    title: str
    text: str
    html: str


def render(
    screen: chat.Screen, reader: chat.Reader, catalogue: Catalogue, way: Way, *, explains: bool
) -> Letter:
    """`explains`: the letter says why it comes and how to stop it."""
    actions = tuple(_actions(screen, way))
    notes = [] if way(chat.Route("help")) or not _asks(screen) else [ANSWER]
    notes += [WHY] if explains else []
    text = TextWords(catalogue, reader)
    html = _templates().get_template("letter.html")
    return Letter(
        title=" ".join(text.say(screen.title).split()),
        text="\n\n".join(_paragraphs(screen, actions, notes, text)) + "\n",
        html=html.render(
            w=PageWords(catalogue, reader),
            screen=screen,
            actions=actions,
            notes=notes,
            kind=lambda part: type(part).__name__,
            pictures=[(number, f) for number, f in enumerate(screen.files) if f.media_type in PICTURES],
        ),
    )


def _actions(screen: chat.Screen, way: Way) -> Iterator[Action]:
    """In the order in which they stand on the screen; what stands on a card says whose it is."""
    for control in _controls(screen):
        match control:
            case chat.Link():
                url = control.url if is_safe(control.url) else None
            case chat.Button() | chat.Option():
                url = way(control.route)
        if url:
            yield Action(control.label, url)


def _controls(screen: chat.Screen) -> Iterator[chat.Link | chat.Button | chat.Option]:
    for part in screen.parts:
        if isinstance(part, chat.Card) and part.button:
            yield replace(part.button, label=_of_card(part, part.button))
    for control in screen.controls:
        match control:
            case chat.Link() | chat.Button():
                yield control
            case chat.Choice():
                yield from control.options
    if screen.form:
        yield chat.Button(screen.form.title, screen.form.reopen)


def _of_card(card: chat.Card, button: chat.Button) -> chat.Text:
    return chat.Text("{label} · {title}", {"label": button.label, "title": card.title})


def _asks(screen: chat.Screen) -> bool:
    """Whether there is anything to answer."""
    return any(not isinstance(control, chat.Link) for control in _controls(screen))


def _paragraphs(
    screen: chat.Screen, actions: tuple[Action, ...], notes: list[chat.Text], words: TextWords
) -> Iterator[str]:
    yield words.say(screen.title)
    for part in screen.parts:
        match part:
            case chat.Paragraph() | chat.Note():
                yield words.say(part.text)
            case chat.Prose():
                yield part.text.source
            case chat.Facts():
                yield "\n".join(f"{words.say(f.label)}: {words.show(f.value)}" for f in part.items)
            case chat.Card():
                yield "\n".join(words.say(text) for text in (part.title, *part.lines))
    for action in actions:
        yield f"{words.say(action.label)}:\n{action.url}"
    if notes:
        yield "-- \n" + "\n".join(words.say(note) for note in notes)


@cache
def _templates() -> Environment:
    return Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
