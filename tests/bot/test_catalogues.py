"""Every language is whole: nothing left out, nothing doubtful, nothing broken, nothing that a platform would cut."""

import re
from collections import Counter
from collections.abc import Iterator
from gettext import c2py
from pathlib import Path
from string import Formatter
from typing import Final

import pytest
from babel import Locale
from babel.core import get_global
from babel.messages.catalog import Catalog, Message

from adapters.discord import commands as discord_commands
from adapters.discord import menu
from adapters.telegram.pieces import length
from adapters.words import Words
from bot import commands, messages
from bot.i18n import FOLDER, Catalogue, files, language_of, tag_of
from core import chat
from core.chat import Button, Card, Choice, Link
from tests.bot.gallery import gallery
from tests.bot.sitters import ORDINARY
from tests.doubles.discord import commands as discord_rules
from tests.doubles.discord.problems import Problems

CATALOGUES: Final = files(FOLDER)
each_language = pytest.mark.parametrize("path", CATALOGUES, ids=language_of)
VALUE: Final = re.compile(r"\{\w*\}")
AS_IT_IS: Final = re.compile(r"https?://|\S+@\S+|\b[0-9A-Z]{4}-[0-9A-Z]{4}\b|/[a-z_]+|\b[A-Z]{2,}\b|\d")
NAMES: Final = frozenset(
    "Discord Telegram Nearpeer Stripe PayPal Razorpay UPI Jitsi Kolkata Berlin New York Start".split()
)
"""Names that every language writes as English does, or may."""

MENU_WORD: Final = re.compile(r"[^\s/:A-Z]{1,32}")


def sentences(path: Path) -> Iterator[Message]:
    return (message for message in messages.read(path) if message.id)


def forms(message: Message) -> list[tuple[str, str]]:
    """Each form of a translation beside what it translates."""
    ids = [message.id] if isinstance(message.id, str) else list(message.id)
    said = [message.string] if isinstance(message.string, str) else list(message.string or [""])
    return [(ids[min(number, len(ids) - 1)], form) for number, form in enumerate(said)]


def test_the_languages_of_the_house_are_here() -> None:
    assert {"en", "hi", "te"} <= set(Catalogue().languages)


@each_language
def test_every_sentence_is_translated(path: Path) -> None:
    said = {message.id: message for message in sentences(path)}
    listed = [message.id for message in sentences(messages.template())]
    missing = [key for key in listed if key not in said or not all(form for _, form in forms(said[key]))]
    assert not missing, f"{len(missing)} of {len(listed)}: {missing}"


@each_language
def test_nothing_is_translated_that_is_not_said(path: Path) -> None:
    listed = {message.id for message in sentences(messages.template())}
    assert not [message.id for message in sentences(path) if message.id not in listed], "run `make messages`"


@each_language
def test_no_translation_is_doubtful(path: Path) -> None:
    assert not [message.id for message in sentences(path) if message.fuzzy]


@each_language
def test_every_translation_has_the_values_of_its_sentence(path: Path) -> None:
    for message in sentences(path):
        for english, form in forms(message):
            if form:
                assert values(form) == values(english), f"{english!r}: {form!r}"


@each_language
def test_every_translation_begins_and_ends_as_its_sentence(path: Path) -> None:
    for message in sentences(path):
        for english, form in forms(message):
            if form:
                assert frame(form) == frame(english), f"{english!r}: {form!r}"
                assert form.count("\n") == english.count("\n"), f"{english!r}: {form!r}"


@each_language
def test_no_sentence_was_left_in_english(path: Path) -> None:
    for message in sentences(path):
        for english, form in forms(message):
            left = own_words(english) & own_words(form)
            assert not (form == english and left), f"{english!r} is not translated"
            assert is_latin(path) or not left, f"{english!r}: {form!r} keeps {left}"


@each_language
def test_every_language_counts_as_cldr_does(path: Path) -> None:
    catalogue = messages.read(path)
    chosen, rule = c2py(catalogue.plural_expr), Locale.parse(language_of(path)).plural_form
    pairs = {(chosen(number), rule(number)) for number in (*range(1_000), 10**6)}
    assert len(pairs) == len({form for form, _ in pairs}) == len({category for _, category in pairs}), pairs
    assert max(form for form, _ in pairs) < catalogue.num_plurals
    for message in sentences(path):
        assert isinstance(message.id, str) or len(forms(message)) == catalogue.num_plurals, message.id


