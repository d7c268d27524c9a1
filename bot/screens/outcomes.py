"""A session's end, as whole screens: the letters about who came, and the closed door of the room."""

from datetime import datetime
from typing import Final

from bot.screens import bookings, prepaid
from bot.screens.view import View
from core.booking import attendance
from core.booking.life import AFTER, JOIN_OPENS, Booking, BookingState
from core.chat import Note, Paragraph, Screen, Text, Tone, When, _

NEXT: Final = _("You can close this page and go back to your chat.")


def here(view: View) -> Screen:
    """Somebody has said that they are here."""
    seen = attendance.seen_at(view.booking, mentor=not view.is_mentor)
    if seen:
        news = _("You are both here. Have a good session!")
    else:
        news = _("Noted. I tell you when {name} has not come in a while.", name=view.other)
    return bookings.card(view, news=news)


def waiting(view: View) -> Screen:
    """Told to both when one is there and the other is not."""
    if attendance.seen_at(view.booking, mentor=view.is_mentor):
        news = _(
            "{name} has not come yet. You may leave: that you were there is noted.",
            name=view.other,
        )
    else:
        news = _("{name} is waiting for you.", name=view.other)
    return bookings.card(view, news=news)


def proposed(view: View) -> Screen:
    """What the evidence says about a session that one of the two missed."""
    return bookings.card(view, news=_verdict(view))


def stands(view: View) -> Screen:
    """The mentor missed the session, and nobody has objected."""
    if view.share is not None and view.share.is_back:
        said = prepaid.back(is_mine=not view.is_mentor)
        return bookings.card(view, news=_("Nobody objected, so it stands. {back}", back=said))
    return bookings.card(
        view, news=_("Nobody objected, so it stands: the student gets all of the money back.")
    )


def closed(booking: Booking, now: datetime) -> Screen:
    """Why there is no room behind a join link."""
    opens = booking.starts_at - JOIN_OPENS
    if booking.state is BookingState.CONFIRMED and now < opens:
        title, why = _("You are early"), _("The room opens {time}.", time=When(opens))
    elif booking.state is BookingState.CONFIRMED or booking.state in AFTER:
        ended = _("It ended {time}.", time=When(booking.ends_at))
        early = _("It was said that it has taken place.")
        title, why = _("This session is over"), early if now < booking.ends_at else ended
    else:
        title, why = _("This session is off"), _("Your chat shows what became of it.")
    return Screen(title, (Paragraph(why), Note(NEXT)), tone=Tone.NEUTRAL)


def objected(view: View) -> Screen:
    """For the other side, when one of the two objects."""
    news = _("{name} says that something was wrong with your session.", name=view.other)
    return bookings.card(view, news=news)


def stated(view: View) -> Screen:
    """For the one who objected, when the other side has answered."""
    return bookings.card(view, news=_("{name} has said how they saw it.", name=view.other))


def resolved(view: View) -> Screen:
    news = _("The staff has decided about your session with {name}.", name=view.other)
    return bookings.card(view, news=news)


def _verdict(view: View) -> Text:
    missed_by_student = view.booking.outcome == BookingState.STUDENT_NO_SHOW
    if missed_by_student is not view.is_mentor:
        return _("It looks as if you missed the session with {name}.", name=view.other)
    if missed_by_student:
        return _("It looks as if {name} missed the session. Nothing is given back for it.", name=view.other)
    if view.share is not None:
        return _("It looks as if {name} missed the session. You get the session back.", name=view.other)
    return _("It looks as if {name} missed the session. You get all of your money back.", name=view.other)
