"""Every notice of a pack: bought, running low, ending, over, changed by staff, and a mentor who left."""

from dataclasses import dataclass
from datetime import timedelta

from core.chat import (
    Button,
    Code,
    Control,
    Fact,
    Facts,
    Note,
    Paragraph,
    Part,
    Screen,
    Style,
    Text,
    Tone,
    When,
    _,
    _n,
    to,
)
from core.money import Money
from core.prepaid.packs import Pack


@dataclass(frozen=True, slots=True)
class PackView:
    """A pack as somebody reads of it; `slug` is its mentor's, `left` the sessions that can still be booked.

    `is_left`: its mentor has left, and its student may choose what becomes of these.
    """

    pack: Pack
    mentor: str
    slug: str
    student: str
    left: int
    is_mentor: bool = False
    is_left: bool = False

    @property
    def other(self) -> str:
        return self.student if self.is_mentor else self.mentor


def bought(view: PackView) -> Screen:
    """For the student: what they can do with it now."""
    parts = (
        Paragraph(_("Your sessions with {name} are ready to be booked.", name=view.mentor)),
        Facts(tuple(_facts(view))),
    )
    controls = (_book(view), _packs())
    return Screen(_("Your pack is paid"), parts, controls, subject=view.pack.subject, tone=Tone.GOOD)


def sold(view: PackView) -> Screen:
    """For the mentor: who has a seat now."""
    parts = (
        Paragraph(_("{name} has bought a pack of sessions with you and has a seat.", name=view.student)),
        Facts(tuple(_facts(view))),
    )
    return Screen(_("A pack was bought"), parts, (_desk(),), tone=Tone.GOOD)


def low(view: PackView) -> Screen:
    text = _("One session with {name} is left to be booked in your pack.", name=view.mentor)
    controls = (_book(view), renew(view.pack), _packs())
    return _renewing(_("One session left"), view, Paragraph(text), controls)


def renewal(view: PackView) -> Screen:
    """All but one took place."""
    text = _(
        "Your pack with {name} is almost used up. Renew it and your seat stays yours without a gap.",
        name=view.mentor,
    )
    controls = (renew(view.pack, Style.PRIMARY), _packs())
    return _renewing(_("Time to renew?"), view, Paragraph(text), controls)


def ending(view: PackView) -> Screen:
    text = _n(
        "{n} session with {name} is not booked yet. After the end it cannot be used any more.",
        "{n} sessions with {name} are not booked yet. After the end they cannot be used any more.",
        view.left,
        name=view.mentor,
    )
    controls = (_book(view), renew(view.pack), _packs())
    return _renewing(_("Your pack ends soon"), view, Paragraph(text), controls)


def expired(view: PackView) -> Screen:
    text = _("Your pack with {name} has ended. Sessions that are booked still take place.", name=view.mentor)
    controls = (renew(view.pack, Style.PRIMARY), _why(view.pack))
    return Screen(_("Your pack has ended"), (Paragraph(text),), controls, tone=Tone.BAD)


def lapsed(view: PackView) -> Screen:
    text = _("Your pack with {name} was not paid, so the seat is free again.", name=view.mentor)
    parts = (Paragraph(text), Note(_("You were not charged. Get it again while there is a seat.")))
    return Screen(_("Your pack was not paid"), parts, (_packs(),), subject=view.pack.subject, tone=Tone.BAD)


def adjusted(view: PackView, by: int, note: str) -> Screen:
    if by > 0:
        text = _n("The staff added {n} session to the pack.", "The staff added {n} sessions to the pack.", by)
    else:
        text = _n(
            "The staff took {n} session out of the pack.",
            "The staff took {n} sessions out of the pack.",
            -by,
        )
    return _changed(_("A pack has changed"), view, text, note)


def extended(view: PackView, note: str) -> Screen:
    text = _("The staff extended the pack.")
    return _changed(_("A pack lasts longer"), view, text, note)


def transferred(view: PackView, before: str, note: str) -> Screen:
    text = _(
        "What is left of the pack is with {mentor} from now on, no longer with {before}. "
        "Sessions that are booked stay as they are.",
        mentor=view.mentor,
        before=before,
    )
    return _changed(_("A pack has another mentor"), view, text, note)


