"""From a mentor to a held time: duration, day, time."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta

from bot.screens import prepaid, times, waitlist
from bot.screens.refusals import REASONS
from core.booking.means import Means, Offer
from core.chat import (
    Button,
    Choice,
    Control,
    Note,
    Option,
    Paragraph,
    Part,
    Screen,
    Text,
    Tone,
    When,
    _,
    _n,
    to,
)
from core.people.mentors import Mentor
from core.schedule.times import Reason

DAYS_A_PAGE = 20


Lengths = Mapping[int, Sequence[Offer]]
"""What could pay for a session of so many minutes; the first comes by itself, the last is money."""


def durations(mentor: Mentor, lengths: Lengths, first: datetime | None, why_not: Reason) -> Screen:
    """How long the session should be, with what each takes."""
    title = _("Book {name}", name=mentor.name)
    back = Button(_("Profile"), to("mentor.show", mentor.slug))
    if first is None or not lengths:
        ways = (waitlist.wait_button(mentor.slug), back) if lengths else (back,)
        return Screen(title, (Paragraph(nothing(why_not, None)),), ways, tone=Tone.WAITING)
    options = tuple(_length(mentor, minutes, offers) for minutes, offers in sorted(lengths.items()))
    parts: tuple[Part, ...] = (
        Paragraph(_("How long would you like to talk?")),
        Note(_("The next free time is {time}.", time=When(first))),
        *_may_choose(lengths),
        *_asks_first(mentor),
    )
    return Screen(title, parts, (Choice(_("Duration"), options), back))


def days(
    mentor: Mentor,
    minutes: int,
    free: Mapping[date, Sequence[datetime]],
    page: int,
    *,
    why_not: Reason,
    today: date,
    zone: str,
    has_zone: bool,
) -> Screen:
    """Days of the reader's calendar with free times, twenty at once, and the week of the first of them."""
    title = _("Book {name} · {length}", name=mentor.name, length=timedelta(minutes=minutes))
    back = Button(_("Other duration"), to("book.mentor", mentor.slug))
    if not free:
        ways = (waitlist.wait_button(mentor.slug, minutes), back)
        return Screen(title, (Paragraph(nothing(why_not, None)),), ways, tone=Tone.WAITING)
    ordered = sorted(free)
    page = min(page, (len(ordered) - 1) // DAYS_A_PAGE)
    shown = ordered[page * DAYS_A_PAGE : (page + 1) * DAYS_A_PAGE]
    options = tuple(
        Option(
            _("{day}", day=day),
            to("book.times", mentor.slug, minutes, f"{day:%Y%m%d}"),
            hint=_n("{n} free time", "{n} free times", len(free[day])),
        )
        for day in shown
    )
    controls: list[Control] = [Choice(_("Day"), options)]
    if page > 0:
        controls.append(Button(_("Earlier days"), to("book.days", mentor.slug, minutes, page - 1)))
    if (page + 1) * DAYS_A_PAGE < len(ordered):
        controls.append(Button(_("Later days"), to("book.days", mentor.slug, minutes, page + 1)))
    controls.append(back)
    if not has_zone:
        controls.append(Button(_("Set my time zone"), to("settings.zone_form")))
    parts = (Paragraph(_("Which day?")), zone_note(zone, has_zone=has_zone))
    week = times.week(mentor, minutes, free, times.first_of_week(shown[0], today))
    return Screen(title, parts, tuple(controls), week=week)


def clock_times(
    mentor: Mentor,
    minutes: int,
    day: date,
    free: Mapping[date, Sequence[datetime]],
    *,
    why_not: Reason,
    today: date,
    zone: str,
    has_zone: bool,
    means: Means = Means.MONEY,
    ahead: Sequence[Part] = (),
) -> Screen:
    """The free times of one day, and its week; taking one holds it. `means` pays by itself for the first of them,
    `ahead` is what is said of a pack that does not.
    """
    title = _("Book {name} · {day}", name=mentor.name, day=day)
    first_day = times.first_of_week(day, today)
    week = times.week(mentor, minutes, free, first_day, day)
    other_day = Button(_("Other day"), to("book.days", mentor.slug, minutes, 0))
    ways = (*_other_weeks(mentor, minutes, free, first_day), other_day)
    starts = free.get(day, ())
    if not starts:
        first = min((each[0] for each in free.values()), default=None)
        nearest = [times.to_hold(mentor.slug, minutes, [first])] if first else []
        why = Paragraph(nothing(why_not, first))
        wait = waitlist.wait_button(mentor.slug, minutes, day)
        return Screen(
            title, (why,), (*nearest, wait, *ways), week=week if week.times else None, tone=Tone.WAITING
        )
    choices = [
        times.to_hold(mentor.slug, minutes, starts[at : at + 25], clock_only=True)
        for at in range(0, len(starts), 25)
    ]
    parts: tuple[Part, ...] = (
        Paragraph(prepaid.TAPS[means]),
        *ahead,
        *_asks_first(mentor),
        zone_note(zone, has_zone=has_zone),
    )
    return Screen(title, parts, (*choices, *ways), week=week)


def nothing(why_not: Reason, first: datetime | None) -> Text:
    """Why there is nothing, and the first date that works."""
    if first is None:
        return _("{reason} There is no free time at the moment.", reason=REASONS[why_not])
    return _("{reason} The first time that works is {time}.", reason=REASONS[why_not], time=When(first))


def zone_note(zone: str, *, has_zone: bool) -> Note:
    if has_zone:
        return Note(_("Days and times are yours, in {zone}.", zone=zone))
    return Note(_("Days are counted in {zone}, the community's zone: you have not told me yours.", zone=zone))


def _other_weeks(
    mentor: Mentor, minutes: int, free: Mapping[date, Sequence[datetime]], first: date
) -> Iterator[Button]:
    """To the nearest weeks before and after this one that have free times, at their first free day."""
    before = max((day for day in free if day < first), default=None)
    if before is not None:
        since = times.first_of_week(before, first)
        day = min(day for day in free if day >= since)
        yield Button(_("Earlier week"), to("book.times", mentor.slug, minutes, f"{day:%Y%m%d}"))
    after = min((day for day in free if day >= first + times.ONE_WEEK), default=None)
    if after is not None:
        yield Button(_("Later week"), to("book.times", mentor.slug, minutes, f"{after:%Y%m%d}"))


def _length(mentor: Mentor, minutes: int, offers: Sequence[Offer]) -> Option:
    first, money = offers[0], offers[-1]
    return Option(
        _("{length} · {price}", length=timedelta(minutes=minutes), price=prepaid.by(first, minutes)),
        to("book.days", mentor.slug, minutes, 0),
        hint=None if first is money else _("or {price}", price=money.price),
    )


def _may_choose(lengths: Lengths) -> tuple[Note, ...]:
    """For who has paid ahead."""
    if all(len(offers) == 1 for offers in lengths.values()):
        return ()
    return (Note(_("What you paid ahead is used first. When you hold a time you can still pay instead.")),)


def _asks_first(mentor: Mentor) -> tuple[Note, ...]:
    """For a mentor who wants to be asked."""
    if not mentor.asks_first:
        return ()
    return (Note(_("{name} accepts each booking first. You pay after that.", name=mentor.name)),)
