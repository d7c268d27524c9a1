"""A form as one question after another. Each step fetches the form again, so what is stale is never answered.

What was answered so far is a row: a restart loses nothing, and a form that was refused keeps every answer. Only
the question that is asked takes an answer; any other press shows what is asked now.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from adapters.telegram import asking, drafts, keyboard
from adapters.telegram.asking import Sheet, Wrong
from adapters.telegram.drafts import SUMMARY, Draft
from adapters.telegram.keyboard import Row
from adapters.telegram.render import Rendered, texts
from adapters.telegram.words import TelegramWords
from adapters.words import Words
from core import chat, ports
from core.clock import Clock

Answer = Callable[[chat.Incoming], Awaitable[chat.Reply]]


@dataclass(frozen=True, slots=True)
class Asked:
    """A question to be shown; `draft` wants to know where it stands."""

    rendered: Rendered
    draft: int
    reader: chat.Reader


Outcome: TypeAlias = chat.Reply | Asked


class Forms:
    def __init__(self, store: ports.Store, answer: Answer, catalogue: ports.Catalogue, clock: Clock) -> None:
        self._store = store
        self._answer = answer
        self._catalogue = catalogue
        self._clock = clock

    async def begin(self, said: chat.Incoming, reply: chat.Reply) -> Asked:
        """The first question of a screen's form, or the one where the person left it."""
        form, account = _form(reply), said.account.key
        draft = await self._store.keep(drafts.begin, account, str(form.reopen), now=self._clock.now())
        sheet = self._sheet(reply, draft)
        return await self._ask(sheet, self._open(sheet, draft), *self._around(reply), reply.screen.files)

    async def again(self, said: chat.Incoming, draft: Draft) -> Asked | None:
        """What is asked now, as it stands; `None` where there is no such form any more."""
        reply = await self._answer(replace(said, route=draft.reopen, answers={}))
        if reply.screen.form is None:
            return None
        sheet = self._sheet(reply, draft)
        place = self._open(sheet, draft)
        if place is None:
            return Asked(asking.summary(sheet), draft.id, sheet.reader)
        lead, more = self._around(reply) if not sheet.answers else ((), ())
        return Asked(asking.question(sheet, place, lead, more), draft.id, sheet.reader)

    async def opened(self, account: str) -> Draft | None:
        """The draft whose question a typed line answers."""
        return await self._store.read(drafts.opened, account, now=self._clock.now())

    async def leave(self, account: str) -> None:
        """Something else is talked about; the answers are kept."""
        if await self.opened(account):
            await self._store.keep(drafts.leave, account)

    async def hear(self, said: chat.Incoming, draft: Draft, text: str) -> Outcome:
        """A typed line as the answer to the open question."""
        reply = await self._answer(replace(said, route=draft.reopen, answers={}))
        if reply.screen.form is None:
            return await self._over(draft, reply)
        sheet = self._sheet(reply, draft)
        place = self._open(sheet, draft)
        if place is None:
            return await self._ask(sheet, None)
        found = asking.typed(sheet, sheet.form.fields[place], text)
        if isinstance(found, Wrong):
            return await self._ask(sheet, place, (f"⚠️ {sheet.words.say(found.reason)}",))
        return await self._answered(said, sheet, place, found)

    async def press(self, said: chat.Incoming, parts: Sequence[str]) -> Outcome | None:
        """A button under a question; `None` where it is not one of the person's own questions."""
        number, verb, *places = parts if len(parts) > 1 else ("", "")
        if not all(each.isdecimal() and len(each) < 19 for each in (number, *places)):
            return None
        draft = await self._store.read(drafts.own, said.account.key, int(number), now=self._clock.now())
        if draft is None:
            return None
        reply = await self._answer(replace(said, route=draft.reopen, answers={}))
        if verb == asking.CANCEL:
            await self._store.keep(drafts.finish, draft.id)
            return chat.Reply(asking.nothing_sent(draft.reopen), reply.reader)
        if reply.screen.form is None:
            return await self._over(draft, reply)
        return await self._pressed(
            said, self._sheet(reply, draft), draft, verb, [int(each) for each in places]
        )

    async def _pressed(
        self, said: chat.Incoming, sheet: Sheet, draft: Draft, verb: str, places: Sequence[int]
    ) -> Outcome:
        place, last = self._open(sheet, draft), len(sheet.form.fields) - 1
        if verb == asking.SEND and sheet.following() is None:
            return await self._submit(said, sheet)
        if verb == asking.EDIT and places and place is None:
            return await self._ask(sheet, min(places[0], last))
        if place is None or not places or places[0] != place:
            return await self._ask(sheet, place)
        if verb == asking.BACK:
            return await self._ask(sheet, max(place - 1, 0))
        found = self._chosen(sheet, sheet.form.fields[place], verb, places)
        return (
            await self._ask(sheet, place)
            if found is None
            else await self._answered(said, sheet, place, found)
        )

    def _chosen(self, sheet: Sheet, field: chat.Field, verb: str, places: Sequence[int]) -> str | None:
        match verb:
            case asking.OPTION if len(places) > 1:
                return asking.tapped(field, places[1])
            case asking.KEEP:
                return sheet.answers.get(field.name, field.default) or None
            case asking.EMPTY if not field.required:
                return ""
        return None

    async def _answered(self, said: chat.Incoming, sheet: Sheet, place: int, answer: str) -> Outcome:
        """On to the next question, the summary, or out with it."""
        field = sheet.form.fields[place]
        sheet = replace(sheet, answers={**sheet.answers, field.name: answer})
        following = sheet.following(place)
        if following is None and len(sheet.form.fields) <= asking.FEW_FIELDS:
            return await self._submit(said, sheet)
        return await self._ask(sheet, following)

    async def _submit(self, said: chat.Incoming, sheet: Sheet) -> Outcome:
        form = sheet.form
        await self._keep(sheet, SUMMARY)  # so that nothing is lost if we are cut off now
        reply = await self._answer(replace(said, route=form.submit, answers=dict(sheet.answers)))
        if not _is_refusal(reply, form):
            if reply.screen.tone is chat.Tone.BAD:
                await self._store.keep(drafts.leave, said.account.key)
            else:
                await self._store.keep(drafts.finish, sheet.draft)
            return reply
        again = await self._answer(replace(said, route=form.reopen, answers={}))
        if again.screen.form is None:
            await self._store.keep(drafts.finish, sheet.draft)
            return reply
        sheet = replace(sheet, form=again.screen.form)
        lead = tuple(texts(replace(reply.screen, controls=()), sheet.words))
        return await self._ask(sheet, 0 if len(form.fields) == 1 else None, lead)

    async def _ask(
        self,
        sheet: Sheet,
        place: int | None,
        lead: Sequence[str] = (),
        more: Sequence[Row] = (),
        files: Sequence[chat.File] = (),
    ) -> Asked:
        if place is None:
            await self._keep(sheet, SUMMARY)
            return Asked(asking.summary(sheet, lead), sheet.draft, sheet.reader)
        await self._keep(sheet, sheet.form.fields[place].name)
        return Asked(asking.question(sheet, place, lead, more, files), sheet.draft, sheet.reader)

    async def _keep(self, sheet: Sheet, field: str) -> None:
        await self._store.keep(drafts.keep, sheet.draft, sheet.answers, field, now=self._clock.now())

    async def _over(self, draft: Draft, reply: chat.Reply) -> chat.Reply:
        """There is no such form any more; the screen says what there is instead."""
        await self._store.keep(drafts.finish, draft.id)
        return reply

    def _around(self, reply: chat.Reply) -> tuple[Sequence[str], Sequence[Row]]:
        """What the screen of a form says above its first question, and what can be pressed below."""
        bare = replace(reply.screen, form=None)
        lead = tuple(texts(bare, TelegramWords(self._catalogue, reply.reader)))
        return lead, keyboard.rows(bare, Words(self._catalogue, reply.reader))

    def _sheet(self, reply: chat.Reply, draft: Draft) -> Sheet:
        form = _form(reply)
        names = {field.name for field in form.fields}
        answers = {name: answer for name, answer in draft.answers.items() if name in names}
        return Sheet(form, draft.id, answers, reply.reader, self._catalogue)

    def _open(self, sheet: Sheet, draft: Draft) -> int | None:
        """The question that is asked; `None` where all are answered."""
        place = sheet.place(draft.field)
        return sheet.following() if place is None else place


def _form(reply: chat.Reply) -> chat.Form:
    assert reply.screen.form is not None
    return reply.screen.form


def _is_refusal(reply: chat.Reply, form: chat.Form) -> bool:
    """Whether the answers can be mended: the screen offers the form again."""
    routes = [control.route for control in reply.screen.controls if isinstance(control, chat.Button)]
    return reply.screen.tone is chat.Tone.BAD and reply.screen.form is None and form.reopen in routes
