"""Templates: a screen as the inside of a message, and whole pages in the same look."""

import hashlib
import secrets
import struct
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from adapters.web import chrome, weeks, words
from adapters.web.chats import Author, Content, Message
from adapters.web.ways import Ways
from adapters.web.words import HtmlWords
from core import chat
from core.ports import Catalogue

HERE = Path(__file__).parent
STATIC = HERE / "static"
PICTURES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})
PNG = b"\x89PNG\r\n\x1a\n"
CHAT_FILES = "/play/files/"
FEW_OPTIONS = 8
SHORT_LABEL = 22
RADIOS = 4
SECRET_BYTES = 18

Entities = Mapping[chat.Entity, Mapping[str, str]]
SOME_ENTITIES: Entities = MappingProxyType(
    {
        chat.Entity.ROLE: {"mentors": "Mentors", "students": "Students", "seats": "Seat holders"},
        chat.Entity.CHANNEL: {"general": "#general", "mentoring": "#mentoring", "help": "#help"},
    }
)

KINDS = (
    *(chat.Paragraph, chat.Prose, chat.Note, chat.Facts, chat.Card),
    *(chat.Button, chat.Link, chat.Choice, chat.Pick),
)


@cache
def version(name: str) -> str:
    """A few letters that change with the file, so that browsers may keep it for long."""
    return hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:10]


@cache
def _templates() -> Environment:
    """Compiled once a process."""
    templates = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    templates.tests.update({kind.__name__: _is(kind) for kind in KINDS})
    templates.globals.update(
        chrome=chrome,
        version=version,
        is_safe=words.is_safe,
        shape_of=_shape_of,
        size_of=_size_of,
        pictures=PICTURES,
        radios=RADIOS,
        columns_of=weeks.columns,
        is_in_week=weeks.is_in,
        initials_of=initials,
    )
    return templates


class Pages:
    """Renders for one reader at a time; `entities` are the roles and channels that can be picked."""

    def __init__(self, catalogue: Catalogue, entities: Entities = SOME_ENTITIES) -> None:
        self._catalogue = catalogue
        self._entities = entities

    def words(self, reader: chat.Reader) -> HtmlWords:
        return HtmlWords(self._catalogue, reader)

    def page(self, template: str, reader: chat.Reader, **values: Any) -> str:
        return _templates().get_template(template).render(w=self.words(reader), **values)

    def hidden(self, fields: Mapping[str, str]) -> str:
        """Fields of a form that nobody sees."""
        field = Markup('<input type="hidden" name="{}" value="{}">')
        return "".join(field.format(name, value) for name, value in fields.items())

    def content(self, screen: chat.Screen, reader: chat.Reader, *, alone: bool = False) -> Content:
        """A screen as it is kept in a chat; `alone` as in `screen`."""
        files = tuple((secrets.token_urlsafe(SECRET_BYTES), file) for file in screen.files)
        return Content(
            html=self.screen(screen, reader, files=files, alone=alone),
            locale=reader.locale,
            zone=reader.zone,
            subject=screen.subject,
            submit=str(screen.form.submit) if screen.form else "",
            reopen=str(screen.form.reopen) if screen.form else "",
            files=files,
        )

    def line(self, text: str, reader: chat.Reader) -> Content:
        """What a person typed."""
        return Content(html=str(Markup.escape(text)), locale=reader.locale, zone=reader.zone)

    def screen(
        self,
        screen: chat.Screen,
        reader: chat.Reader,
        *,
        files: tuple[tuple[str, chat.File], ...] = (),
        files_at: str = CHAT_FILES,
        alone: bool = False,
        ways: Ways | None = None,
    ) -> str:
        """The inside of a message. `alone`: nobody whom it is for is there to press its buttons.

        With `ways` it is a page of its own, whose buttons work without a script.
        """
        return self.page(
            "screen.html",
            reader,
            screen=screen,
            files=files,
            files_at=files_at,
            alone=alone,
            ways=ways,
            entities=self._entities,
            uid=secrets.token_hex(4),
        )

    def message(self, message: Message, names: Mapping[str, str]) -> str:
        """A message of a chat as it stands; `names` are the names of the accounts."""
        return self.page(
            "message.html",
            chat.Reader(message.locale, message.zone),
            message=message,
            body=Markup(message.html),
            by_bot=message.author is Author.BOT,
            clock=chat.When(message.at, chat.WhenStyle.CLOCK),
            addressee=names.get(message.addressee, message.addressee),
        )


def initials(name: str) -> str:
    """Of the first word and the last."""
    parts = name.split() or ["?"]
    return "".join(part[0] for part in (parts[0], *parts[1:][-1:])).upper()


def _is(kind: type[object]) -> Any:
    return lambda value: isinstance(value, kind)


def _shape_of(words: HtmlWords, options: tuple[chat.Option, ...]) -> str:
    """How a choice is laid out: short options beside each other (many of them in even columns), else a list."""
    is_short = all(not option.hint and len(words.plain(option.label)) <= SHORT_LABEL for option in options)
    if not is_short:
        return "list"
    return "chips" if len(options) <= FEW_OPTIONS else "chips even"


def _size_of(file: chat.File) -> Markup:
    """The size of a PNG as attributes, so that a chat does not jump when it is loaded."""
    if not file.content.startswith(PNG) or len(file.content) < 24:
        return Markup()
    return Markup(' width="{}" height="{}"').format(*struct.unpack(">II", file.content[16:24]))