@each_language
def test_every_word_of_the_menu_is_one_word_and_no_other_has_it(path: Path) -> None:
    catalogue, language = Catalogue(), tag_of(path)
    table = commands.table().commands
    for words in ([c.word for c in table], *([o.word for o in c.options] for c in table)):
        said = Counter(catalogue(language, word.source) for word in words)
        assert not [word for word, times in said.items() if times > 1]
        for word in words:
            form = catalogue(language, word.source)
            assert frame_of_word(form) == frame_of_word(word.source), form
            assert MENU_WORD.fullmatch(menu.bare(form)), form
            if language in menu.LOCALES:
                assert menu.word(catalogue, word.source, language) == form, f"Discord refuses {form}"


def test_discord_takes_the_commands_in_every_language() -> None:
    registration, problems = discord_commands.payload(commands.table().commands, Catalogue()), Problems()
    discord_rules.check(problems, registration)
    assert not problems.found
    assert {"hi"} <= registration[0]["name_localizations"].keys()


@each_language
def test_no_words_of_ours_are_cut_in_any_language(path: Path) -> None:
    words = Words(Catalogue(), chat.Reader(tag_of(path), "Asia/Kolkata"))
    for picture in gallery():
        if picture.sitter is ORDINARY:
            for text, most in labels(picture.screen):
                assert length(said := words.say(text)) <= most, f"{picture.label}: {said!r} > {most}"
    for command in commands.table().commands:
        for description in (command.description, *(option.description for option in command.options)):
            assert len(said := words.say(description)) <= 100, said


def labels(screen: chat.Screen) -> Iterator[tuple[chat.Text, int]]:
    """Each label with the most that the narrowest platform shows of it."""
    for part in screen.parts:
        if isinstance(part, Card) and part.button:
            yield part.button.label, 60
    for control in screen.controls:
        match control:
            case Button() | Link():
                yield control.label, 60
            case Choice():
                yield control.label, 100
                for option in control.options:
                    yield option.label, 60
                    yield from [(option.hint, 100)] if option.hint else []
    if screen.form:
        yield screen.form.title, 45
        for field in screen.form.fields:
            yield field.label, 45
            yield from [(field.hint, 100)] if field.hint else []


def values(sentence: str) -> set[str]:
    """The values that a sentence has. Raises `ValueError` for a brace that is not closed."""
    return {name for _, name, _, _ in Formatter().parse(sentence) if name is not None}


def frame(sentence: str) -> tuple[str, str]:
    """The space around it."""
    return sentence[: len(sentence) - len(sentence.lstrip())], sentence[len(sentence.rstrip()) :]


def frame_of_word(word: str) -> tuple[bool, bool]:
    return word.startswith("/"), word.endswith(":")


def own_words(sentence: str) -> set[str]:
    """The words of a sentence that a language has others for."""
    bare = AS_IT_IS.sub("", VALUE.sub("", sentence))
    return set(re.findall(r"[A-Za-z]{2,}", bare)) - NAMES


def is_latin(path: Path) -> bool:
    """Whether the language is written in English letters, so that it may share words with English."""
    likely = get_global("likely_subtags").get(language_of(path), "en_Latn_US")
    return bool(likely.split("_")[1] == "Latn")


def test_these_tests_see_what_is_broken() -> None:
    catalogue = Catalog("hi")
    catalogue.add("Send {name}", "भेजें {naam}")
    ((english, form),) = forms(catalogue["Send {name}"])
    assert values(english) != values(form)
    assert frame("Send") != frame("भेजें ")
    assert own_words("Send the Discord code {name}") & own_words("Send कोड")
    assert [is_latin(Path(f"{tag}/LC_MESSAGES/x.po")) for tag in ("hi", "te", "pt_BR")] == [
        False,
        False,
        True,
    ]
    with pytest.raises(ValueError):
        values("{name")
