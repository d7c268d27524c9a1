"""Times as choices."""

from collections.abc import Sequence
from datetime import datetime

from bot.visit import stamp
from core.chat import Choice, Option, When, WhenStyle, _, to


def to_hold(slug: str, minutes: int, starts: Sequence[datetime], *, clock_only: bool = False) -> Choice:
    """Free starts of a mentor; taking one holds it. At most 25."""
    style = WhenStyle.CLOCK if clock_only else WhenStyle.MOMENT
    options = tuple(
        Option(_("{time}", time=When(start, style)), to("book.hold", slug, minutes, stamp(start)))
        for start in starts[:25]
    )
    return Choice(_("Free times") if clock_only else _("The nearest free times"), options)


def to_take(short: str, starts: Sequence[datetime]) -> Choice:
    """Other times for money that came late."""
    options = tuple(
        Option(_("{time}", time=When(start)), to("late.take", short, stamp(start))) for start in starts[:25]
    )
    return Choice(_("Take another time"), options)
