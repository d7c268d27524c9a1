"""A mentor's profile says in a few words what packs there are: the one, or from what on."""

import pytest

from adapters.words import Words
from bot.i18n import Catalogue
from bot.screens import shop
from core.chat import Reader
from core.prepaid.products import Product


def pack(amount: int, sessions: int) -> Product:
    return Product(sessions=sessions, minutes=60, amount=amount, currency="EUR")


@pytest.mark.parametrize(
    ("packs", "said"),
    [
        ([pack(16_000, 4)], "4 × 60 minutes, €160.00"),
        ([pack(8_500, 2), pack(16_000, 4)], "from €85.00 (2 × 60 minutes)"),
        ([pack(0, 1)], "1 × 60 minutes, free of charge"),
    ],
)
def test_where_more_than_one_pack_is_sold_the_cheapest_is_said_as_such(
    packs: list[Product], said: str
) -> None:
    assert Words(Catalogue(), Reader("en", "UTC")).say(shop.short(packs)) == said
