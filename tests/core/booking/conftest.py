import pytest

from adapters.database import Database
from tests.core.booking.shop import Shop


@pytest.fixture
async def shop(db: Database) -> Shop:
    return await Shop.open(db)
