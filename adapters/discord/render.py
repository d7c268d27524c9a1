"""A screen as one Discord message (Components V2), within every limit of it.

What is too long is cut at its end, and cards give way before anything else does. A control is never left
out: a screen whose controls alone do not fit raises `ValueError`. A view is stopped before it is sent, so
that nothing keeps it; its components carry their routes.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from itertools import pairwise
from typing import Any, Final

import discord
from discord import ui

from adapters.discord import controls
from adapters.discord.ids import Ids
from adapters.discord.words import ELLIPSIS, DiscordWords, PlainWords, clip, one_line
from adapters.words import Words
from core import chat
from core.ports import Catalogue

MOST_COMPONENTS: Final = 40
MOST_TEXT: Final = 4000
MOST_TITLE: Final = 250
MOST_PICTURES: Final = 10
ALT: Final = 1024
SHORTEST: Final = 40
SUBJECT: Final = 77_000
"""The id of the container that shows a subject: a press tells by it whether the door remembers the message."""

COLOURS: Final = {
    chat.Tone.NEUTRAL: 0x5865F2,
    chat.Tone.GOOD: 0x2D9D5F,
    chat.Tone.WAITING: 0xE8A317,
    chat.Tone.BAD: 0xD83C3E,
}
Item = ui.Item[Any]


@dataclass(slots=True)
class Block:
    """A stretch of text; a card may have a button beside it, a link that is written out stays whole."""

    text: str
    is_card: bool = False
    is_link: bool = False
    button: chat.Button | None = None

    @property
    def size(self) -> int:
        return 3 if self.button else 1


@dataclass(frozen=True, slots=True)
class Rendered:
    view: ui.LayoutView
    files: list[discord.File]


def render(screen: chat.Screen, reader: chat.Reader, catalogue: Catalogue, *, lead: str = "") -> Rendered:
    """`lead` stands above the screen as it is. A form is shown as a button that opens it."""
    rich, plain = DiscordWords(catalogue, reader), PlainWords(catalogue, reader)
    ids = Ids()
    files = [_file(file, plain) for file in screen.files]
    below = [*_attached(screen.files, files), *controls.rows(screen, plain, ids)]
    fixed = 1 + bool(lead) + sum(1 + len(_children(item)) for item in below)
    links = [Block(link, is_link=True) for link in controls.written_out(screen, rich)]
    blocks = [*_blocks(screen, rich), *links]
    above = _body(_fitting(blocks, MOST_COMPONENTS - fixed, MOST_TEXT - len(lead)), fixed, plain, ids)
    container: ui.Container[Any] = ui.Container(
        *above, *below, accent_colour=COLOURS[screen.tone], id=SUBJECT if screen.subject else None
    )
    return Rendered(_view(*([ui.TextDisplay(lead)] if lead else []), container), files)


def sentence(text: str) -> Rendered:
    """One sentence and nothing else."""
    return Rendered(_view(ui.TextDisplay(clip(text, MOST_TEXT))), [])


def shows_subject(message: discord.Message) -> bool:
    return any(getattr(component, "id", None) == SUBJECT for component in message.components)


def _view(*items: Item) -> ui.LayoutView:
    view = ui.LayoutView(timeout=None)
    for item in items:
        view.add_item(item)
    view.stop()
    return view


# --- texts ------------------------------------------------------------------------------------


def _blocks(screen: chat.Screen, words: Words) -> Iterator[Block]:
    """Neighbouring texts are one block; a person's own prose stands alone, so that its marks end with it."""
    said = f"## {clip(one_line(words.say(screen.title)), MOST_TITLE)}"
    before: chat.Part | None = None
    for part in screen.parts:
        if isinstance(part, chat.Card | chat.Prose):
            if said:
                yield Block(said)
            said = ""
            yield _card(part, words) if isinstance(part, chat.Card) else Block(words.show(part.text) or "…")
        else:
            text = _text(part, words)
            said = f"{said}{_gap(before, part)}{text}" if said else text
        before = part
    if said:
        yield Block(said)


def _gap(before: chat.Part | None, part: chat.Part) -> str:
    """Between two texts; the title, and small print among its own, stay close."""
    is_close = before is None or (isinstance(before, chat.Note) and isinstance(part, chat.Note))
    return "\n" if is_close else "\n\n"


def _text(part: chat.Paragraph | chat.Note | chat.Facts, words: Words) -> str:
    match part:
        case chat.Paragraph():
            return words.say(part.text)
        case chat.Note():
            return "\n".join(f"-# {line}" for line in words.say(part.text).splitlines())
        case chat.Facts():
            return "\n".join(f"**{words.say(fact.label)}** {words.show(fact.value)}" for fact in part.items)


def _card(card: chat.Card, words: Words) -> Block:
    title = f"**{one_line(words.say(card.title))}**"
    return Block("\n".join([title, *map(words.say, card.lines)]), is_card=True, button=card.button)


def _fitting(blocks: list[Block], room: int, letters: int) -> list[Block]:
    """As many blocks as there is room for, the last cards left out first, and the longest texts cut."""
    kept = list(blocks)
    if sum(block.size for block in kept) > room:
        while sum(block.size for block in kept) > room - 1:
            place = _expendable(kept)
            del kept[place]
        kept.insert(place, Block(ELLIPSIS))
    while (excess := sum(len(block.text) for block in kept) - letters) > 0:
        longest = max((block for block in kept if not block.is_link), key=lambda block: len(block.text))
        if len(longest.text) < SHORTEST:
            raise ValueError("the links of this screen leave no room for its texts")
        longest.text = clip(longest.text, max(len(longest.text) - excess, len(longest.text) // 2))
    return kept


def _expendable(blocks: list[Block]) -> int:
    """The last card, or else the last text after the title."""
    cards = [index for index, block in enumerate(blocks) if block.is_card]
    texts = [index for index, block in enumerate(blocks) if index and not block.is_link]
    if not cards and not texts:
        raise ValueError("the controls of this screen leave no room for anything else")
    return (cards or texts)[-1]


def _body(blocks: list[Block], fixed: int, words: Words, ids: Ids) -> Iterator[Item]:
    """The blocks, with a line between cards where the limit has room for all lines."""
    lines = sum(one.is_card or other.is_card for one, other in pairwise(blocks))
    lined = fixed + sum(block.size for block in blocks) + lines <= MOST_COMPONENTS
    for index, block in enumerate(blocks):
        if lined and index and (block.is_card or blocks[index - 1].is_card):
            yield ui.Separator()
        text: ui.TextDisplay[Any] = ui.TextDisplay(block.text)
        yield ui.Section(text, accessory=controls.button(block.button, words, ids)) if block.button else text


# --- files --------------------------------------------------------------------------------------


def _file(file: chat.File, words: Words) -> discord.File:
    name = re.sub(r"[^\w.-]", "_", file.name)
    return discord.File(BytesIO(file.content), name, description=words.say(file.alt)[:ALT] or None)


def _attached(files: tuple[chat.File, ...], sent: list[discord.File]) -> Iterator[Item]:
    """Pictures are shown with their alternative texts, everything else is offered for download."""
    shown = [one for file, one in zip(files, sent, strict=True) if file.media_type.startswith("image/")]
    items = [discord.MediaGalleryItem(one, description=one.description) for one in shown[:MOST_PICTURES]]
    if items:
        yield ui.MediaGallery(*items)
    yield from (ui.File(one) for one in sent if one not in shown)


def _children(item: Item) -> list[Item]:
    return item.children if isinstance(item, ui.ActionRow) else []
