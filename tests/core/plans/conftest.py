"""Hana's club, and a plan in it."""

import pytest

from adapters.database import Database
from core.plans.subscriptions import Subscription
from tests.core.prepaid.club import PRO, Club


@pytest.fixture
async def club(db: Database) -> Club:
    return await Club.open(db)


@pytest.fixture
async def pro(club: Club) -> Subscription:
    """Ana has paid the first month: 120 minutes, a tenth off, a day before others."""
    return await club.has(await club.offers(PRO))
