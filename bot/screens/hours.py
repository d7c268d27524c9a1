"""A mentor's open hours: the week, single dates, single times, vacation, the frame around them."""

from collections.abc import Sequence
from datetime import date, time

from core.chat import (
    Button,
    Choice,
    Control,
    Fact,
    Facts,
    Field,
    Form,
    Note,
    Option,
    Paragraph,
    Part,
    Screen,
    Series,
    Style,
    Text,
    Weekday,
    When,
    _,
    to,
)
from core.schedule.availability import SingleSlot
from core.schedule.times import Hours

MIDNIGHT = 24 * 60


def week(hours: Hours, singles: Sequence[SingleSlot]) -> Screen:
    """All that is open, and every way to change it."""
    zone = str(hours.zone)
    days = tuple(Fact(_("{day}", day=Weekday(day)), _day(hours, day)) for day in range(7))
    parts: list[Part] = [Note(_("In your own zone, {zone}.", zone=zone)), Facts(days)]
    parts += _exceptions(hours, singles)
    parts.append(
        Note(
            _(
                "Buffer: {before} before and {after} after each session. Sessions a day: {limit}.",
                before=hours.buffer_before,
                after=hours.buffer_after,
                limit=str(hours.day_limit) if hours.day_limit else _("no limit"),
            )
        )
    )
    options = tuple(Option(_("{day}", day=Weekday(day)), to("mentoring.day_form", day)) for day in range(7))
    controls: tuple[Control, ...] = (
        Choice(_("Change a weekday"), options),
        *_closings(hours, singles),
        Button(
            _("Working days 9–17"), to("mentoring.workweek"), Style.PLAIN if hours.weekly else Style.PRIMARY
        ),
        Button(_("One date"), to("mentoring.date_form")),
        Button(_("A single time"), to("mentoring.single_form")),
        Button(_("Zone, buffer, limit"), to("mentoring.frame_form")),
        Button(_("My desk"), to("mentoring")),
    )
    return Screen(_("Your open hours"), tuple(parts), controls)


def day_form(weekday: int, typed: str) -> Screen:
    form = Form(
        _("Hours on {day}", day=Weekday(weekday)),
        (_ranges_field(typed),),
        submit=to("mentoring.day", weekday),
        reopen=to("mentoring.day_form", weekday),
        submit_label=_("Save"),
    )
    return Screen(_("Hours on {day}", day=Weekday(weekday)), form=form)


def date_form() -> Screen:
    form = Form(
        _("Hours on one date"),
        (Field("date", _("Date"), hint=_("Like 2026-11-26"), max_length=10), _ranges_field("")),
        submit=to("mentoring.date"),
        reopen=to("mentoring.date_form"),
        submit_label=_("Save"),
    )
    return Screen(_("Hours on one date"), form=form)


def single_form() -> Screen:
    form = Form(
        _("Open one time"),
        (
            Field("date", _("Date"), hint=_("Like 2026-11-26"), max_length=10),
            Field("ranges", _("Hours"), hint=_("Like 18:00-19:30"), max_length=20),
        ),
        submit=to("mentoring.single"),
        reopen=to("mentoring.single_form"),
        submit_label=_("Open it"),
    )
    return Screen(_("Open one time"), form=form)


def away_form() -> Screen:
    form = Form(
        _("Vacation"),
        (
            Field("first", _("First day"), hint=_("Like 2026-12-20"), max_length=10),
            Field("last", _("Last day"), hint=_("Like 2027-01-03"), max_length=10),
        ),
        submit=to("mentoring.away"),
        reopen=to("mentoring.away_form"),
        submit_label=_("Save"),
    )
    return Screen(_("Vacation"), form=form)


def frame_form(zone: str, before: int, after: int, limit: int) -> Screen:
    form = Form(
        _("Zone, buffer, limit"),
        (
            Field("zone", _("Time zone"), hint=_("A city, such as Kolkata"), default=zone, max_length=64),
            Field("before", _("Minutes free before each session"), default=str(before), max_length=3),
            Field("after", _("Minutes free after each session"), default=str(after), max_length=3),
            Field("limit", _("Sessions a day"), hint=_("0 is no limit"), default=str(limit), max_length=2),
        ),
        submit=to("mentoring.frame"),
        reopen=to("mentoring.frame_form"),
        submit_label=_("Save"),
    )
    return Screen(_("Zone, buffer, limit"), form=form)


def typed(ranges: Sequence[tuple[int, int]]) -> str:
    """Ranges as a person types them: 09:00-12:00, 14:00-17:00."""
    return ", ".join(f"{_clock(start)}-{_clock(end)}" for start, end in ranges)


def _ranges_field(default: str) -> Field:
    return Field(
        "ranges",
        _("Hours"),
        hint=_("Like 09:00-12:00, 14:00-17:00; empty is closed"),
        default=default,
        required=False,
        max_length=100,
    )


def _day(hours: Hours, weekday: int) -> Text:
    ranges = tuple(_range(w.from_minute, w.until_minute) for w in hours.weekly if w.weekday == weekday)
    return _("{ranges}", ranges=Series(ranges)) if ranges else _("closed")


def _range(start: int, end: int) -> Text:
    return _("{start}–{end}", start=_time(start), end=_time(end))


def _time(minute: int) -> time:
    return time(minute // 60 % 24, minute % 60)


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


def _exceptions(hours: Hours, singles: Sequence[SingleSlot]) -> list[Part]:
    days = sorted({dated.day for dated in hours.dated})
    facts = [Fact(_("{day}", day=day), _dated(hours, day)) for day in days]
    for slot in singles:
        length = slot.ends_at - slot.starts_at
        facts.append(Fact(_("{time}", time=When(slot.starts_at)), _("open for {length}", length=length)))
    for first, last in hours.vacations:
        facts.append(Fact(_("Vacation"), _("{first} to {last}", first=first, last=last)))
    return [Paragraph(_("Exceptions")), Facts(tuple(facts[:20]))] if facts else []


def _dated(hours: Hours, day: date) -> Text:
    ranges = tuple(
        _range(d.from_minute, d.until_minute)
        for d in hours.dated
        if d.day == day and d.until_minute > d.from_minute
    )
    return _("{ranges}", ranges=Series(ranges)) if ranges else _("closed")


def _closings(hours: Hours, singles: Sequence[SingleSlot]) -> tuple[Choice, ...]:
    """What can be taken back: dates and single times."""
    options = [
        Option(_("{day}: as every week", day=day), to("mentoring.date_forget", f"{day:%Y%m%d}"))
        for day in sorted({dated.day for dated in hours.dated})
    ]
    options += [
        Option(_("{time}: not open", time=When(slot.starts_at)), to("mentoring.single_close", slot.id))
        for slot in singles
    ]
    return (Choice(_("Take back an exception"), tuple(options[:25])),) if options else ()
