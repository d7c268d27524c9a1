"""A PayPal on loopback, as strict as the vendor and as unreliable as asked."""

from tests.doubles.paypal.server import PayPalServer

__all__ = ["PayPalServer"]
