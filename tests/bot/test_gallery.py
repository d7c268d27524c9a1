"""Every screen is fit for every door: routes that lead somewhere, Discord's limits, sound HTML, no stray words."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any, Final

import pytest

from adapters.discord.modal import modal
from adapters.discord.render import Rendered, render
from adapters.web.pages import Pages
from adapters.words import Words
from bot import commands
from bot.i18n import Catalogue
from core import chat
from core.chat import Button, Card, Choice, Form, Pick, Route
from core.policy import LANGUAGES
from tests.bot.gallery import Picture, gallery, missing
from tests.bot.sitters import ORDINARY
from tests.doubles.discord import forms, limits, reading, schemas
from tests.doubles.discord.problems import Problems

READER: Final = chat.Reader("en", "America/Argentina/ComodRivadavia")
GREEK: Final = chat.Reader("el", "Europe/Athens")
COMPONENTS_V2: Final = 1 << 15
MODAL: Final = 9
PLACEHOLDER: Final = re.compile(r"\{\w*\}")
UNTRANSLATED: Final = re.compile(r"[A-Z]{3}|[A-Z]\w+/\w+|NP-\d+-\w+|https://\S+", re.ASCII)
"""Currencies, zones, codes, addresses: words that no language has another word for."""

PICTURES: Final = gallery()
GREEKS: Final = [picture for picture in PICTURES if picture.sitter is ORDINARY]


def english(locale: str, msgid: str, plural: str = "", count: int | None = None) -> str:
    return plural if plural and count != 1 else msgid


def bracketed(locale: str, msgid: str, plural: str = "", count: int | None = None) -> str:
    """A catalogue of a language whose every sentence can be told."""
    return f"⟦{english(locale, msgid, plural, count)}⟧"


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


def test_every_screen_hangs_in_the_gallery() -> None:
    assert not missing(), "give each of these a sample in tests/bot/gallery.py"


def test_every_route_leads_to_a_handler_and_fits_into_a_button() -> None:
    handlers = commands.table().handlers
    for picture in PICTURES:
        for route in routes(picture.screen):
            assert route.name in handlers, f"{picture.label}: {route}"
            assert len(str(route).encode()) <= chat.ROUTE_BYTES, f"{picture.label}: {route}"
            assert Route.parse(str(route)) == route, f"{picture.label}: {route}"


def test_a_form_is_reopened_by_the_route_that_its_handler_knows() -> None:
    handlers = commands.table().handlers
    for picture in PICTURES:
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
    for picture in PICTURES:
        for control in picture.screen.controls:
            if isinstance(control, Choice):
                assert 1 <= len(control.options) <= 25, picture.label
                assert len({option.route for option in control.options}) == len(control.options), (
                    picture.label
                )
        if form := picture.screen.form:
            assert 1 <= len(form.fields) <= 5, picture.label
            assert len({field.name for field in form.fields}) == len(form.fields), picture.label


def test_no_screen_breaks_a_limit_of_discord() -> None:
    for picture in PICTURES:
        rendered = render(picture.screen, READER, english)
        problems = Problems()
        files = [file.filename for file in rendered.files]
        body = {"components": components(rendered), "flags": COMPONENTS_V2}
        limits.message(problems, body, v2=True, files=files)
        assert not problems.found, f"{picture.label}: {problems.found}"
        faults = schemas.request_faults("POST", "/channels/{channel_id}/messages", body)
        assert not faults, f"{picture.label}: {faults}"


def test_no_form_breaks_a_limit_of_discord() -> None:
    for picture, form in _forms(PICTURES):
        data = modal(form, Words(english, READER)).to_dict()
        problems = Problems()
        forms.modal(problems, data)
        assert not problems.found, f"{picture.label}: {problems.found}"
        template = "/interactions/{interaction_id}/{interaction_token}/callback"
        faults = schemas.request_faults("POST", template, {"type": MODAL, "data": data})
        assert not faults, f"{picture.label}: {faults}"


def test_what_stands_in_a_form_already_can_be_sent_again() -> None:
    for picture, form in _forms(PICTURES):
        for field in form.fields:
            if not field.options and picture.sitter.label != "hostile":
                assert len(field.default) <= field.max_length, f"{picture.label}: {field.name}"


def test_nobodys_words_ping_anybody_on_discord() -> None:
    for picture in PICTURES:
        for text in _texts(components(render(picture.screen, READER, english))):
            assert not re.search(r"(?<!\\)<@|@everyone|@here", text), f"{picture.label}: {text}"


def test_every_page_is_sound_html_and_obeys_nobody() -> None:
    pages = Pages(english)
    for picture in PICTURES:
        page = Soundness(picture.label)
        page.feed(pages.screen(picture.screen, READER))
        page.close()
        assert not page.open, f"{picture.label}: {page.open} left open"


def test_no_placeholder_is_left_unfilled() -> None:
    for picture in PICTURES:
        if picture.sitter.label != "hostile":
            for text in _texts(components(render(picture.screen, READER, english))):
                assert not PLACEHOLDER.search(text), f"{picture.label}: {text}"


def test_every_sentence_of_a_screen_comes_from_the_catalogues() -> None:
    for picture in GREEKS:
        for label in _labels(components(render(picture.screen, GREEK, bracketed))):
            assert label.startswith("⟦"), f"{picture.label}: {label}"
        said = [part.text for part in picture.screen.parts if isinstance(part, chat.Paragraph | chat.Note)]
        for text in (picture.screen.title, *said):
            assert Words(bracketed, GREEK).say(text).startswith("⟦"), picture.label
    for picture, form in _forms(GREEKS):
        for label in _labels([modal(form, Words(bracketed, GREEK)).to_dict()]):
            assert label.startswith("⟦"), f"{picture.label}: {label}"


def test_no_value_of_a_screen_is_a_word_that_nobody_can_translate() -> None:
    table = commands.table().commands
    names = {command.name for command in table} | {option.name for c in table for option in c.options}
    for picture in GREEKS:
        listening = Listening(bracketed, GREEK)
        render_all(picture.screen, listening)
        stray = [word for word in listening.heard if re.search("[A-Za-z]", word) and word not in names]
        assert all(UNTRANSLATED.fullmatch(word) for word in stray), f"{picture.label}: {stray}"


@pytest.mark.parametrize("locale", [*LANGUAGES, "en-US", "de", "ar", "zh-Hant-TW", "xx", ""])
def test_every_screen_can_be_said_in_any_locale(locale: str) -> None:
    catalogue = Catalogue()
    for picture in PICTURES[:: len(PICTURES) // 300]:
        render(picture.screen, chat.Reader(locale, "Asia/Kolkata"), catalogue)


class Listening(Words):
    """Hears every plain word that is shown as it is."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self.heard: list[str] = []

    def show(self, value: chat.Value) -> str:
        if isinstance(value, str):
            self.heard.append(value)
        return super().show(value)


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


def render_all(screen: chat.Screen, words: Words) -> None:
    """Says everything that a screen says."""
    words.say(screen.title)
    for part in screen.parts:
        match part:
            case chat.Paragraph() | chat.Note():
                words.say(part.text)
            case chat.Facts():
                for fact in part.items:
                    words.say(fact.label)
                    words.show(fact.value)
            case chat.Card():
                for text in (part.title, *part.lines, *([part.button.label] if part.button else [])):
                    words.say(text)
    for control in screen.controls:
        words.say(control.label)
        for option in control.options if isinstance(control, Choice) else ():
            words.say(option.label)


def _forms(pictures: list[Picture]) -> Iterator[tuple[Picture, Form]]:
    return ((picture, picture.screen.form) for picture in pictures if picture.screen.form)


def _texts(components: list[Any]) -> Iterator[str]:
    for _path, component in reading.walk(components):
        if component.get("type") == reading.TEXT_DISPLAY:
            yield component["content"]


def _labels(components: list[Any]) -> Iterator[str]:
    for _path, component in reading.walk(components):
        named = [component.get(name) for name in ("title", "label", "placeholder", "description")]
        named += [
            option.get(name) for option in component.get("options") or [] for name in ("label", "description")
        ]
        yield from (name for name in named if name)
