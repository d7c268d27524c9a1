"""Disputes for the staff that decides them: the queue, the case, the decision."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.screens import prepaid
from bot.screens.bookings import STATES
from core.booking import attendance
from core.booking.disputes import LONGEST_NOTE, Dispute
from core.booking.life import OUTCOMES, BookingState, Who
from core.chat import (
    Button,
    Card,
    Code,
    Control,
    Fact,
    Facts,
    Field,
    FieldKind,
    FieldOption,
    Form,
    Paragraph,
    Screen,
    Style,
    Text,
    Tone,
    Value,
    When,
    WhenStyle,
    _,
    _n,
    to,
)
from core.desk.register import Entry
from core.money import Money

MOST = 8
HAPPENED = {
    BookingState.COMPLETED: _("The session took place"),
    BookingState.STUDENT_NO_SHOW: _("The student did not come"),
    BookingState.MENTOR_NO_SHOW: _("The mentor did not come"),
}


@dataclass(frozen=True, slots=True)
class Case:
    """A dispute with its booking; `left` is what can be given back, all of it as a session where `is_session`.

    `is_back`: a session of a pack came back.
    """

    dispute: Dispute
    entry: Entry
    left: Money
    is_session: bool = False
    is_back: bool = False

    @property
    def short(self) -> str:
        return self.entry.booking.short


def queue(cases: Sequence[Case]) -> Screen:
    """Those that wait, the oldest first."""
    title = _("Disputes")
    back = Button(_("What waits"), to("staff"))
    if not cases:
        return Screen(title, (Paragraph(_("No dispute is waiting.")),), (back,), tone=Tone.GOOD)
    count = _n("{n} dispute is waiting.", "{n} disputes are waiting.", len(cases))
    return Screen(title, (Paragraph(count), *map(_card, cases[:MOST])), (back,), tone=Tone.WAITING)


def case(case: Case, *, news: Text | None = None) -> Screen:
    """One of them, whole: both views, who was seen when, the money."""
    booking, dispute, seen = case.entry.booking, case.dispute, attendance.evidence(case.entry.booking)
    facts = [
        Fact(_("When"), When(booking.starts_at)),
        Fact(_("Mentor"), case.entry.mentor),
        Fact(_("Student"), case.entry.student),
        Fact(_("Mentor was there"), When(seen.mentor, WhenStyle.CLOCK) if seen.mentor else _("not seen")),
        Fact(_("Student was there"), When(seen.student, WhenStyle.CLOCK) if seen.student else _("not seen")),
        Fact(_("I had proposed"), STATES[BookingState(dispute.proposed)]),
        Fact(_("Objection of {name}", name=_name(case, dispute.by)), dispute.reason),
    ]
    if dispute.statement:
        other = Who.STUDENT if dispute.by is Who.MENTOR else Who.MENTOR
        facts.append(Fact(_("{name}'s view", name=_name(case, other)), dispute.statement))
    facts += _decision(case) if dispute.decided_at else [Fact(_("Can be given back"), _all(case))]
    return Screen(
        _("Dispute about {code}", code=Code(booking.code)),
        (*((Paragraph(news),) if news else ()), Facts(tuple(facts))),
        tuple(_controls(case)),
        subject=f"dispute:{case.short}",
        tone=Tone.WAITING if dispute.is_open else Tone.NEUTRAL,
    )


def resolve_form(case: Case) -> Screen:
    title = _("Decide about {code}", code=Code(case.entry.booking.code))
    backs = (
        FieldOption("none", _("Nothing")),
        FieldOption("part", _("A part")),
        FieldOption("full", _("All of it: {amount}", amount=_all(case))),
    )
    outcomes = tuple(FieldOption(state, HAPPENED[state]) for state in OUTCOMES)
    fields = (
        Field("refund", _("Give back"), FieldKind.CHOICE, default="none", options=backs),
        Field("amount", _("Amount, if a part"), required=False, max_length=20),
        Field(
            "outcome", _("What happened"), FieldKind.CHOICE, default=case.dispute.proposed, options=outcomes
        ),
        Field("note", _("Note"), FieldKind.LONG, hint=_("Both read it"), max_length=LONGEST_NOTE),
    )
    form = Form(
        title, fields, to("desk.resolve", case.short), to("desk.resolve_form", case.short), _("Decide")
    )
    return Screen(title, form=form, subject=f"dispute:{case.short}")


def _card(case: Case) -> Card:
    booking = case.entry.booking
    names = _("{mentor} and {student}", mentor=case.entry.mentor, student=case.entry.student)
    lines = (
        _("{code} · {amount}", code=Code(booking.code), amount=booking.price),
        _("waiting since {time}", time=When(case.dispute.opened_at)),
    )
    return Card(names, lines, Button(_("Look at it"), to("desk.dispute", case.short), Style.PRIMARY))


def _controls(case: Case) -> list[Control]:
    decide = Button(_("Decide"), to("desk.resolve_form", case.short), Style.PRIMARY)
    return [
        *([decide] if case.dispute.is_open else []),
        Button(_("The whole story"), to("audit.page", case.short, 0)),
        Button(_("All disputes"), to("desk.disputes")),
    ]


def _decision(case: Case) -> list[Fact]:
    back: Value = Money(case.dispute.refunded or 0, case.entry.booking.currency)
    if case.is_back:
        back = prepaid.sessions(1)
    return [Fact(_("Given back"), back), Fact(_("The staff decided"), case.dispute.note)]


def _all(case: Case) -> Value:
    """A session goes back into its pack; else it is money."""
    return prepaid.sessions(1) if case.is_session else case.left


def _name(case: Case, side: Who) -> str:
    return case.entry.mentor if side is Who.MENTOR else case.entry.student
