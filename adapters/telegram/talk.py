"""What a person says, from its arrival to its answer, in the chat that they have with the bot alone.

A press is acknowledged at once and answered in the message that it stands on. Whatever is no command and answers
no question is for whoever is in the room with them.
"""

import asyncio
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

import structlog
import telegram
from telegram import Bot
from telegram.error import TelegramError as Trouble

from adapters import lines
from adapters.telegram import hearing, incoming, keyboard, marks, options, places
from adapters.telegram.forms import Asked, Forms, Outcome
from adapters.telegram.groups import Groups
from adapters.telegram.incoming import GO, HELP, PAYLOAD, START, Line
from adapters.telegram.post import Post
from adapters.telegram.render import render
from adapters.telegram.showing import Showing
from adapters.telegram.spots import Spot
from adapters.telegram.staying import Staying
from adapters.words import Words
from core import chat, ports
from core.chat import _
from core.clock import Clock

log = structlog.get_logger()

NOWHERE: Final = chat.Route("telegram.nowhere")
"""A route that no router knows, for a button that none of ours has."""

COMMAND: Final = re.compile(r"\w{1,32}")
ONLY_TEXT: Final = _("I can only read text. Please write it as a message, or press a button.")
NOT_CARRIED: Final = _(
    "I can only read text, and pass on pictures and files. Please write it, or send it as a file."
)
FORWARDED: Final = _("That was written by somebody else. Please write to me in your own words.")


