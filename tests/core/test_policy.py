from typing import Any

import pytest

from core.errors import Invalid
from core.policy import DAY, Policy, Tier, check, zone

REFUSED: list[tuple[str, dict[str, Any]]] = [
    ("policy.language", {"language": "Klingon"}),
    ("policy.currency", {"currency": "usd"}),
    ("policy.currency", {"currency": ""}),
    ("zone.unknown", {"zone": "Mars/Olympus"}),
    ("policy.commission", {"commission": -1}),
    ("policy.commission", {"commission": 9_001}),
    ("policy.hold", {"hold_minutes": 4}),
    ("policy.hold", {"hold_minutes": DAY + 1}),
    ("policy.notice", {"notice_minutes": -1}),
    ("policy.notice", {"notice_minutes": 30 * DAY + 1}),
    ("policy.horizon", {"horizon_days": 0}),
    ("policy.horizon", {"horizon_days": 366}),
    ("policy.grid", {"grid_minutes": 0}),
    ("policy.grace", {"grace_hours": 11}),
    ("policy.grace", {"grace_hours": 14 * 24 + 1}),
    ("policy.reminders", {"reminders": (10, 60)}),
    ("policy.reminders", {"reminders": (60, 60)}),
    ("policy.reminders", {"reminders": (0,)}),
    ("policy.reminders", {"reminders": (14 * DAY + 1,)}),
    ("policy.reminders", {"reminders": (6, 5, 4, 3, 2, 1)}),
    ("policy.tiers", {"tiers": ()}),
    ("policy.tiers", {"tiers": (Tier(24, 100),)}),
    ("policy.tiers", {"tiers": (Tier(4, 50), Tier(24, 100), Tier(0, 0))}),
    ("policy.tiers", {"tiers": (Tier(24, 50), Tier(0, 100))}),
    ("policy.tiers", {"tiers": (Tier(24, 101), Tier(0, 0))}),
    ("policy.tiers", {"tiers": (Tier(24, 50), Tier(0, -1))}),
    ("policy.tiers", {"tiers": (Tier(24 * 60 + 1, 50), Tier(0, 0))}),
    ("policy.tiers", {"tiers": tuple(Tier(hours, hours) for hours in (5, 4, 3, 2, 1, 0))}),
]


@pytest.mark.parametrize(("key", "changes"), REFUSED)
def test_a_rule_that_cannot_stand_is_refused_by_name(key: str, changes: dict[str, Any]) -> None:
    with pytest.raises(Invalid) as refused:
        Policy().changed(**changes)
    assert refused.value.key == key


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"commission": 0},
        {"commission": 9_000},
        {"hold_minutes": 5},
        {"hold_minutes": DAY},
        {"notice_minutes": 0},
        {"horizon_days": 365},
        {"reminders": ()},
        {"reminders": (5, 4, 3, 2, 1)},
        {"tiers": (Tier(0, 0),)},
        {"tiers": (Tier(24 * 60, 100), Tier(0, 100))},
    ],
)
def test_a_rule_at_its_edge_stands(changes: dict[str, Any]) -> None:
    policy = Policy().changed(**changes)
    assert check(policy) == policy


def test_a_policy_survives_being_stored_as_json() -> None:
    policy = Policy().changed(currency="JPY", reminders=(60, 5), tiers=(Tier(48, 80), Tier(0, 10)))
    assert Policy.from_json(policy.to_json()) == policy


def test_a_zone_is_looked_up_by_its_iana_name() -> None:
    assert zone("Asia/Kolkata").key == "Asia/Kolkata"
    with pytest.raises(Invalid) as refused:
        zone("Kolkata")
    assert refused.value.key == "zone.unknown"
