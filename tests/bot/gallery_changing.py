"""Samples of the screens about changing a session: moving, canceling, proposals, and mentors who cancel too often."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

from bot.screens import bookings, canceling, changing, noes, picking, proposing, refusals, standing
from bot.screens.canceling import Offer
from bot.screens.picking import Picker
from bot.visit import stamp
from core.booking.canceling import CALLED_OFF, Quote
from core.booking.life import Booking, BookingState, Who
from core.booking.proposals import LONGEST_NOTE, Proposal, ProposalState
from core.booking.standing import Standing
from core.chat import Screen, Text, _, to
from core.errors import Conflict
from core.money import Money
from core.policy import Tier
from core.schedule.times import Reason
from tests.bot.sitters import DAY, NOW, START, Sitter, filled
from tests.bot.walls import alike, hangs

SHORT = "K7Q2M9AB"
SIGNED = to("booking.call_off", SHORT, "c99", "10000000", "6b03f890", "A" * 16)
JOINED = "hsyq8.hsyqa.hsyqc"
CHANGERS = (Who.STUDENT, Who.MENTOR, Who.STAFF)


def confirmed(sitter: Sitter, **changes: object) -> Booking:
    return sitter.booking(BookingState.CONFIRMED, **changes)


def proposal(sitter: Sitter) -> Proposal:
    note = filled(sitter.agenda, LONGEST_NOTE) if sitter.agenda else ""
    return Proposal(
        id=1,
        booking_id=1,
        revision=0,
        times=[start.isoformat() for start in sitter.starts()[:3]] or [START.isoformat()],
        note=note,
        state=ProposalState.OPEN,
        proposed_at=NOW,
        open_until=START,
    )


@hangs(changing.hub)
def _hub(sitter: Sitter) -> Iterator[Screen]:
    for who in CHANGERS:
        for refused in (None, noes.SENTENCES["move.same"]):
            for open_one in (None, proposal(sitter)):
                booking = confirmed(sitter)
                yield changing.hub(booking, who, sitter.name, refused=refused, proposal=open_one)
    for open_one in (proposal(sitter), None):
        view = sitter.view(BookingState.CONFIRMED, proposal=open_one)
        for side in (view, replace(view, is_mentor=True)):
            yield bookings.card(side)
            for proposed in (True, False):
                for before in (START - timedelta(days=1), None):
                    yield bookings.card(side, news=changing.moved(side, before, proposed=proposed))


@hangs(changing.check)
def _check(sitter: Sitter) -> Iterator[Screen]:
    for who in (Who.STUDENT, Who.STAFF):
        for moves in (0, 1):
            yield changing.check(confirmed(sitter, moves=moves), who, sitter.name, START)


alike(changing.done, lambda s: (confirmed(s), s.name, canceling.off(s.hourly, as_credit=False)))


def _quotes(sitter: Sitter) -> Iterator[Quote]:
    nothing, price = Money(0, sitter.hourly.currency), sitter.hourly
    day = timedelta(hours=30)
    yield Quote(price, nothing, 100, Tier(24, 100), day)
    yield Quote(price, price, 50, Tier(4, 50), timedelta(hours=5), price)
    yield Quote(nothing, price, 0, Tier(0, 0), timedelta(minutes=90))
    yield Quote(price, nothing, 100, None, day)
    yield Quote(nothing, nothing, 100, None, day)


@hangs(canceling.quote)
def _quote(sitter: Sitter) -> Iterator[Screen]:
    for booking in (confirmed(sitter), confirmed(sitter, anchored_at=START - timedelta(days=2))):
        for found in _quotes(sitter):
            for nearest, stays in (((), _too_late()), (sitter.starts()[:3], None)):
                offer = Offer(found, SIGNED, SIGNED, nearest, stays)
                for who in CHANGERS:
                    yield canceling.quote(booking, who, sitter.name, offer)
    yield from _off(sitter)


def _too_late() -> Text:
    return refusals.sentence(Conflict("move.late", ahead=timedelta(hours=24)))


def _off(sitter: Sitter) -> Iterator[Screen]:
    nothing, price = Money(0, sitter.hourly.currency), sitter.hourly
    for reason in CALLED_OFF:
        view = sitter.view(BookingState.CANCELED, closed_reason=reason, closed_note=sitter.agenda)
        for side in (view, replace(view, is_mentor=True)):
            yield bookings.card(side)
            for back, credit in ((price, nothing), (nothing, price), (nothing, nothing)):
                yield bookings.card(side, news=canceling.canceled(side, back, credit))
    for as_credit in (True, False):
        yield bookings.card(view, news=canceling.off(price, as_credit=as_credit))
    yield bookings.card(view, news=canceling.off(nothing, as_credit=False))


alike(
    canceling.reason_form,
    lambda s: (confirmed(s), s.name),
    submit=SIGNED,
    reopen=to("booking.why", *SIGNED.args),
)


@hangs(proposing.gathered)
def _gathered(sitter: Sitter) -> Iterator[Screen]:
    for count in (1, 3):
        yield proposing.gathered(confirmed(sitter), sitter.name, (START,) * count, JOINED)


alike(proposing.note_form, lambda s: (confirmed(s), s.name, JOINED))


@hangs(proposing.shown)
def _shown(sitter: Sitter) -> Iterator[Screen]:
    for booking in (confirmed(sitter), sitter.booking(BookingState.REQUESTED)):
        for is_mentor in (True, False):
            yield proposing.shown(booking, sitter.name, proposal(sitter), is_mentor=is_mentor)


def _picker(sitter: Sitter, *, has_zone: bool) -> Picker:
    return Picker(
        title=_("Other times for {name}", name=sitter.name),
        subject="booking:K7Q2M9AB",
        length=timedelta(minutes=90),
        to_page=lambda page: to("propose.days", SHORT, page, JOINED),
        to_day=lambda day: to("propose.times", SHORT, f"{day:%Y%m%d}", JOINED),
        to_time=lambda start: to("propose.gather", SHORT, stamp(start)),
        ways=changing.back(confirmed(sitter), Who.STUDENT),
        today=NOW.date(),
        zone=sitter.zone,
        has_zone=has_zone,
    )


@hangs(picking.days)
def _days(sitter: Sitter) -> Iterator[Screen]:
    free = {DAY + timedelta(days=n): [START + timedelta(days=n)] * (n + 1) for n in range(sitter.many)}
    for page in (0, 1):
        yield picking.days(_picker(sitter, has_zone=bool(page)), free, page, Reason.BUSY)


@hangs(picking.clock_times)
def _clock_times(sitter: Sitter) -> Iterator[Screen]:
    others = {DAY + timedelta(days=n): [START + timedelta(days=n)] for n in (3, 15)}
    for free in ({}, others, {DAY: sitter.starts()}):
        found = {day: starts for day, starts in free.items() if starts}
        yield picking.clock_times(_picker(sitter, has_zone=True), found, DAY, Reason.NOTICE)
    yield refusals.screen(
        Conflict("move.not_free", reason=Reason.BUSY, nearest=sitter.starts()[:3], short=SHORT), retry=None
    )
    yield refusals.screen(Conflict("quote.expired", short=SHORT), retry=None)


FOUND = Standing(3, 12)
alike(standing.warned, lambda s: (FOUND, s.name))
alike(standing.paused, lambda s: (FOUND,))
alike(standing.resumed, lambda s: ())
alike(standing.to_decide, lambda s: (s.mentor(paused_at=NOW), FOUND))
alike(standing.opened, lambda s: (s.mentor(),))
