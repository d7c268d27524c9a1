"""The house's own signature under what it promises, so that it can be believed when it comes back in a button."""

import base64
import hashlib
import hmac
from typing import Final

SIGNATURE_BYTES: Final = 12


def signature(secret: str, *said: object) -> str:
    """A short signature of some words, the first of which says what they are for."""
    digest = hmac.digest(secret.encode(), ":".join(map(str, said)).encode(), hashlib.sha256)
    return base64.urlsafe_b64encode(digest[:SIGNATURE_BYTES]).decode()


def is_signature(given: str, secret: str, *said: object) -> bool:
    return hmac.compare_digest(signature(secret, *said).encode(), given.encode())
