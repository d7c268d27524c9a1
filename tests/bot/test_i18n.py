"""Sentences in the reader's language, and the list of all sentences that translators work from."""

import os
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from bot import messages
from bot.i18n import Catalogue

GERMAN = r"""# German for Nearpeer.
msgid ""
msgstr ""
"POT-Creation-Date: 2026-11-21 09:00+0000\n"
"PO-Revision-Date: 2026-11-21 09:00+0000\n"
"Language: de\n"
"Content-Type: text/plain; charset=utf-8\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\n"

msgid "Free times"
msgstr "Freie Zeiten"

msgid "{n} time"
msgid_plural "{n} times"
msgstr[0] "{n} Zeit"
msgstr[1] "{n} Zeiten"

#, fuzzy
msgid "Book"
msgstr "Buch"
"""
SWISS = r"""
msgid "Free times"
msgstr "Freie Termine"
"""
POLISH = r"""
msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\n"
"Plural-Forms: nplurals=3; plural=(n==1 ? 0 : n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2);\n"

msgid "{n} time"
msgid_plural "{n} times"
msgstr[0] "{n} termin"
msgstr[1] "{n} terminy"
msgstr[2] "{n} terminów"
"""


@pytest.fixture
def catalogue(tmp_path: Path) -> Catalogue:
    for language, content in {"de": GERMAN, "de_CH": SWISS, "pl": POLISH}.items():
        folder = tmp_path / language / "LC_MESSAGES"
        folder.mkdir(parents=True)
        (folder / "nearpeer.po").write_text(content, "utf-8")
    return Catalogue(tmp_path)


@pytest.mark.parametrize("locale", ["de", "de-AT", "de_DE", "DE", "de-Latn-DE-1996"])
def test_a_sentence_comes_in_the_readers_language(catalogue: Catalogue, locale: str) -> None:
    assert catalogue(locale, "Free times") == "Freie Zeiten"


def test_a_region_goes_before_its_language(catalogue: Catalogue) -> None:
    assert catalogue("de-CH", "Free times") == "Freie Termine"


@pytest.mark.parametrize("locale", ["en", "en-US", "fr", "", "-", "../../etc/passwd", "de\x00", "xx" * 5000])
def test_where_nobody_has_translated_it_a_sentence_is_english(catalogue: Catalogue, locale: str) -> None:
    assert catalogue(locale, "Free times") == "Free times"
    assert catalogue(locale, "{n} time", "{n} times", 1) == "{n} time"
    assert catalogue(locale, "{n} time", "{n} times", 0) == "{n} times"
    assert catalogue(locale, "{n} time", "{n} times", 2) == "{n} times"


def test_a_sentence_that_a_catalogue_lacks_is_english(catalogue: Catalogue) -> None:
    assert catalogue("de", "No free times") == "No free times"


def test_a_doubtful_translation_is_not_used(catalogue: Catalogue) -> None:
    assert catalogue("de", "Book") == "Book"


@pytest.mark.parametrize(("count", "sentence"), [(1, "{n} termin"), (3, "{n} terminy"), (5, "{n} terminów")])
def test_each_language_counts_in_its_own_way(catalogue: Catalogue, count: int, sentence: str) -> None:
    assert catalogue("pl", "{n} time", "{n} times", count) == sentence


def test_no_sentence_is_no_sentence_in_any_language(catalogue: Catalogue) -> None:
    assert catalogue("de", "") == catalogue("en", "") == ""


def test_the_committed_list_of_sentences_is_what_the_code_says() -> None:
    with messages.template().open("rb") as file:
        listed = {message.id for message in read_po(file) if message.id}
    said = {message.id for message in messages.said() if message.id}
    assert listed == said, "run `make messages`"


def test_the_list_is_written_the_same_way_twice_and_carried_into_every_language(tmp_path: Path) -> None:
    folder = tmp_path / "de" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "nearpeer.po").write_text(GERMAN.replace("Free times", "Send"), "utf-8")
    first = [path.read_bytes() for path in _brought_up_to_date(tmp_path)]
    second = [path.read_bytes() for path in _brought_up_to_date(tmp_path)]
    assert first == second
    german = Catalogue(tmp_path)
    assert german("de", "Send") == "Freie Zeiten"
    assert german("de", "Book a mentor") == "Book a mentor"


def test_a_catalogue_is_compiled_to_what_was_written(tmp_path: Path) -> None:
    written = _german(tmp_path)
    assert messages.build(tmp_path) == [compiled := written.with_suffix(".mo")]
    written.unlink()
    german = Catalogue(tmp_path)
    assert list(german.languages) == ["en", "de"]
    assert german("de", "Free times") == "Freie Zeiten"
    assert german("de", "{n} time", "{n} times", 2) == "{n} Zeiten"
    assert german("de", "Book") == "Book"
    assert compiled.is_file()


def test_what_was_compiled_earlier_never_hides_what_was_written_since(tmp_path: Path) -> None:
    written = _german(tmp_path)
    (compiled,) = messages.build(tmp_path)
    written.write_text(GERMAN.replace("Freie Zeiten", "Offene Zeiten"), "utf-8")
    second = 10**9
    for age, said in ((-second, "Offene Zeiten"), (0, "Freie Zeiten"), (second, "Freie Zeiten")):
        at = written.stat().st_mtime_ns + age
        os.utime(compiled, ns=(at, at))
        assert Catalogue(tmp_path)("de", "Free times") == said


def _german(folder: Path) -> Path:
    path = folder / "de" / "LC_MESSAGES" / "nearpeer.po"
    path.parent.mkdir(parents=True)
    path.write_text(GERMAN, "utf-8")
    return path


def _brought_up_to_date(folder: Path) -> list[Path]:
    return [*messages.extract(folder), *messages.update(folder)]


@pytest.mark.parametrize(("language", "forms"), [("hi", 2), ("pt_BR", 3), ("ar", 6), ("ja", 1)])
def test_a_new_language_begins_as_one_file_that_counts_as_cldr_does(
    tmp_path: Path, language: str, forms: int
) -> None:
    messages.extract(tmp_path)
    path = messages.begin(language, tmp_path)
    begun = messages.read(path)
    assert begun.num_plurals == forms
    assert {message.id for message in begun if message.id} == {m.id for m in messages.said() if m.id}
    assert not any(message.fuzzy for message in begun if message.id)
    assert list(Catalogue(tmp_path).languages) == ["en", language.replace("_", "-")]
    assert Catalogue(tmp_path)(language, "Send") == "Send"
    before = path.read_bytes()
    messages.update(tmp_path)
    assert path.read_bytes() == before
