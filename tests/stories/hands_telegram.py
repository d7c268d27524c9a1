"""A person in Telegram: at first in the community's group, then in private with the bot, where it answers."""

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

from tests.doubles.telegram import Hands as Phone
from tests.doubles.telegram import Message, markup
from tests.stories.hands import Answers, Control, Hands, Seen, plain
from tests.stories.square_telegram import TelegramSquare

if TYPE_CHECKING:
    from tests.stories.stage import Stage

ADDRESS: Final = re.compile(r"^(.+): (https?://\S+)$", re.MULTILINE)
START: Final = "https://t.me/NearpeerBot?start="
OBEYED: Final = ("text_link", "text_mention", "mention", "spoiler", "custom_emoji")
ONLY_A_LABEL: Final = "~"
QUESTION: Final = "~q:"
CHOSEN: Final = "✓ "
KEEP: Final = "Keep: "
CHANGE: Final = "✎ "
CARD: Final = " · "
EMPTY: Final = "Leave it empty"
ALL_ANSWERS: Final = "Is this right?"
REFUSED: Final = "⚠️"
OFFERED: Final = {"Mentors": "Mentor", "general": "This group", "notices": "This group"}
"""What a group of Telegram's has in place of the roles and channels that stories name."""


class TelegramHands(Hands):
    def __init__(self, stage: "Stage", key: str, name: str, square: TelegramSquare) -> None:
        super().__init__(stage, key, name)
        self.square, self.user = square, square.users[key]
        self.phone = square.server.hands(self.user)
        self.front: Message | None = None
        self.has_spoken = False

    @property
    def account(self) -> str:
        return str(self.user.id)

    @property
    def in_group(self) -> Phone:
        """In the community's own group."""
        return self.square.server.hands(self.user, self.square.group)

    def raw(self) -> list[Message]:
        """Everything that the bot says here, as Telegram has it."""
        seen = sorted(self.phone.chat.said, key=lambda m: (m.edited_at or m.date, m.id), reverse=True)
        return sorted(seen, key=lambda message: message is not self.front)

    def messages(self) -> list[Seen]:
        return [_seen(message) for message in self.raw()]

    async def looks(self) -> None:
        """Telegram shows everything at once."""

    async def says(self, command: str, **options: str) -> None:
        """The first word falls in the group, so that the bot knows which community is meant."""
        line = " ".join([command.replace("-", "_"), *(f"{name}: {value}" for name, value in options.items())])
        where = self.phone if self.has_spoken else self.in_group
        self.has_spoken = True
        await self._do(lambda: where.command(line, at_bot=where is not self.phone))

    async def types(self, text: str) -> None:
        """Writes something in private."""
        await self._do(lambda: self.phone.say(text))

    async def follows(self, payload: str) -> None:
        """Opens a link that presses Start and says so."""
        self.has_spoken = True
        await self._do(lambda: self.phone.follow(f"{START}{payload}"))

    async def fills(self, answers: Answers) -> None:
        """One question after another, until all that was answered is sent."""
        left, asked = dict(answers), list[str]()
        while question := self._question():
            if question.text.endswith(ALL_ANSWERS):
                if asked and not left and question.text.startswith(REFUSED):
                    break
                label = next((each for each in left if f"{CHANGE}{each}" in question.buttons), "")
                assert label or not left, f"the form has no {list(left)}:\n{self.view()}"
                await self._press(question, f"{CHANGE}{label}" if label else next(iter(question.buttons)))
                if not label:
                    break
                continue
            label = _label(question)
            if label in asked and label not in left:
                break
            asked.append(label)
            await self._answer(question, label, left.pop(label, None))
        assert not left, f"the form has no {list(left)}, only {asked}:\n{self.view()}"

    def typed(self, label: str) -> str:
        question = self._question()
        assert question, f"nothing is asked:\n{self.view()}"
        if question.text.endswith(ALL_ANSWERS):
            found = re.search(rf"^{re.escape(label)} (.*)$", question.text, re.MULTILINE)
            assert found, f"there is no {label!r}:\n{self.view()}"
            return found.group(1)
        assert _label(question) == label, f"{_label(question)!r} is asked, not {label!r}"
        return next((b.removeprefix(KEEP) for b in question.buttons if b.startswith(KEEP)), "")

    async def tries_again(self) -> None:
        """The form asks again by itself, or has a button that does."""
        if not self._question():
            await self.taps("Try again")

    async def picks(self, what: str, name: str) -> None:
        await self.taps(OFFERED[name])

    async def forges(self, route: str, answers: Mapping[str, str] | None = None) -> None:
        """Nobody can forge what was answered: that is in the bot's own rows."""
        if not self.raw():
            await self.says("/help")
        message = self.raw()[0]
        await self._pressed(message, lambda: self.phone.forge(route, on=message))

    async def downloads(self, ending: str) -> bytes:
        return next(m.file.content for m in self.raw() if m.file and m.file.name.endswith(ending))

    async def has_role(self, name: str) -> bool:
        return self.square.group.member(self.user).tag == OFFERED[name]

    def is_unharmed(self) -> bool:
        return not any(entity["type"] in OBEYED for message in self.raw() for entity in message.entities)

    async def _touch(self, message: Seen, control: Control) -> None:
        await self._press(message.key, control.handle)

    # --- fingers --------------------------------------------------------------------------------

    async def _press(self, message: Message, label: str) -> None:
        await self._pressed(message, lambda: self.phone.press(label, on=message))

    async def _pressed(self, message: Message, press: Any) -> None:
        before, changes = self.phone.chat.last_seen, len(message.edits)
        await press()
        await self._done()
        stays = len(message.edits) > changes and not message.deleted
        self.front = message if stays else self._newest(before) or self.front

    async def _do(self, act: Any) -> None:
        before = self.phone.chat.last_seen
        act()
        await self._done()
        self.front = self._newest(before) or self.front

    async def _done(self) -> None:
        """Until the bot has heard it and has nothing left to say."""
        await self.stage.listens()

    def _newest(self, before: int) -> Message | None:
        """What was answered: the question, where one is asked, although some news may stand below it by now."""
        new = [m for m in reversed(self.phone.chat.said) if m.id > before]
        return next((m for m in new if _asks(m)), next(iter(new), None))

    # --- forms ----------------------------------------------------------------------------------

    def _question(self) -> Message | None:
        """The open question, or all the answers to a form."""
        message = self.raw()[0]
        return message if _asks(message) else None

    async def _answer(self, question: Message, label: str, answer: str | bool | None) -> None:
        buttons = list(question.buttons)
        if answer is None:
            kept = next((b for b in buttons if b.startswith((KEEP, CHOSEN))), None)
            face = kept or next((b for b in (EMPTY, "No") if b in buttons), None)
            assert face, f"{label!r} must be filled in:\n{self.view()}"
            await self._press(question, face)
            return
        face = answer if isinstance(answer, str) else ("Yes" if answer else "No")
        options = [b for b in buttons if b.removeprefix(CHOSEN) == face]
        if options:
            await self._press(question, options[0])
        elif answer == "" and EMPTY in buttons:
            await self._press(question, EMPTY)
        else:
            await self.types(str(answer))


