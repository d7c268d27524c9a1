"""From a mentor to a held time: duration, day, time, topic and terms."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta

from bot.screens import times
from bot.screens.refusals import REASONS
from core.booking.life import Booking
from core.chat import (
    Button,
    Choice,
    Control,
    Field,
    FieldKind,
    Form,
    Note,
    Option,
    Paragraph,
    Screen,
    Text,
    Tone,
    When,
    _,
    _n,
    to,
)
from core.money import Money
from core.people.mentors import Mentor
from core.policy import Policy
from core.schedule.times import Reason

DAYS_A_PAGE = 20


def durations(mentor: Mentor, prices: Mapping[int, Money], first: datetime | None, why_not: Reason) -> Screen:
    """How long the session should be, with each price."""
    title = _("Book {name}", name=mentor.name)
    back = Button(_("Profile"), to("mentor.show", mentor.slug))
    if first is None or not prices:
        return Screen(title, (Paragraph(nothing(why_not, None)),), (back,), tone=Tone.WAITING)
    options = tuple(
        Option(
            _("{length} · {price}", length=timedelta(minutes=minutes), price=price),
            to("book.days", mentor.slug, minutes, 0),
        )
        for minutes, price in sorted(prices.items())
    )
    parts = (
        Paragraph(_("How long would you like to talk?")),
        Note(_("The next free time is {time}.", time=When(first))),
    )
    return Screen(title, parts, (Choice(_("Duration"), options), back))


def days(
    mentor: Mentor,
    minutes: int,
    free: Mapping[date, int],
    page: int,
    *,
    why_not: Reason,
    zone: str,
    has_zone: bool,
) -> Screen:
    """Days of the reader's calendar with free times, twenty at once."""
    title = _("Book {name} · {length}", name=mentor.name, length=timedelta(minutes=minutes))
    back = Button(_("Other duration"), to("book.mentor", mentor.slug))
    if not free:
        return Screen(title, (Paragraph(nothing(why_not, None)),), (back,), tone=Tone.WAITING)
    ordered = sorted(free)
    page = min(page, (len(ordered) - 1) // DAYS_A_PAGE)
    shown = ordered[page * DAYS_A_PAGE : (page + 1) * DAYS_A_PAGE]
    options = tuple(
        Option(
            _("{day}", day=day),
            to("book.times", mentor.slug, minutes, f"{day:%Y%m%d}"),
            hint=_n("{n} free time", "{n} free times", free[day]),
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
    return Screen(title, (Paragraph(_("Which day?")), zone_note(zone, has_zone=has_zone)), tuple(controls))


def clock_times(
    mentor: Mentor,
    minutes: int,
    day: date,
    free: Sequence[datetime],
    *,
    why_not: Reason,
    first: datetime | None,
    zone: str,
    has_zone: bool,
) -> Screen:
    """The free times of one day; taking one holds it."""
    title = _("Book {name} · {day}", name=mentor.name, day=day)
    back = Button(_("Other day"), to("book.days", mentor.slug, minutes, 0))
    if not free:
        controls: tuple[Control, ...] = (back,)
        if first is not None:
            controls = (times.to_hold(mentor.slug, minutes, [first]), back)
        return Screen(title, (Paragraph(nothing(why_not, first)),), controls, tone=Tone.WAITING)
    choices = [
        times.to_hold(mentor.slug, minutes, free[start : start + 25], clock_only=True)
        for start in range(0, len(free), 25)
    ]
    parts = (
        Paragraph(_("Which time? The tap holds it for you while you pay.")),
        zone_note(zone, has_zone=has_zone),
    )
    return Screen(title, parts, (*choices, back))


def agreement(booking: Booking, mentor: Mentor, *, error: Text | None = None) -> Screen:
    """What it is about, and the terms; the last step before paying."""
    form = Form(
        _("Your session with {name}", name=mentor.name),
        (
            Field("topic", _("Topic"), hint=_("In a few words"), default=booking.topic, max_length=100),
            Field(
                "agenda",
                _("Agenda"),
                FieldKind.LONG,
                hint=_("What would you like to have understood afterwards?"),
                default=booking.agenda,
                required=False,
                max_length=500,
            ),
            Field(
                "terms",
                _("I accept the cancellation terms"),
                FieldKind.CHECK,
                hint=terms_short(booking.policy),
            ),
        ),
        submit=to("book.agree", booking.short),
        reopen=to("book.agree_form", booking.short),
        submit_label=_("Go on"),
    )
    parts = (Paragraph(error),) if error else ()
    return Screen(
        _("What is it about?"), (*parts, *terms(booking.policy)), form=form, subject=booking.subject
    )


def terms(policy: Policy) -> tuple[Note, ...]:
    """The cancellation terms, a line a step."""
    return (Note(_("If you cancel:")), *(Note(_tier(policy, index)) for index in range(len(policy.tiers))))


def terms_short(policy: Policy) -> Text:
    """The first step alone, where there is little room."""
    tier = policy.tiers[0]
    if tier.hours == 0:
        return _("Canceled by you: {percent} % back", percent=tier.percent)
    return _("{percent} % back until {hours} h before", percent=tier.percent, hours=tier.hours)


def nothing(why_not: Reason, first: datetime | None) -> Text:
    """Why there is nothing, and the first date that works."""
    if first is None:
        return _("{reason} There is no free time at the moment.", reason=REASONS[why_not])
    return _("{reason} The first time that works is {time}.", reason=REASONS[why_not], time=When(first))


def zone_note(zone: str, *, has_zone: bool) -> Note:
    if has_zone:
        return Note(_("Days and times are yours, in {zone}.", zone=zone))
    return Note(_("Days are counted in {zone}, the community's zone: you have not told me yours.", zone=zone))


def _tier(policy: Policy, index: int) -> Text:
    tier = policy.tiers[index]
    if index == 0 and tier.hours:
        return _("• at least {hours} hours before: {percent} % back", hours=tier.hours, percent=tier.percent)
    if index == 0:
        return _("• at any time: {percent} % back", percent=tier.percent)
    before = policy.tiers[index - 1].hours
    if tier.hours:
        return _(
            "• {hours} to {before} hours before: {percent} % back",
            hours=tier.hours,
            before=before,
            percent=tier.percent,
        )
    return _("• less than {before} hours before: {percent} % back", before=before, percent=tier.percent)
