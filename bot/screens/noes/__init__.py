"""Every key of a refusal with its sentence, a file a topic."""

from collections.abc import Mapping
from typing import Final

from bot.screens.noes import booking, money, people, prepaid
from core.chat import Text

SENTENCES: Final[Mapping[str, Text]] = {
    **people.SENTENCES,
    **booking.SENTENCES,
    **money.SENTENCES,
    **prepaid.SENTENCES,
}
