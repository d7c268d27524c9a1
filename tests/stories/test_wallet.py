"""Credit: it is spent before anybody is asked for a payment, and every entry is there to be read."""

import pytest
from sqlalchemy.orm import Session

from core.booking.life import Booking
from core.money import Money
from core.payments import ledger
from core.payments.ledger import Kind
from core.people import people
from tests.stories import steps
from tests.stories.hands import Hands
from tests.stories.stage import Stage

pytestmark = pytest.mark.anyio


async def is_given_credit(hands: Hands, amount: int) -> None:
    """Euros and cents from the host, for nothing."""
    stage = hands.stage
    money = Money(amount, "EUR")

    def given(session: Session) -> None:
        identity = people.identity_of(session, stage.place.platform, hands.account)
        assert identity is not None
        moves = {"provider:gift": money, ledger.wallet(identity.person_id): -money}
        ledger.post(session, Kind.CREDIT, moves, key=f"gift:{identity.person_id}", now=stage.now)

    await stage.house.db.write(given)


async def test_an_empty_wallet_says_so_in_friendly_words(stage: Stage) -> None:
    await stage.ana.says("/wallet")
    assert stage.ana.sees("Your wallet is empty")
    assert stage.ana.offers("Find a mentor")


async def test_the_wallet_pays_a_part_and_the_card_the_rest(stage: Stage) -> None:
    ana = stage.ana
    await is_given_credit(ana, 1_000)
    await steps.takes_a_time(ana)
    assert ana.sees("Your wallet pays €10.00 of it.")
    await steps.says_what_about(ana)
    assert ana.sees("Your wallet pays €10.00 of it.")
    await ana.pays(ana.link("Pay €30.00"))
    await ana.will_see("is confirmed", "€30.00")
    [session] = stage.stripe.world.sessions.values()
    assert session["amount_total"] == 3_000
    await ana.says("/wallet")
    assert ana.sees("Your wallet is empty")
    assert ana.sees("−€10.00, spent on")
    assert ana.sees("NP-20261125")


async def test_the_wallet_pays_all_and_nobody_is_asked_for_a_payment(stage: Stage) -> None:
    ana = stage.ana
    await is_given_credit(ana, 5_000)
    await steps.takes_a_time(ana)
    assert ana.sees("Your wallet pays all of it: €40.00.")
    await steps.says_what_about(ana)
    await ana.will_see("Confirmed · Ben Okafor", "is confirmed")
    await stage.ben.will_see("Ana Ruiz has booked a session with you")
    assert not stage.stripe.world.sessions
    await ana.says("/wallet")
    assert ana.sees("€10.00")


async def test_credit_of_a_hold_that_lapses_is_in_the_wallet_again(stage: Stage) -> None:
    ana = stage.ana
    await is_given_credit(ana, 1_000)
    await steps.takes_a_time(ana)
    await steps.says_what_about(ana)
    await ana.says("/wallet")
    assert ana.sees("Your wallet is empty")
    await stage.moves(minutes=20)
    await ana.will_see("Your hold has lapsed")
    await ana.says("/wallet")
    assert ana.sees("You have")
    assert ana.sees("came to nothing")


async def test_a_full_refund_at_the_dashboard_gives_the_wallets_part_back_too(stage: Stage) -> None:
    ana = stage.ana
    await is_given_credit(ana, 1_000)
    await steps.takes_a_time(ana)
    await steps.says_what_about(ana)
    await ana.pays(ana.link("Pay €30.00"))
    await ana.will_see("is confirmed")
    [intent] = stage.stripe.world.intents
    await stage.stripe.refund_at_dashboard(intent)
    await ana.will_see("Your money is on its way back", "€30.00", "Credit in your wallet", "€10.00")
    await ana.taps("Your wallet")
    assert ana.sees("+€10.00, credit for")


async def test_nobody_sees_the_wallet_of_another(stage: Stage) -> None:
    await is_given_credit(stage.ana, 1_000)
    await stage.cleo.says("/wallet")
    assert stage.cleo.sees("Your wallet is empty")


async def test_a_booking_of_credit_alone_has_no_payment_that_could_be_late(stage: Stage) -> None:
    ana = stage.ana
    await is_given_credit(ana, 4_000)
    await steps.takes_a_time(ana)
    await steps.says_what_about(ana)
    await ana.will_see("is confirmed")
    await stage.moves(hours=2)
    await ana.will_not_see("Your hold has lapsed", "late")

    def held(session: Session) -> int:
        [booking] = session.query(Booking).all()
        return -ledger.balance(session, ledger.held(booking.id), "EUR").amount

    assert await stage.house.db.read(held) == 4_000
