"""Every screen there is, hung once for every sitter. A screen that nobody hung is missed by `missing`."""

import inspect
import pkgutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from importlib import import_module
from string import Formatter
from types import ModuleType
from typing import Any, Final

from bot import commands, screens
from bot.i18n import Catalogue
from bot.screens import (
    book,
    bookings,
    browser,
    help,
    hours,
    link,
    mentoring,
    mentors,
    notices,
    pay,
    reach,
    refusals,
    settings,
    setup,
    staff,
    start,
)
from core.booking.life import BookingState
from core.chat import Button, Paragraph, Screen, _, to
from core.errors import Refusal
from core.money import Money
from core.payments.payments import PaymentState
from core.people.browsers import Browser
from core.people.communities import Community
from core.people.mentors import DURATIONS, MentorState
from core.schedule.times import Reason
from tests.bot.sitters import DAY, NOW, SITTERS, START, Sitter

Hang = Callable[[Sitter], Iterator[Screen]]
HANGINGS: Final[dict[str, Hang]] = {}
KEY: Final = "A1B2"
LINK: Final = "https://t.me/nearpeer_bot?start=link_7K2M0Q1A"
LANGUAGES: Final = Catalogue().languages


@dataclass(frozen=True, slots=True)
class Picture:
    """`label` says which screen of which sitter it is."""

    label: str
    sitter: Sitter
    screen: Screen


def gallery() -> list[Picture]:
    return [
        Picture(f"{name} #{number} ({sitter.label})", sitter, screen)
        for name, hang in HANGINGS.items()
        for sitter in SITTERS
        for number, screen in enumerate(hang(sitter))
    ]


def missing() -> set[str]:
    """Public functions that return a screen and hang nowhere."""
    return {
        f"{module.__name__.rpartition('.')[2]}.{name}"
        for module in _topics()
        for name, function in inspect.getmembers(module, inspect.isfunction)
        if function.__module__ == module.__name__ and not name.startswith("_")
        if inspect.signature(function).return_annotation is Screen
    } - HANGINGS.keys()


def _topics() -> list[ModuleType]:
    return [import_module(f"bot.screens.{found.name}") for found in pkgutil.iter_modules(screens.__path__)]


def _hangs(function: Callable[..., Screen]) -> Callable[[Hang], Hang]:
    def hang(hanging: Hang) -> Hang:
        HANGINGS[f"{function.__module__.rpartition('.')[2]}.{function.__name__}"] = hanging
        return hanging

    return hang


def _alike(
    function: Callable[..., Screen], *cases: Callable[[Sitter], tuple[Any, ...]], **fixed: Any
) -> None:
    """A screen that takes plain arguments, one tuple of them a case."""
    _hangs(function)(lambda sitter: iter([function(*case(sitter), **fixed) for case in cases]))


# --- booking ----------------------------------------------------------------------------------


@_hangs(book.durations)
def _durations(sitter: Sitter) -> Iterator[Screen]:
    yield book.durations(sitter.mentor(), sitter.found().prices, START, Reason.CLOSED)
    for reason in Reason:
        yield book.durations(sitter.mentor(), {}, None, reason)


@_hangs(book.days)
def _days(sitter: Sitter) -> Iterator[Screen]:
    free = {DAY + timedelta(days=n): [START + timedelta(days=n)] * (n + 1) for n in range(sitter.many)}
    for page in (0, 1):
        for has_zone in (True, False):
            yield book.days(
                sitter.mentor(),
                90,
                free,
                page,
                why_not=Reason.BUSY,
                today=NOW.date(),
                zone=sitter.zone,
                has_zone=has_zone,
            )


@_hangs(book.clock_times)
def _clock_times(sitter: Sitter) -> Iterator[Screen]:
    others = {DAY + timedelta(days=n): [START + timedelta(days=n)] for n in (-9, 3, 15)}
    for free in ({}, others, {DAY: sitter.starts()}, {DAY: sitter.starts(), **others}):
        yield book.clock_times(
            sitter.mentor(),
            90,
            DAY,
            {day: starts for day, starts in free.items() if starts},
            why_not=Reason.NOTICE,
            today=NOW.date(),
            zone=sitter.zone,
            has_zone=bool(free),
        )


