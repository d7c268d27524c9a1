"""What a pay link shows when there is nothing to pay, and what happens after paying."""

from core.booking.life import Booking, BookingState
from core.chat import Fact, Facts, Note, Paragraph, Screen, Text, Tone, When, _
from core.payments.payments import PaymentState

NEXT = _("You can close this page and go back to your chat.")


def done(booking: Booking, payment: PaymentState, mentor: str) -> Screen:
    """What happens next, for someone who comes back from the provider."""
    if booking.state is BookingState.CONFIRMED:
        return Screen(
            _("Your session is confirmed"),
            (
                Facts((Fact(_("Mentor"), mentor), Fact(_("When"), When(booking.starts_at)))),
                Paragraph(_("I remind you both. The join link comes 10 minutes before the start.")),
                Note(NEXT),
            ),
            tone=Tone.GOOD,
        )
    if payment is PaymentState.PAID:
        return Screen(
            _("Your payment has arrived late"),
            (
                Paragraph(
                    _("The time was gone by then. In your chat you can take another one or have it back.")
                ),
                Note(NEXT),
            ),
            tone=Tone.WAITING,
        )
    return Screen(
        _("Thank you"),
        (
            Paragraph(
                _(
                    "I am waiting for the provider to say that your payment has arrived. Your chat will show it."
                )
            ),
            Note(NEXT),
        ),
        tone=Tone.WAITING,
    )


def nothing(booking: Booking, payment: PaymentState, mentor: str, why: Text) -> Screen:
    """Why there is nothing to pay behind this link."""
    if booking.state is BookingState.CONFIRMED or payment is PaymentState.PAID:
        return done(booking, payment, mentor)
    return Screen(_("There is nothing to pay here"), (Paragraph(why), Note(NEXT)), tone=Tone.NEUTRAL)
