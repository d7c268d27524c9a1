"""Ana has two accounts."""

import pytest

from core.people.people import Person
from tests import cast
from tests.cast import Cast
from tests.core.desk.twins import telegram
from tests.databases import Transact


@pytest.fixture
def troupe(transact: Transact) -> Cast:
    return transact(cast.enter)


@pytest.fixture
def ana(transact: Transact, troupe: Cast) -> Person:
    """Ana of Telegram, a minute younger than Ana of Discord."""
    return transact(telegram)
