"""Money on its way back, step by step: for the one who paid, and for staff where it does not arrive."""

from core.chat import Button, Code, Fact, Facts, Note, Paragraph, Screen, Style, Text, Tone, _, to
from core.payments.refunds import Mended, Refund

STEPS = {
    "refund_wanted": (_("Your refund has begun"), Tone.WAITING),
    "refund_pending": (_("Your refund is being processed"), Tone.WAITING),
    "refunded": (_("Your money is on its way back"), Tone.GOOD),
    "refund_failed": (_("Your refund did not work"), Tone.BAD),
}
WORDS = {
    "refund_wanted": _("I have asked for it to be sent back to where you paid from."),
    "refund_pending": _("The payment provider has taken it on. That can take a few days."),
    "refunded": _("Banks take a few days to show it."),
    "refund_failed": _("Your money is not lost: the staff has been told and takes care of it."),
}
MENDED = {
    Mended.AGAIN: _("It has been tried again."),
    Mended.CREDIT: _("It was given as credit."),
    Mended.ELSEWHERE: _("It was sent at the provider's own dashboard."),
}


def step(kind: str, paid_for: Facts, *, subject: str) -> Screen:
    """How far one refund is, for the one who paid."""
    title, tone = STEPS[kind]
    return Screen(title, (paid_for, Note(WORDS[kind])), subject=subject, tone=tone)


def failed(refund: Refund, code: str, student: str, *, news: Text | None = None) -> Screen:
    """For staff: a refund that did not arrive, and what can be done about it."""
    facts = Facts(
        (
            Fact(_("Amount"), refund.money),
            Fact(_("Student"), student),
            Fact(_("Booking"), Code(code)),
        )
    )
    if news or refund.mended:
        told = Paragraph(news or MENDED[refund.mended])
        return Screen(
            _("This refund is taken care of"), (told, facts), subject=subject(refund), tone=Tone.GOOD
        )
    ways = Paragraph(
        _(
            "Try it again, give it as credit, or send it by hand at the payment provider's own dashboard: "
            "I notice that by myself."
        )
    )
    return Screen(
        _("A refund did not work"),
        (ways, facts),
        (
            Button(_("Try again"), to("refund.retry", refund.id), Style.PRIMARY),
            Button(_("Give it as credit"), to("refund.credit", refund.id)),
        ),
        subject=subject(refund),
        tone=Tone.BAD,
    )


def subject(refund: Refund) -> str:
    """What the messages to staff about a refund are filed under."""
    return f"failed:{refund.id}"
