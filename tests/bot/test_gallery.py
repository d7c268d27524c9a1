"""Every screen is fit for every door: routes that lead somewhere, Discord's limits, sound HTML, no stray words."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from html.parser import HTMLParser
from typing import Any, Final

import pytest

from adapters.discord.modal import modal
from adapters.discord.render import Rendered, render
from adapters.discord.words import PlainWords
from adapters.telegram import asking, keyboard, marks, pieces
from adapters.telegram.asking import Sheet
from adapters.telegram.render import render as telegram_render
from adapters.web.pages import Pages
from bot import commands
from bot.i18n import Catalogue
from core import chat
from core.chat import Button, Card, Choice, Form, Pick, Route
from tests.bot.gallery import Picture, gallery, missing
from tests.doubles.discord import forms, limits, reading, schemas
from tests.doubles.discord.problems import Problems
from tests.doubles.telegram import keyboards, markup

READER: Final = chat.Reader("en", "America/Argentina/ComodRivadavia")
COMPONENTS_V2: Final = 1 << 15
MODAL: Final = 9
CALLING: Final = ("text_link", "text_mention", "mention")
PLACEHOLDER: Final = re.compile(r"\{\w*\}")
CATALOGUE: Final = Catalogue()
in_every_language = pytest.mark.parametrize(
    "reader",
    [replace(READER, locale=language, app=language) for language in CATALOGUE.languages],
    ids=lambda reader: reader.locale,
)


LONG: Final = frozenset({"ordinary", "hostile", "zalgo", "wide", "lines"})
PLAIN: Final = frozenset({"ordinary", "hostile"})


def of(reader: chat.Reader, sitters: frozenset[str]) -> list[Picture]:
    """All pictures in English; in another language, which changes our own words alone, those of some sitters."""
    is_english = reader.locale == "en"
    return [picture for picture in gallery() if is_english or picture.sitter.label in sitters]


def english(locale: str, msgid: str, plural: str = "", count: int | None = None) -> str:
    return plural if plural and count != 1 else msgid


def components(rendered: Rendered) -> list[Any]:
    """A message as it goes over the wire."""
    found: list[Any] = rendered.view.to_components()  # type: ignore[no-untyped-call]
    return found


def routes(screen: chat.Screen) -> Iterator[Route]:
    """Every way on from a screen."""
    for part in screen.parts:
        if isinstance(part, Card) and part.button:
            yield part.button.route
    for control in screen.controls:
        match control:
            case Button() | Pick():
                yield control.route
            case Choice():
                yield from (option.route for option in control.options)
    if screen.form:
        yield from (screen.form.submit, screen.form.reopen)
    if screen.week:
        yield from (time.route for time in screen.week.times)


def test_every_screen_hangs_in_the_gallery() -> None:
    assert not missing(), "give each of these a sample in tests/bot/gallery.py"


def test_every_route_leads_to_a_handler_and_fits_into_a_button() -> None:
    handlers = commands.table().handlers
    for picture in gallery():
        for route in routes(picture.screen):
            assert route.name in handlers, f"{picture.label}: {route}"
            assert len(str(route).encode()) <= chat.ROUTE_BYTES, f"{picture.label}: {route}"
            assert Route.parse(str(route)) == route, f"{picture.label}: {route}"


def test_a_form_is_reopened_by_the_route_that_its_handler_knows() -> None:
    handlers = commands.table().handlers
    for picture in gallery():
        if form := picture.screen.form:
            assert handlers[form.submit.name].form == form.reopen.name, picture.label
            assert form.submit.args == form.reopen.args, picture.label


def test_every_command_has_a_handler_and_every_suggesting_option_suggests() -> None:
    table = commands.table()
    for command in table.commands:
        assert command.name in table.handlers
        for option in command.options:
            assert option.suggests == ((command.name, option.name) in table.suggestions)


def test_choices_and_forms_hold_no_more_than_any_platform_takes() -> None:
    for picture in gallery():
        for control in picture.screen.controls:
            if isinstance(control, Choice):
                assert 1 <= len(control.options) <= 25, picture.label
                assert len({option.route for option in control.options}) == len(control.options), (
                    picture.label
                )
        if form := picture.screen.form:
            assert 1 <= len(form.fields) <= 5, picture.label
            assert len({field.name for field in form.fields}) == len(form.fields), picture.label


@in_every_language
def test_no_screen_breaks_a_limit_of_discord(reader: chat.Reader) -> None:
    for picture in of(reader, LONG):
        rendered = render(picture.screen, reader, CATALOGUE)
        problems = Problems()
        files = [file.filename for file in rendered.files]
        body = {"components": components(rendered), "flags": COMPONENTS_V2}
        limits.message(problems, body, v2=True, files=files)
        assert not problems.found, f"{picture.label}: {problems.found}"
        faults = schemas.request_faults("POST", "/channels/{channel_id}/messages", body)
        assert not faults, f"{picture.label}: {faults}"


@in_every_language
def test_no_screen_breaks_a_limit_of_telegram(reader: chat.Reader) -> None:
    for picture in of(reader, LONG):
        rendered = telegram_render(picture.screen, reader, CATALOGUE)
        for message in (*rendered.before, rendered.main):
            text, entities = markup.trimmed(*markup.parse(message.text))
            most = pieces.CAPTION if message.file else pieces.TEXT
            assert text or message.file, picture.label
            assert markup.length(text) <= most, picture.label
            assert not any(entity["type"] in CALLING for entity in entities), f"{picture.label}: {text}"
            board = {"inline_keyboard": [[button.to_dict() for button in row] for row in message.rows]}
            keyboards.checked(board, allow_local_urls=False, is_private=True)


def test_everything_that_can_be_pressed_is_on_a_keyboard_of_telegram() -> None:
    for picture in gallery():
        rendered = telegram_render(picture.screen, READER, english)
        buttons = [
            button for message in (*rendered.before, rendered.main) for row in message.rows for button in row
        ]
        pressable = {str(button.callback_data) for button in buttons} | {button.url for button in buttons}
        said = " ".join(markup.parse(message.text)[0] for message in (*rendered.before, rendered.main))
        for way in _pressed_on_telegram(picture.screen):
            assert way in pressable or way in said, f"{picture.label}: {way}"


def test_every_form_can_be_asked_on_telegram() -> None:
    for picture, form in _forms(gallery()):
        answers = {field.name: field.default for field in form.fields}
        sheet = Sheet(form, 10**12, answers, READER, english)
        asked = [asking.question(sheet, place) for place in range(len(form.fields))]
        for rendered in (*asked, asking.summary(sheet)):
            text, _entities = markup.parse(rendered.main.text)
            assert 0 < markup.length(text) <= pieces.TEXT, picture.label
            board = {"inline_keyboard": [[button.to_dict() for button in row] for row in rendered.main.rows]}
            keyboards.checked(board, allow_local_urls=False, is_private=True)


@in_every_language
def test_no_form_breaks_a_limit_of_discord(reader: chat.Reader) -> None:
    for picture, form in _forms(gallery()):
        data = modal(form, PlainWords(CATALOGUE, reader)).to_dict()
        problems = Problems()
        forms.modal(problems, data)
        assert not problems.found, f"{picture.label}: {problems.found}"
        template = "/interactions/{interaction_id}/{interaction_token}/callback"
        faults = schemas.request_faults("POST", template, {"type": MODAL, "data": data})
        assert not faults, f"{picture.label}: {faults}"


def test_what_stands_in_a_form_already_can_be_sent_again() -> None:
    for picture, form in _forms(gallery()):
        for field in form.fields:
            if not field.options and picture.sitter.label != "hostile":
                assert len(field.default) <= field.max_length, f"{picture.label}: {field.name}"


def test_nobodys_words_ping_anybody_on_discord() -> None:
    for picture in gallery():
        for text in _texts(components(render(picture.screen, READER, english))):
            assert not re.search(r"(?<!\\)<@|@everyone|@here", text), f"{picture.label}: {text}"


@in_every_language
def test_every_page_is_sound_html_and_obeys_nobody(reader: chat.Reader) -> None:
    pages = Pages(CATALOGUE)
    for picture in of(reader, PLAIN):
        page = Soundness(picture.label)
        page.feed(pages.screen(picture.screen, reader))
        page.close()
        assert not page.open, f"{picture.label}: {page.open} left open"


@in_every_language
def test_no_placeholder_is_left_unfilled(reader: chat.Reader) -> None:
    for picture in of(reader, PLAIN):
        if picture.sitter.label != "hostile":
            for text in _texts(components(render(picture.screen, reader, CATALOGUE))):
                assert not PLACEHOLDER.search(text), f"{picture.label}: {text}"


@pytest.mark.parametrize("locale", ["en-US", "de", "ar", "zh-Hant-TW", "xx", ""])
def test_every_screen_can_be_said_in_any_locale(locale: str) -> None:
    pictures = gallery()
    for picture in pictures[:: len(pictures) // 300]:
        render(picture.screen, chat.Reader(locale, "Asia/Kolkata"), CATALOGUE)


class Soundness(HTMLParser):
    """Each tag is one of ours and closed in order, nothing runs, and no address is of another kind than http."""

    VOID: Final = frozenset({"img", "input", "br", "hr", "use"})
    FORBIDDEN: Final = frozenset({"script", "iframe", "object", "style", "link", "base", "meta"})

    def __init__(self, label: str) -> None:
        super().__init__(convert_charrefs=True)
        self.label = label
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag not in self.FORBIDDEN, f"{self.label}: <{tag}>"
        for name, value in attrs:
            assert not name.startswith("on"), f"{self.label}: {name}"
            is_address = name in ("href", "src", "action")
            assert not is_address or re.match(r"https?://|mailto:|#|/", value or ""), f"{self.label}: {value}"
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in self.VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        if tag not in self.VOID:
            assert self.open, f"{self.label}: </{tag}> closes nothing"
            assert self.open.pop() == tag, f"{self.label}: </{tag}>"


def _pressed_on_telegram(screen: chat.Screen) -> Iterator[str]:
    """Where its controls lead; a role that the bot does not give has no counterpart there."""
    for part in screen.parts:
        if isinstance(part, Card) and part.button:
            yield str(part.button.route)
    for control in screen.controls:
        match control:
            case Button():
                yield str(control.route)
            case chat.Link():
                yield control.url
            case Choice():
                yield from (str(option.route) for option in control.options)
            case Pick() if control.given:
                yield marks.pick(keyboard.TAG, control.route)
            case Pick() if control.entity is chat.Entity.CHANNEL:
                yield marks.pick(keyboard.WHOLE_GROUP, control.route)
    if screen.form:
        yield str(screen.form.reopen)


def _forms(pictures: Sequence[Picture]) -> Iterator[tuple[Picture, Form]]:
    return ((picture, picture.screen.form) for picture in pictures if picture.screen.form)


def _texts(components: list[Any]) -> Iterator[str]:
    for _path, component in reading.walk(components):
        if component.get("type") == reading.TEXT_DISPLAY:
            yield component["content"]
