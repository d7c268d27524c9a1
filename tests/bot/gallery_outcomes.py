"""Samples of the screens about who came, about disputes, and of the staff's desk."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

from bot.screens import audit, casework, disputes, objections, outcomes, queues, register
from bot.screens.queues import FailedRefund
from bot.screens.view import View
from core.booking.canceling import Back, Quote
from core.booking.disputes import Dispute
from core.booking.life import AFTER, BookingState, Who
from core.chat import File, Screen
from core.desk.audit import Line, Source
from core.desk.register import PAGE, Entry, Found, Purse
from core.messages.outbox import NoticeState
from core.money import Money
from core.payments.ledger import Kind
from core.payments.refunds import Refund
from tests.bot.sitters import NOW, START, Sitter, filled
from tests.bot.walls import alike, hangs

END = NOW + timedelta(minutes=30)
UNTIL = NOW + timedelta(hours=3)
HOUR = timedelta(hours=1)


def _dispute(sitter: Sitter, **changes: Any) -> Dispute:
    """As long as its words can be, where there is much of everything."""
    long = sitter.many > 1
    said = {
        "by": Who.STUDENT,
        "proposed": "completed",
        "reason": filled(sitter.topic or "α", 1_000) if long else sitter.topic or "α",
        "opened_at": NOW,
        "statement": "",
        "refunded": None,
        "note": "",
    }
    return Dispute(**said | changes)


def _decided(sitter: Sitter) -> Dispute:
    words = filled(sitter.topic or "α", 1_000 if sitter.many > 1 else 5)
    money = {"refunded": sitter.hourly.amount, "note": words[:500]}
    return _dispute(sitter, statement=words, stated_at=NOW, decided_at=NOW, **money)


def _over(sitter: Sitter, **changes: Any) -> View:
    """A session that began an hour ago and is over."""
    began = {"starts_at": NOW - timedelta(hours=1), "ends_at": NOW - timedelta(minutes=10)}
    return sitter.view(**{"state": BookingState.COMPLETED, "stands_at": UNTIL, **began, **changes})


def _views(sitter: Sitter) -> Iterator[View]:
    """Before, during and after, with and without signs, as both sides see it."""
    on: dict[str, Any] = {"state": BookingState.CONFIRMED, "starts_at": NOW, "ends_at": END}
    here: dict[str, Any] = {"student_here_at": NOW, "mentor_here_at": NOW}
    views = [
        sitter.view(**on),
        sitter.view(**on, join_url="https://example.org/j/1"),
        sitter.view(**on, student_here_at=NOW),
        sitter.view(**on, **here),
        *(_over(sitter, state=state, outcome="mentor_no_show", **here) for state in AFTER),
        _over(sitter, state=BookingState.STUDENT_NO_SHOW, outcome="student_no_show", mentor_here_at=NOW),
        _over(sitter, state=BookingState.MENTOR_NO_SHOW, outcome="mentor_no_show", student_here_at=NOW),
        _over(sitter, state=BookingState.DISPUTED, dispute=_dispute(sitter)),
        _over(sitter, state=BookingState.SETTLED, dispute=_decided(sitter)),
    ]
    for view in views:
        yield view
        yield replace(view, is_mentor=True)


for function in (
    *(outcomes.here, outcomes.waiting, outcomes.proposed, outcomes.stands),
    *(outcomes.objected, outcomes.stated, outcomes.resolved),
):
    hangs(function)(lambda sitter, function=function: map(function, _views(sitter)))  # type: ignore[misc]
for form in (objections.object_form, objections.state_form):
    hangs(form)(lambda sitter, form=form: iter([form(_over(sitter))]))  # type: ignore[misc]


@hangs(outcomes.closed)
def _closed(sitter: Sitter) -> Iterator[Screen]:
    for state in BookingState:
        yield outcomes.closed(sitter.booking(state), NOW)
        yield outcomes.closed(sitter.booking(state), START + timedelta(days=1))


# --- staff ------------------------------------------------------------------------------------


def _entry(sitter: Sitter, state: BookingState = BookingState.CONFIRMED, **changes: Any) -> Entry:
    booking = sitter.booking(state, **{"created_at": NOW, "outcome": "", "closed_note": ""} | changes)
    return Entry(booking, sitter.name[:100], sitter.name[:100])


def _purse(sitter: Sitter) -> Purse:
    money = sitter.hourly
    return Purse(money, money, money, money, money)


def _case(sitter: Sitter, dispute: Dispute) -> disputes.Case:
    seen = {"student_here_at": NOW, "mentor_here_at": None}
    entry = _entry(sitter, BookingState.DISPUTED, **seen)
    return disputes.Case(dispute, entry, sitter.hourly)


alike(disputes.queue, lambda s: ([_case(s, _dispute(s))] * s.many,))
alike(disputes.case, lambda s: (_case(s, _dispute(s)),), lambda s: (_case(s, _decided(s)),))
alike(disputes.resolve_form, lambda s: (_case(s, _dispute(s)),))
alike(register.filter_form, lambda s: ({}, "-"), lambda s: ({"student": s.name[:100]}, "A1B2"))
alike(
    casework.cancel_form,
    *(
        lambda s, back=back: (_entry(s), Quote(s.hourly, s.hourly, 100, None, HOUR, back=back))
        for back in Back
    ),
    lambda s: (_entry(s), Quote(s.hourly - s.hourly, s.hourly, 0, None, HOUR)),
)
alike(casework.refund_form, lambda s: (_entry(s), s.hourly, "40"))
alike(casework.move_days, lambda s: (_entry(s), {each.date(): [each] for each in s.starts()}))
alike(casework.move_times, lambda s: (_entry(s), s.starts()))
alike(queues.paused, lambda s: ([s.mentor(paused_at=NOW)] * s.many,))
alike(
    queues.refunds,
    lambda s: (
        [
            FailedRefund(
                Refund(id=1, amount=s.hourly.amount, currency=s.hourly.currency, created_at=NOW),
                "NP-20261124-K7Q2M",
                s.name,
            )
        ]
        * s.many,
    ),
)


@hangs(register.listing)
def _listing(sitter: Sitter) -> Iterator[Screen]:
    entries = [_entry(sitter)] * min(sitter.many, PAGE)
    for page in range(2):
        yield register.listing(Found(entries, sitter.many, page), "A1B2")


@hangs(casework.card)
def _card(sitter: Sitter) -> Iterator[Screen]:
    for state in BookingState:
        extras = {"closed_note": filled(sitter.agenda, 500) if sitter.agenda else "", "revision": 2}
        for outcome in ("", "mentor_no_show"):
            entry = _entry(sitter, state, stands_at=UNTIL, outcome=outcome, **extras)
            is_disputed = state is BookingState.DISPUTED
            yield casework.card(casework.Case(entry, _purse(sitter), is_disputed, sitter.many, NOW))


@hangs(casework.refund_ask)
def _refund_ask(sitter: Sitter) -> Iterator[Screen]:
    note = filled(sitter.agenda or "α", 500)
    for yes in (True, False):
        entry, money = _entry(sitter), sitter.hourly
        yield casework.refund_ask(entry, money, money, note, "A1B2C3", as_credit=yes, is_shared=yes)


@hangs(audit.story)
def _story(sitter: Sitter) -> Iterator[Screen]:
    entry, lines = _entry(sitter), list(_lines(sitter))
    file = File("NP.txt", b"x", "text/plain", audit.alt(entry.booking))
    for page in range(0, len(lines) // audit.PAGE + 1):
        yield audit.story(entry, lines, page, file if page else None)
    yield audit.story(entry, [], 0)


def _lines(sitter: Sitter) -> Iterator[Line]:
    facts = {"amount": 5, "reason": "by_staff", "note": sitter.agenda, "before": START.isoformat()}
    for key in ("booking.held", "booking.moved", "refund.wanted", "review.given", "of.old"):
        yield Line(NOW, Source.EVENT, key, sitter.name, facts)
        yield Line(NOW, Source.EVENT, key)
    for state in NoticeState:
        due = {"state": str(state), "due": NOW}
        for kind in ("reminder.60", "one_waits"):
            for way, problem in (("discord:direct", "moved"), ("discord:nudge", "50007"), ("x:thread", "")):
                yield Line(NOW, Source.NOTICE, kind, sitter.name, due, detail=way, problem=problem)
    moves = (("held", sitter.hourly), ("house", Money(1, sitter.hourly.currency)))
    for entry in Kind:
        yield Line(NOW, Source.BOOKS, entry, moves=moves)
    yield Line(NOW, Source.WEBHOOK, "checkout.session.completed", "stripe")
