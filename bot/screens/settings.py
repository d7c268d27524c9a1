"""A person's own settings: zone, language, reminders."""

from collections.abc import Iterator, Sequence
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from core.chat import (
    Button,
    Choice,
    Fact,
    Facts,
    Field,
    Form,
    LanguageName,
    Note,
    Option,
    Paragraph,
    Screen,
    Series,
    Style,
    Tone,
    Value,
    _,
    to,
)

MOST_LANGUAGES = 25


def overview(
    *,
    zone: str,
    has_zone: bool,
    language: str,
    languages: Sequence[str],
    reminders: Sequence[int],
    own_reminders: bool,
    now: datetime,
) -> Screen:
    """How I read to you, and how to change it. `languages` are those that are spoken."""
    zone_value: Value = _("{zone} ({time} now)", zone=zone, time=_clock(zone, now))
    if not has_zone:
        zone_value = _("{zone}, the community's: you have not chosen one", zone=zone)
    offsets: Value = (
        Series(tuple(timedelta(minutes=offset) for offset in reminders)) if reminders else _("none")
    )
    facts = (
        Fact(_("Time zone"), zone_value),
        Fact(_("Language"), LanguageName(language)),
        Fact(_("Reminders before a session"), offsets),
    )
    chosen = next((code for code in _widening(language) if code in languages), "en")
    tongues = tuple(
        Option(
            _("{language}", language=LanguageName(code, in_itself=True)),
            to("settings.language", code),
            chosen=code == chosen,
        )
        for code in languages[:MOST_LANGUAGES]
    )
    back = (
        (Button(_("Reminders as the community has them"), to("settings.reminders_default")),)
        if own_reminders
        else ()
    )
    return Screen(
        _("Your settings"),
        (Facts(facts), Note(_("Changing your zone moves no booking, only how its time is shown."))),
        (
            Choice(_("Language"), tongues),
            Button(_("Time zone"), to("settings.zone_form"), Style.PLAIN if has_zone else Style.PRIMARY),
            Button(_("Reminders"), to("settings.reminders_form")),
            Button(_("Messages"), to("settings.messages")),
            *back,
            Button(_("Where I reach you"), to("reach.show")),
            Button(_("Browsers"), to("browser.list")),
        ),
    )


def zone_form() -> Screen:
    title = _("Your time zone")
    form = Form(
        title,
        (Field("city", _("City or zone"), hint=_("Such as Kolkata, Berlin or New York"), max_length=64),),
        submit=to("settings.zone_search"),
        reopen=to("settings.zone_form"),
        submit_label=_("Search"),
    )
    return Screen(title, form=form)


def zones(found: Sequence[str], now: datetime) -> Screen:
    """Zones that fit what was searched, each with the time there now."""
    options = tuple(
        Option(_("{zone} · {time}", zone=zone, time=_clock(zone, now)), to("settings.zone", zone))
        for zone in found
    )
    return Screen(
        _("Your time zone"),
        (Paragraph(_("Which of these shows your time?")),),
        (Choice(_("Time zone"), options), Button(_("Search again"), to("settings.zone_form"))),
    )


def reminders_form(offsets: Sequence[int]) -> Screen:
    title = _("Reminders")
    form = Form(
        title,
        (
            Field(
                "offsets",
                _("Minutes before a session"),
                hint=_("Such as 1440, 60, 10; empty is none"),
                default=", ".join(str(offset) for offset in offsets),
                required=False,
                max_length=40,
            ),
        ),
        submit=to("settings.reminders"),
        reopen=to("settings.reminders_form"),
        submit_label=_("Save"),
    )
    return Screen(title, form=form)


def saved(screen: Screen) -> Screen:
    return Screen(screen.title, screen.parts, screen.controls, tone=Tone.GOOD)


def _widening(locale: str) -> Iterator[str]:
    """A locale, then what is wider: pt-BR, pt."""
    while locale:
        yield locale
        locale = locale.rpartition("-")[0]


def _clock(zone: str, now: datetime) -> time:
    return now.astimezone(ZoneInfo(zone)).time()
