"""One line of a booking's story as a sentence: what happened, who was told, where money went."""

from collections.abc import Mapping
from datetime import datetime
from typing import Final

from bot.screens import deliveries
from core.chat import Code, Series, Text, Value, When, _, _n
from core.desk.audit import Line, Source
from core.money import Money
from core.payments.ledger import Kind
from core.prepaid.credits import CreditKind

EVENTS: Final[Mapping[str, Text]] = {
    "booking.held": _("The time was held."),
    "booking.requested": _("The mentor was asked to accept."),
    "booking.accepted": _("The request was accepted."),
    "booking.declined": _("The request was declined."),
    "booking.proposed": _("The mentor proposed other times."),
    "booking.proposal_refused": _("The proposed times were refused."),
    "booking.confirmed": _("The session was confirmed."),
    "booking.moved": _("The session was moved."),
    "booking.canceled": _("The booking was canceled."),
    "booking.expired": _("The booking lapsed."),
    "booking.checked_in": _("Was there."),
    "booking.completed": _("Proposed outcome: the session took place."),
    "booking.student_no_show": _("Proposed outcome: the student did not come."),
    "booking.mentor_no_show": _("Proposed outcome: the mentor did not come."),
    "booking.disputed": _("Objected to the outcome: a dispute."),
    "booking.settled": _("The session was settled."),
    "booking.refunded": _("The session was refunded in full."),
    "booking.noted": _("Notes were written for the session."),
    "booking.given_back": _("Staff gave money back by hand."),
    "dispute.stated": _("The other side said how they saw it."),
    "dispute.resolved": _("Staff decided the dispute."),
    "mentor.marked": _("It counts as a session that the mentor has missed."),
    "room.lost": _("A message in the room could not be delivered."),
    "room.thread_lost": _("The thread of the session is gone; messages are carried instead."),
    "wallet.credited": _("Money became credit."),
    "payment.intended": _("A payment was prepared."),
    "payment.opened": _("The pay link was opened."),
    "payment.processing": _("The payment is on its way."),
    "payment.paid": _("The payment arrived."),
    "payment.late": _("The payment arrived late."),
    "payment.expired": _("The pay link expired."),
    "payment.failed": _("The payment failed."),
    "payment.refused": _("The provider refused the payment."),
    "payment.flagged": _("The payment needs a human eye."),
    "payment.refunded": _("Money went back at the provider's own dashboard."),
    "refund.wanted": _("A refund was decided."),
    "refund.pending": _("The provider works on a refund."),
    "refund.succeeded": _("A refund went out."),
    "refund.failed": _("A refund failed."),
    "refund.mended": _("A failed refund was taken care of."),
    "review.given": _("A review was written."),
    "review.answered": _("The mentor replied to a review."),
    "review.replied": _("The mentor replied to a review."),
    "review.published": _("A review was published."),
    "review.reported": _("A review was reported."),
    "review.decided": _("Staff decided about a review."),
}
KINDS: Final[Mapping[Kind, Text]] = {
    Kind.CAPTURE: _("Books: payment taken in"),
    Kind.REFUND: _("Books: refund"),
    Kind.SPEND: _("Books: credit spent"),
    Kind.UNSPEND: _("Books: credit given back unused"),
    Kind.CREDIT: _("Books: money became credit"),
    Kind.JOIN: _("Books: two wallets became one"),
    Kind.SETTLE: _("Books: shared out"),
    Kind.PACK: _("Books: a session of a pack"),
    Kind.PLAN: _("Books: minutes of a plan"),
    Kind.PULL_BACK: _("Books: taken back from who had it"),
}
ACCOUNTS: Final[Mapping[str, Text]] = {
    "provider": _("payment provider"),
    "held": _("kept for the session"),
    "pack": _("kept for the pack"),
    "wallet": _("student's credit"),
    "earned": _("mentor"),
    "house": _("community"),
}
CREDITS: Final[Mapping[CreditKind, Text]] = {
    CreditKind.BOUGHT: _("the pack was bought."),
    CreditKind.RESERVED: _("a session of the pack was taken."),
    CreditKind.CAPTURED: _("the session of the pack was used."),
    CreditKind.RELEASED: _("the session came back into the pack."),
    CreditKind.EXPIRED: _("sessions ended with the pack."),
    CreditKind.REFUNDED: _("sessions of the pack were refunded."),
    CreditKind.ADJUSTED: _("staff changed the sessions."),
}
REASONS: Final[Mapping[str, Text]] = {
    "by_student": _("by the student"),
    "by_mentor": _("by the mentor"),
    "by_staff": _("by staff"),
    "unpaid": _("not paid in time"),
    "unanswered": _("not answered in time"),
    "payment_failed": _("the payment failed"),
    "released": _("let go"),
    "moved": _("for another time"),
    "move_refused": _("the proposed times did not suit"),
    "refunded": _("the money went back"),
    "declined": _("offer declined"),
    "dispute": _("by a dispute"),
}
SOMETHING: Final = _("Something else was written down.")
"""What an event is that no sentence is left for."""


def sentence(line: Line, currency: str) -> Text:
    match line.source:
        case Source.NOTICE:
            return deliveries.sentence(line)
        case Source.BOOKS:
            return _books(line)
        case Source.CREDITS:
            return _credits(line)
        case Source.WEBHOOK:
            return _("{provider} reported: {kind}", provider=Code(line.who), kind=Code(line.key))
        case _:
            return _event(line, currency)


def _event(line: Line, currency: str) -> Text:
    what = EVENTS.get(line.key, SOMETHING)
    extras = _extras(line, currency)
    if line.who and extras:
        return _("{who}: {what} ({details})", who=line.who, what=what, details=Series(extras))
    if line.who:
        return _("{who}: {what}", who=line.who, what=what)
    return _("{what} ({details})", what=what, details=Series(extras)) if extras else what


def _extras(line: Line, currency: str) -> tuple[Value, ...]:
    """What more is known: an amount, a reason, the time before a move."""
    facts, found = line.facts, list[Value]()
    for name in ("amount", "refunded"):
        if isinstance(amount := facts.get(name), int):
            found.append(Money(amount, str(facts.get("currency") or currency)))
    if isinstance(before := facts.get("before"), str):
        found.append(_("before: {time}", time=When(datetime.fromisoformat(before))))
    if (reason := REASONS.get(str(facts.get("reason")))) is not None:
        found.append(reason)
    if isinstance(stars := facts.get("stars"), int):
        found.append("★" * stars)
    if note := facts.get("note"):
        found.append(_("“{words}”", words=str(note)))
    return tuple(found)


def _credits(line: Line) -> Text:
    """What happened to a session of a pack."""
    left = line.facts.get("left")
    what, count = CREDITS[CreditKind(line.key)], left if isinstance(left, int) else 0
    said = _n(
        "{code}: {what} {n} is left.",
        "{code}: {what} {n} are left.",
        count,
        code=Code(line.detail),
        what=what,
    )
    return _("{who}: {what}", who=line.who, what=said) if line.who else said


def _books(line: Line) -> Text:
    moves = Series(
        tuple(
            _("{account} {amount}", account=ACCOUNTS[account], amount=amount)
            for account, amount in line.moves
        )
    )
    return _("{what}: {moves}", what=KINDS[Kind(line.key)], moves=moves)
