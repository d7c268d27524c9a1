"""Reviews that somebody reported, for the staff that decides about them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from bot.screens import reviews
from bot.screens.reviews import Reading
from core.chat import Button, Card, Control, Paragraph, Part, Screen, Style, Text, Tone, When, _, _n, to
from core.discovery.reports import Report

MOST: Final = 8


@dataclass(frozen=True, slots=True)
class Case:
    """A review with what its readers have said against it."""

    reading: Reading
    reports: Sequence[Report]


def queue(cases: Sequence[Case]) -> Screen:
    """Those that wait, the longest first."""
    title = _("Reported reviews")
    if not cases:
        return Screen(title, (Paragraph(_("No report is waiting.")),), tone=Tone.GOOD)
    count = _n("{n} review was reported.", "{n} reviews were reported.", len(cases))
    return Screen(title, (Paragraph(count), *map(_card, cases[:MOST])), tone=Tone.WAITING)


def case(case: Case, *, news: Text | None = None) -> Screen:
    """One of them, whole, with both ways to decide."""
    review = case.reading.shown.review
    parts: list[Part] = [Paragraph(news)] if news else []
    parts += reviews.said(case.reading.shown)
    parts += [
        Card(_("Reported {time}", time=When(each.at)), (_reason(each),)) for each in case.reports[:MOST]
    ]
    waits = any(each.decided_at is None for each in case.reports)
    return Screen(
        _("A review of {name} was reported", name=case.reading.about),
        tuple(parts),
        (*_ways(review.id, is_hidden=review.hidden_at is not None, waits=waits), _back()),
        subject=f"review:{review.id}",
        tone=Tone.WAITING if waits else Tone.NEUTRAL,
    )


def _ways(review_id: int, *, is_hidden: bool, waits: bool) -> list[Control]:
    keep: Control = Button(
        _("Show it again") if is_hidden else _("Keep it"), to("review.keep", review_id), Style.SUCCESS
    )
    hide: Control = Button(_("Hide it"), to("review.hide", review_id), Style.DANGER)
    return ([keep] if is_hidden or waits else []) + ([] if is_hidden else [hide])


def _back() -> Button:
    return Button(_("All reports"), to("review.queue"))


def _card(case: Case) -> Card:
    about = _("Review of {name}", name=case.reading.about)
    waiting = [_reason(each) for each in case.reports if each.decided_at is None]
    button = Button(_("Look at it"), to("review.case", case.reading.shown.review.id), Style.PRIMARY)
    return Card(about, tuple(waiting[:2]), button)


def _report(report: Report) -> Card:
    return Card(_("Reported {time}", time=When(report.at)), (_reason(report),))


def _reason(report: Report) -> Text:
    return _("{reason}", reason=report.reason)
