"""The sandbox bank's page, and what it remembers, on both databases."""

import asyncio
import logging
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from adapters.database import Database
from adapters.payments.sandbox import SandboxProvider, sign
from core.money import Money
from core.ports import BadBody, BadSignature, LinkStatus, ProviderRefused, WebhookEvent
from tests.adapters.banks import Bank, sandbox_bank

pytestmark = pytest.mark.anyio


@pytest.fixture
async def bank(db: Database) -> AsyncIterator[Bank]:
    async with sandbox_bank(db) as bank:
        yield bank


@pytest.fixture
def sandbox(bank: Bank) -> SandboxProvider:
    assert isinstance(bank.provider, SandboxProvider)
    return bank.provider


async def test_the_page_shows_what_is_asked(bank: Bank, sandbox: SandboxProvider) -> None:
    link = await sandbox.open_link(bank.ask())

    page = await sandbox.page(link.ref)

    assert link.url == f"{bank.letterbox.url}/sandbox/{link.ref}"
    assert (page.status, page.amount, page.title) == (
        LinkStatus.OPEN,
        Money(5000, "USD"),
        "60 minutes with Ben",
    )
    assert page.cancel_url == "https://nearpeer.example/p/token"


async def test_a_page_that_does_not_exist_is_refused(sandbox: SandboxProvider) -> None:
    with pytest.raises(ProviderRefused):
        await sandbox.page("sbl_none")
    with pytest.raises(ProviderRefused):
        await sandbox.pay("sbl_none")


async def test_links_survive_a_restart_at_another_address(
    bank: Bank, sandbox: SandboxProvider, db: Database
) -> None:
    link = await sandbox.open_link(bank.ask())
    restarted = SandboxProvider(db, "sandbox secret", clock=bank.clock, base_url="http://127.0.0.1:1/")

    again = await restarted.look_up(link.ref)

    assert again.status is LinkStatus.OPEN
    assert again.url == f"http://127.0.0.1:1/sandbox/{link.ref}"


async def test_many_hands_pay_once(bank: Bank, sandbox: SandboxProvider) -> None:
    link = await sandbox.open_link(bank.ask())

    await asyncio.gather(*(sandbox.pay(link.ref) for _ in range(5)))

    assert [event.kind for event in bank.letterbox.events] == ["link.paid"]


async def test_paying_and_closing_at_once_ends_as_one_of_both(bank: Bank, sandbox: SandboxProvider) -> None:
    link = await sandbox.open_link(bank.ask())

    _, closed = await asyncio.gather(sandbox.pay(link.ref), sandbox.expire(link.ref))

    after = await sandbox.look_up(link.ref)
    assert after.status in (LinkStatus.PAID, LinkStatus.EXPIRED)
    assert bool(after.charge) is (after.status is LinkStatus.PAID)
    assert closed.status is after.status


async def test_one_key_opens_one_link_however_many_ask_at_once(bank: Bank, sandbox: SandboxProvider) -> None:
    links = await asyncio.gather(*(sandbox.open_link(bank.ask()) for _ in range(5)))

    assert len({link.ref for link in links}) == 1


async def test_one_key_gives_back_once_however_many_ask_at_once(bank: Bank, sandbox: SandboxProvider) -> None:
    paid = await bank.paid()

    given = await asyncio.gather(
        *(sandbox.refund(paid.charge, Money(2000, "USD"), key="refund:1") for _ in range(5))
    )

    assert len(set(given)) == 1
    assert (await sandbox.look_up(paid.ref)).refunded == Money(2000, "USD")


@pytest.mark.parametrize(
    "amount", [Money(0, "USD"), Money(-100, "USD"), Money(100, "EUR"), Money(5001, "USD")]
)
async def test_a_refund_that_cannot_be_leaves_its_key_free(
    bank: Bank, sandbox: SandboxProvider, amount: Money
) -> None:
    paid = await bank.paid()
    with pytest.raises(ProviderRefused):
        await sandbox.refund(paid.charge, amount, key="refund:1")

    await sandbox.refund(paid.charge, Money(5000, "USD"), key="refund:1")

    assert (await sandbox.look_up(paid.ref)).refunded == Money(5000, "USD")


