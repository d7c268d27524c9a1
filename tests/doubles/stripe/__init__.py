"""A Stripe on loopback for the unmodified library, as strict as the vendor and as unreliable as asked."""

from tests.doubles.stripe.server import StripeServer

__all__ = ["StripeServer"]
