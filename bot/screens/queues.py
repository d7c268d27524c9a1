"""What waits for staff besides applications and disputes: refunds that failed, mentors who are paused."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from core.chat import Button, Card, Code, Control, Paragraph, Screen, Style, Text, Tone, When, _, _n, to
from core.desk.queues import Counts
from core.payments.refunds import Refund
from core.people.mentors import Mentor

MOST: Final = 8


@dataclass(frozen=True, slots=True)
class FailedRefund:
    refund: Refund
    code: str
    student: str


def refunds(found: Sequence[FailedRefund]) -> Screen:
    cards = tuple(
        Card(
            _("{amount} to {name}", amount=each.refund.money, name=each.student),
            (_("{code}", code=Code(each.code)), _("decided {time}", time=When(each.refund.created_at))),
            Button(_("Look at it"), to("refund.show", each.refund.id), Style.PRIMARY),
        )
        for each in found[:MOST]
    )
    count = _n("{n} refund failed.", "{n} refunds failed.", len(found))
    return _queue(_("Failed refunds"), count, cards, _("No refund has failed."))


def paused(found: Sequence[Mentor]) -> Screen:
    cards = tuple(
        Card(
            _("{name}", name=mentor.name),
            (_("paused since {time}", time=When(mentor.paused_at)),) if mentor.paused_at else (),
            Button(_("Look at it"), to("standing.show", mentor.slug), Style.PRIMARY),
        )
        for mentor in found[:MOST]
    )
    count = _n("{n} mentor is paused.", "{n} mentors are paused.", len(found))
    return _queue(_("Paused mentors"), count, cards, _("No mentor is paused."))


def buttons(counts: Counts) -> tuple[Control, ...]:
    """A way to each queue, with how many wait there."""
    queues = (
        (_("Disputes ({n})", n=counts.disputes), "desk.disputes", counts.disputes),
        (_("Reported reviews ({n})", n=counts.reviews), "review.queue", counts.reviews),
        (_("Failed refunds ({n})", n=counts.refunds), "desk.refunds", counts.refunds),
        (_("Paused mentors ({n})", n=counts.paused), "desk.paused", counts.paused),
    )
    ways = [
        Button(label, to(route), Style.PRIMARY if waiting else Style.PLAIN)
        for label, route, waiting in queues
    ]
    return (*ways, Button(_("All bookings"), to("bookings-admin")))


def _queue(title: Text, count: Text, cards: tuple[Card, ...], empty: Text) -> Screen:
    back = Button(_("What waits"), to("staff"))
    if not cards:
        return Screen(title, (Paragraph(empty),), (back,), tone=Tone.GOOD)
    return Screen(title, (Paragraph(count), *cards), (back,), tone=Tone.WAITING)
