"""Samples of the screens about threads and the channel they stand in."""

from collections.abc import Iterator
from datetime import timedelta

from bot.screens import places, setup, threads
from bot.screens.threads import Together
from core.booking.life import BookingState
from core.chat import Screen
from core.messages.tending import Stage
from tests.bot.sitters import START, Sitter
from tests.bot.walls import alike, hangs

alike(threads.reminder, lambda s: (60, s.booking(BookingState.CONFIRMED)))
alike(threads.lost, lambda s: (s.booking(BookingState.CONFIRMED), s.name))


@hangs(threads.card)
def _card(sitter: Sitter) -> Iterator[Screen]:
    note = (sitter.bio * 40)[:2_000] if sitter.many else ""
    for stage in Stage:
        yield threads.card(
            Together(
                booking=sitter.booking(BookingState.CONFIRMED),
                mentor=sitter.name,
                student=sitter.name,
                slug="ben",
                stage=stage,
                closes_at=START + timedelta(days=7),
                note=note,
                items=[sitter.headline[:200]] * (20 if sitter.many else 0),
            )
        )


@hangs(places.unusable)
def _unusable(sitter: Sitter) -> Iterator[Screen]:
    label, _entity = setup.PICKS["sessions_channel"]
    for permissions in (places.NEEDS["sessions_channel"], places.NEEDS["sessions_channel"][:1]):
        yield places.unusable(label, sitter.name[:100], permissions)
