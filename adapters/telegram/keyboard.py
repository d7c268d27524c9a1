"""What a person can press below a message: every button's data is the route it leads to.

The width of a phone decides how many stand in a row. A choice is its options as buttons, under a row that says
what is chosen, which is left out where the text above says it.
"""

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from telegram import InlineKeyboardButton

from adapters.telegram import marks
from adapters.telegram.pieces import label
from adapters.words import Words
from core import chat
from core.chat import _

Row = list[InlineKeyboardButton]
MOST_BUTTONS: Final = 100
LABEL: Final = 60
ADDRESS: Final = 1024
WIDTH: Final = 36
"""How many letters stand side by side on a narrow phone, over all the buttons of a row."""

WIDE: Final = frozenset("★☆")
EDGE: Final = 2
MOST_IN_A_ROW: Final = 5
FEW: Final = 8
"""Up to so many options have room for their hints."""

STYLES: Final = {
    chat.Style.PLAIN: None,
    chat.Style.PRIMARY: "primary",
    chat.Style.SUCCESS: "success",
    chat.Style.DANGER: "danger",
}
THIS_GROUP: Final = _("This group")
MENTOR_TAG: Final = _("Mentor")
TAG: Final = "tag"
WHOLE_GROUP: Final = "0"


@dataclass(frozen=True, slots=True)
class Topic:
    """A part of a forum group."""

    thread: int
    name: str


def rows(screen: chat.Screen, words: Words, topics: Sequence[Topic] = ()) -> list[Row]:
    """Every control of a screen, in its order, the cards' own first."""
    return [*_cards(screen, words), *_controls(screen, words, topics)]


def keyboards(rows: Sequence[Row]) -> list[list[Row]]:
    """The rows on as few keyboards as there have to be, at least one."""
    found: list[list[Row]] = [[]]
    for row in rows:
        if sum(map(len, found[-1])) + len(row) > MOST_BUTTONS:
            found.append([])
        found[-1].append(row)
    return found


def packed(buttons: Sequence[InlineKeyboardButton]) -> Iterator[Row]:
    """As many in a row as can be read there; buttons of a row are equally wide."""
    row: Row = []
    for button in buttons:
        widest = max(_width(each.text) for each in (*row, button)) + EDGE
        if row and (len(row) == MOST_IN_A_ROW or widest * (len(row) + 1) > WIDTH):
            yield row
            row = []
        row.append(button)
    if row:
        yield row


def press(text: str, data: str, style: chat.Style = chat.Style.PLAIN) -> InlineKeyboardButton:
    if not marks.fits(data):
        raise ValueError(f"{data!r} is longer than a button of Telegram's carries")
    return InlineKeyboardButton(label(text, LABEL), callback_data=data, style=STYLES[style])


def is_pressable(url: str) -> bool:
    """Whether Telegram opens an address from a button: the world's, and encrypted."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    host = parts.hostname or ""
    return parts.scheme == "https" and "." in host and not host.startswith("127.") and len(url) <= ADDRESS


def heading(screen: chat.Screen) -> chat.Text | None:
    """What is chosen with the uppermost buttons, to be said at the end of the text."""
    has_cards = any(isinstance(part, chat.Card) and part.button for part in screen.parts)
    first = next(iter(screen.controls), None)
    alone = not has_cards and screen.form is None
    return (
        first.label if alone and isinstance(first, chat.Choice | chat.Pick) and not _hidden(first) else None
    )


def hides_staff(screen: chat.Screen) -> bool:
    """Whether a role was asked for whose holders only another platform could tell us."""
    return any(_hidden(control) for control in screen.controls)


def _hidden(control: chat.Control) -> bool:
    return isinstance(control, chat.Pick) and control.entity is chat.Entity.ROLE and not control.given


def _cards(screen: chat.Screen, words: Words) -> Iterator[Row]:
    """A row a card, which names it."""
    for part in screen.parts:
        if isinstance(part, chat.Card) and part.button:
            said = label(words.say(part.button.label), LABEL // 2)
            yield [press(f"{said} · {words.say(part.title)}", str(part.button.route), part.button.style)]


def _controls(screen: chat.Screen, words: Words, topics: Sequence[Topic]) -> Iterator[Row]:
    waiting: Row = []
    said = heading(screen)
    if screen.form:
        waiting.append(press(words.say(screen.form.title), str(screen.form.reopen), chat.Style.PRIMARY))
    for control in screen.controls:
        if isinstance(control, chat.Choice | chat.Pick):
            yield from packed(waiting)
            waiting = []
            if not _hidden(control):
                yield from _headed(control, said, words, topics)
                said = control.label
        elif (button := _button(control, words)) is not None:
            waiting.append(button)
    yield from packed(waiting)


def _headed(
    control: chat.Choice | chat.Pick, said: chat.Text | None, words: Words, topics: Sequence[Topic]
) -> Iterator[Row]:
    if control.label != said:
        yield [press(f"· {words.say(control.label)} ·", marks.NOTHING)]
    if isinstance(control, chat.Pick):
        yield from packed([press(text, data) for text, data in _places(control, words, topics)])
    else:
        yield from packed([_option(option, control, words) for option in control.options])


def _option(option: chat.Option, choice: chat.Choice, words: Words) -> InlineKeyboardButton:
    text = words.say(option.label)
    if option.hint and len(choice.options) <= FEW:
        text = f"{text} · {words.say(option.hint)}"
    return press(f"✓ {text}" if option.chosen else text, str(option.route))


def _places(pick: chat.Pick, words: Words, topics: Sequence[Topic]) -> Iterator[tuple[str, str]]:
    """What a group of Telegram's has instead of roles and channels: a tag for members, and topics."""
    if pick.entity is chat.Entity.ROLE:
        yield words.say(MENTOR_TAG), marks.pick(TAG, pick.route)
        return
    yield words.say(THIS_GROUP), marks.pick(WHOLE_GROUP, pick.route)
    for topic in topics:
        yield f"# {topic.name}", marks.pick(str(topic.thread), pick.route)


def _button(control: chat.Button | chat.Link, words: Words) -> InlineKeyboardButton | None:
    if isinstance(control, chat.Button):
        return press(words.say(control.label), str(control.route), control.style)
    if is_pressable(control.url):
        return InlineKeyboardButton(label(words.say(control.label), LABEL), url=control.url)
    return None


def _width(text: str) -> int:
    """Marks above letters take no room, Chinese letters and stars twice the room."""
    return sum(
        2 if unicodedata.east_asian_width(letter) in "WF" or letter in WIDE else 1
        for letter in text
        if not unicodedata.combining(letter)
    )