async def test_an_expired_page_takes_no_money(bank: Bank, sandbox: SandboxProvider) -> None:
    link = await sandbox.open_link(bank.ask())
    bank.clock.move(timedelta(minutes=31))

    page = await sandbox.pay(link.ref)

    assert page.status is LinkStatus.EXPIRED
    assert bank.letterbox.events == []


async def test_a_slow_bank_pays_what_has_expired(bank: Bank, sandbox: SandboxProvider) -> None:
    link = await sandbox.open_link(bank.ask())
    await sandbox.expire(link.ref)
    bank.clock.move(timedelta(hours=1))

    page = await sandbox.pay_late(link.ref)

    paid = await sandbox.look_up(link.ref)
    assert page.status is LinkStatus.PAID
    assert paid.paid_at == bank.clock.now()
    assert bank.letterbox.events == [
        WebhookEvent(f"{link.ref}.paid", "link.paid", ref=link.ref, charge=paid.charge)
    ]


@pytest.mark.parametrize(("hand", "status"), [("fail", LinkStatus.FAILED), ("abandon", LinkStatus.EXPIRED)])
async def test_a_link_nobody_pays_is_told_and_closed(
    bank: Bank, sandbox: SandboxProvider, hand: str, status: LinkStatus
) -> None:
    link = await sandbox.open_link(bank.ask())

    await getattr(sandbox, hand)(link.ref)
    await sandbox.pay(link.ref)

    assert (await sandbox.look_up(link.ref)).status is status
    assert [event.kind for event in bank.letterbox.events] == [f"link.{status.value}"]


async def test_a_paid_link_neither_fails_nor_is_paid_again_late(bank: Bank, sandbox: SandboxProvider) -> None:
    paid = await bank.paid()

    for hand in (sandbox.fail, sandbox.abandon, sandbox.pay_late):
        assert (await hand(paid.ref)).status is LinkStatus.PAID

    assert await sandbox.look_up(paid.ref) == paid
    assert len(bank.letterbox.events) == 1


@pytest.mark.parametrize("address", ["", "http://127.0.0.1:9"])
async def test_a_webhook_that_does_not_arrive_is_logged_and_the_money_is_there(
    bank: Bank, sandbox: SandboxProvider, caplog: pytest.LogCaptureFixture, address: str
) -> None:
    caplog.set_level(logging.WARNING)
    link = await sandbox.open_link(bank.ask())
    sandbox.bind(address)

    await sandbox.pay(link.ref)

    assert (await sandbox.look_up(link.ref)).status is LinkStatus.PAID
    assert "webhook.unsent provider=sandbox" in caplog.text


async def test_a_bank_without_a_secret_does_not_open(db: Database, bank: Bank) -> None:
    with pytest.raises(ValueError):
        SandboxProvider(db, "", clock=bank.clock)


@pytest.mark.parametrize("minutes", [-6, 6])
async def test_a_signature_of_another_time_is_refused(
    bank: Bank, sandbox: SandboxProvider, minutes: int
) -> None:
    await bank.paid()
    now = bank.clock.now() + timedelta(minutes=minutes)

    with pytest.raises(BadSignature):
        await sandbox.read_webhook(bank.letterbox.headers, bank.letterbox.body, now)


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b'{"id": 1, "kind": "x", "ref": "", "charge": ""}'])
async def test_a_signed_body_that_is_no_event_is_malformed(
    bank: Bank, sandbox: SandboxProvider, body: bytes
) -> None:
    headers = {"Nearpeer-Sandbox-Signature": sign(b"sandbox secret", body, bank.clock.now())}

    with pytest.raises(BadBody):
        await sandbox.read_webhook(headers, body, bank.clock.now())