@_hangs(book.agreement)
def _agreement(sitter: Sitter) -> Iterator[Screen]:
    yield book.agreement(sitter.booking(), sitter.mentor())
    yield book.agreement(sitter.booking(), sitter.mentor(), error=refusals.SENTENCES["booking.terms"])


@_hangs(bookings.card)
def _card(sitter: Sitter) -> Iterator[Screen]:
    for view in sitter.views():
        yield bookings.card(view)
        yield bookings.card(view, news=_("The time is free again."))


@_hangs(bookings.listing)
def _listing(sitter: Sitter) -> Iterator[Screen]:
    for past in (True, False):
        yield bookings.listing(sitter.views()[: min(sitter.many, 8)], past=past)


@_hangs(notices.booking)
def _news(sitter: Sitter) -> Iterator[Screen]:
    for kind in ("confirmed", "booked", "lapsing", "lapsed", "canceled", "review", "late", "other"):
        for state in BookingState:
            yield notices.booking(kind, sitter.view(state))


@_hangs(notices.reminder)
def _reminder(sitter: Sitter) -> Iterator[Screen]:
    for view in sitter.views():
        yield notices.reminder(1_440, view)


_alike(notices.processing, lambda sitter: (sitter.view(payment=PaymentState.PROCESSING),))
for _receipt in (notices.receipt, notices.refunded):
    _alike(_receipt, lambda sitter: (sitter.booking().code, sitter.hourly, sitter.name))
_alike(notices.trouble, *(lambda s, what=what: (s.booking().code, what, s.hourly) for what in ("", "χ" * 60)))
for _outcome in (notices.approved, notices.rejected):
    _alike(_outcome, lambda sitter: (sitter.mentor(), sitter.community().name))
_alike(notices.nudge, lambda sitter: ())


@_hangs(pay.done)
def _done(sitter: Sitter) -> Iterator[Screen]:
    for booking in map(sitter.booking, BookingState):
        for state in PaymentState:
            yield pay.done(booking, state, sitter.name)


@_hangs(pay.nothing)
def _nothing(sitter: Sitter) -> Iterator[Screen]:
    for state in PaymentState:
        yield pay.nothing(sitter.booking(), state, sitter.name, refusals.SENTENCES["payment.is_expired"])


# --- mentors ----------------------------------------------------------------------------------


@_hangs(mentors.listing)
def _mentors(sitter: Sitter) -> Iterator[Screen]:
    for page in (sitter.page(), sitter.page(1, 3)):
        for key in (KEY, "-"):
            yield mentors.listing(page, sitter.filters(), key)


@_hangs(mentors.filter_form)
def _filter_form(sitter: Sitter) -> Iterator[Screen]:
    yield mentors.filter_form(sitter.filters(), KEY, highest=f"{sitter.hourly.decimal}")


@_hangs(mentors.profile)
def _profile(sitter: Sitter) -> Iterator[Screen]:
    for own in (True, False):
        yield mentors.profile(sitter.found(), own=own)


_alike(mentoring.stranger, lambda sitter: (sitter.community().name,))
for _state in (mentoring.waiting, mentoring.rejected, mentoring.link_form):
    _alike(_state, lambda sitter: (sitter.mentor(),))


@_hangs(mentoring.desk)
def _desk(sitter: Sitter) -> Iterator[Screen]:
    for has_hours in (True, False):
        for away in (True, False):
            for first in (START, None):
                yield mentoring.desk(
                    sitter.mentor(), has_hours=has_hours, away=away, coming=sitter.many, next_free=first
                )


@_hangs(mentoring.about_form)
def _about_form(sitter: Sitter) -> Iterator[Screen]:
    typed = {
        "topics": ", ".join(sitter.topics),
        "languages": ", ".join(sitter.languages),
        "price": "10000.000",
    }
    yield mentoring.about_form(None, topics="", languages="", price="", currency="USD")
    yield mentoring.about_form(sitter.mentor(), **typed, currency=sitter.hourly.currency)


@_hangs(mentoring.more)
def _more(sitter: Sitter) -> Iterator[Screen]:
    for changing in (True, False):
        yield mentoring.more(changing=changing)


