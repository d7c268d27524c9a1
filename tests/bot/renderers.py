"""Every way that a screen reaches somebody, as the texts that are then seen or read aloud."""

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from html.parser import HTMLParser
from typing import Final

from adapters.discord.modal import modal
from adapters.discord.render import render as discord_message
from adapters.discord.words import PlainWords
from adapters.mail.render import render as letter_of
from adapters.telegram.render import Message
from adapters.telegram.render import render as telegram_messages
from adapters.web.pages import Pages
from core import chat
from core.ports import Catalogue
from tests.doubles.discord import reading

Render = Callable[[chat.Screen, chat.Reader, Catalogue], Iterator[str]]
NATIVE: Final = re.compile(r"<t:\d+:\w>|`[^`]*`")
NAMED: Final = {chat.Entity.ROLE: {"1": "Μέντορες"}, chat.Entity.CHANNEL: {"2": "#νέα"}}
SEEN: Final = ("title", "label", "placeholder", "description", "content")


def discord(screen: chat.Screen, reader: chat.Reader, catalogue: Catalogue) -> Iterator[str]:
    shown = [*discord_message(screen, reader, catalogue).view.to_components()]  # type: ignore[no-untyped-call]
    if screen.form:
        shown.append(modal(screen.form, PlainWords(catalogue, reader)).to_dict())
    for _path, component in reading.walk(shown):
        for part in (component, *(component.get("options") or ())):
            yield from (NATIVE.sub("", part[name]) for name in SEEN if part.get(name))


def telegram(screen: chat.Screen, reader: chat.Reader, catalogue: Catalogue) -> Iterator[str]:
    rendered = telegram_messages(screen, reader, catalogue)
    for message in (*rendered.before, rendered.main):
        yield from _message(message)


def mail(screen: chat.Screen, reader: chat.Reader, catalogue: Catalogue) -> Iterator[str]:
    for way in (_leading, _nowhere):
        letter = letter_of(screen, reader, catalogue, way, explains=True)
        yield from (letter.title, letter.text, *seen(letter.html))


def web(screen: chat.Screen, reader: chat.Reader, catalogue: Catalogue) -> Iterator[str]:
    yield from seen(_pages(catalogue).screen(screen, reader))  # type: ignore[arg-type]  # functions hash


RENDERERS: Final[dict[str, Render]] = {"discord": discord, "telegram": telegram, "web": web, "mail": mail}


def seen(html: str) -> list[str]:
    """The texts of a page, those included that only a screen reader says."""
    eyes = Eyes()
    eyes.feed(html)
    eyes.close()
    return eyes.texts


class Eyes(HTMLParser):
    SPOKEN: Final = frozenset({"alt", "title", "placeholder", "aria-label", "data-over", "data-left"})
    UNSEEN: Final = frozenset({"script", "style", "code"})

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.texts: list[str] = []
        self.inside: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.inside.append(tag)
        self.texts += [value for name, value in attrs if name in self.SPOKEN and value]

    def handle_endtag(self, tag: str) -> None:
        while self.inside and self.inside.pop() != tag:
            pass  # a tag that has no end

    def handle_data(self, data: str) -> None:
        if data.strip() and not self.UNSEEN.intersection(self.inside):
            self.texts.append(data.strip())


@lru_cache(maxsize=4)
def _pages(catalogue: Callable[..., str]) -> Pages:
    return Pages(catalogue, NAMED)


def _leading(route: chat.Route) -> str | None:
    return f"https://book.example.org/go/{route}"


def _nowhere(route: chat.Route) -> str | None:
    return None


def _message(message: Message) -> Iterator[str]:
    yield from seen(message.text)
    for row in message.rows:
        yield from (button.text for button in row)
