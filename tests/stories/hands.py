"""A person at a chat, in words of people. What they see is text, what they can touch is what stands on it.

A door's own hands say how a screen is read and how it is touched; everything here is the same on all of them.
"""

import re
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from tests.stories.stage import Stage

SPACES: Final = re.compile(r"[\u00a0\u2009\u202f]")
Answers = Mapping[str, str | bool]


@dataclass(frozen=True, slots=True)
class Control:
    """A button or an option: what it says, the words of the card it stands beside, and the door's own handle."""

    label: str
    leads: str
    beside: str = ""
    handle: Any = None


@dataclass(frozen=True, slots=True)
class Seen:
    """One message as it is seen. `times` are the instants that the platform shows in the reader's own zone."""

    key: Any
    text: str
    controls: Sequence[Control] = ()
    links: Mapping[str, str] = field(default_factory=dict)
    files: Mapping[str, Any] = field(default_factory=dict)
    times: frozenset[datetime] = frozenset()


class Hands(ABC):
    """One person through one door."""

    def __init__(self, stage: "Stage", key: str, name: str) -> None:
        self.stage, self.key, self.name = stage, key, name

    # --- what each door does in its own way ---------------------------------------------------------

    @property
    @abstractmethod
    def account(self) -> str:
        """How the platform names the person."""

    @abstractmethod
    def messages(self) -> list[Seen]:
        """Everything in sight, the one that was touched last first, then the newest."""

    @abstractmethod
    async def looks(self) -> None:
        """Looks at the chat again."""

    @abstractmethod
    async def says(self, command: str, **options: str) -> None:
        """Types a command with its options."""

    @abstractmethod
    async def fills(self, answers: Answers) -> None:
        """Fills in the open form by its labels, and sends it."""

    @abstractmethod
    def typed(self, label: str) -> str:
        """What stands in a field of the open form."""

    @abstractmethod
    async def tries_again(self) -> None:
        """Goes back to the form that was refused."""

    @abstractmethod
    async def picks(self, what: str, name: str) -> None:
        """Picks a role or a channel of the community."""

    @abstractmethod
    async def forges(self, route: str, answers: Mapping[str, str] | None = None) -> None:
        """Sends a route that no button offered; with answers, the form of that route."""

    @abstractmethod
    async def downloads(self, ending: str) -> bytes:
        """The newest file in sight whose name ends so."""

    @abstractmethod
    async def has_role(self, name: str) -> bool:
        """Whether the community gave them its role."""

    @abstractmethod
    def is_unharmed(self) -> bool:
        """Whether nothing that somebody wrote is obeyed: no mention of all, no markup of their own."""

    @abstractmethod
    async def _touch(self, message: Seen, control: Control) -> None: ...

    # --- the same everywhere ------------------------------------------------------------------------

    async def taps(self, label: str, *, beside: str = "") -> None:
        """Presses the button or the option that begins so, on the screen in front or else on the newest that has it."""
        message, control = self._find(label, beside)
        await self._touch(message, control)

    async def is_offered(self, command: str, option: str, typed: str) -> list[str]:
        """What is suggested while an option is typed: nothing, where the platform cannot."""
        return []

    def offers(self, label: str, *, beside: str = "") -> bool:
        return any(self._fitting(message, label, beside) for message in self.messages())

    def route(self, label: str) -> str:
        """Where a button leads, as somebody with a modified client would read it."""
        return self._find(label, "")[1].leads

    def options(self) -> list[str]:
        """The labels of everything that can be touched on the screen in front."""
        return [control.label for control in self.messages()[0].controls]

    def link(self, label: str) -> str:
        """The address behind a link button."""
        for message in self.messages():
            for shown, url in message.links.items():
                if shown.startswith(label):
                    return url
        raise AssertionError(f"{self.name} sees no link {label!r}:\n{self.view()}")

    def has_link(self, label: str) -> bool:
        return any(shown.startswith(label) for message in self.messages() for shown in message.links)

    def sees(self, text: str) -> bool:
        return any(text in message.text for message in self.messages())

    def times_seen(self, text: str) -> int:
        """How many messages say so."""
        return sum(text in message.text for message in self.messages())

    def sees_time(self, at: datetime) -> bool:
        """Whether an instant is shown, for the platform to put into the reader's zone."""
        return any(at.astimezone(UTC) in message.times for message in self.messages())

    async def will_see(self, *texts: str) -> None:
        """Once everything that is due has happened."""
        await self.stage.settles()
        await self.looks()
        for text in texts:
            assert self.sees(text), f"{self.name} does not see {text!r}:\n{self.view()}"

    async def will_not_see(self, *texts: str) -> None:
        await self.stage.settles()
        await self.looks()
        for text in texts:
            assert not self.sees(text), f"{self.name} sees {text!r}:\n{self.view()}"

    async def opens(self, url: str) -> str:
        """What the browser shows at an address of ours: the text of a page, or where it leads to."""
        return await self.stage.browser.open(url)

    async def pays(self, url: str) -> str:
        """Opens a pay link, pays there by card, comes back; the text of the page they come back to."""
        page = await self.opens(url)
        return await self.stage.bank.pay(page)

    def view(self) -> str:
        """The whole chat, for a failing story."""
        return "\n".join(
            f"--- {message.text}\n    {[control.label for control in message.controls]} {list(message.links)}"
            for message in self.messages()
        )

    def _find(self, label: str, beside: str) -> tuple[Seen, Control]:
        for message in self.messages():
            found = self._fitting(message, label, beside)
            exact = [control for control in found if control.label == label]
            if found:
                return message, (exact or found)[0]
        raise AssertionError(f"{self.name} sees nothing to tap that says {label!r}:\n{self.view()}")

    def _fitting(self, message: Seen, label: str, beside: str) -> list[Control]:
        return [c for c in message.controls if c.label.startswith(label) and beside in c.beside]


def plain(text: str) -> str:
    """With ordinary spaces."""
    return SPACES.sub(" ", text)
