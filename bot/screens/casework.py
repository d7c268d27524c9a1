"""One booking as staff sees it, and what staff does about it: cancel, move, give money back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.screens import prepaid
from bot.screens.bookings import STATES, TONES
from bot.visit import stamp
from core.booking import attendance
from core.booking.canceling import Back, Quote
from core.booking.life import AFTER, Booking, BookingState
from core.booking.prepaying import Share
from core.chat import (
    Button,
    Choice,
    Code,
    Control,
    Fact,
    Facts,
    Field,
    FieldKind,
    FieldOption,
    Form,
    Note,
    Option,
    Paragraph,
    Part,
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
from core.desk.register import Entry, Purse
from core.money import Money

LONGEST_NOTE = 500


@dataclass(frozen=True, slots=True)
class Case:
    """A booking with its money, and the pack that pays for it. `marks` are the sessions that its mentor has missed."""

    entry: Entry
    purse: Purse
    is_disputed: bool
    marks: int
    now: datetime
    share: Share | None = None

    @property
    def booking(self) -> Booking:
        return self.entry.booking


def card(case: Case, *, news: Text | None = None) -> Screen:
    """Everything about it, with all that staff can do now."""
    booking = case.booking
    parts: list[Part] = [Paragraph(news)] if news else []
    parts += [Facts(tuple(_facts(case))), Facts(tuple(_money(case.purse)))]
    if case.marks:
        missed = _n("The mentor has missed {n} session.", "The mentor has missed {n} sessions.", case.marks)
        parts.append(Note(missed))
    return Screen(
        _("{mentor} and {student}", mentor=case.entry.mentor, student=case.entry.student),
        tuple(parts),
        tuple(_controls(case)),
        subject=f"desk:{booking.short}",
        tone=TONES.get(booking.state, Tone.NEUTRAL),
    )


def cancel_form(entry: Entry, quote: Quote) -> Screen:
    title = _("Cancel {code} for them", code=Code(entry.booking.code))
    back: Value = prepaid.sessions(1) if quote.back is Back.SESSION else quote.amount
    hint = (
        _("Both read it. {amount} goes back to {name}.", amount=back, name=entry.student)
        if back
        else _("Both read it.")
    )
    field = Field("note", _("Note"), FieldKind.LONG, hint=hint, max_length=LONGEST_NOTE)
    return _form(title, (field,), "desk.cancel", entry.booking.short, _("Cancel it"))


def refund_form(entry: Entry, left: Money, typed: str) -> Screen:
    """`typed` is all that can go back, as somebody of this language would type it."""
    title = _("Give money back for {code}", code=Code(entry.booking.code))
    ways = (FieldOption("money", _("To where it was paid from")), FieldOption("credit", _("As credit")))
    fields = (
        Field("amount", _("Amount"), hint=_("At most {amount}", amount=left), default=typed, max_length=20),
        Field("way", _("How"), FieldKind.CHOICE, default="money", options=ways),
        Field("note", _("Note"), FieldKind.LONG, hint=_("For the record"), max_length=LONGEST_NOTE),
    )
    return _form(title, fields, "desk.refund_ask", entry.booking.short, _("Look at it first"))


def refund_ask(
    entry: Entry,
    amount: Money,
    left: Money,
    note: str,
    act: str,
    *,
    as_credit: bool,
    is_shared: bool,
    is_session: bool = False,
) -> Screen:
    """What would be done, before it is. `is_shared`: some of it comes from what the mentor has got already;
    `is_session`: it goes back as a session into its pack.
    """
    booking = entry.booking
    as_credit = as_credit or booking.pack_id is not None
    how = _("as credit") if as_credit else _("to where it was paid from")
    if is_session:
        how = prepaid.sessions(1)
    facts = (
        Fact(_("Back to {name}", name=entry.student), amount),
        Fact(_("How"), how),
        Fact(_("Left after that"), left - amount),
        Fact(_("Note"), note),
    )
    shared = (Note(_("Some of it was shared out already: the mentor and the community give it back.")),)
    return Screen(
        _("Give {amount} back?", amount=amount),
        (Facts(facts), *(shared if is_shared else ())),
        (
            Button(_("Give it back"), to("desk.refund", booking.short, act), Style.DANGER),
            Button(_("No"), to("desk.booking", booking.short)),
        ),
        subject=f"desk:{booking.short}",
        tone=Tone.WAITING,
    )


def move_days(entry: Entry, free: Mapping[date, Sequence[datetime]]) -> Screen:
    """The days that the session can be moved to."""
    short = entry.booking.short
    options = tuple(
        Option(_("{day}", day=When(starts[0], WhenStyle.DAY)), to("desk.times", short, f"{day:%Y%m%d}"))
        for day, starts in list(free.items())[:25]
    )
    return _moving(entry, Choice(_("Day"), options) if options else None)


def move_times(entry: Entry, starts: Sequence[datetime]) -> Screen:
    short = entry.booking.short
    options = tuple(
        Option(_("{time}", time=When(start, WhenStyle.CLOCK)), to("desk.move", short, stamp(start)))
        for start in starts[:25]
    )
    return _moving(entry, Choice(_("Time"), options) if options else None)


def _moving(entry: Entry, choice: Choice | None) -> Screen:
    booking = entry.booking
    parts: tuple[Part, ...] = (Facts((Fact(_("Now"), When(booking.starts_at)),)),)
    if choice is None:
        parts += (Paragraph(_("There is no free time.")),)
    back = Button(_("The booking"), to("desk.booking", booking.short))
    return Screen(
        _("Move {code} for them", code=Code(booking.code)),
        parts,
        (choice, back) if choice else (back,),
        subject=f"desk:{booking.short}",
    )


def _facts(case: Case) -> list[Fact]:
    booking, seen = case.booking, attendance.evidence(case.booking)
    facts = [
        Fact(_("State"), STATES[booking.state]),
        Fact(_("When"), When(booking.starts_at)),
        Fact(_("Length"), timedelta(minutes=booking.minutes)),
        Fact(_("Code"), Code(booking.code)),
        Fact(_("Booked"), When(booking.created_at)),
    ]
    if case.share is not None:
        facts.append(Fact(_("Pack"), Code(case.share.code)))
        facts.append(Fact(_("Sessions"), prepaid.left(case.share)))
    if booking.topic:
        facts.append(Fact(_("Topic"), booking.topic))
    if booking.revision:
        facts.append(Fact(_("Times moved"), booking.revision))
    if booking.state in AFTER:
        facts.append(Fact(_("Mentor was there"), _seen(seen.mentor)))
        facts.append(Fact(_("Student was there"), _seen(seen.student)))
    if booking.outcome:
        facts.append(Fact(_("Outcome"), STATES[BookingState(booking.outcome)]))
    if booking.stands_at and booking.state in AFTER:
        facts.append(Fact(_("Stands from"), When(booking.stands_at)))
    if booking.closed_note:
        facts.append(Fact(_("Note"), booking.closed_note))
    return facts


def _seen(at: datetime | None) -> Value:
    return When(at, WhenStyle.CLOCK) if at else _("not seen")


def _money(purse: Purse) -> list[Fact]:
    found = (
        Fact(_("Paid"), purse.paid),
        Fact(_("Paid with credit"), purse.spent),
        Fact(_("Given back"), purse.refunded),
        Fact(_("On its way back"), purse.on_its_way),
    )
    return [
        *(fact for fact in found[:1]),
        *(fact for fact in found[1:] if fact.value),
        Fact(_("Left"), purse.left),
    ]


def _controls(case: Case) -> list[Control]:
    booking, found = case.booking, list[Control]()
    short = booking.short
    if case.is_disputed:
        found.append(Button(_("Decide the dispute"), to("desk.dispute", short), Style.PRIMARY))
    if booking.state is BookingState.CONFIRMED:
        found.append(Button(_("Move"), to("desk.days", short)))
    if booking.state in (BookingState.CONFIRMED, BookingState.HELD, BookingState.REQUESTED):
        found.append(Button(_("Cancel"), to("desk.cancel_form", short), Style.DANGER))
    if case.purse.left.amount > 0 and not case.is_disputed:
        found.append(Button(_("Give money back"), to("desk.refund_form", short)))
    return [
        *found,
        Button(_("The whole story"), to("audit.page", short, 0)),
        Button(_("All bookings"), to("bookings-admin")),
    ]


def _form(title: Text, fields: tuple[Field, ...], submit: str, short: str, label: Text) -> Screen:
    reopen = "desk.refund_form" if submit == "desk.refund_ask" else f"{submit}_form"
    form = Form(title, fields, to(submit, short), to(reopen, short), label)
    return Screen(title, form=form, subject=f"desk:{short}")
