"""How Stripe answers: an answer, or our word for why there is none, which holds no secret."""

from collections.abc import Awaitable
from typing import Final, TypeVar

import aiohttp
import stripe
from stripe.checkout import Session

from core.ports import ProviderDown, ProviderRefused

T = TypeVar("T")

FINAL: Final = (
    stripe.InvalidRequestError,
    stripe.AuthenticationError,
    stripe.PermissionError,
    stripe.IdempotencyError,
    stripe.CardError,
)


async def answered(call: Awaitable[T]) -> T:
    """An answer, or our word for why there is none. aiohttp's own errors slip through the library."""
    try:
        return await call
    except FINAL as error:
        raise ProviderRefused(_reason(error)) from None
    except (stripe.StripeError, aiohttp.ClientError, TimeoutError) as error:
        raise ProviderDown(_reason(error)) from None


def _reason(error: Exception) -> str:
    """What went wrong, in words that hold no key: Stripe's own only where it judged the request."""
    if not isinstance(error, stripe.StripeError):
        return f"stripe: {type(error).__name__}"
    facts = [type(error).__name__, str(error.http_status or ""), error.code or "", error.request_id or ""]
    if isinstance(error, stripe.InvalidRequestError):
        facts.append(error.user_message or "")
    return f"stripe: {' '.join(filter(None, facts))}"


def is_replay(session: Session) -> bool:
    answer = session.last_response
    return answer is not None and answer.headers.get("Idempotent-Replayed") == "true"
