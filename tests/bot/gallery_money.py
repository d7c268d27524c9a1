"""Samples of the screens about wallets and refunds."""

from collections.abc import Iterator

from bot.screens import notices, refunds, wallet
from core.chat import Screen
from core.money import Money
from core.payments.ledger import Kind
from core.payments.purposes import Purpose
from core.payments.refunds import Mended, Refund, RefundState
from core.payments.wallet import Line
from tests.bot.sitters import NOW, Sitter
from tests.bot.walls import alike, hangs

CODE = "NP-20261124-K7Q2M"


def _refund(sitter: Sitter, mended: Mended) -> Refund:
    return Refund(
        id=10**9,
        amount=sitter.hourly.amount,
        currency=sitter.hourly.currency,
        state=RefundState.FAILED,
        mended=mended,
    )


@hangs(wallet.overview)
def _overview(sitter: Sitter) -> Iterator[Screen]:
    yield wallet.overview([], [])
    money = Money(sitter.hourly.amount + 1, sitter.hourly.currency)
    entries = [(Line(NOW, kind, -money if kind is Kind.SPEND else money, Purpose(1)), CODE) for kind in Kind]
    yield wallet.overview([], entries)
    yield wallet.overview([money, Money(1, "INR"), Money(1, "KWD")], entries)


alike(wallet.credited, lambda sitter: (CODE, sitter.hourly, sitter.name))


@hangs(refunds.step)
def _step(sitter: Sitter) -> Iterator[Screen]:
    for kind in refunds.STEPS:
        for sessions in (1, 4):
            paid_for = notices.paid_for(CODE, sitter.hourly, sitter.name, sessions)
            yield refunds.step(kind, paid_for, subject="refund:1")


@hangs(refunds.failed)
def _failed(sitter: Sitter) -> Iterator[Screen]:
    for mended in Mended:
        yield refunds.failed(_refund(sitter, mended), CODE, sitter.name)
    yield refunds.failed(
        _refund(sitter, Mended.NOT_YET), CODE, sitter.name, news=refunds.MENDED[Mended.AGAIN]
    )
