"""Packs and seats as somebody sees them."""

from sqlalchemy.orm import Session

from bot.screens.pack_news import PackView
from bot.screens.seat_news import SeatView
from core.people import mentors, people
from core.prepaid import caring, credits, packs
from core.prepaid.packs import Pack, PackState
from core.prepaid.seats import Seat

BOUGHT = (PackState.ACTIVE, PackState.USED, PackState.EXPIRED, PackState.REFUNDED)


def of(session: Session, pack: Pack, person_id: int) -> PackView:
    """A pack; whoever is not its student reads of it as its mentor does."""
    mentor = mentors.find(session, pack.mentor_id)
    return PackView(
        pack=pack,
        mentor=mentor.name,
        slug=mentor.slug,
        student=people.find(session, pack.student_id).name,
        left=credits.left(session, pack.id),
        is_mentor=person_id != pack.student_id,
        is_left=caring.is_left_behind(session, pack),
    )


def of_seat(session: Session, seat: Seat, person_id: int) -> SeatView:
    """A seat, with the pack that was bought last for it."""
    bought = packs.of_pair(session, seat.mentor_id, seat.student_id, *BOUGHT)
    return SeatView(
        seat=seat,
        mentor=mentors.find(session, seat.mentor_id).name,
        student=people.find(session, seat.student_id).name,
        pack=max(bought, key=lambda pack: pack.id, default=None),
        is_mentor=person_id != seat.student_id,
    )
