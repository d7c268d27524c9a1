"""What a session is about, and the cancellation terms: the last step before paying, and what is said of it later."""

from collections.abc import Sequence
from datetime import timedelta

from bot.screens import wallet
from core.booking.life import Booking
from core.chat import Field, FieldKind, Form, Note, Paragraph, Part, Percent, Screen, Text, _, to
from core.money import Money
from core.people.mentors import Mentor
from core.policy import Policy, Tier


def agreement(
    booking: Booking,
    mentor: Mentor,
    *,
    credit: Money | None = None,
    ahead: Sequence[Part] = (),
    error: Text | None = None,
) -> Screen:
    """What it is about, and the terms; the last step before paying. `credit` is what the wallet pays of it, `ahead`
    what is said of a pack.
    """
    form = Form(
        _("Your session with {name}", name=mentor.name),
        (
            Field("topic", _("Topic"), hint=_("In a few words"), default=booking.topic, max_length=100),
            Field(
                "agenda",
                _("Agenda"),
                FieldKind.LONG,
                hint=_("What would you like to have understood afterwards?"),
                default=booking.agenda,
                required=False,
                max_length=500,
            ),
            Field(
                "terms",
                _("I accept the cancellation terms"),
                FieldKind.CHECK,
                hint=terms_short(booking.policy),
            ),
        ),
        submit=to("book.agree", booking.short),
        reopen=to("book.agree_form", booking.short),
        submit_label=_("Go on"),
    )
    parts = (Paragraph(error),) if error else ()
    return Screen(
        _("What is it about?"),
        (*parts, *terms(booking.policy), *ahead, *wallet.part(credit, booking.price)),
        form=form,
        subject=booking.subject,
    )


def terms(policy: Policy) -> tuple[Note, ...]:
    """The cancellation terms, a line a step."""
    return (Note(_("If you cancel:")), *(Note(_tier(policy, index)) for index in range(len(policy.tiers))))


def terms_short(policy: Policy) -> Text:
    """The first step alone, where there is little room."""
    tier = policy.tiers[0]
    if tier.hours == 0:
        return _("Canceled by you: {share} back", share=_share(tier))
    return _("{share} back until {span} before", share=_share(tier), span=timedelta(hours=tier.hours))


def agreed(policy: Policy) -> Note:
    """That the terms were accepted, where the payment is asked for."""
    return Note(_("You agreed to the cancellation terms: {terms}.", terms=terms_short(policy)))


def _tier(policy: Policy, index: int) -> Text:
    tier = policy.tiers[index]
    share, ahead = _share(tier), timedelta(hours=tier.hours)
    if index == 0 and tier.hours:
        return _("• at least {span} before: {share} back", span=ahead, share=share)
    if index == 0:
        return _("• at any time: {share} back", share=share)
    longest = timedelta(hours=policy.tiers[index - 1].hours)
    if tier.hours:
        return _("• {least} to {most} before: {share} back", least=ahead, most=longest, share=share)
    return _("• less than {span} before: {share} back", span=longest, share=share)


def _share(tier: Tier) -> Percent:
    return Percent(tier.percent * 100)
