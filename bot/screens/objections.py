"""A dispute as the two of a booking see it: the objection, the other view, what was decided."""

from bot.screens import prepaid
from bot.screens.view import View
from core.booking.disputes import LONGEST, Dispute
from core.booking.life import Who
from core.chat import (
    Button,
    Control,
    Fact,
    Facts,
    Field,
    FieldKind,
    Form,
    Note,
    Paragraph,
    Part,
    Route,
    Screen,
    Style,
    Text,
    _,
    to,
)
from core.money import Money


def object_form(view: View) -> Screen:
    short = view.booking.short
    hint = _("{name} and the staff will read it", name=view.other)
    return _form(
        _("What was wrong with the session?"),
        Field("objection", _("What happened"), FieldKind.LONG, hint=hint, max_length=LONGEST),
        submit=to("dispute.open", short),
        reopen=to("dispute.form", short),
    )


def state_form(view: View) -> Screen:
    short = view.booking.short
    hint = _("{name} and the staff will read it", name=view.other)
    return _form(
        _("How did you see the session?"),
        Field("statement", _("Your view"), FieldKind.LONG, hint=hint, max_length=LONGEST),
        submit=to("dispute.state", short),
        reopen=to("dispute.state_form", short),
    )


def words(view: View) -> list[Part]:
    """The dispute on the booking's card."""
    dispute = view.dispute
    if dispute is None:
        return []
    mine = is_own(view, dispute)
    objection = _("Your objection") if mine else _("Objection of {name}", name=view.other)
    facts = [Fact(objection, dispute.reason)]
    if dispute.statement:
        answer = _("{name}'s view", name=view.other) if mine else _("Your view")
        facts.append(Fact(answer, dispute.statement))
    if dispute.decided_at is not None:
        facts.append(Fact(_("The staff decided"), dispute.note))
        return [Facts(tuple(facts)), Paragraph(_given_back(view, dispute))]
    return [Facts(tuple(facts)), Note(_("The staff of the community decides. Until then no money moves."))]


def controls(view: View) -> list[Control]:
    """The other side may say once how they saw it."""
    dispute = view.dispute
    if dispute is None or not dispute.is_open or dispute.stated_at is not None or is_own(view, dispute):
        return []
    route = to("dispute.state_form", view.booking.short)
    return [Button(_("Say how you saw it"), route, Style.PRIMARY)]


def is_own(view: View, dispute: Dispute) -> bool:
    """Whether the one who looks is the one who objected."""
    return view.is_mentor is (dispute.by is Who.MENTOR)


def _given_back(view: View, dispute: Dispute) -> Text:
    money = Money(dispute.refunded or 0, view.booking.currency)
    if view.share is not None and view.share.is_back:
        return prepaid.back(is_mine=not view.is_mentor)
    if not money:
        return _("Nothing is given back.")
    if view.is_mentor:
        return _("{amount} goes back to {name}.", amount=money, name=view.other)
    return _("{amount} goes back to you.", amount=money)


def _form(title: Text, field: Field, *, submit: Route, reopen: Route) -> Screen:
    return Screen(title, form=Form(title, (field,), submit=submit, reopen=reopen))
