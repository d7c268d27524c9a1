"""What core may rely on, whoever the provider is."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from adapters.database import Database
from core.ports import BadBody, BadSignature, LinkStatus, ProviderRefused, RefundStatus
from tests.adapters.banks import Bank, paypal_bank, razorpay_bank, sandbox_bank, stripe_bank
from tests.databases import SqliteStock

pytestmark = pytest.mark.anyio


VENDORS = {"stripe": stripe_bank, "paypal": paypal_bank, "razorpay": razorpay_bank}


@pytest.fixture(params=[*VENDORS, "sandbox"])
async def bank(
    request: pytest.FixtureRequest, sqlite_stock: SqliteStock, anyio_backend: str
) -> AsyncIterator[Bank]:
    if request.param in VENDORS:
        async with VENDORS[request.param]() as bank:
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
    assert (link.payment, link.amount, link.charge) == ("PAY1", bank.money(5000), "")
    assert not link.live


async def test_the_same_key_opens_one_link(bank: Bank) -> None:
    first = await bank.provider.open_link(bank.ask())
    again = await bank.provider.open_link(bank.ask())

    assert again == first


async def test_a_key_that_comes_back_with_another_ask_is_refused(bank: Bank) -> None:
    await bank.provider.open_link(bank.ask())

    with pytest.raises(ProviderRefused):
        await bank.provider.open_link(bank.ask(amount=bank.money(7000)))


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
    assert (paid.amount, paid.refunded) == (bank.money(5000), bank.money(0))
    assert paid.paid_at == bank.clock.now() - timedelta(hours=5)
    assert paid.charge
    assert paid.url == ""


async def test_paying_tells_the_letterbox_which_link(bank: Bank) -> None:
    paid = await bank.paid()

    told = [event for event in bank.letterbox.events if event.ref == paid.ref]
    assert [event.charge for event in told] == ([""] if bank.approve else []) + [paid.charge]


async def test_taking_with_the_same_key_takes_once(bank: Bank) -> None:
    link = await bank.provider.open_link(bank.ask())
    await (bank.approve or bank.pay)(link)

    first = await bank.provider.capture(link.ref, key="take:1")
    again = await bank.provider.capture(link.ref, key="take:1")

    assert first == again
    assert (first.status, first.amount) == (LinkStatus.PAID, bank.money(5000))


async def test_what_was_not_agreed_to_is_not_taken(bank: Bank) -> None:
    link = await bank.provider.open_link(bank.ask())

    after = await bank.provider.capture(link.ref, key="take:1")

    assert (after.status, after.charge, after.url) == (LinkStatus.OPEN, "", link.url)


async def test_nothing_is_taken_by_a_link_that_was_closed_before_its_payer_agreed(bank: Bank) -> None:
    link = await bank.provider.open_link(bank.ask())
    await bank.provider.expire(link.ref)
    if bank.approve:
        await bank.approve(link)

    after = await bank.provider.capture(link.ref, key="take:1")

    assert (after.status, after.charge) == (LinkStatus.EXPIRED, "")
    assert (await bank.provider.look_up(link.ref)).status is LinkStatus.EXPIRED


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


async def test_a_link_lives_neither_too_short_nor_too_long(bank: Bank) -> None:
    minute = timedelta(minutes=1)
    lives = [bank.shortest - minute] if bank.shortest else []
    lives += [bank.longest + minute] if bank.longest else []
    for number, life in enumerate(lives):
        with pytest.raises(ProviderRefused):
            await bank.provider.open_link(bank.ask(f"pay:{number}", expires_at=bank.clock.now() + life))


async def test_a_link_that_does_not_exist_is_refused(bank: Bank) -> None:
    with pytest.raises(ProviderRefused):
        await bank.provider.look_up("cs_test_none")


async def test_a_refund_with_the_same_key_gives_back_once(bank: Bank) -> None:
    paid = await bank.paid()

    first = await bank.provider.refund(paid.charge, bank.money(2500), key="refund:1")
    again = await bank.provider.refund(paid.charge, bank.money(2500), key="refund:1")

    assert first == again
    assert first[1] is RefundStatus.SUCCEEDED
    assert (await bank.provider.look_up(paid.ref)).refunded == bank.money(2500)


async def test_two_refunds_add_up_and_never_exceed_what_was_paid(bank: Bank) -> None:
    paid = await bank.paid()
    await bank.provider.refund(paid.charge, bank.money(2500), key="refund:1")

    with pytest.raises(ProviderRefused):
        await bank.provider.refund(paid.charge, bank.money(2501), key="refund:2")
    await bank.provider.refund(paid.charge, bank.money(2500), key="refund:3")

    assert (await bank.provider.look_up(paid.ref)).refunded == bank.money(5000)


async def test_what_was_never_paid_is_not_given_back(bank: Bank) -> None:
    with pytest.raises(ProviderRefused):
        await bank.provider.refund("pi_none", bank.money(100), key="refund:1")


async def test_a_webhook_is_believed_only_as_it_was_signed(bank: Bank) -> None:
    await bank.paid()
    headers, body = bank.letterbox.headers, bank.letterbox.body

    assert await bank.provider.read_webhook(headers, body, bank.clock.now()) in bank.letterbox.events
    for forged in (body + b" ", body[:-1], b""):
        with pytest.raises(BadSignature):
            await bank.provider.read_webhook(headers, forged, bank.clock.now())


@pytest.mark.parametrize("signature", ["", "nonsense", "t=,v1=", "t=1,v1=é\udcff", "v1=00", "t=x,v1=00"])
async def test_a_signature_that_is_none_is_refused(bank: Bank, signature: str) -> None:
    with pytest.raises(BadSignature):
        await bank.provider.read_webhook({bank.signature: signature}, b"{}", bank.clock.now())


async def test_a_body_that_is_no_text_is_malformed_or_unsigned(bank: Bank) -> None:
    with pytest.raises((BadBody, BadSignature)):
        await bank.provider.read_webhook(bank.letterbox.headers, b"\xff\xfe", bank.clock.now())
