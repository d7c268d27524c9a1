"""Months of the calendar as a subscription counts them: from one day of the month to the same day of the next."""

from calendar import monthrange
from datetime import datetime


def after(anchor: datetime, at: datetime) -> datetime:
    """The first moment after `at` that is whole months after `anchor`; a short month ends on its last day."""
    months = 12 * (at.year - anchor.year) + at.month - anchor.month
    moment = _plus(anchor, months)
    return moment if moment > at else _plus(anchor, months + 1)


def of_the_rest(amount: int, start: datetime | None, end: datetime | None, *, now: datetime) -> int:
    """The share of a month's amount that falls to what is left of it."""
    if start is None or end is None or now >= end:
        return 0
    return round(amount * ((end - max(now, start)) / (end - start)))


def _plus(anchor: datetime, months: int) -> datetime:
    year, month = divmod(anchor.year * 12 + anchor.month - 1 + months, 12)
    return anchor.replace(year=year, month=month + 1, day=min(anchor.day, monthrange(year, month + 1)[1]))
