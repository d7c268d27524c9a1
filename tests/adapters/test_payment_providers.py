"""What core may rely on, whoever the provider is."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from adapters.database import Database
from core.money import Money
from core.ports import BadBody, BadSignature, LinkStatus, ProviderRefused, RefundStatus
from tests.adapters.banks import Bank, sandbox_bank, stripe_bank
from tests.databases import SqliteStock

pytestmark = pytest.mark.anyio


@pytest.fixture(params=["stripe", "sandbox"])
async def bank(
    request: pytest.FixtureRequest, sqlite_stock: SqliteStock, anyio_backend: str
) -> AsyncIterator[Bank]:
    if request.param == "stripe":
        async with stripe_bank() as bank:
            yield bank
        return
    with sqlite_stock.fresh() as url:
        database = await Database.open(url)
        async with sandbox_bank(database) as bank:
            yield bank
        await database.close()


async def test_a_link_carries_our_payment_and_its_amount(bank: Bank) -> None:
    link = await bank.provider.open_link(bank.ask())

    assert link.status is LinkStatus.OPEN
    assert link.url.startswith("http")
    assert (link.payment, link.amount, link.charge) == ("PAY1", Money(5000, "USD"), "")
    assert not link.live


async def test_the_same_key_opens_one_link(bank: Bank) -> None:
    first = await bank.provider.open_link(bank.ask())
    again = await bank.provider.open_link(bank.ask())

    assert again == first


async def test_a_key_that_comes_back_with_another_ask_is_refused(bank: Bank) -> None:
    await bank.provider.open_link(bank.ask())

    with pytest.raises(ProviderRefused):
        await bank.provider.open_link(bank.ask(amount=Money(7000, "USD")))


async def test_opening_again_what_was_paid_meanwhile_says_paid(bank: Bank) -> None:
    paid = await bank.paid()

    assert await bank.provider.open_link(bank.ask()) == paid


async def test_a_paid_link_says_how_much_and_when(bank: Bank) -> None:
    link = await bank.provider.open_link(bank.ask())
    bank.clock.move(timedelta(minutes=7))
    await bank.pay(link)
    bank.clock.move(timedelta(hours=5))

    paid = await bank.provider.look_up(link.ref)

    assert paid.status is LinkStatus.PAID
    assert (paid.amount, paid.refunded) == (Money(5000, "USD"), Money(0, "USD"))
    assert paid.paid_at == bank.clock.now() - timedelta(hours=5)
    assert paid.charge
    assert paid.url == ""


async def test_paying_tells_the_letterbox_which_link(bank: Bank) -> None:
    paid = await bank.paid()

    told = [event for event in bank.letterbox.events if event.ref == paid.ref]
    assert [event.charge for event in told] == [paid.charge]


async def test_an_expired_link_is_closed(bank: Bank) -> None:
    link = await bank.provider.open_link(bank.ask())

    closed = await bank.provider.expire(link.ref)

    assert (closed.status, closed.url) == (LinkStatus.EXPIRED, "")
    assert (await bank.provider.look_up(link.ref)).status is LinkStatus.EXPIRED


async def test_expiring_twice_says_expired_twice(bank: Bank) -> None:
    link = await bank.provider.open_link(bank.ask())
    await bank.provider.expire(link.ref)

    assert (await bank.provider.expire(link.ref)).status is LinkStatus.EXPIRED


async def test_expiring_a_paid_link_says_paid(bank: Bank) -> None:
    paid = await bank.paid()

    assert await bank.provider.expire(paid.ref) == paid


async def test_a_link_expires_by_itself(bank: Bank) -> None:
    link = await bank.provider.open_link(bank.ask())
    bank.clock.move(timedelta(minutes=31))

    assert (await bank.provider.look_up(link.ref)).status is LinkStatus.EXPIRED


@pytest.mark.parametrize("life", [timedelta(minutes=29), timedelta(hours=25)])
async def test_a_link_lives_half_an_hour_to_a_day(bank: Bank, life: timedelta) -> None:
    with pytest.raises(ProviderRefused):
        await bank.provider.open_link(bank.ask(expires_at=bank.clock.now() + life))


async def test_a_link_that_does_not_exist_is_refused(bank: Bank) -> None:
    with pytest.raises(ProviderRefused):
        await bank.provider.look_up("cs_test_none")


async def test_a_refund_with_the_same_key_gives_back_once(bank: Bank) -> None:
    paid = await bank.paid()

    first = await bank.provider.refund(paid.charge, Money(2500, "USD"), key="refund:1")
    again = await bank.provider.refund(paid.charge, Money(2500, "USD"), key="refund:1")

    assert first == again
    assert first[1] is RefundStatus.SUCCEEDED
    assert (await bank.provider.look_up(paid.ref)).refunded == Money(2500, "USD")


async def test_two_refunds_add_up_and_never_exceed_what_was_paid(bank: Bank) -> None:
    paid = await bank.paid()
    await bank.provider.refund(paid.charge, Money(2500, "USD"), key="refund:1")

    with pytest.raises(ProviderRefused):
        await bank.provider.refund(paid.charge, Money(2501, "USD"), key="refund:2")
    await bank.provider.refund(paid.charge, Money(2500, "USD"), key="refund:3")

    assert (await bank.provider.look_up(paid.ref)).refunded == Money(5000, "USD")


async def test_what_was_never_paid_is_not_given_back(bank: Bank) -> None:
    with pytest.raises(ProviderRefused):
        await bank.provider.refund("pi_none", Money(100, "USD"), key="refund:1")


async def test_a_webhook_is_believed_only_as_it_was_signed(bank: Bank) -> None:
    await bank.paid()
    headers, body = bank.letterbox.headers, bank.letterbox.body

    assert await bank.provider.read_webhook(headers, body, bank.clock.now()) in bank.letterbox.events
    for forged in (body + b" ", body[:-1], b""):
        with pytest.raises(BadSignature):
            await bank.provider.read_webhook(headers, forged, bank.clock.now())


@pytest.mark.parametrize("signature", ["", "nonsense", "t=,v1=", "t=1,v1=é\udcff", "v1=00", "t=x,v1=00"])
async def test_a_signature_that_is_none_is_refused(bank: Bank, signature: str) -> None:
    for name in ("Stripe-Signature", "Nearpeer-Sandbox-Signature"):
        with pytest.raises(BadSignature):
            await bank.provider.read_webhook({name: signature}, b"{}", bank.clock.now())


async def test_a_body_that_is_no_text_is_malformed_or_unsigned(bank: Bank) -> None:
    with pytest.raises((BadBody, BadSignature)):
        await bank.provider.read_webhook(bank.letterbox.headers, b"\xff\xfe", bank.clock.now())