_alike(mentoring.background_form, lambda sitter: (sitter.mentor(),), lambda sitter: (None,))
_alike(mentoring.prices, lambda sitter: (sitter.mentor(), sitter.found().prices), lambda s: (s.mentor(), {}))
_alike(
    mentoring.price_form,
    *(lambda s, length=length: (s.mentor(), length, "10000.000") for length in DURATIONS),
)
_alike(mentoring.schedule, lambda s: ([(v.booking, s.name) for v in s.views()[: min(s.many, 8)]],))
_alike(
    mentoring.saved,
    lambda sitter: (
        Paragraph(_("Your profile is changed.")),
        Button(_("Change it"), to("mentoring.link_form")),
    ),
)
_alike(hours.week, lambda sitter: (sitter.hours(), sitter.singles()))
_alike(hours.day_form, *(lambda s, day=day: (day, hours.typed([(0, 720), (720, 1_440)])) for day in range(7)))
for _form in (hours.date_form, hours.single_form, hours.away_form, settings.zone_form):
    _alike(_form, lambda sitter: ())
_alike(hours.frame_form, lambda sitter: (sitter.zone, 120, 120, 24))


# --- the community ----------------------------------------------------------------------------

_alike(staff.queue, lambda sitter: ([sitter.mentor(MentorState.APPLIED)] * sitter.many,))
_alike(
    staff.application,
    *(lambda s, state=state: (s.mentor(state), s.topics, s.languages) for state in MentorState),
)
_alike(staff.reject_form, lambda sitter: (sitter.mentor(MentorState.APPLIED),))
_alike(staff.decided, *(lambda s, state=state: (s.mentor(state),) for state in MentorState))
_alike(setup.overview, lambda sitter: (sitter.community(),))
_alike(setup.form, *(lambda s, rule=rule: (s.policy, rule, LANGUAGES) for rule in setup.RULES))


@_hangs(setup.preview_place)
def _preview_place(sitter: Sitter) -> Iterator[Screen]:
    for place in setup.PICKS:
        yield setup.preview_place(sitter.community(), place, sitter.name, mentors=sitter.many)


@_hangs(setup.preview)
def _preview(sitter: Sitter) -> Iterator[Screen]:
    after = sitter.policy.changed(currency="JPY")
    for rule in setup.RULES:
        yield setup.preview(rule, sitter.policy, after, kept=sitter.many, mentors=sitter.many)


# --- browsers ---------------------------------------------------------------------------------


def _browser(sitter: Sitter) -> Browser:
    agent = sitter.name[:60] if sitter.many else ""
    return Browser(id=10**11, identity_id=1, agent=agent, entered_at=NOW, seen_at=NOW, ended_at=None)


_alike(browser.entered, lambda s: (_browser(s),))
_alike(browser.listing, lambda s: ([_browser(s)] * min(s.many, 12),))
_alike(
    browser.invitation,
    lambda s: (f"https://example.org/enter/{'e' * 90}", to("mentor.show", s.mentor().slug)),
)
_alike(browser.onward, lambda s: (Screen(_("{name}", name=s.name)), to("mentor.show", s.mentor().slug)))


# --- everybody --------------------------------------------------------------------------------


@_hangs(settings.overview)
def _settings(sitter: Sitter) -> Iterator[Screen]:
    for known in (True, False):
        yield settings.overview(
            zone=sitter.zone,
            has_zone=known,
            language="en-GB",
            languages=LANGUAGES,
            reminders=sitter.policy.reminders,
            own_reminders=known,
            now=NOW,
        )


@_hangs(settings.saved)
def _saved(sitter: Sitter) -> Iterator[Screen]:
    for screen in _settings(sitter):
        yield settings.saved(screen)


_alike(settings.zones, lambda s: (["Asia/Kolkata", *{s.zone, "Europe/Berlin"}], NOW))
_alike(settings.reminders_form, lambda sitter: (sitter.policy.reminders,))


