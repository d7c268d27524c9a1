"""A pack's card through its whole life, for the student who buys it or has it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from bot.screens import agreeing, pack_news, paying, wallet
from bot.screens.pack_news import PackView
from bot.screens.pack_why import REASONS
from bot.screens.paying import NO_STEP, Step
from core.chat import (
    Button,
    Card,
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
    WhenStyle,
    _,
    _n,
    to,
)
from core.money import Money
from core.payments.payments import PaymentState
from core.prepaid.entitlement import Why
from core.prepaid.packs import Pack, PackState

STATES: Final[Mapping[PackState, Text]] = {
    PackState.HELD: _("To be paid"),
    PackState.ACTIVE: _("Active"),
    PackState.USED: _("Used up"),
    PackState.EXPIRED: _("Ended"),
    PackState.REFUNDED: _("Refunded"),
    PackState.LAPSED: _("Not paid"),
    PackState.CANCELED: _("Let go"),
}
TONES: Final[Mapping[PackState, Tone]] = {
    PackState.HELD: Tone.WAITING,
    PackState.ACTIVE: Tone.GOOD,
    PackState.EXPIRED: Tone.BAD,
    PackState.LAPSED: Tone.BAD,
}
"""All others are neutral."""
LONGEST_BAR: Final = 12
MINE: Final = Button(_("Your packs"), to("packs"))


@dataclass(frozen=True, slots=True)
class Owned:
    """A pack as its student sees it. `why` is what keeps them from booking with it, `kept_until` when a seat in grace
    is released, `can_renew` whether it is sold still.
    """

    view: PackView
    now: datetime
    why: tuple[Why, ...] = ()
    kept_until: datetime | None = None
    can_renew: bool = False
    pay: Step = NO_STEP
    payment: PaymentState | None = None
    credit: Money | None = None

    @property
    def pack(self) -> Pack:
        return self.view.pack

    @property
    def due(self) -> Money:
        return self.pack.price - self.credit if self.credit else self.pack.price


def card(owned: Owned, *, news: Text | None = None) -> Screen:
    """The one card of a pack; `news` is what it is shown for."""
    pack = owned.pack
    parts: list[Part] = [Paragraph(news)] if news else []
    parts += [Facts(tuple(_facts(owned))), *_words(owned)]
    return Screen(
        _("{state} · {name}", state=STATES[pack.state], name=owned.view.mentor),
        tuple(parts),
        tuple(_controls(owned)),
        subject=pack.subject,
        tone=TONES.get(pack.state, Tone.NEUTRAL),
    )


def line(owned: Owned) -> Card:
    """One of several packs, with its card behind a button."""
    pack = owned.pack
    lines = [_("{name} · {state}", name=pack.name, state=STATES[pack.state])]
    if pack.state is PackState.HELD and pack.hold_until is not None:
        lines.append(_("Reserved until {until}", until=When(pack.hold_until)))
    if pack.expires_at is not None:
        lines += [left(pack, owned.view.left), _("Valid until {until}", until=When(pack.expires_at))]
        lines += [REASONS[why] for why in owned.why[:1] if pack.state is PackState.ACTIVE]
    if owned.kept_until is not None:
        lines.append(_kept(owned.kept_until))
    button = Button(_("Open"), to("pack.show", pack.short))
    return Card(_("{name}", name=owned.view.mentor), tuple(lines), button)


def left(pack: Pack, sessions: int) -> Text:
    """How many sessions can still be booked, as a little bar and in words."""
    total = max(pack.sessions, sessions)
    counted = _n("{n} session left to book", "{n} sessions left to book", sessions)
    if total > LONGEST_BAR:
        return counted
    return _("{bar} {left}", bar="●" * sessions + "○" * (total - sessions), left=counted)


def terms(pack: Pack) -> tuple[Note, ...]:
    """What one agrees to by paying."""
    days = _n(
        "• It is valid for {n} day from the payment; what is not booked by then cannot be used any more.",
        "• It is valid for {n} days from the payment; what is not booked by then cannot be used any more.",
        pack.validity_days,
    )
    return (
        Note(_("By paying you agree:")),
        Note(days),
        Note(_("• A session that you cancel: {terms}.", terms=agreeing.terms_short(pack.policy))),
        Note(
            _(
                "• After the last session your seat is kept for {span}, so that you can renew.",
                span=pack.policy.grace,
            )
        ),
        Note(_("• The staff can give back what sessions that are not booked have cost.")),
    )


def _facts(owned: Owned) -> list[Fact]:
    pack = owned.pack
    facts = [
        Fact(_("Pack"), pack.name),
        Fact(_("Sessions"), size(pack.sessions, pack.minutes)),
        Fact(_("Price"), pack.price if pack.price else _("Free of charge")),
    ]
    if owned.credit:
        facts.append(Fact(_("From your wallet"), owned.credit))
    if pack.expires_at is not None:
        facts.append(Fact(_("Left"), left(pack, owned.view.left)))
        facts.append(Fact(_("Valid until"), When(pack.expires_at)))
    return [*facts, Fact(_("Code"), Code(pack.code))]


def size(sessions: int, minutes: int) -> Text:
    """Four times an hour, as short as can be."""
    return _("{count} × {length}", count=sessions, length=timedelta(minutes=minutes))


def _words(owned: Owned) -> list[Part]:
    pack = owned.pack
    kept: list[Part] = [Paragraph(_kept(owned.kept_until))] if owned.kept_until else []
    match pack.state:
        case PackState.HELD if owned.payment is PaymentState.PROCESSING:
            return [Paragraph(_("Your payment is on its way. Your seat is kept until it has arrived."))]
        case PackState.HELD if pack.is_live_hold(owned.now):
            return _held_words(owned)
        case PackState.HELD:
            return [Paragraph(_("The time to pay is over. I am making sure that nothing was paid."))]
        case PackState.ACTIVE if owned.why:
            return [*kept, *(Paragraph(REASONS[why]) for why in owned.why)]
        case PackState.ACTIVE:
            return [Paragraph(_("Book a session whenever you like: your pack pays for it."))]
        case PackState.LAPSED | PackState.CANCELED:
            gone = _("Its seat is free again. If you have paid all the same, your money does not get lost.")
            return [Paragraph(gone)]
        case _:
            return kept


def _held_words(owned: Owned) -> list[Part]:
    pack = owned.pack
    assert pack.hold_until is not None
    until = When(pack.hold_until, WhenStyle.COUNTDOWN)
    return [
        Paragraph(
            _(
                "A seat with {name} is reserved for you. Pay to keep it: the reservation ends {until}.",
                name=owned.view.mentor,
                until=until,
            )
        ),
        *wallet.part(owned.credit, pack.price),
        *(paying.words(owned.pay, owned.due) if owned.due else ()),
        *terms(pack),
    ]


def _controls(owned: Owned) -> list[Control]:
    pack, controls = owned.pack, list[Control]()
    if pack.state is PackState.HELD:
        return _held_controls(owned)
    if pack.state is PackState.ACTIVE and not owned.why:
        slug, minutes = owned.view.slug, pack.minutes
        controls.append(Button(_("Book a session"), to("book.days", slug, minutes, 0), Style.PRIMARY))
    if owned.view.is_left:
        controls += pack_news.choices(pack)
    if owned.can_renew:
        controls.append(pack_news.renew(pack, Style.PLAIN if controls else Style.PRIMARY))
    if pack.expires_at is not None:
        controls.append(Button(_("Every step of it"), to("pack.why", pack.short)))
    return [*controls, MINE]


def _held_controls(owned: Owned) -> list[Control]:
    pack = owned.pack
    if not pack.is_live_hold(owned.now) or owned.payment is PaymentState.PROCESSING:
        return [Button(_("I have paid"), to("pack.paid", pack.short))]
    drop = Button(_("Let it go"), to("pack.drop", pack.short), Style.DANGER)
    if owned.credit and not owned.due:
        return [Button(_("Pay with my wallet"), to("pack.pay", pack.short), Style.PRIMARY), drop]
    return [*paying.controls(owned.pay, owned.due, pack.subject), drop]


def _kept(until: datetime) -> Text:
    return _(
        "Your seat is kept for you and goes to the next in line {until}.",
        until=When(until, WhenStyle.COUNTDOWN),
    )
