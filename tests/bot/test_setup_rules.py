"""Every rule of a community can be typed, seen before it counts, and refused where it cannot stand."""

import pytest

from bot.screens import setup
from core.policy import Policy
from tests.bot.frontdesk import HANA, REFUSED, FrontDesk, sentence

pytestmark = pytest.mark.anyio
TYPED = {
    "request_hours": ("24", "0"),
    "accepted_hold_minutes": ("60", "1396"),
    "move_hours": ("12", "337"),
    "moves": ("0", "11"),
    "credit_instead": ("yes", "perhaps"),
    "public_directory": ("no", ""),
    "no_show_minutes": ("15", "4"),
    "dispute_hours": ("48", "721"),
    "room_days": ("14", "91"),
    "grace_hours": ("48", "11"),
}


def test_every_rule_of_the_policy_can_be_changed_but_the_grid() -> None:
    assert {*Policy().to_json()} - setup.RULES.keys() == {"grid_minutes"}
    assert setup.RULES.keys() == setup.HINTS.keys()
    assert all(len(hint.msgid) <= 100 for hint in setup.HINTS.values())


@pytest.mark.parametrize("rule", TYPED)
async def test_a_rule_is_previewed_then_counts(quick_desk: FrontDesk, rule: str) -> None:
    good, bad = TYPED[rule]
    refused = await quick_desk.hear(HANA, f"setup.preview:{rule}", {"value": bad})
    assert sentence(refused).startswith(REFUSED)
    shown = await quick_desk.hear(HANA, f"setup.preview:{rule}", {"value": good})
    assert not sentence(shown).startswith(REFUSED)
    await quick_desk.hear(HANA, f"setup.apply:{rule}")
    form = (await quick_desk.hear(HANA, f"setup.form:{rule}")).form
    assert form is not None
    assert form.fields[0].default == good
