"""`nearpeer check` asks PayPal for a token and Razorpay for a payment, and says no more than whether they answered."""

import pytest
from pydantic import SecretStr

from bot import answers, config
from bot.config import Settings
from tests.doubles.paypal import PayPalServer
from tests.doubles.razorpay import RazorpayServer

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize(("secret", "is_good"), [("", True), ("EK-of-someone-else", False)])
async def test_paypals_keys_are_accepted_or_not(secret: str, is_good: bool) -> None:
    async with PayPalServer() as server:
        paypal = config.PayPal(
            client_id=server.client_id,
            client_secret=SecretStr(secret or server.client_secret),
            api_base=server.api_base,
        )
        said = {name: (good, word) for name, good, word in await answers.check(Settings(paypal=paypal))}

    good, word = said["paypal"]
    assert good is is_good
    assert word.startswith("the sandbox keys are accepted" if is_good else "answers 401")
    assert server.client_secret not in word


@pytest.mark.parametrize(("secret", "is_good"), [("", True), ("of someone else", False)])
async def test_razorpays_keys_are_accepted_or_not(secret: str, is_good: bool) -> None:
    async with RazorpayServer() as server:
        razorpay = config.Razorpay(
            key_id=SecretStr(server.key_id),
            key_secret=SecretStr(secret or server.key_secret),
            api_base=server.api_base,
        )
        said = {name: (good, word) for name, good, word in await answers.check(Settings(razorpay=razorpay))}

    good, word = said["razorpay"]
    assert good is is_good
    assert word.startswith("the key is accepted" if is_good else "answers 401")
    assert server.key_secret not in word
