"""A screen as messages of Telegram's, the last of them with all that can be pressed.

A picture stands above its text in one message where the text is short enough. A long text is several messages.
Nothing that can be pressed is left out: what finds no room on one keyboard stands on the next.
"""

import html
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Final

from adapters.telegram import keyboard
from adapters.telegram.keyboard import Row, Topic
from adapters.telegram.pieces import CAPTION, ELLIPSIS, TEXT, length, split
from adapters.telegram.words import TelegramWords, one_line
from adapters.words import Words
from core import chat
from core.chat import _
from core.ports import Catalogue

MOST_PIECES: Final = 5
FACE: Final = {
    chat.Tone.NEUTRAL: "",
    chat.Tone.GOOD: "✅ ",
    chat.Tone.WAITING: "⏳ ",
    chat.Tone.BAD: "⚠️ ",
}
STAFF_HERE: Final = _("Staff here are the group's administrators; Telegram has no roles to choose from.")


@dataclass(frozen=True, slots=True)
class Message:
    """Marked up text, as a caption where there is a file."""

    text: str
    rows: tuple[Row, ...] = ()
    file: chat.File | None = None

    @property
    def has_picture(self) -> bool:
        return self.file is not None and is_picture(self.file)


@dataclass(frozen=True, slots=True)
class Rendered:
    """`main` has the buttons and comes last; `before` are the files and the texts that found no room in it."""

    main: Message
    before: tuple[Message, ...] = ()

    @property
    def in_one_place(self) -> bool:
        """Whether all but files is in one message, so that it can take the place of another."""
        return all(message.file for message in self.before)

    @property
    def without_files(self) -> "Rendered":
        """For a message that is changed in its place: the files that were sent before it stand there already."""
        return replace(self, before=tuple(message for message in self.before if message.file is None))


def render(
    screen: chat.Screen,
    reader: chat.Reader,
    catalogue: Catalogue,
    *,
    lead: str = "",
    topics: Sequence[Topic] = (),
) -> Rendered:
    """`lead` stands above the screen as it is. A form is shown as a button that opens it."""
    words, plain = TelegramWords(catalogue, reader), Words(catalogue, reader)
    said = [lead, *texts(screen, words)]
    if heading := keyboard.heading(screen):
        said.append(f"👇 <i>{words.say(heading)}</i>")
    rows = keyboard.rows(screen, plain, topics)
    return messages("\n\n".join(filter(None, said)), rows, screen.files, plain)


def messages(text: str, rows: Sequence[Row], files: Sequence[chat.File], words: Words) -> Rendered:
    """The text with its buttons, cut and captioned as Telegram's limits will have it."""
    pictures = [file for file in files if is_picture(file)]
    before = [Message(_alt(file, words), file=file) for file in files if not is_picture(file)]
    first, *further = keyboard.keyboards(rows)
    if len(pictures) == 1 and not further:
        caption = "\n\n".join(filter(None, (text, _alt(pictures[0], words))))
        if length(caption) <= CAPTION:
            return Rendered(Message(caption, tuple(first), pictures[0]), tuple(before))
    before += [Message(_alt(file, words), file=file) for file in pictures]
    *others, last = _pieces(text)
    below = [Message(last, tuple(first)), *(Message(ELLIPSIS, tuple(board)) for board in further)]
    return Rendered(below[-1], (*before, *map(Message, others), *below[:-1]))


def is_picture(file: chat.File) -> bool:
    return file.media_type in ("image/png", "image/jpeg")


def texts(screen: chat.Screen, words: TelegramWords) -> Iterator[str]:
    """The title and every part, each to stand apart from the next."""
    yield f"{FACE[screen.tone]}<b>{one_line(words.say(screen.title))}</b>"
    for kind, parts in groupby(screen.parts, type):
        shown = [_part(part, words) for part in parts]
        yield ("\n" if kind is chat.Note else "\n\n").join(filter(None, shown))
    for control in screen.controls:
        if isinstance(control, chat.Link) and not keyboard.is_pressable(control.url):
            yield f"{words.say(control.label)}: {html.escape(control.url, quote=False)}"
    if keyboard.hides_staff(screen):
        yield f"<i>{words.say(STAFF_HERE)}</i>"


def _part(part: chat.Part, words: TelegramWords) -> str:
    match part:
        case chat.Paragraph():
            return words.say(part.text)
        case chat.Prose():
            return words.show(part.text)
        case chat.Note():
            return f"<i>{words.say(part.text)}</i>"
        case chat.Facts():
            return "\n".join(
                f"<b>{words.say(fact.label)}</b> {words.show(fact.value)}" for fact in part.items
            )
        case chat.Card():
            return "\n".join([f"<b>{one_line(words.say(part.title))}</b>", *map(words.say, part.lines)])


def _alt(file: chat.File, words: Words) -> str:
    """What a picture shows, folded away for those who see it; a name that Telegram shows already is not said twice."""
    said = html.escape(words.say(file.alt), quote=False)
    if not said or words.say(file.alt) == file.name:
        return ""
    cut = split(said, CAPTION // 2)
    shown = cut[0] + (ELLIPSIS if len(cut) > 1 else "")
    return f"<blockquote expandable>{shown}</blockquote>" if is_picture(file) else shown


def _pieces(text: str) -> list[str]:
    found = split(text, TEXT - len(ELLIPSIS)) or [ELLIPSIS]
    if len(found) > MOST_PIECES:
        return [*found[: MOST_PIECES - 1], found[MOST_PIECES - 1] + ELLIPSIS]
    return found
