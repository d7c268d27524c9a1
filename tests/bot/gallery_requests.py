"""Samples of the screens about requests and booking again."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

from bot.screens import again, bookings, requests
from core.booking.again import Again
from core.booking.life import BookingState
from core.chat import Screen
from core.money import Money
from core.people.mentors import MentorState
from core.schedule.clocks import Zones
from tests.bot.sitters import NOW, START, Sitter
from tests.bot.walls import alike, hangs

KINDS = ("requested", "unanswered", "accepted", "unpaid", "declined", "withdrawn", "request_lapsed")
SPRING = START + timedelta(days=130)

alike(requests.decline_form, lambda s: (s.booking(BookingState.REQUESTED), s.name))


@hangs(requests.queue)
def _queue(sitter: Sitter) -> Iterator[Screen]:
    waiting = [(sitter.booking(BookingState.REQUESTED), sitter.name)] * sitter.many
    for asks in (True, False):
        yield requests.queue(sitter.mentor(asks_first=asks), waiting)
    yield from _cards(sitter)


def _cards(sitter: Sitter) -> Iterator[Screen]:
    """The card through a request's life, and beside clocks that differ."""
    reason = sitter.agenda
    asked = [
        sitter.view(BookingState.REQUESTED),
        sitter.view(BookingState.REQUESTED, hold_until=NOW),
        sitter.view(BookingState.HELD, asks_first=True, agreed_at=None),
        sitter.view(BookingState.HELD, asks_first=True, agreed_at=NOW, accepted_at=NOW),
        sitter.view(BookingState.DECLINED, closed_note=reason),
        sitter.view(BookingState.EXPIRED, closed_reason="unanswered"),
        sitter.view(BookingState.EXPIRED, closed_reason="unpaid", accepted_at=NOW),
    ]
    for view in (*asked, *(replace(view, is_mentor=True) for view in asked)):
        for kind in KINDS:
            yield bookings.card(view, news=requests.news(kind, view))
    confirmed = sitter.view(BookingState.CONFIRMED, starts_at=SPRING, ends_at=SPRING + timedelta(hours=1))
    for own in ("", sitter.zone):
        for other in ("", "Asia/Kolkata", "Pacific/Auckland"):
            yield bookings.card(replace(confirmed, zones=Zones(own, other, "Europe/Athens")))


@hangs(again.offer)
def _again(sitter: Sitter) -> Iterator[Screen]:
    booking, starts = sitter.booking(BookingState.SETTLED), sitter.starts()
    other = Money(sitter.hourly.amount + 1, sitter.hourly.currency)
    for price in (sitter.hourly, other, None):
        for start in (START, None):
            yield again.offer(Again(booking, sitter.mentor(), price, start, tuple(starts[:3])))
    off = sitter.mentor(MentorState.REJECTED)
    yield again.offer(Again(booking, off, None, None, ()))
