"""Who was there, as it stands on the card: "I'm here", the evidence, and the way to object."""

from bot.screens.view import View
from core.booking import attendance
from core.booking.life import AFTER, JOIN_OPENS, OUTCOMES, BookingState
from core.chat import Button, Control, Note, Part, Style, Text, When, WhenStyle, _, to


def words(view: View) -> list[Part]:
    """What is known of who came, while the room is open and after; and until when one may object."""
    booking = view.booking
    if booking.state is BookingState.CONFIRMED and view.now >= booking.starts_at - JOIN_OPENS:
        return [Note(said) for said in _signs(view)]
    if booking.state not in AFTER:
        return []
    parts: list[Part] = [Note(said) for said in (*_signs(view), *_absences(view))]
    if attendance.may_object(booking, view.now) and booking.stands_at is not None:
        parts.append(
            Note(
                _(
                    "This stands from {time} on, unless one of you says that something was wrong.",
                    time=When(booking.stands_at),
                )
            )
        )
    return parts


def controls(view: View) -> list[Control]:
    """ "I'm here" while it counts, and the way to object until the outcome stands."""
    booking = view.booking
    if attendance.is_open(booking, view.now):
        seen = attendance.seen_at(booking, mentor=view.is_mentor)
        return [] if seen else [Button(_("I'm here"), to("booking.here", booking.short), Style.SUCCESS)]
    if attendance.may_object(booking, view.now):
        return [Button(_("Something was wrong"), to("dispute.form", booking.short))]
    return []


def _signs(view: View) -> list[Text]:
    own = attendance.seen_at(view.booking, mentor=view.is_mentor)
    others = attendance.seen_at(view.booking, mentor=not view.is_mentor)
    said = [_("You were there at {time}.", time=When(own, WhenStyle.CLOCK))] if own else []
    if others:
        said.append(_("{name} was there at {time}.", name=view.other, time=When(others, WhenStyle.CLOCK)))
    return said


def _absences(view: View) -> list[Text]:
    """Only where it decides something: that neither pressed a button says nothing."""
    if view.booking.state not in OUTCOMES or not attendance.is_one_alone(view.booking):
        return []
    if attendance.seen_at(view.booking, mentor=view.is_mentor):
        return [_("{name} was not seen.", name=view.other)]
    return [_("You were not seen.")]
