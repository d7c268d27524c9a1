"""Nothing that a person can see goes past the catalogues: every screen in a language that nobody speaks."""

import re
from pathlib import Path
from typing import Final

import pytest

import adapters.web
from adapters.discord.modal import modal
from adapters.discord.render import render
from adapters.discord.words import PlainWords
from adapters.words import Words
from bot import commands
from core import chat
from core.chat import Choice
from tests.bot.gallery import Picture, gallery
from tests.bot.pseudo import pseudo
from tests.bot.renderers import RENDERERS, seen
from tests.bot.sitters import ORDINARY
from tests.bot.test_gallery import COMPONENTS_V2, components
from tests.doubles.discord import forms, limits
from tests.doubles.discord.problems import Problems

GREEK: Final = chat.Reader("el", "Europe/Athens")
"""CLDR writes dates and amounts in Greek letters for her, and so does the ordinary sitter."""

UNTRANSLATED: Final = re.compile(
    r"https?://\S+|\S+@\S+|English|\{time\}|NP-\d+-\w+|\b[0-9A-Z]{4}-[0-9A-Z]{4}\b|\b[A-Z]{3}\b|[A-Z]\w+/\w+|(?<!\w)/[a-z_]+(?:-[a-z]+)*\b|\b[a-z_]+:(?!\w)",
    re.ASCII,
)
"""What no language has another word for: addresses, a language's name in itself, codes, currencies, zones, the words
of the menu. The clocks of a page fill in the time themselves."""

WEB: Final = Path(adapters.web.__file__).parent
JINJA: Final = re.compile(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", re.DOTALL)
CLASS: Final = re.compile(r"\{% block kind %\}.*?\{% endblock %\}")
SENTENCE: Final = re.compile(r"""(["'`])([A-Z][a-z]+(?: [A-Za-z]+)*[ .!?…][A-Za-z .!?…]*)\1""")


def greeks() -> list[Picture]:
    return [picture for picture in gallery() if picture.sitter is ORDINARY]


def english_in(text: str) -> list[str]:
    return re.findall("[A-Za-z]+", UNTRANSLATED.sub("", text))


@pytest.mark.parametrize("door", RENDERERS)
def test_no_screen_shows_a_word_that_nobody_can_translate(door: str) -> None:
    for picture in greeks():
        codes = codes_of(picture.screen)
        for text in RENDERERS[door](picture.screen, GREEK, pseudo):
            assert not english_in(without(codes, text)), f"{picture.label}: {text}"


def test_no_command_is_described_past_the_catalogues() -> None:
    words = Words(pseudo, GREEK)
    for command in commands.table().commands:
        for description in (command.description, *(option.description for option in command.options)):
            assert not english_in(words.say(description)), command.name
        for option in command.options:
            assert not any(english_in(words.say(choice.label)) for choice in option.choices), option.name


def test_no_value_of_a_screen_is_a_plain_english_word() -> None:
    for picture in greeks():
        listening = Listening()
        say_all(picture.screen, listening)
        assert not [word for word in listening.heard if english_in(word)], picture.label


@pytest.mark.parametrize("template", sorted(WEB.glob("templates/*.html")), ids=lambda path: path.stem)
def test_no_template_speaks_for_itself(template: Path) -> None:
    said = seen(JINJA.sub("", CLASS.sub("", template.read_text("utf-8"))))
    assert {word for text in said for word in english_in(text)} <= {"Nearpeer"}


@pytest.mark.parametrize("script", sorted(WEB.glob("static/*.js")), ids=lambda path: path.stem)
def test_no_script_speaks_for_itself(script: Path) -> None:
    assert not SENTENCE.findall(script.read_text("utf-8"))


def test_a_long_language_breaks_no_limit_of_discord() -> None:
    for picture in gallery():
        rendered, problems = render(picture.screen, GREEK, pseudo), Problems()
        body = {"components": components(rendered), "flags": COMPONENTS_V2}
        limits.message(problems, body, v2=True, files=[file.filename for file in rendered.files])
        if picture.screen.form:
            forms.modal(problems, modal(picture.screen.form, PlainWords(pseudo, GREEK)).to_dict())
        assert not problems.found, f"{picture.label}: {problems.found}"


class Listening(Words):
    """Hears every plain word that is shown as it is, and every code."""

    def __init__(self) -> None:
        super().__init__(pseudo, GREEK)
        self.heard: list[str] = []
        self.codes: list[str] = []

    def show(self, value: chat.Value) -> str:
        if isinstance(value, str):
            self.heard.append(value)
        if isinstance(value, chat.Code):
            self.codes.append(value.source)
        return super().show(value)


def codes_of(screen: chat.Screen) -> list[str]:
    """What a screen shows letter by letter, such as the words of a bank; not every door shows that these are codes."""
    listening = Listening()
    say_all(screen, listening)
    return listening.codes


def without(codes: list[str], text: str) -> str:
    for code in codes:
        text = text.replace(code, "")
    return text


def say_all(screen: chat.Screen, words: Listening) -> None:
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
