"""Samples of the screens of mentors: found, looked at, at their own desk."""

from collections.abc import Iterator
from typing import Final

from bot.screens import applying, hours, mentoring, mentors, settings
from core.chat import Button, Paragraph, Screen, _, to
from core.people.mentors import DURATIONS
from tests.bot.gallery_packs import product
from tests.bot.sitters import START, Sitter
from tests.bot.walls import alike, hangs

KEY: Final = "A1B2"


@hangs(mentors.listing)
def _mentors(sitter: Sitter) -> Iterator[Screen]:
    for page in (sitter.page(), sitter.page(1, 3)):
        for key in (KEY, "-"):
            yield mentors.listing(page, sitter.filters(), key)


@hangs(mentors.filter_form)
def _filter_form(sitter: Sitter) -> Iterator[Screen]:
    yield mentors.filter_form(sitter.filters(), KEY, highest=f"{sitter.hourly.decimal}")


@hangs(mentors.profile)
def _profile(sitter: Sitter) -> Iterator[Screen]:
    for own in (True, False):
        for many in range(3):
            yield mentors.profile(sitter.found(), own=own, sold=[product(sitter)] * many)


alike(applying.stranger, lambda sitter: (sitter.community().name,))
for _state in (applying.waiting, applying.rejected, mentoring.link_form):
    alike(_state, lambda sitter: (sitter.mentor(),))


@hangs(mentoring.desk)
def _desk(sitter: Sitter) -> Iterator[Screen]:
    for has_hours in (True, False):
        for away in (True, False):
            for first in (START, None):
                yield mentoring.desk(
                    sitter.mentor(), has_hours=has_hours, away=away, coming=sitter.many, next_free=first
                )


@hangs(applying.about_form)
def _about_form(sitter: Sitter) -> Iterator[Screen]:
    typed = {
        "topics": ", ".join(sitter.topics),
        "languages": ", ".join(sitter.languages),
        "price": "10000.000",
    }
    yield applying.about_form(None, topics="", languages="", price="", currency="USD")
    yield applying.about_form(sitter.mentor(), **typed, currency=sitter.hourly.currency)


@hangs(applying.more)
def _more(sitter: Sitter) -> Iterator[Screen]:
    for changing in (True, False):
        yield applying.more(changing=changing)


alike(applying.background_form, lambda sitter: (sitter.mentor(),), lambda sitter: (None,))
alike(mentoring.prices, lambda sitter: (sitter.mentor(), sitter.found().prices), lambda s: (s.mentor(), {}))
alike(
    mentoring.price_form,
    *(lambda s, length=length: (s.mentor(), length, "10000.000") for length in DURATIONS),
)
alike(mentoring.schedule, lambda s: ([(v.booking, s.name) for v in s.views()[: min(s.many, 8)]],))
alike(
    mentoring.saved,
    lambda sitter: (
        Paragraph(_("Your profile is changed.")),
        Button(_("Change it"), to("mentoring.link_form")),
    ),
)
alike(hours.week, lambda sitter: (sitter.hours(), sitter.singles()))
alike(hours.day_form, *(lambda s, day=day: (day, hours.typed([(0, 720), (720, 1_440)])) for day in range(7)))
for _form in (hours.date_form, hours.single_form, hours.away_form, settings.zone_form):
    alike(_form, lambda sitter: ())
alike(hours.frame_form, lambda sitter: (sitter.zone, 120, 120, 24))