def on_telegram(person: Hands) -> TelegramHands:
    """A person of whom the story knows that they are there."""
    assert isinstance(person, TelegramHands), f"{person.name} is not on Telegram"
    return person


def _asks(message: Message) -> bool:
    return any(data.startswith(QUESTION) for data in message.buttons.values())


def _label(question: Message) -> str:
    """A question's own words are the last that are bold."""
    bold = [entity for entity in question.entities if entity["type"] == "bold"]
    return markup.part(question.text, bold[-1])


def _seen(message: Message) -> Seen:
    addresses = {label: url for label, url in ADDRESS.findall(message.text)}
    return Seen(
        key=message,
        text=plain(message.text),
        controls=list(_controls(message)),
        links=addresses | message.links,
        files={message.file.name: message.file} if message.file else {},
        times=message.times,
    )


def _controls(message: Message) -> Iterator[Control]:
    """A card's button says whose it is; what leads nowhere is a heading."""
    titles = [markup.part(message.text, e) for e in message.entities if e["type"] == "bold"]
    for label, data in message.buttons.items():
        if data == ONLY_A_LABEL or data.startswith("http"):
            continue
        shown = plain(label).removeprefix(CHOSEN)
        said, _, title = shown.partition(CARD)
        is_card = bool(title) and any(plain(each).startswith(title.rstrip("…")) for each in titles)
        yield Control(said if is_card else shown, data, title if is_card else "", label)
