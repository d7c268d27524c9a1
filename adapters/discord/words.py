"""Words as Discord marks them up. A person's own words are shown and never obeyed: no format, no mention."""

import re
from typing import Final

from adapters.discord import menu
from adapters.words import Words
from core import chat

LETTERS: Final = {
    chat.WhenStyle.MOMENT: "F",
    chat.WhenStyle.DAY: "D",
    chat.WhenStyle.DATE: "D",
    chat.WhenStyle.CLOCK: "t",
    chat.WhenStyle.COUNTDOWN: "R",
}
ADDRESS = re.compile(r"(https?://[^\s<]+)")
UNSAFE_IN_ADDRESS = re.compile(r"[\\*`|~\[\]>]")
HARMLESS = re.compile(r"(?:[^\W_]|[ ,;!?'()$€£%&/]|\.(?!\s)|-(?![\s#])|:(?!/))*")
MARK = re.compile(r"[\\*_~|`\[\]<]")
LINE_START = re.compile(r"(?m)^([ \t]*)(#|>|[-+](?=[\s#]))")
NUMBERED = re.compile(r"(?m)^([ \t]*\d+)\.(?=\s)")
HEADING = re.compile(r"(?m)^([ \t]*)(#{1,3}(?=\s)|-#)")
EVERYBODY = re.compile(r"@(everyone|here)\b")
CODE = re.compile(r"(```.*?```|`[^`\n]+`)", re.DOTALL)
PAIRS: Final = ("**", "__", "~~", "||")
ELLIPSIS: Final = "…"
COMMAND = re.compile(r"(?<![\w/:.<])/[a-z_]{2,32}\b")


class PlainWords(Words):
    """Words without marks, for controls. A command is called what the reader's own app calls it, and that may be in
    another language than the sentence."""

    def sentence(self, sentence: str) -> str:
        if "/" not in sentence:
            return sentence
        return COMMAND.sub(lambda found: self.word(chat.Word(found[0])), sentence)

    def word(self, word: chat.Word) -> str:
        return menu.word(self.catalogue, word.source, menu.nearest(self.reader.app)) or word.source


class DiscordWords(PlainWords):
    def escape(self, raw: str) -> str:
        return escape(raw)

    def when(self, when: chat.When) -> str:
        return f"<t:{int(when.at.timestamp())}:{LETTERS[when.style]}>"

    def markdown(self, text: chat.Markdown) -> str:
        return tame(text.source)

    def code(self, code: chat.Code) -> str:
        return f"`{one_line(code.source).replace('`', 'ˋ')}`"


def escape(raw: str) -> str:
    """Plain words: no mark, mention, timestamp, heading, list or masked link. Addresses stay whole."""
    if HARMLESS.fullmatch(raw):  # as most are
        return raw
    pieces = ADDRESS.split(raw)
    return "".join(_address(piece) if odd % 2 else _plain(piece) for odd, piece in enumerate(pieces))


def tame(source: str) -> str:
    """Bold, italics, lists, quotes and code stay; mentions, headings, masked links and loose ends do not."""
    pieces = CODE.split(source)
    loose = [mark for mark in PAIRS if sum(piece.count(mark) for piece in pieces[::2]) % 2]
    return "".join(piece if odd % 2 else _tamed(piece, loose) for odd, piece in enumerate(pieces))


def one_line(text: str) -> str:
    return " ".join(text.split())


def clip(text: str, most: int) -> str:
    """At most so many characters, cut between words where it can be; a mark left open is closed."""
    if len(text) <= most:
        return text
    cut = text[: most - 8]
    space = max(cut.rfind(" "), cut.rfind("\n"))
    if space > most // 2:
        cut = cut[:space]
    cut = cut.rstrip().rstrip("\\") + ELLIPSIS
    if cut.count("```") % 2:
        return cut + "\n```"
    return cut + "**" if cut.count("**") % 2 else cut


def label(text: str, most: int) -> str:
    """Plain words for a control: one line, never empty."""
    line = one_line(text)
    return (line if len(line) <= most else line[: most - 1].rstrip() + ELLIPSIS) or ELLIPSIS


def _address(url: str) -> str:
    return UNSAFE_IN_ADDRESS.sub(lambda mark: f"%{ord(mark[0]):02X}", url)


def _plain(text: str) -> str:
    text = MARK.sub(r"\\\g<0>", text)
    text = LINE_START.sub(r"\1\\\2", text)
    text = NUMBERED.sub(r"\1\\.", text)
    return EVERYBODY.sub("@\u200b\\1", text)


def _tamed(text: str, loose: list[str]) -> str:
    for mark in loose:
        text = text.replace(mark, "".join(f"\\{letter}" for letter in mark))
    text = re.sub(r"[`<\[]", r"\\\g<0>", text)
    text = HEADING.sub(r"\1\\\2", text)
    return EVERYBODY.sub("@\u200b\\1", text)
