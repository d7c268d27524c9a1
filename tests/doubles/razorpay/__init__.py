"""A Razorpay on loopback for our own adapter, as strict as the vendor and as unreliable as asked.

The vendor's specification may not be kept here, so the oracle is its public documentation (razorpay.com/docs/api:
payment links, payments, refunds, webhooks, errors) and what others have seen of the live service: that a link lives
15 minutes at least, that a second link of one `reference_id` is refused, and the words of the refusals.
"""

from tests.doubles.razorpay.server import RazorpayServer

__all__ = ["RazorpayServer"]
