"""What a provider was asked, kept beside its payment: asked again, it is asked for the same to the letter."""

from collections.abc import Mapping
from datetime import datetime

from core.money import Money
from core.ports import Ask


def kept(ask: Ask) -> dict[str, object]:
    """As it is stored; the key, the payment and the amount are the payment's own."""
    return {
        "booking_id": ask.booking_id,
        "booking_code": ask.booking_code,
        "title": ask.title,
        "description": ask.description,
        "locale": ask.locale,
        "expires_at": ask.expires_at.isoformat(),
        "return_url": ask.return_url,
        "cancel_url": ask.cancel_url,
    }


def again(words: Mapping[str, object], *, key: str, payment: str, amount: Money) -> Ask:
    """The ask that was stored so."""
    said = {name: str(value) for name, value in words.items()}
    return Ask(
        key=key,
        payment=payment,
        booking_id=said["booking_id"],
        booking_code=said["booking_code"],
        amount=amount,
        title=said["title"],
        description=said["description"],
        locale=said["locale"],
        expires_at=datetime.fromisoformat(said["expires_at"]),
        return_url=said["return_url"],
        cancel_url=said["cancel_url"],
    )
