"""One question of a form as a message, all its answers as another, and what was typed as an answer.

Nothing here is remembered: who presses a button says which draft, which question and which answer it is.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from adapters.telegram import keyboard, marks
from adapters.telegram.keyboard import Row, press
from adapters.telegram.pieces import clip
from adapters.telegram.render import Rendered, messages
from adapters.telegram.words import TelegramWords, one_line
from adapters.words import Words
from core import chat
from core.chat import _
from core.ports import Catalogue

TICKED: Final = "yes"
SHOWN: Final = 40
MOST_SHOWN: Final = 800
FEW_FIELDS: Final = 2
"""A form of more fields is shown whole before it is sent."""

BACK, CANCEL, KEEP, EMPTY, OPTION, SEND, EDIT = "b", "x", "k", "n", "o", "s", "e"
TICKS: Final = (_("Yes"), _("No"))
RIGHT: Final = _("Is this right?")
IN_LINES: Final = _("Write it as one message; it may have several lines.")
IN_A_MESSAGE: Final = _("Write it as a message.")
BACK_LABEL: Final = _("Back")  # here, for the catalogues are not made from what stands in an f-string
TEXTUAL: Final = (chat.FieldKind.SHORT, chat.FieldKind.LONG)


@dataclass(frozen=True, slots=True)
class Wrong:
    """Why what was typed is no answer."""

    reason: chat.Text


@dataclass(frozen=True, slots=True)
class Sheet:
    """A form in the middle of being answered by somebody who reads it in their own language."""

    form: chat.Form
    draft: int
    answers: Mapping[str, str]
    reader: chat.Reader
    catalogue: Catalogue

    @property
    def words(self) -> TelegramWords:
        return TelegramWords(self.catalogue, self.reader)

    @property
    def plain(self) -> Words:
        return Words(self.catalogue, self.reader)

    def place(self, name: str) -> int | None:
        return next((n for n, field in enumerate(self.form.fields) if field.name == name), None)

    def following(self, after: int = -1) -> int | None:
        """The next question without an answer, or the first one left out; `None` where all are answered."""
        order = [*range(after + 1, len(self.form.fields)), *range(after + 1)]
        return next((n for n in order if self.form.fields[n].name not in self.answers), None)


# --- what is asked ----------------------------------------------------------------------------


def question(
    sheet: Sheet,
    place: int,
    lead: Sequence[str] = (),
    more: Sequence[Row] = (),
    files: Sequence[chat.File] = (),
) -> Rendered:
    """`lead` stands above, `more` below what can be pressed."""
    field, words, form = sheet.form.fields[place], sheet.words, sheet.form
    step = words.say(_("{n} of {all}", n=place + 1, all=len(form.fields))) if len(form.fields) > 1 else ""
    title = f"<b>{one_line(words.say(form.title))}</b>"
    asked = [" · ".join(filter(None, (title, step)))] if not lead or step else []
    asked.append("\n".join(_said(field, words)))
    rows = [*_answers(sheet, place), _ways(sheet, place), *more]
    return messages("\n\n".join((*lead, *asked)), rows, files, sheet.plain)


def summary(sheet: Sheet, lead: Sequence[str] = ()) -> Rendered:
    """All the answers, each to be changed, before they are sent."""
    words, plain, form = sheet.words, sheet.plain, sheet.form
    lines = [
        f"<b>{words.say(field.label)}</b> {words.escape(shown(sheet, field)) or '–'}" for field in form.fields
    ]
    changes = [
        press(f"✎ {plain.say(field.label)}", marks.question(sheet.draft, EDIT, n))
        for n, field in enumerate(form.fields)
    ]
    send = press(plain.say(form.submit_label), marks.question(sheet.draft, SEND), chat.Style.PRIMARY)
    cancel = press(plain.say(_("Cancel")), marks.question(sheet.draft, CANCEL))
    title = f"<b>{one_line(words.say(form.title))}</b>"
    text = "\n\n".join((*lead, title, "\n".join(lines), f"<i>{words.say(RIGHT)}</i>"))
    return messages(text, [[send], *keyboard.packed(changes), [cancel]], (), plain)


def nothing_sent(reopen: chat.Route) -> chat.Screen:
    """After Cancel."""
    again = chat.Button(_("Begin again"), reopen)
    return chat.Screen(_("Canceled"), (chat.Paragraph(_("Nothing was sent.")),), (again,))


def shown(sheet: Sheet, field: chat.Field) -> str:
    """An answer as the person gave it."""
    return _readable(sheet, field, sheet.answers.get(field.name, ""))


# --- what is answered -------------------------------------------------------------------------


def typed(sheet: Sheet, field: chat.Field, text: str) -> str | Wrong:
    """What was typed, as an answer."""
    if field.kind is chat.FieldKind.LONG or field.kind is chat.FieldKind.SHORT:
        answer = text.strip() if field.kind is chat.FieldKind.LONG else one_line(text)
        if len(answer) > field.max_length:
            count, most = len(answer), field.max_length
            return Wrong(
                _("That is {n} characters; at most {most} fit. Please shorten it.", n=count, most=most)
            )
        return answer or Wrong(_("Please write your answer as a message."))
    said = one_line(text).casefold()
    for value, label in _choices(field):
        if said in (sheet.plain.say(label).casefold(), value.casefold() or None):
            return value
    return Wrong(_("Please tap one of the answers below."))


def tapped(field: chat.Field, number: int) -> str | None:
    """The answer behind a button; `None` where there is no such."""
    choices = _choices(field)
    return choices[number][0] if 0 <= number < len(choices) else None


def _choices(field: chat.Field) -> list[tuple[str, chat.Text]]:
    if field.kind is chat.FieldKind.CHECK:
        return list(zip((TICKED, ""), TICKS, strict=True))
    return [(option.value, option.label) for option in field.options]


def _said(field: chat.Field, words: TelegramWords) -> Iterator[str]:
    yield f"<b>{words.say(field.label)}</b>"
    if field.hint:
        yield words.say(field.hint)
    if field.kind is chat.FieldKind.LONG:
        yield f"<i>{words.say(IN_LINES)}</i>"
    elif field.kind is chat.FieldKind.SHORT:
        yield f"<i>{words.say(IN_A_MESSAGE)}</i>"


def _answers(sheet: Sheet, place: int) -> Iterator[Row]:
    field, draft = sheet.form.fields[place], sheet.draft
    if field.kind not in TEXTUAL:
        present = sheet.answers.get(field.name, field.default)
        faces = [
            press(
                f"✓ {sheet.plain.say(text)}" if value == present and value else sheet.plain.say(text),
                marks.question(draft, OPTION, place, number),
            )
            for number, (value, text) in enumerate(_choices(field))
        ]
        yield from keyboard.packed(faces)
    else:
        kept = sheet.answers.get(field.name, field.default)
        if kept:
            face = clip(one_line(kept), SHOWN)
            yield [
                press(sheet.plain.say(_("Keep: {answer}", answer=face)), marks.question(draft, KEEP, place))
            ]
    if not field.required and field.kind is not chat.FieldKind.CHECK:
        yield [press(sheet.plain.say(_("Leave it empty")), marks.question(draft, EMPTY, place))]


def _ways(sheet: Sheet, place: int) -> Row:
    say, row = sheet.plain.say, []
    if place:
        row.append(press(f"‹ {say(BACK_LABEL)}", marks.question(sheet.draft, BACK, place)))
    row.append(press(say(_("Cancel")), marks.question(sheet.draft, CANCEL)))
    return row


def _readable(sheet: Sheet, field: chat.Field, value: str) -> str:
    if field.kind in TEXTUAL:
        return clip(value, MOST_SHOWN)
    found = next((label for known, label in _choices(field) if known == value), None)
    return sheet.plain.say(found) if found else value
