"""A pack that answers questions: every step of its sessions in plain words, and what may be booked now and why not."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from bot.screens import pack_news
from bot.screens.pack_news import PackView
from core.chat import (
    Button,
    Choice,
    Code,
    Control,
    Fact,
    Facts,
    Note,
    Option,
    Paragraph,
    Part,
    Screen,
    Style,
    Text,
    Tone,
    When,
    WhenStyle,
    _,
    _n,
    to,
)
from core.prepaid.credits import CreditEntry, CreditKind
from core.prepaid.entitlement import Why

PAGE: Final = 12
REASONS: Final[Mapping[Why, Text]] = {
    Why.NO_PACK: _("You have no pack with this mentor."),
    Why.UNPAID: _("The pack is not paid."),
    Why.NOT_BOOKABLE: _("The mentor cannot be booked at the moment."),
    Why.EXPIRED: _("The pack has ended."),
    Why.NOTHING_LEFT: _("No session is left to be booked."),
    Why.SEAT_GRACE: _("The seat is only kept now: renew the pack to book again."),
    Why.SEAT_RELEASED: _("The seat is not held any more: a pack needs one to be used."),
    Why.OTHER_LENGTH: _("The pack is for sessions of another length."),
    Why.AFTER_END: _("The pack ends before then."),
    Why.NOTICE: _("It is too soon: mentors here need some notice."),
    Why.HORIZON: _("It is too far ahead to be booked yet."),
}


@dataclass(frozen=True, slots=True)
class Step:
    """One entry of the ledger, with the code of the session that it is about."""

    entry: CreditEntry
    code: str = ""


def ledger(view: PackView, steps: Sequence[Step], page: int, reasons: Sequence[Why]) -> Screen:
    """What happened to each session, the oldest first, and what can be done now."""
    pages = max(1, -(-len(steps) // PAGE))
    page = min(max(page, 0), pages - 1)
    shown = steps[page * PAGE : (page + 1) * PAGE]
    parts: list[Part] = [Facts(tuple(_facts(view)))]
    parts += [Note(step(each)) for each in shown]
    if not steps:
        parts.append(Paragraph(_("Nothing has happened yet: the pack is not paid.")))
    parts += [Paragraph(text) for text in _now(view, reasons)]
    controls = (*_pages(view, page, pages), *_ways(view, reasons))
    return Screen(
        _("Every step of {name}", name=view.pack.name),
        tuple(parts),
        controls,
        subject=f"pack-why:{view.pack.short}",
        tone=Tone.NEUTRAL,
    )


def choice(views: Sequence[PackView]) -> Screen:
    """Which pack somebody asks about."""
    title = _("Which pack?")
    if not views:
        empty = Paragraph(_("You have no pack yet, so there is nothing to explain."))
        return Screen(title, (empty,), (Button(_("See the packs"), to("packs"), Style.PRIMARY),))
    options = tuple(
        Option(
            _("{name} with {mentor}", name=view.pack.name, mentor=view.mentor),
            to("pack.why", view.pack.short),
            hint=_n("{n} session left", "{n} sessions left", view.left),
        )
        for view in views[:25]
    )
    return Screen(title, (), (Choice(_("Pack"), options), Button(_("Your packs"), to("packs"))))


def step(each: Step) -> Text:
    """One line: the day, what happened, to which session, and how many can be booked after it."""
    return _(
        "{day}: {what} {left}",
        day=When(each.entry.at, WhenStyle.DATE),
        what=_what(each),
        left=_n("{n} left to book.", "{n} left to book.", each.entry.balance),
    )


def _what(each: Step) -> Text:
    entry, code = each.entry, Code(each.code)
    count = abs(entry.amount)
    match entry.kind:
        case CreditKind.BOUGHT:
            return _n("{n} session was bought.", "{n} sessions were bought.", count)
        case CreditKind.RESERVED:
            return _("A session was taken for {code}.", code=code)
        case CreditKind.CAPTURED:
            return _("The session of {code} is used.", code=code)
        case CreditKind.RELEASED:
            return _("{code} came to nothing, so its session came back.", code=code)
        case CreditKind.EXPIRED:
            return _n(
                "The pack ended, and {n} session with it.", "The pack ended, and {n} sessions with it.", count
            )
        case CreditKind.REFUNDED:
            return _n("{n} session was refunded.", "{n} sessions were refunded.", count)
        case CreditKind.ADJUSTED if entry.amount > 0:
            added = _n("The staff added {n} session:", "The staff added {n} sessions:", count)
            return _("{what} “{words}”", what=added, words=entry.note)
        case CreditKind.ADJUSTED:
            taken = _n("The staff took {n} session out:", "The staff took {n} sessions out:", count)
            return _("{what} “{words}”", what=taken, words=entry.note)


def _facts(view: PackView) -> list[Fact]:
    facts = [Fact(_("With"), view.other), Fact(_("Code"), Code(view.pack.code))]
    if view.pack.expires_at is not None:
        facts.append(Fact(_("Valid until"), When(view.pack.expires_at)))
    return facts


def _now(view: PackView, reasons: Sequence[Why]) -> list[Text]:
    if not reasons:
        return [
            _n(
                "Now: {n} session can be booked.",
                "Now: {n} sessions can be booked.",
                view.left,
            )
        ]
    return [_("Now: nothing can be booked with it."), *(REASONS[why] for why in reasons)]


def _pages(view: PackView, page: int, pages: int) -> tuple[Control, ...]:
    short = view.pack.short
    earlier = (Button(_("Earlier"), to("pack.why", short, page - 1)),) if page else ()
    later = (Button(_("Later"), to("pack.why", short, page + 1)),) if page + 1 < pages else ()
    return (*earlier, *later)


def _ways(view: PackView, reasons: Sequence[Why]) -> tuple[Control, ...]:
    if view.is_mentor:
        return (Button(_("The pack"), to("care.pack", view.pack.short)),)
    if view.is_left:
        return (*pack_news.choices(view.pack), Button(_("Your packs"), to("packs")))
    book = Button(_("Book a session"), to("book.days", view.slug, view.pack.minutes, 0), Style.PRIMARY)
    return (*(() if reasons else (book,)), Button(_("Your packs"), to("packs")))
