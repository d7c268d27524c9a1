"""What people and catalogues write, as Telegram shows it: never obeyed, never cut in the middle of a letter."""

from datetime import UTC, datetime
from typing import Final

import pytest

from adapters.telegram import pieces
from adapters.telegram.words import TelegramWords, escape
from core import chat
from core.chat import _
from tests.adapters.telegram_parts import Phrases
from tests.doubles.telegram import markup

NOON: Final = datetime(2026, 11, 26, 12, tzinfo=UTC)
WORDS: Final = TelegramWords(Phrases(), chat.Reader("en", "Asia/Kolkata", at=NOON))
EVIL: Final = '<b>x</b> &lt; <a href="tg://user?id=1">Ben</a> <tg-time unix="1">now</tg-time> </i>'
ZALGO: Final = "a" + "\u0301\u0323" * 40
FAMILY: Final = "👩‍👩‍👧‍👦"


def seen(html: str) -> str:
    return markup.parse(html)[0]


def test_nobodys_words_are_marks() -> None:
    text, entities = markup.parse(WORDS.say(_("Hello {name}", name=EVIL)))
    assert text == f"Hello {EVIL}"
    assert entities == []


def test_a_sentence_of_a_catalogue_is_no_mark_either() -> None:
    assert seen(WORDS.say(_("a < b & {x}", x="c"))) == "a < b & c"


def test_nobodys_words_call_anybody() -> None:
    said = seen(escape("@ana_b and ben@example.org, see https://example.org/@cleo"))
    assert [e["type"] for e in markup.found(said, [])] == ["url"]
    assert "ben@example.org" in said
    assert "https://example.org/@cleo" in said


@pytest.mark.parametrize(
    ("style", "shape", "inside"),
    [
        (chat.WhenStyle.MOMENT, "wDt", "Thu, Nov 26, 5:30 PM (Kolkata)"),
        (chat.WhenStyle.DAY, "wD", "Thu, Nov 26"),
        (chat.WhenStyle.DATE, "wD", "Thu, Nov 26, 2026"),
        (chat.WhenStyle.CLOCK, "t", "5:30 PM"),
        (chat.WhenStyle.COUNTDOWN, "r", "at 5:30 PM"),
    ],
)
def test_a_time_is_the_phones_to_show_with_words_for_an_old_app(
    style: chat.WhenStyle, shape: str, inside: str
) -> None:
    text, [entity] = markup.parse(WORDS.show(chat.When(NOON, style)))
    assert text.replace("\u202f", " ") == inside
    assert (entity["type"], entity["unix_time"], entity["date_time_format"]) == (
        "date_time",
        int(NOON.timestamp()),
        shape,
    )


def test_simple_marks_are_shown_and_others_are_not() -> None:
    text, entities = markup.parse(
        WORDS.show(
            chat.Markdown(
                "I **wrote** *two* ~~bad~~ `ones`\n\n- a\n- b\n\n1. c\n\n> d\n> > e\n\n```\nf<\n```\n# g"
            )
        )
    )
    assert text == "I wrote two bad ones\n\n• a\n• b\n\n1. c\n\nd\ne\n\nf<\n\n# g"
    assert [e["type"] for e in entities] == ["bold", "italic", "strikethrough", "code", "blockquote", "pre"]


def test_a_link_shows_where_it_leads() -> None:
    text, entities = markup.parse(WORDS.show(chat.Markdown("[your bank](https://evil.example/x) <b>hi</b>")))
    assert text == "your bank (https://evil.example/x) <b>hi</b>"
    assert entities == []


@pytest.mark.parametrize(
    "source", ["**", "> ", "```", "[]()", "<!-- x", "*_~`", "\n" * 50, "1. " * 30, "> " * 40]
)
def test_loose_marks_break_nothing(source: str) -> None:
    markup.parse(WORDS.show(chat.Markdown(source)))


# --- cutting ----------------------------------------------------------------------------------


def test_a_text_is_cut_between_paragraphs_if_it_can_be() -> None:
    assert pieces.split("a" * 30 + "\n\n" + "b" * 30, 40) == ["a" * 30, "b" * 30]
    assert pieces.split("a" * 30 + "\n" + "b" * 30, 40) == ["a" * 30, "b" * 30]
    assert pieces.split("a" * 30 + " " + "b" * 30, 40) == ["a" * 30, "b" * 30]


def test_marks_go_on_in_the_next_piece() -> None:
    assert pieces.split("<b>one <i>two three</i></b>", 8) == ["<b>one <i>two</i></b>", "<b><i>three</i></b>"]


def test_a_time_or_a_link_is_never_cut() -> None:
    time = '<tg-time unix="1795708800" format="wDt">Thu, Nov 26, 12:00</tg-time>'
    assert pieces.split(f"{'a ' * 10}{time} b", 30)[1] == f"{time} b"


@pytest.mark.parametrize("letter", [ZALGO, FAMILY, "ते", "e\u0301", "🇮🇳", "กำ"])
@pytest.mark.parametrize("most", [100, 101, 102, 103])
def test_a_letter_is_never_cut(letter: str, most: int) -> None:
    found = pieces.split(letter * 200, most)
    assert "".join(found) == letter * 200
    for piece in found:
        assert pieces.units(piece) <= most
        assert piece == letter * (len(piece) // len(letter))


def test_a_letter_that_is_longer_than_a_message_is_cut_all_the_same() -> None:
    monster = "a" + "\u0301" * 10_000
    found = pieces.split(monster, 4096)
    assert "".join(found) == monster
    assert all(pieces.units(piece) <= 4096 for piece in found)


@pytest.mark.parametrize(
    "text", ["x" * 100_000, "ab " * 33_000, "😀" * 50_000, "ا\u064b" * 30_000, "<&>" * 9_000]
)
def test_a_huge_text_is_whole_in_pieces(text: str) -> None:
    found = pieces.split(escape(text))
    assert "".join(map(seen, found)).replace(" ", "") == text.replace(" ", "")
    assert all(0 < pieces.length(piece) <= pieces.TEXT for piece in found)


def test_lengths_are_what_telegram_counts() -> None:
    assert pieces.length("<b>😀</b> &amp; &lt;") == markup.length("😀 & <")


def test_a_label_is_one_line_and_never_empty() -> None:
    assert pieces.label(" a\n b ", 20) == "a b"
    assert pieces.label("\n", 20) == "…"
    assert pieces.label(FAMILY * 20, 20) == FAMILY * 2 + "…"
