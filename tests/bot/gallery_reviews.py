"""Samples of the screens about reviews: given, read, answered, reported."""

from collections.abc import Iterator
from dataclasses import replace

from bot.screens import bookings, mentors, praised, reported, reviews
from bot.screens.reported import Case
from bot.screens.reviews import Reading
from core.booking.life import BookingState
from core.chat import Screen, _
from core.discovery.figures import Figures, Standing
from core.discovery.reports import Report
from core.discovery.written import NONE, Mine, Review, Shown, Side
from tests.bot.sitters import HOSTILE, NOW, START, Sitter, filled
from tests.bot.walls import alike, hangs

NEWS = _("Your reply is published.")
SHORT = "K7Q2M9AB"
MINES = (NONE, Mine(is_open=True, until=START), Mine(is_open=False, stars=3, is_published=True, until=NOW))


def _shown(sitter: Sitter, side: Side = Side.STUDENT) -> Shown:
    long = filled(sitter.bio, 1_000) if sitter.many > 1 else sitter.agenda
    review = Review(
        id=10**11,
        booking_id=1,
        mentor_id=1,
        student_id=2,
        side=side,
        stars=1 + sitter.many % 5,
        words=long,
        at=NOW,
        published_at=NOW,
        reply=long[:500],
        replied_at=NOW,
    )
    return Shown(review, sitter.name)


def _readings(sitter: Sitter) -> Iterator[Reading]:
    plain = Reading(_shown(sitter), sitter.name, sitter.mentor().slug)
    yield plain
    yield replace(plain, can_reply=True, can_report=True)
    yield replace(plain, shown=_shown(sitter, Side.MENTOR), can_report=True)


def _case(sitter: Sitter, *, hidden: bool = False) -> Case:
    reading = next(_readings(sitter))
    reading.shown.review.hidden_at = NOW if hidden else None
    reasons = [filled(sitter.agenda or "Ω", 300)] * min(sitter.many, 12)
    reports = [
        Report(id=1, review_id=1, person_id=2, reason=each, at=NOW, decided_at=NOW if hidden else None)
        for each in reasons
    ]
    return Case(reading, reports)


@hangs(reviews.one)
def _one(sitter: Sitter) -> Iterator[Screen]:
    for reading in _readings(sitter):
        yield reviews.one(reading)
        yield reviews.one(reading, news=NEWS)


@hangs(reviews.listing)
def _listing(sitter: Sitter) -> Iterator[Screen]:
    """Also what else shows reviews: a profile, and the card of a session that is over."""
    shown = [_shown(sitter)] * min(sitter.many, reviews.ON_PAGE)
    for page in range(3):
        yield reviews.listing(sitter.name, sitter.mentor().slug, shown, page, 3)
    yield reviews.listing(sitter.name, sitter.mentor().slug, shown, 0, 1)
    for figures in (Figures(), Figures(NOW - NOW, 1, 0), Figures(START - NOW, sitter.many, sitter.many // 2)):
        yield mentors.profile(replace(sitter.found(), figures=figures), shown, own=False)
    for mine in (*MINES, Mine(is_open=True, stars=5, words=HOSTILE, until=START)):
        for standing in (None, Standing(4.75, 1), Standing(5.0, 12)):
            view = sitter.view(BookingState.SETTLED, review=mine, standing=standing)
            for is_mentor in (True, False):
                yield bookings.card(replace(view, is_mentor=is_mentor))


@hangs(reviews.form)
def _form(sitter: Sitter) -> Iterator[Screen]:
    for mine in MINES:
        yield reviews.form(SHORT, sitter.name, replace(mine, words=_shown(sitter).review.words))


alike(reviews.reply_form, lambda sitter: (10**11, sitter.name))
alike(reviews.report_form, lambda sitter: (10**11,))
alike(praised.replied, *(lambda s, n=n: (list(_readings(s))[n],) for n in range(3)))


@hangs(praised.asked)
def _asked(sitter: Sitter) -> Iterator[Screen]:
    for mine in MINES:
        for again in (True, False):
            yield praised.asked(sitter.view(BookingState.COMPLETED, review=mine), again=again)


@hangs(praised.published)
def _published(sitter: Sitter) -> Iterator[Screen]:
    for reading in _readings(sitter):
        for own in (True, False):
            yield praised.published(reading, own=own)


@hangs(praised.decided)
def _decided(sitter: Sitter) -> Iterator[Screen]:
    for reading in _readings(sitter):
        for own in (True, False):
            for hidden in (True, False):
                yield praised.decided(reading, own=own, hidden=hidden)


@hangs(reported.queue)
def _queue(sitter: Sitter) -> Iterator[Screen]:
    yield reported.queue([_case(sitter)] * sitter.many)


@hangs(reported.case)
def _cases(sitter: Sitter) -> Iterator[Screen]:
    for hidden in (True, False):
        yield reported.case(_case(sitter, hidden=hidden))
        yield reported.case(_case(sitter, hidden=hidden), news=NEWS)
