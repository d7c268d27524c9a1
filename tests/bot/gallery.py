"""Every screen there is, hung once for every sitter. A screen that nobody hung is missed by `missing`."""

import inspect
import pkgutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from importlib import import_module
from string import Formatter
from types import ModuleType
from typing import Any, Final

from bot import commands, screens
from bot.i18n import Catalogue
from bot.screens import (
    agreeing,
    book,
    bookings,
    browser,
    help,
    link,
    noes,
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
from core.booking.means import Means, Offer
from core.chat import Screen, _, to
from core.desk.queues import Counts
from core.errors import Refusal
from core.money import Money
from core.payments.payments import PaymentState
from core.people.browsers import Browser
from core.people.communities import Community
from core.people.mentors import MentorState
from core.schedule.times import Reason
from tests.bot import (
    gallery_changing,
    gallery_mentors,
    gallery_money,
    gallery_outcomes,
    gallery_pack_news,
    gallery_packs,
    gallery_plans,
    gallery_prepaid,
    gallery_requests,
    gallery_reviews,
    gallery_rooms,
    gallery_threads,
    gallery_waiting,
    gallery_ways,
)
from tests.bot.sitters import DAY, NOW, SITTERS, START, Sitter
from tests.bot.walls import HANGINGS
from tests.bot.walls import alike as _alike
from tests.bot.walls import hangs as _hangs

TOPICS: Final = (
    gallery_changing,
    gallery_mentors,
    gallery_money,
    gallery_outcomes,
    gallery_pack_news,
    gallery_packs,
    gallery_plans,
    gallery_prepaid,
    gallery_requests,
    gallery_waiting,
    gallery_threads,
    gallery_reviews,
    gallery_rooms,
    gallery_ways,
)
"""Files of samples that hang their own."""
LINK: Final = "https://t.me/nearpeer_bot?start=link_7K2M0Q1A"
LANGUAGES: Final = Catalogue().languages


@dataclass(frozen=True, slots=True)
class Picture:
    """`label` says which screen of which sitter it is."""

    label: str
    sitter: Sitter
    screen: Screen


@cache
def gallery() -> Sequence[Picture]:
    """Each once: what looks the same for several sitters hangs for the first of them."""
    found: dict[str, Picture] = {}
    for name, hang in HANGINGS.items():
        for sitter in SITTERS:
            for number, screen in enumerate(hang(sitter)):
                found.setdefault(repr(screen), Picture(f"{name} #{number} ({sitter.label})", sitter, screen))
    return tuple(found.values())


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


# --- booking ----------------------------------------------------------------------------------


@_hangs(book.durations)
def _durations(sitter: Sitter) -> Iterator[Screen]:
    prices = sitter.found().prices
    for ahead in ((), (Means.PACK,), (Means.PLAN,), (Means.PACK, Means.PLAN)):
        means = (*ahead, Means.MONEY)
        lengths = {minutes: [Offer(one, price) for one in means] for minutes, price in prices.items()}
        yield book.durations(sitter.mentor(), lengths, START, Reason.CLOSED)
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


@_hangs(agreeing.agreement)
def _agreement(sitter: Sitter) -> Iterator[Screen]:
    yield agreeing.agreement(sitter.booking(), sitter.mentor())
    for credit in (sitter.hourly, Money(1, sitter.hourly.currency)):
        yield agreeing.agreement(sitter.booking(), sitter.mentor(), credit=credit)
    yield agreeing.agreement(sitter.booking(), sitter.mentor(), error=noes.SENTENCES["booking.terms"])


@_hangs(bookings.card)
def _card(sitter: Sitter) -> Iterator[Screen]:
    for view in sitter.views():
        yield bookings.card(view)
        yield bookings.card(view, news=_("The time is free again."))


@_hangs(bookings.listing)
def _listing(sitter: Sitter) -> Iterator[Screen]:
    for past in (True, False):
        yield bookings.listing(sitter.views()[: min(sitter.many, 8)], past=past)
    yield bookings.listing((), past=False, mentors=True)


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
_alike(notices.receipt, lambda sitter: (sitter.booking().code, sitter.hourly, sitter.name))
_alike(
    notices.trouble,
    *(lambda s, what=what: (s.booking().code, what, s.hourly) for what in (*notices.PROBLEMS, "χ" * 60)),
)
for _outcome in (notices.approved, notices.rejected):
    _alike(_outcome, lambda sitter: (sitter.mentor(), sitter.community().name))
_alike(notices.nudge, lambda sitter: ())


@_hangs(pay.done)
def _done(sitter: Sitter) -> Iterator[Screen]:
    for booking in map(sitter.booking, BookingState):
        for state in PaymentState:
            yield pay.done(booking, state, sitter.name)


_alike(pay.declined, lambda sitter: ("https://book.example.org/p/token",))


@_hangs(pay.nothing)
def _nothing(sitter: Sitter) -> Iterator[Screen]:
    for state in PaymentState:
        yield pay.nothing(sitter.booking(), state, sitter.name, noes.SENTENCES["payment.is_expired"])


# --- the community ----------------------------------------------------------------------------

_alike(staff.queue, lambda sitter: ([sitter.mentor(MentorState.APPLIED)] * sitter.many, Counts()))
_alike(
    staff.application,
    *(lambda s, state=state: (s.mentor(state), s.topics, s.languages) for state in MentorState),
)
_alike(staff.reject_form, lambda sitter: (sitter.mentor(MentorState.APPLIED),))
_alike(staff.decided, *(lambda s, state=state: (s.mentor(state),) for state in MentorState))
_alike(
    setup.overview,
    lambda sitter: (sitter.community(),),
    lambda sitter: (sitter.community(), *gallery_ways.rule(sitter)),
)
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
                for problem in (noes.SENTENCES["start.unknown"], None):
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
    for key, sentence in noes.SENTENCES.items():
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
    numbers = dict.fromkeys(
        ("lowest", "highest", "longest", "most", "minutes", "decimals", "count", "left", "sessions", "used"),
        12,
    )
    words = dict.fromkeys(("name", "value", "zone", "language"), sitter.name)
    other = {"field": "bio", "reason": Reason.BUSY, "until": START, "currency": sitter.hourly.currency}
    codes = {"kinds": "PNG, PDF", "code": "NP-20261124-K7Q2M", "other": "NP-20261124-K7Q2N"}
    spans = {
        "starts": START,
        "length": timedelta(minutes=90),
        **dict.fromkeys(("opens", "ended", "stood", "decided"), START),
        "ahead": timedelta(hours=24),
        "time": START,
        "lowest": Money(50, "USD"),
        **dict.fromkeys(("price", "amount"), sitter.hourly),
    }
    return numbers | words | other | codes | spans
