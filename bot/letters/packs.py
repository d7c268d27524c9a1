"""Letters of packs. What may happen to a pack again tells of its own piece of news."""

from collections.abc import Callable, Mapping
from typing import Final

from sqlalchemy.orm import Session

from bot.commands import pack_views
from bot.letters.writing import Due, Writers
from bot.screens import pack_news as screens
from bot.screens.pack_news import PackView
from core import history
from core.chat import Screen
from core.messages import manners
from core.money import Money
from core.people import mentors
from core.prepaid import caring, packs

PLAIN: Final[Mapping[str, Callable[[PackView], Screen]]] = {
    "pack_bought": screens.bought,
    "pack_sold": screens.sold,
    "pack_low": screens.low,
    "renewal": screens.renewal,
    "pack_ending": screens.ending,
    "pack_expired": screens.expired,
    "pack_lapsed": screens.lapsed,
    manners.MENTOR_LEFT: screens.mentor_left,
}
"""What is told with what the pack is just now."""


def plain(session: Session, due: Due) -> Screen:
    return PLAIN[due.notice.kind](_view(session, due))


def adjusted(session: Session, due: Due) -> Screen:
    return screens.adjusted(_view(session, due), _number(session, due, "by"), _note(session, due))


def extended(session: Session, due: Due) -> Screen:
    return screens.extended(_view(session, due), _note(session, due))


def transferred(session: Session, due: Due) -> Screen:
    before = mentors.find(session, _number(session, due, "before")).name
    return screens.transferred(_view(session, due), before, _note(session, due))


def refunded(session: Session, due: Due) -> Screen:
    view = _view(session, due)
    refund, credit = (
        Money(_number(session, due, name), view.pack.currency) for name in ("amount", "credited")
    )
    return screens.refunded(view, refund, credit, _note(session, due))


def credited(session: Session, due: Due) -> Screen:
    view = _view(session, due)
    return screens.credited(view, Money(_number(session, due, "amount"), view.pack.currency))


def _view(session: Session, due: Due) -> PackView:
    pack = packs.find(session, due.notice.subject_id)
    return pack_views.of(session, pack, due.notice.person_id)


def _number(session: Session, due: Due, name: str) -> int:
    return int(str(history.find(session, due.notice.revision).facts[name]))


def _note(session: Session, due: Due) -> str:
    """The reason that staff gave; what a student chose for themselves needs none."""
    row = history.find(session, due.notice.revision)
    note = str(row.facts.get("note", ""))
    return "" if note == caring.MENTOR_LEFT else note


WRITERS: Final[Writers] = {
    **dict.fromkeys(PLAIN, plain),
    "pack_adjusted": adjusted,
    "pack_extended": extended,
    "pack_transferred": transferred,
    "pack_refunded": refunded,
    "pack_credited": credited,
}