@_hangs(reach.overview)
def _reach(sitter: Sitter) -> Iterator[Screen]:
    arrived = [reach.Arrived(kind, NOW, rung) for kind, rung in ARRIVALS]
    for last in (None, *arrived):
        for mail in (True, False):
            yield reach.overview(sitter.accounts(), last, mail=mail)


ARRIVALS: Final = (
    *(("reminder.60", "telegram:direct"), ("confirmed", "discord:nudge")),
    *(("late", "mail:direct"), ("late", "?:direct")),
)
for _written in (reach.awaiting, reach.confirmed, reach.mail_form):
    _alike(_written, lambda sitter: ("ana@example.org",))
_alike(reach.code_form, lambda sitter: ())
_alike(reach.code_letter, lambda sitter: ("7K2M-0Q1A", NOW))
_alike(link.enter_form, lambda sitter: ())
_alike(link.declined, lambda sitter: ())
_alike(link.joined, lambda sitter: (sitter.accounts(),))
_alike(link.news, lambda s: ([(a.platform, a.name) for a in s.accounts()], s.accounts(), NOW))
_alike(
    link.offer,
    *(lambda s, ways=ways: ("7K2M-0Q1A", NOW, s.accounts(), ways) for ways in ([], [("telegram", LINK)])),
)


@_hangs(link.proposal)
def _proposal(sitter: Sitter) -> Iterator[Screen]:
    for mine_stays in (True, False):
        yield link.proposal("7K2M0Q1A", sitter.accounts(), sitter.accounts()[:1], mine_stays=mine_stays)


@_hangs(start.hello)
def _hello(sitter: Sitter) -> Iterator[Screen]:
    place = sitter.community()
    for home in (place, None):
        for known in ([], [place] * 2):
            for offered in ([place], [], [Community(id=n, name=place.name) for n in range(2, 27)]):
                for problem in (refusals.SENTENCES["start.unknown"], None):
                    more = [Community(id=n, name=place.name) for n in range(2, 30)] if known else []
                    yield start.hello(home, [*known[1:], *more], offered, problem=problem)


@_hangs(help.overview)
def _help(sitter: Sitter) -> Iterator[Screen]:
    table = commands.table().commands
    yield help.overview(table)
    yield help.overview(table, unknown=sitter.name[:60])
    yield help.overview(table, unknown=sitter.name[:60], nearest=table[0])


_alike(help.one, *(lambda s, command=command: (command,) for command in commands.table().commands))
_alike(help.welcome, lambda sitter: ())
_alike(refusals.broken, lambda sitter: ("ΑΒΓΔΕΖ",))


@_hangs(refusals.screen)
def _refusals(sitter: Sitter) -> Iterator[Screen]:
    for key, sentence in refusals.SENTENCES.items():
        named = placeholders(sentence.msgid)
        refusal = Refusal(key, **{name: fact for name, fact in _facts(sitter).items() if name in named})
        yield refusals.screen(refusal, retry=to("book.agree_form", "K7Q2M9AB"))
    nearest: Sequence[object] = sitter.starts()[:3]
    slug = sitter.mentor().slug
    yield refusals.screen(
        Refusal("booking.not_free", reason=Reason.BUSY, nearest=nearest, slug=slug, minutes=90), retry=None
    )
    yield refusals.screen(Refusal("booking.late_taken", nearest=nearest, short="K7Q2M9AB"), retry=None)


def placeholders(sentence: str) -> set[str]:
    """The names of the values that a sentence speaks of."""
    return {name for _text, name, _format, _conversion in Formatter().parse(sentence) if name}


def _facts(sitter: Sitter) -> dict[str, Any]:
    """A value for every placeholder that a refusal's sentence may have."""
    numbers = dict.fromkeys(("lowest", "highest", "longest", "most", "minutes", "decimals", "count"), 12)
    words = dict.fromkeys(("name", "value", "zone", "language"), sitter.name)
    other = {"field": "bio", "reason": Reason.BUSY, "until": START, "currency": sitter.hourly.currency}
    codes = {"code": "NP-20261124-K7Q2M", "other": "NP-20261124-K7Q2N"}
    spans = {"starts": START, "length": timedelta(minutes=90), "lowest": Money(50, "USD")}
    return numbers | words | other | codes | spans


PICTURES: Final = gallery()
