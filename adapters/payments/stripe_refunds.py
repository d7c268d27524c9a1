"""Money given back at Stripe: made once a key, looked for by it, and counted refund by refund."""

from typing import TYPE_CHECKING

import stripe

from adapters.payments import stripe_words
from adapters.payments.stripe_answers import answered
from core.money import Money
from core.ports import RefundStatus

if TYPE_CHECKING:
    from stripe.params import RefundCreateParams


class StripeRefunds:
    """`charge` is the id of a PaymentIntent, whether a person paid at a page or a bill was paid by itself."""

    def __init__(self, client: stripe.StripeClient) -> None:
        self._refunds = client.v1.refunds

    async def make(self, charge: str, amount: Money, *, key: str, ref: str) -> tuple[str, RefundStatus]:
        """Looks for a refund with this key first, for Stripe forgets idempotency keys after a day."""
        if ref:
            return _progress(await answered(self._refunds.retrieve_async(ref)))
        refund = next((one for one in await self._of(charge) if _has_key(one, key)), None)
        if refund is None:
            params: RefundCreateParams = {
                "payment_intent": charge,
                "amount": amount.amount,
                "metadata": {"key": key},
            }
            refund = await answered(self._refunds.create_async(params, {"idempotency_key": key}))
        return _progress(refund)

    async def gone(self, charge: str) -> int:
        """Minor units that went back or are on their way: a refund that failed is money that is here again."""
        return sum(refund.amount for refund in await self._of(charge) if _is_gone(refund))

    async def _of(self, charge: str) -> list[stripe.Refund]:
        given = await answered(self._refunds.list_async({"payment_intent": charge, "limit": 100}))
        return given.data


def _progress(refund: stripe.Refund) -> tuple[str, RefundStatus]:
    return refund.id, stripe_words.REFUNDS.get(refund.status or "", RefundStatus.PENDING)


def _is_gone(refund: stripe.Refund) -> bool:
    return _progress(refund)[1] is not RefundStatus.FAILED


def _has_key(refund: stripe.Refund, key: str) -> bool:
    return refund.metadata is not None and "key" in refund.metadata and refund.metadata["key"] == key
