"""Where messages go in these tests: chat platforms that remember what they showed, each with its own weather."""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.chat import Reader, Screen, Text
from core.messages.dispatch import Letter
from core.messages.news.bookings import CHECKS
from core.messages.outbox import Notice
from core.ports import Rung, RungKind, Undeliverable


@dataclass(frozen=True, slots=True)
class Sent:
    account: str
    kind: RungKind
    words: str
    key: str
    rings: bool


@dataclass
class Chat:
    """A platform. Nobody in `gone` can be reached in private, nobody in `lost` anywhere, `hiccups` pass."""

    platform: str = "discord"
    shown: list[Sent] = field(default_factory=list)
    gone: set[str] = field(default_factory=set)
    lost: set[str] = field(default_factory=set)
    hiccups: int = 0
    tried: list[str] = field(default_factory=list)

    async def deliver(self, rung: Rung, screen: Screen, reader: Reader, *, key: str, rings: bool) -> None:
        assert rung.platform == self.platform
        assert bool(rung.channel) == (rung.kind is RungKind.NUDGE)
        self.tried.append(key)
        if self.hiccups:
            self.hiccups -= 1
            raise Undeliverable("429", permanent=False)
        if rung.account in self.lost or (rung.kind is RungKind.DIRECT and rung.account in self.gone):
            raise Undeliverable("50007", permanent=True)
        self.shown.append(Sent(rung.account, rung.kind, screen.title.msgid, key, rings))

    async def set_role(self, place: str, account: str, role: str, *, granted: bool) -> None:
        raise AssertionError("no roles here")

    def invitation(self, payload: str) -> str | None:
        return None

    def words_to(self, account: str) -> list[str]:
        return [sent.words for sent in self.shown if sent.account == account]


def compose(session: Session, notice: Notice, now: datetime) -> Letter:
    """The kind is all there is to say; nothing private is said in a channel."""
    return Letter(Screen(Text(notice.kind)), Screen(Text("look")), Reader("en", "UTC"), rings=True)


def planned(session: Session, person_id: int) -> dict[str, Notice]:
    """A person's notices by kind, those of a moved session with its revision."""
    rows = session.scalars(select(Notice).where(Notice.person_id == person_id).order_by(Notice.id))
    return {f"{row.kind}/{row.revision}" if _is_moved(row) else row.kind: row for row in rows}


def _is_moved(notice: Notice) -> bool:
    is_of_booking = notice.kind in CHECKS or notice.kind.startswith("reminder.")
    return is_of_booking and notice.revision > 0