class Talk:
    def __init__(
        self,
        bot: Bot,
        post: Post,
        groups: Groups,
        router: ports.RoomRouter,
        store: ports.Store,
        catalogue: ports.Catalogue,
        clock: Clock,
        paint: ports.Painter,
    ) -> None:
        self._bot = bot
        self._post = post
        self._groups = groups
        self._router = router
        self._store = store
        self._catalogue = catalogue
        self._showing = Showing(post, groups, store, catalogue, clock, paint)
        self._forms = Forms(store, self._answer, catalogue, clock)
        self._staying = Staying(self._forms, post, store, clock)

    # --- what is typed -------------------------------------------------------------------------

    async def hear(self, said: chat.Incoming, message: telegram.Message) -> None:
        """A message in the private chat."""
        to, text = message.chat_id, message.text
        if message.forward_origin is not None:
            await self._remark(to, FORWARDED, said)
        elif text and (line := incoming.line(text, self._bot.username)):
            await self.command(said, line, to)
        elif text and not text.startswith("/"):
            await self._words(said, message, text)
        elif message.effective_attachment is not None:
            await self._thing(said, message)

    async def amend(self, message: telegram.Message) -> None:
        """A message that was changed. It answers no question again."""
        user = message.from_user
        if user is not None and hearing.is_passed_on(message):
            await self._pass_on(incoming.said(user, ""), message, is_edit=True)

    async def command(self, said: chat.Incoming, line: Line, to: int) -> chat.Reader:
        """A command, answered in the chat `to`; how its reader reads. An open question is left for later."""
        await self._forms.leave(said.account.key)
        command = lines.named(line.name, self._router.commands)
        if line.name == START:
            payload = line.rest.split(maxsplit=1)[0] if line.rest else ""
            return await self._converse(
                replace(said, route=chat.Route(START), answers={PAYLOAD: payload}), to
            )
        if command is None:
            if COMMAND.fullmatch(line.name):
                return await self._converse(replace(said, route=chat.Route(line.name)), to)
            return await self._converse(replace(said, route=HELP, answers={"word": line.name}), to)
        say = Words(self._catalogue, chat.Reader(said.locale, "UTC")).say
        answers = lines.values(lines.draft(line.whole, command).answers, command, say)
        said = replace(said, route=chat.Route(command.name))
        understood = await options.understood(self._router, said, command, answers)
        if isinstance(understood, chat.Screen):
            reader = (await self._answer(replace(said, route=HELP))).reader
            return await self._show(said, chat.Reply(understood, reader), to)
        return await self._converse(replace(said, answers=understood), to)

    async def _words(self, said: chat.Incoming, message: telegram.Message, text: str) -> None:
        to, draft = message.chat_id, await self._forms.opened(said.account.key)
        if draft is None:
            await self._pass_on(said, message)
            return
        outcome = await self._forms.hear(said, draft, text)
        await self._show(said, await self._opened(said, outcome), to)
        if draft.message is not None:
            await self._post.strip(Spot(to, draft.message, draft.has_picture))

    async def _thing(self, said: chat.Incoming, message: telegram.Message) -> None:
        """A picture, a file, a voice, a place; an open question takes none of them."""
        if await self._forms.opened(said.account.key):
            await self._remark(message.chat_id, ONLY_TEXT, said)
        elif hearing.is_passed_on(message):
            await self._pass_on(said, message)
        else:
            await self._remark(message.chat_id, NOT_CARRIED, said)

    async def _pass_on(
        self, said: chat.Incoming, message: telegram.Message, *, is_edit: bool = False
    ) -> None:
        """To the room; an answer comes only where there is something to say."""
        assert message.from_user is not None
        heard = hearing.said(message, message.from_user, self._bot, is_edit=is_edit)
        reply = await self._router.hear(heard)
        if reply is not None:
            await self._show(said, await self._opened(said, reply), message.chat_id)

    async def _remark(self, to: int, text: chat.Text, said: chat.Incoming) -> None:
        """One sentence that asks nobody anything."""
        reader = (await self._answer(replace(said, route=HELP))).reader
        rendered = render(chat.Screen(text), reader, self._catalogue)
        await self._staying.below(said, await self._post.send(to, rendered))

    async def told(self, account: str, spot: Spot) -> None:
        """News stand there now. Nobody has said anything, so nothing is learnt of anybody."""
        who = chat.Account(incoming.PLATFORM, account, "")
        await self._staying.below(chat.Incoming(who, HELP, "", locale="", in_chat=False), spot)

    # --- what is pressed -----------------------------------------------------------------------

    async def press(self, said: chat.Incoming, query: telegram.CallbackQuery, to: int) -> chat.Reader | None:
        """A button; how its reader reads."""
        data = query.data or ""
        acknowledged = asyncio.ensure_future(self._acknowledge(query))
        try:
            own = marks.read(data)
            if data in ("", marks.NOTHING):
                return None
            if own is None:
                return await self._converse(replace(said, route=chat.Route.parse(data)), to, _over(query, to))
            return await self._own(said, *own, to=to, over=_over(query, to))
        finally:
            await asyncio.wait({acknowledged})

    async def _own(
        self, said: chat.Incoming, kind: str, parts: list[str], *, to: int, over: Spot | None
    ) -> chat.Reader:
        if kind == marks.QUESTION and (outcome := await self._forms.press(said, parts)):
            return await self._show(said, await self._opened(said, outcome), to, over)
        if kind == marks.PICK and len(parts) > 1:
            route = chat.Route.parse(":".join(parts[1:]))
            picked = await self._picked(said, parts[0])
            return await self._converse(replace(said, route=route, answers=picked), to, over)
        if kind == marks.CHOOSE and len(parts) > 2 and lines.named(parts[0], self._router.commands):
            answers = {parts[1]: ":".join(parts[2:])}
            return await self._converse(replace(said, route=chat.Route(parts[0]), answers=answers), to, over)
        return await self._converse(replace(said, route=NOWHERE), to, over)

    async def _picked(self, said: chat.Incoming, what: str) -> Mapping[str, str]:
        """A part of the group that the person spoke in last, or the tag that its mentors get."""
        place = await self._groups.whereabouts(said.account.key)
        if what == keyboard.TAG:
            tag = Words(self._catalogue, chat.Reader(said.locale, "UTC")).say(keyboard.MENTOR_TAG)
            return {"key": tag, "name": tag}
        if place is None:
            return {}
        if what == keyboard.WHOLE_GROUP:
            return {"key": place.key, "name": place.name}
        topics = await self._store.read(places.topics, int(place.key))
        return next(
            (
                {"key": f"{place.key}:{what}", "name": topic.name}
                for topic in topics
                if str(topic.thread) == what
            ),
            {},
        )

    async def _acknowledge(self, query: telegram.CallbackQuery) -> None:
        """Best effort: an old press is answered all the same."""
        try:
            await self._bot.answer_callback_query(query.id)
        except Trouble as error:
            log.debug("press.unacknowledged", platform=incoming.PLATFORM, reason=type(error).__name__)

    # --- what is answered ----------------------------------------------------------------------

    async def _converse(self, said: chat.Incoming, to: int, over: Spot | None = None) -> chat.Reader:
        outcome = await self._opened(said, await self._answer(said))
        return await self._show(said, outcome, to, over)

    async def _show(
        self, said: chat.Incoming, outcome: Outcome, to: int, over: Spot | None = None
    ) -> chat.Reader:
        """How the reader reads. A question that something else was said below is asked below that."""
        seen = await self._showing.show(to, outcome, said.account.key, over)
        if not isinstance(outcome, Asked):
            await self._staying.below(said, seen.spot)
        return seen.reader

    async def _opened(self, said: chat.Incoming, outcome: Outcome) -> Outcome:
        """A screen with a form is its first question."""
        if isinstance(outcome, Asked) or outcome.screen.form is None:
            return outcome
        return await self._forms.begin(said, await self._showing.illustrated(outcome))

    async def _answer(self, said: chat.Incoming) -> chat.Reply:
        """The router's answer; in private it hears who may manage the group that was spoken in last."""
        if said.place is None and self._is_for_managers(said):
            place = await self._groups.whereabouts(said.account.key)
            if place is not None:
                may = await self._groups.may_manage(place.key, said.account.key)
                said = replace(said, place=place, may_manage=may)
        return await self._router.answer(said)

    def _is_for_managers(self, said: chat.Incoming) -> bool:
        name = said.route.name.partition(".")[0]
        if name == START:
            name = said.answers.get(PAYLOAD, "").removeprefix(GO)
        return any(command.name == name and command.managers for command in self._router.commands)


def _over(query: telegram.CallbackQuery, to: int) -> Spot | None:
    """The message that was pressed, where it stands in the person's own chat and can be changed."""
    message = query.message
    if message is None or not message.is_accessible or message.chat.id != to:
        return None
    return Spot(to, message.message_id, bool(getattr(message, "photo", ())))
