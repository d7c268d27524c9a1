"""Commands as they are typed: with hyphens where a platform has them, with underscores where it has not."""

import pytest

from adapters import lines
from adapters.telegram.incoming import typed
from adapters.telegram.words import TelegramWords
from bot.i18n import Catalogue
from core.chat import Command, CommandOption, Reader, _

ADMIN = Command("bookings-admin", _("All bookings"), (CommandOption("state", _("State")),))
COMMANDS = [Command("bookings", _("Your bookings")), ADMIN]


@pytest.mark.parametrize("name", ["bookings-admin", "bookings_admin", "Bookings_Admin"])
def test_a_command_is_known_with_hyphens_and_with_underscores(name: str) -> None:
    assert lines.named(name, COMMANDS) is ADMIN


def test_a_command_that_begins_alike_is_another() -> None:
    assert lines.named("bookings", COMMANDS) is COMMANDS[0]
    assert lines.named("bookings-", COMMANDS) is None


def test_options_are_read_from_either_way_of_writing_it() -> None:
    for line in ("/bookings-admin state: Held", "/bookings_admin state: Held"):
        assert lines.draft(line, ADMIN).answers == {"state": "Held"}


def test_telegram_shows_and_registers_the_name_that_can_be_typed_there() -> None:
    assert typed(ADMIN.name) == "bookings_admin"
    assert TelegramWords(Catalogue(), Reader("en", "UTC")).show(ADMIN.word) == "/bookings_admin"
