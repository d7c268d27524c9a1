"""Words of a letter: read later and without a script, so every time names its day."""

from dataclasses import replace
from typing import Final

from markupsafe import escape

from adapters.web.words import HtmlWords
from adapters.words import Words
from core import chat
from core.chat import _

ANSWER: Final = _("To answer, write to me in the chat where we talk.")
WHY: Final = _(
    "You get this because you confirmed this address here, and I could not tell you in a chat. "
    "To stop it: /settings, “Where I reach you”."
)


def _dated(when: chat.When) -> chat.When:
    is_short = when.style is chat.WhenStyle.COUNTDOWN
    return replace(when, style=chat.WhenStyle.MOMENT) if is_short else when


class TextWords(Words):
    """For the plain part."""

    def when(self, when: chat.When) -> str:
        return self.plain_when(_dated(when))


class PageWords(HtmlWords):
    """For the part with marks."""

    def when(self, when: chat.When) -> str:
        return str(escape(self.plain_when(_dated(when))))

    def plain(self, text: chat.Text) -> str:
        return TextWords(self.catalogue, self.reader).say(text)
