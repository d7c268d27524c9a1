"""A person's credit: what there is, what came and went, and how much of a price it pays."""

from collections.abc import Sequence

from core.chat import (
    Button,
    Code,
    Fact,
    Facts,
    Note,
    Paragraph,
    Part,
    Screen,
    Series,
    Style,
    Text,
    Tone,
    When,
    WhenStyle,
    _,
    to,
)
from core.money import Money
from core.payments.ledger import Kind
from core.payments.wallet import Line

Entry = tuple[Line, str]
"""With the code of the booking that it is about; empty where it is about none."""


def overview(balances: Sequence[Money], entries: Sequence[Entry]) -> Screen:
    """What a person may spend, and the last entries, the newest first."""
    title = _("Your wallet")
    ways = (
        Button(_("Find a mentor"), to("mentors"), Style.PRIMARY),
        Button(_("Your bookings"), to("bookings")),
    )
    if not balances:
        empty = Paragraph(_("Your wallet is empty. Credit that you are given is kept here."))
        return Screen(title, (empty, *_entries(entries)), ways)
    parts: tuple[Part, ...] = (
        Facts((Fact(_("You have"), Series(tuple(balances))),)),
        Note(_("It pays for your next session before you are asked for a payment.")),
        *_entries(entries),
    )
    return Screen(title, parts, ways, tone=Tone.GOOD)


def credited(code: str, money: Money, mentor: str) -> Screen:
    """The news that a person has been given credit."""
    return Screen(
        _("Credit in your wallet"),
        (
            Facts(
                (
                    Fact(_("Amount"), money),
                    Fact(_("For"), _("a session with {name}", name=mentor)),
                    Fact(_("Code"), Code(code)),
                )
            ),
            Note(_("It pays for your next session before you are asked for a payment.")),
        ),
        (Button(_("Your wallet"), to("wallet")),),
        tone=Tone.GOOD,
    )


def part(credit: Money | None, price: Money) -> tuple[Note, ...]:
    """How much of a price the wallet pays, where it pays any of it."""
    if not credit:
        return ()
    if credit == price:
        return (Note(_("Your wallet pays all of it: {money}.", money=credit)),)
    return (Note(_("Your wallet pays {money} of it.", money=credit)),)


def _entries(entries: Sequence[Entry]) -> tuple[Part, ...]:
    return tuple(Note(_entry(line, code)) for line, code in entries)


def _entry(line: Line, code: str) -> Text:
    day, money = When(line.at, WhenStyle.DATE), line.amount
    match line.kind:
        case Kind.SPEND:
            return _("{day}: −{money}, spent on {code}", day=day, money=-money, code=Code(code))
        case Kind.UNSPEND:
            return _(
                "{day}: +{money}, given back: {code} came to nothing", day=day, money=money, code=Code(code)
            )
        case Kind.JOIN:
            return _("{day}: +{money}, of the account that you joined", day=day, money=money)
        case _:
            return _("{day}: +{money}, credit for {code}", day=day, money=money, code=Code(code))
