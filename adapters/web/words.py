"""Words as HTML: whatever a person or a catalogue wrote is shown and never obeyed."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from babel.dates import format_skeleton
from babel.units import format_unit
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markupsafe import Markup, escape

from adapters.web import chrome
from adapters.words import Words, city_of, locale_of
from core import chat

LINK_SCHEMES = frozenset({"http", "https", "mailto"})
KILOBYTE = 1000


def _open_link(renderer: RendererHTML, tokens: Sequence[Token], index: int, options: Any, env: Any) -> str:
    tokens[index].attrSet("rel", "nofollow noopener")
    tokens[index].attrSet("target", "_blank")
    return renderer.renderToken(tokens, index, options, env)


def _reader_of_marks() -> MarkdownIt:
    marks = MarkdownIt("commonmark", {"html": False, "breaks": True}).disable(
        ["image", "heading", "lheading"]
    )
    marks.add_render_rule("link_open", _open_link)
    return marks


MARKS = _reader_of_marks()


def is_safe(url: str) -> bool:
    """Whether a link may be followed from our pages."""
    return urlsplit(url).scheme in LINK_SCHEMES


class HtmlWords(Words):
    """What templates speak with: `say` and `show` give markup, `plain` gives text for attributes."""

    def markup(self, text: chat.Text) -> Markup:
        return Markup(self.say(text))

    def value(self, value: chat.Value) -> Markup:
        return Markup(self.show(value))

    def plain(self, text: chat.Text) -> str:
        return Words(self.catalogue, self.reader).say(text)

    def prose(self, text: chat.Markdown) -> Markup:
        return Markup(MARKS.render(text.source))

    def size(self, content: bytes) -> str:
        kilobytes = max(1, round(len(content) / KILOBYTE))
        return format_unit(kilobytes, "digital-kilobyte", "short", locale=self.locale)

    def day(self, day: date) -> str:
        """A day of a week's table."""
        return format_skeleton("MMMEd", day, locale=self.locale)

    def own_name(self, code: str) -> str:
        """A language as its speakers call it."""
        return locale_of(code).get_display_name() or code

    def sentence_of(self, text: chat.Text) -> str:
        """A sentence whose values a script fills in."""
        return self.catalogue(self.reader.locale, text.msgid)

    @property
    def city(self) -> str:
        return city_of(self.zone.key, self.locale)

    @property
    def lang(self) -> str:
        return str(self.locale).replace("_", "-")

    @property
    def direction(self) -> str:
        return self.locale.text_direction

    def sentence(self, sentence: str) -> str:
        return str(escape(sentence))

    def escape(self, raw: str) -> str:
        return str(escape(raw))

    def when(self, when: chat.When) -> str:
        shown = escape(self.plain_when(when))
        marks = Markup('datetime="{}" data-style="{}"').format(when.at.isoformat(), when.style)
        if when.style is chat.WhenStyle.COUNTDOWN:
            over, left = (
                self.plain(chrome.TIME_IS_UP),
                self.catalogue(self.reader.locale, chrome.TIME_LEFT.msgid),
            )
            marks += Markup(' class="countdown" role="timer" data-over="{}" data-left="{}"').format(
                over, left
            )
        return Markup("<time {}>{}</time>").format(marks, shown)

    def markdown(self, text: chat.Markdown) -> str:
        return str(MARKS.renderInline(text.source))

    def code(self, code: chat.Code) -> str:
        return Markup("<code>{}</code>").format(code.source)
