"""A form as a modal, and the answers to it. A modal is stopped before it is sent, so that nothing keeps it."""

from typing import Any, Final

import discord
from discord import ui

from adapters.discord.words import label
from adapters.words import Words
from core import chat

TITLE: Final = 45
LABEL: Final = 45
HINT: Final = 100
OPTION: Final = 100
TEXT: Final = 4000
MOST_FIELDS: Final = 5
MOST_OPTIONS: Final = 25
MOST_RADIOS: Final = 10
TICKED: Final = "yes"


def modal(form: chat.Form, words: Words) -> ui.Modal:
    """Raises `ValueError` for a form that no modal can hold."""
    if not 1 <= len(form.fields) <= MOST_FIELDS:
        raise ValueError(f"a form has 1 to {MOST_FIELDS} fields, {form.submit} has {len(form.fields)}")
    shown = ui.Modal(title=label(words.say(form.title), TITLE), custom_id=str(form.submit))
    for field in form.fields:
        shown.add_item(_labelled(field, words))
    shown.stop()
    return shown


def answers(components: list[dict[str, Any]]) -> dict[str, str]:
    """What was entered, by field."""
    inputs = [part.get("component") or (part.get("components") or [None])[0] for part in components]
    return {found["custom_id"]: _answer(found) for found in inputs if found}


def _answer(found: dict[str, Any]) -> str:
    if "values" in found:
        return str(found["values"][0]) if found["values"] else ""
    value = found.get("value")
    if isinstance(value, bool):
        return TICKED if value else ""
    return str(value or "")


def _labelled(field: chat.Field, words: Words) -> ui.Label[Any]:
    question = words.say(field.label)
    hint = words.say(field.hint) if field.hint else ""
    if not hint and len(question) > LABEL:
        hint = question
    return ui.Label(
        text=label(question, LABEL),
        description=label(hint, HINT) if hint else None,
        component=_input(field, words),
    )


def _input(field: chat.Field, words: Words) -> ui.Item[Any]:
    match field.kind:
        case chat.FieldKind.CHECK:
            return ui.Checkbox(custom_id=field.name, default=field.default == TICKED)
        case chat.FieldKind.CHOICE:
            return _choice(field, words)
    most = min(field.max_length, TEXT)
    return ui.TextInput(
        custom_id=field.name,
        style=discord.TextStyle.long if field.kind is chat.FieldKind.LONG else discord.TextStyle.short,
        default=field.default[:most] or None,
        required=field.required,
        max_length=most,
    )


def _choice(field: chat.Field, words: Words) -> ui.Item[Any]:
    if not 1 <= len(field.options) <= MOST_OPTIONS:
        raise ValueError(f"a choice has 1 to {MOST_OPTIONS} options, {field.name} has {len(field.options)}")
    faces = [
        (label(words.say(option.label), OPTION), option.value, option.value == field.default)
        for option in field.options
    ]
    if 2 <= len(faces) <= MOST_RADIOS:
        radios = [discord.RadioGroupOption(label=face, value=value, default=on) for face, value, on in faces]
        return ui.RadioGroup(custom_id=field.name, required=field.required, options=radios)
    options = [discord.SelectOption(label=face, value=value, default=on) for face, value, on in faces]
    return ui.Select(
        custom_id=field.name, required=field.required, min_values=int(field.required), options=options
    )
