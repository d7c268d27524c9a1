"""What a person can press on a message. Every component's custom id is the route it leads to."""

from collections.abc import Iterator
from typing import Any, Final

import discord
from discord import ui

from adapters.discord.ids import Ids
from adapters.discord.words import clip, label, one_line
from adapters.words import Words
from core import chat

BUTTON: Final = 80
OPTION: Final = 100
HINT: Final = 100
PLACEHOLDER: Final = 150
ADDRESS: Final = 512
A_ROW: Final = 5
MOST_OPTIONS: Final = 25
STYLES: Final = {
    chat.Style.PLAIN: discord.ButtonStyle.secondary,
    chat.Style.PRIMARY: discord.ButtonStyle.primary,
    chat.Style.SUCCESS: discord.ButtonStyle.success,
    chat.Style.DANGER: discord.ButtonStyle.danger,
}
POSTABLE: Final = [discord.ChannelType.text, discord.ChannelType.news]
Item = ui.Item[Any]


def written_out(screen: chat.Screen, words: Words) -> Iterator[str]:
    """Links whose address is too long for a button."""
    for control in screen.controls:
        if isinstance(control, chat.Link) and len(control.url) > ADDRESS:
            yield f"[{clip(one_line(words.say(control.label)), BUTTON)}](<{control.url}>)"


def rows(screen: chat.Screen, words: Words, ids: Ids) -> Iterator[ui.ActionRow[Any]]:
    """Buttons five a row, and each select in a row of its own. A form is a button that opens it."""
    waiting: list[Item] = []
    for item in _items(screen, words, ids):
        is_button = isinstance(item, ui.Button)
        if waiting and (not is_button or len(waiting) == A_ROW):
            yield ui.ActionRow(*waiting)
            waiting = []
        if is_button:
            waiting.append(item)
        else:
            yield ui.ActionRow(item)
    if waiting:
        yield ui.ActionRow(*waiting)


def _items(screen: chat.Screen, words: Words, ids: Ids) -> Iterator[Item]:
    if screen.form:
        yield button(chat.Button(screen.form.title, screen.form.reopen, chat.Style.PRIMARY), words, ids)
    for control in screen.controls:
        match control:
            case chat.Button():
                yield button(control, words, ids)
            case chat.Link() if len(control.url) <= ADDRESS:
                yield ui.Button(label=label(words.say(control.label), BUTTON), url=control.url)
            case chat.Choice():
                yield _choice(control, words, ids)
            case chat.Pick():
                yield _pick(control, words, ids)


def button(button: chat.Button, words: Words, ids: Ids) -> ui.Button[Any]:
    return ui.Button(
        label=label(words.say(button.label), BUTTON),
        style=STYLES[button.style],
        custom_id=ids.claim(str(button.route)),
    )


def _choice(choice: chat.Choice, words: Words, ids: Ids) -> ui.Select[Any]:
    if not 1 <= len(choice.options) <= MOST_OPTIONS:
        raise ValueError(f"a choice has 1 to {MOST_OPTIONS} options, not {len(choice.options)}")
    values = Ids()
    chosen = next((index for index, option in enumerate(choice.options) if option.chosen), None)
    options = [
        discord.SelectOption(
            label=label(words.say(option.label), OPTION),
            value=values.claim(str(option.route)),
            description=label(words.say(option.hint), HINT) if option.hint else None,
            default=index == chosen,
        )
        for index, option in enumerate(choice.options)
    ]
    placeholder = label(words.say(choice.label), PLACEHOLDER)
    return ui.Select(custom_id=ids.claim("choice"), placeholder=placeholder, options=options)


def _pick(pick: chat.Pick, words: Words, ids: Ids) -> Item:
    custom_id = ids.claim(str(pick.route))
    placeholder = label(words.say(pick.label), PLACEHOLDER)
    if pick.entity is chat.Entity.ROLE:
        return ui.RoleSelect(custom_id=custom_id, placeholder=placeholder)
    return ui.ChannelSelect(custom_id=custom_id, placeholder=placeholder, channel_types=POSTABLE)
