"""Where messages stand on Telegram."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Spot:
    chat: int
    message: int
    has_picture: bool = False