def refunded(view: PackView, refund: Money, credit: Money, note: str) -> Screen:
    text = _("The unused part of the pack was given back. Sessions that are booked stay as they are.")
    facts = [
        Fact(_("Pack"), view.pack.name),
        Fact(_("With"), view.other),
        Fact(_("Code"), Code(view.pack.code)),
    ]
    if refund and not view.is_mentor:
        facts.append(Fact(_("To where it was paid from"), refund))
    if credit and not view.is_mentor:
        facts.append(Fact(_("As credit in your wallet"), credit))
    facts += _reason(note)
    return Screen(_("A pack was refunded"), (Paragraph(text), Facts(tuple(facts))), _ways(view))


def credited(view: PackView, amount: Money) -> Screen:
    facts = (
        Fact(_("Amount"), amount),
        Fact(_("Pack"), view.pack.name),
        Fact(_("Code"), Code(view.pack.code)),
    )
    note = Note(_("It pays for your next session before you are asked for a payment."))
    wallet = Button(_("Your wallet"), to("wallet"))
    return Screen(_("Credit in your wallet"), (Facts(facts), note), (wallet,), tone=Tone.GOOD)


def mentor_left(view: PackView) -> Screen:
    """The student chooses what becomes of the sessions that nobody will give."""
    text = _n(
        "{name} does not mentor here any more. {n} session of your pack is not booked.",
        "{name} does not mentor here any more. {n} sessions of your pack are not booked.",
        view.left,
        name=view.mentor,
    )
    parts = (
        Paragraph(text),
        Paragraph(_("Have them with another mentor, or get your money back for them.")),
        Note(_("Sessions that are booked stay as they are, unless one of you cancels.")),
    )
    return Screen(
        _("Your mentor has left"), parts, choices(view.pack), subject=f"left:{view.pack.short}", tone=Tone.BAD
    )


def choices(pack: Pack) -> tuple[Button, ...]:
    """What a student may do whose mentor has left."""
    return (
        Button(_("Another mentor"), to("pack.others", pack.short), Style.PRIMARY),
        Button(_("Get a refund"), to("pack.quote", pack.short)),
    )


def renew(pack: Pack, style: Style = Style.PLAIN) -> Button:
    """The same once more, in one tap."""
    return Button(_("Renew"), to("pack.renew", pack.short), style)


def _renewing(title: Text, view: PackView, text: Paragraph, controls: tuple[Control, ...]) -> Screen:
    """One of these takes the place of the one before."""
    parts: tuple[Part, ...] = (text, Facts(tuple(_facts(view))))
    return Screen(title, parts, controls, subject=f"renew:{view.pack.short}", tone=Tone.WAITING)


def _changed(title: Text, view: PackView, text: Text, note: str) -> Screen:
    facts = (*_facts(view), *_reason(note))
    return Screen(title, (Paragraph(text), Facts(facts)), _ways(view))


def _facts(view: PackView) -> list[Fact]:
    pack = view.pack
    facts = [
        Fact(_("Pack"), pack.name),
        Fact(_("With"), view.other),
        Fact(_("Left to book"), view.left),
        Fact(_("Length"), timedelta(minutes=pack.minutes)),
    ]
    if pack.expires_at is not None:
        facts.append(Fact(_("Valid until"), When(pack.expires_at)))
    return [*facts, Fact(_("Code"), Code(pack.code))]


def _reason(note: str) -> tuple[Fact, ...]:
    return (Fact(_("Reason"), note),) if note else ()


def _ways(view: PackView) -> tuple[Control, ...]:
    return (_desk(),) if view.is_mentor else (_why(view.pack), _packs())


def _book(view: PackView) -> Button:
    return Button(_("Book a session"), to("book.days", view.slug, view.pack.minutes, 0), Style.PRIMARY)


def _packs() -> Button:
    return Button(_("Your packs"), to("packs"))


def _why(pack: Pack) -> Button:
    return Button(_("Every step of it"), to("pack.why", pack.short))


def _desk() -> Button:
    return Button(_("Packs and seats"), to("packs-admin"))
