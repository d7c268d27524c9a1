"""The door to mailboxes: one way, out. A letter that a server has taken is not sent again."""

from typing import Final

from adapters.mail import letters, message, post
from adapters.mail.post import PostOffice
from adapters.mail.render import Way, render
from adapters.pictures import illustrated
from core import chat
from core.clock import Clock
from core.ports import Catalogue, Painter, Rung, RungKind, Store, Undeliverable

NOTICE: Final = "notice:"
STOP: Final = chat.to("reach.show")


class MailDoor:
    """A `ports.ChatPlatform` for confirmed e-mail addresses. `way` is where a route leads on our pages."""

    platform: Final = "mail"

    def __init__(
        self,
        office: PostOffice,
        sender: str,
        store: Store,
        catalogue: Catalogue,
        clock: Clock,
        *,
        way: Way,
        paint: Painter,
    ) -> None:
        self._office = office
        self._sender = message.address_of(sender)
        self._store = store
        self._catalogue = catalogue
        self._clock = clock
        self._way = way
        self._paint = paint

    async def deliver(
        self, rung: Rung, screen: chat.Screen, reader: chat.Reader, *, key: str, rings: bool
    ) -> None:
        if rung.kind is not RungKind.DIRECT:
            raise Undeliverable("a mailbox has no channel", permanent=True)
        address = message.recipient(rung.account)
        digest = message.digest_of(key, rung.account)
        if await self._store.read(letters.was_sent, digest):
            return
        screen = await illustrated(screen, reader, self._paint)
        is_news = key.startswith(NOTICE)
        letter = render(screen, reader, self._catalogue, self._way, explains=is_news)
        mail = message.compose(
            letter,
            self._sender,
            address,
            key=key,
            subject=screen.subject,
            files=screen.files,
            unsubscribe=self._way(STOP) if is_news else None,
            now=self._clock.now(),
        )
        await post.send(self._office, mail, self._sender.addr_spec, rung.account)
        await self._store.keep(letters.remember, digest, now=self._clock.now())

    async def set_role(self, place: str, account: str, role: str, *, granted: bool) -> None:
        raise Undeliverable("a mailbox has no roles", permanent=True)

    def invitation(self, payload: str) -> str | None:
        """Nobody comes in by mail."""
        return None
