"""A pack goes to another mentor, or its rest is given back: for staff, and for a student whose mentor left."""

from collections.abc import Sequence

from bot.screens.pack_care import subject
from core.chat import (
    Button,
    Choice,
    Code,
    Control,
    Fact,
    Facts,
    Field,
    FieldKind,
    Form,
    Note,
    Option,
    Paragraph,
    Part,
    Route,
    Screen,
    Style,
    Text,
    Tone,
    _,
    _n,
    to,
)
from core.money import Money
from core.people.mentors import Mentor
from core.prepaid.packs import Pack
from core.prepaid.returning import Quote

Takers = Sequence[tuple[Mentor, int]]
"""Mentors, with the seats that are free."""


def others(pack: Pack, takers: Takers, *, is_staff: bool) -> Screen:
    """With whom the sessions could be instead; only who has a free seat can be taken."""
    title, name = _("With whom instead?"), "care.transfer_form" if is_staff else "pack.take"
    options = tuple(
        Option(
            _("{name}", name=mentor.name),
            to(name, pack.short, mentor.slug),
            hint=_n("{n} free seat", "{n} free seats", free),
        )
        for mentor, free in takers
        if free
    )[:25]
    full = [mentor for mentor, free in takers if not free]
    parts: list[Part] = [Paragraph(_("What is not booked yet of {name} goes to them.", name=pack.name))]
    if not takers and not is_staff:
        parts.append(
            Paragraph(_("No other mentor gives this pack. The staff can hand it to one all the same."))
        )
    elif not options:
        parts.append(Paragraph(_("Nobody else has a free seat at the moment.")))
    elif full:
        parts.append(Note(_n("{n} more has no free seat.", "{n} more have no free seat.", len(full))))
    controls: tuple[Control, ...] = (Choice(_("Mentor"), options),) if options else ()
    refund = Button(_("Get a refund"), to("pack.quote", pack.short))
    controls += (_desk(pack) if is_staff else refund,)
    return Screen(title, tuple(parts), controls, subject=_about(pack, is_staff=is_staff))


def take(pack: Pack, mentor: Mentor, free: int) -> Screen:
    """The student looks once more before the pack is another mentor's."""
    facts = (Fact(_("Pack"), pack.name), Fact(_("With"), mentor.name), Fact(_("Free seats"), free))
    controls = (
        Button(
            _("Have them with {name}", name=mentor.name),
            to("pack.to", pack.short, mentor.slug),
            Style.SUCCESS,
        ),
        Button(_("Profile"), to("mentor.show", mentor.slug)),
        Button(_("Somebody else"), to("pack.others", pack.short)),
    )
    title = _("Another mentor?")
    return Screen(title, (Facts(facts),), controls, subject=_about(pack, is_staff=False), tone=Tone.WAITING)


def taken(pack: Pack, mentor: Mentor) -> Screen:
    """For the student, who has a seat with another mentor now."""
    text = _("What is left of your pack is with {name} now, and you have a seat there.", name=mentor.name)
    controls = (
        Button(_("Book a session"), to("book.days", mentor.slug, pack.minutes, 0), Style.PRIMARY),
        Button(_("Your packs"), to("packs")),
    )
    return Screen(
        _("Done"), (Paragraph(text),), controls, subject=_about(pack, is_staff=False), tone=Tone.GOOD
    )


def transfer_form(pack: Pack, mentor: Mentor, student: str) -> Screen:
    title = _("Hand it to {name}", name=mentor.name)
    here = (pack.short, mentor.slug)
    form = Form(
        title,
        (_reason(student),),
        to("care.transfer", *here),
        to("care.transfer_form", *here),
        _("Hand it over"),
    )
    return Screen(title, form=form, subject=subject(pack))


def quote(pack: Pack, found: Quote, booked: int, go: Route, *, is_staff: bool) -> Screen:
    """Exactly what comes back, before it does."""
    facts = (
        Fact(_("Pack"), pack.name),
        Fact(_("Code"), Code(pack.code)),
        Fact(_("Sessions not booked"), found.sessions),
        Fact(_("Comes back"), found.amount),
    )
    parts: list[Part] = [
        Facts(facts),
        Paragraph(_("It goes back to where it was paid from, and what cannot becomes credit.")),
    ]
    if booked:
        parts.append(
            Note(
                _n(
                    "{n} session is booked and stays as it is.",
                    "{n} sessions are booked and stay as they are.",
                    booked,
                )
            )
        )
    parts.append(Note(_("This is good for five minutes.")))
    button = Button(_("Refund {amount}", amount=found.amount), go, Style.DANGER)
    title = _("Refund what is not used?")
    other = Button(_("Another mentor"), to("pack.others", pack.short))
    controls = (button, _desk(pack) if is_staff else other)
    about = _about(pack, is_staff=is_staff)
    return Screen(title, tuple(parts), controls, subject=about, tone=Tone.WAITING)


def refund_form(pack: Pack, student: str, *, submit: Route, reopen: Route) -> Screen:
    title = _("Refund what is not used")
    form = Form(title, (_reason(student),), submit, reopen, _("Refund it"))
    return Screen(title, form=form, subject=subject(pack))


def refunded(pack: Pack, refund: Money, credit: Money) -> Screen:
    """For the student who chose it."""
    parts: list[Part] = [Paragraph(back(refund, credit))]
    controls = (
        Button(_("Find a mentor"), to("mentors"), Style.PRIMARY),
        Button(_("Your wallet"), to("wallet")),
    )
    return Screen(_("Done"), tuple(parts), controls, subject=_about(pack, is_staff=False), tone=Tone.GOOD)


def back(refund: Money, credit: Money) -> Text:
    """Where the money goes."""
    if refund and credit:
        return _(
            "{amount} goes back to where it was paid from, and {credit} is credit in the wallet.",
            amount=refund,
            credit=credit,
        )
    if credit:
        return _("{credit} is credit in the wallet.", credit=credit)
    return _("{amount} goes back to where it was paid from.", amount=refund)


def _desk(pack: Pack) -> Button:
    return Button(_("The pack"), to("care.pack", pack.short))


def _about(pack: Pack, *, is_staff: bool) -> str:
    return subject(pack) if is_staff else f"left:{pack.short}"


def _reason(student: str) -> Field:
    hint = _("{name} will read it", name=student)
    return Field("reason", _("Reason"), FieldKind.LONG, hint=hint, max_length=200)
