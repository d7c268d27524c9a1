"""What a pay link shows when there is nothing to pay, and what happens after paying."""

from core.booking.life import Booking, BookingState
from core.booking.wares import Ware
from core.chat import Fact, Facts, Link, Note, Paragraph, Screen, Text, Tone, When, _
from core.payments.payments import PaymentState
from core.prepaid.packs import Pack, PackState

NEXT = _("You can close this page and go back to your chat.")


def done(ware: Ware, payment: PaymentState, mentor: str) -> Screen:
    """What happens next, for someone who comes back from the provider."""
    return pack_done(ware, payment, mentor) if isinstance(ware, Pack) else session_done(ware, payment, mentor)


def pack_done(pack: Pack, payment: PaymentState, mentor: str) -> Screen:
    if pack.expires_at is not None:
        facts = (Fact(_("Mentor"), mentor), Fact(_("Valid until"), When(pack.expires_at)))
        return Screen(_("Your pack is paid"), (Facts(facts), Note(NEXT)), tone=Tone.GOOD)
    if payment is PaymentState.PAID:
        gone = Paragraph(_("The seat was gone by then, so all of it goes back to you."))
        return Screen(_("Your payment has arrived late"), (gone, Note(NEXT)), tone=Tone.WAITING)
    return awaited(payment)


def session_done(booking: Booking, payment: PaymentState, mentor: str) -> Screen:
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
    return awaited(payment)


def awaited(payment: PaymentState) -> Screen:
    """The provider has not said yet that the money is there, or nobody waits for it any more."""
    if payment is PaymentState.EXPIRED:
        late = Paragraph(_("If you have paid all the same, your chat shows what becomes of it."))
        return Screen(_("The time to pay is over"), (late, Note(NEXT)), tone=Tone.NEUTRAL)
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


def declined(pay_url: str) -> Screen:
    """Who comes back and has not paid: the card was declined, or they turned round before the end."""
    return Screen(
        _("Your payment did not go through"),
        (Paragraph(_("No money was taken. You can try again with another card or account.")),),
        (Link(_("Try again"), pay_url),),
        tone=Tone.BAD,
    )


def nothing(ware: Ware, payment: PaymentState, mentor: str, why: Text) -> Screen:
    """Why there is nothing to pay behind this link."""
    if ware.state in (BookingState.CONFIRMED, PackState.ACTIVE) or payment is PaymentState.PAID:
        return done(ware, payment, mentor)
    return Screen(_("There is nothing to pay here"), (Paragraph(why), Note(NEXT)), tone=Tone.NEUTRAL)
