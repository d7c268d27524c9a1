"""Words as Telegram's HTML: whatever a person or a catalogue wrote is shown and never obeyed."""

import html
import re
from collections.abc import Iterator, Sequence
from typing import Final

from markdown_it import MarkdownIt
from markdown_it.token import Token

from adapters.telegram.incoming import typed
from adapters.words import Words
from core import chat

FORMATS: Final = {
    chat.WhenStyle.MOMENT: "wDt",
    chat.WhenStyle.DAY: "wD",
    chat.WhenStyle.DATE: "wD",
    chat.WhenStyle.CLOCK: "t",
    chat.WhenStyle.COUNTDOWN: "r",
}
TAGS: Final = {
    "strong_open": "<b>",
    "strong_close": "</b>",
    "em_open": "<i>",
    "em_close": "</i>",
    "s_open": "<s>",
    "s_close": "</s>",
    "softbreak": "\n",
    "hardbreak": "\n",
}
MENTION: Final = re.compile(r"(?<![\w@])@(?=\w)")
QUOTE_END: Final = re.compile(r"\n+</blockquote>")
GAPS: Final = re.compile(r"\n{3,}")
ADDRESS: Final = re.compile(r"(https?://\S+)")
BROKEN: Final = "\\g<0>\u2060"
MARKS: Final = (
    MarkdownIt("commonmark", {"html": False})
    .enable("strikethrough")
    .disable(["image", "heading", "lheading", "hr", "reference"])
)


class TelegramWords(Words):
    def sentence(self, sentence: str) -> str:
        return html.escape(sentence, quote=False)

    def escape(self, raw: str) -> str:
        return escape(raw)

    def when(self, when: chat.When) -> str:
        """Shown in the zone of the person's own phone; an old app shows the words inside."""
        inside = html.escape(self.plain_when(when), quote=False)
        return f'<tg-time unix="{int(when.at.timestamp())}" format="{FORMATS[when.style]}">{inside}</tg-time>'

    def markdown(self, text: chat.Markdown) -> str:
        shown = "".join(_blocks(MARKS.parse(text.source)))
        return GAPS.sub("\n\n", QUOTE_END.sub("</blockquote>", shown)).strip()

    def word(self, word: chat.Word) -> str:
        return typed(word.source) if word.source.startswith("/") else word.source

    def code(self, code: chat.Code) -> str:
        return f"<code>{html.escape(one_line(code.source), quote=False)}</code>"


def escape(raw: str) -> str:
    """Plain words: no mark, and nobody is called by them. Addresses stay whole."""
    pieces = ADDRESS.split(raw)
    tamed = (piece if odd % 2 else MENTION.sub(BROKEN, piece) for odd, piece in enumerate(pieces))
    return html.escape("".join(tamed), quote=False)


def one_line(text: str) -> str:
    return " ".join(text.split())


def _blocks(tokens: Sequence[Token]) -> Iterator[str]:
    """Paragraphs, lists and code as lines; quotes of quotes are one quote, for Telegram has no other."""
    quotes = 0
    for token in tokens:
        match token.type:
            case "inline":
                yield from _inline(token.children or [])
            case "paragraph_close":
                yield "\n" if token.hidden or quotes else "\n\n"
            case "bullet_list_close" | "ordered_list_close":
                yield "\n"
            case "list_item_open":
                yield f"{token.info}. " if token.info else "• "
            case "fence" | "code_block":
                yield f"<pre>{html.escape(token.content.rstrip() or '…', quote=False)}</pre>\n\n"
            case "blockquote_open":
                quotes += 1
                yield "<blockquote>" if quotes == 1 else ""
            case "blockquote_close":
                quotes -= 1
                yield "</blockquote>\n\n" if quotes == 0 else ""


def _inline(tokens: Sequence[Token]) -> Iterator[str]:
    """A link is shown with the address it leads to."""
    address = ""
    for token in tokens:
        match token.type:
            case "text":
                yield escape(token.content)
            case "code_inline":
                yield f"<code>{html.escape(token.content, quote=False)}</code>"
            case "link_open":
                address = str(token.attrGet("href") or "")
            case "link_close":
                yield f" ({html.escape(address, quote=False)})"
            case _:
                yield TAGS.get(token.type, "")
