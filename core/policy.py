"""A community's rules, as one value that is checked when made and copied onto every booking."""

import re
from dataclasses import dataclass, fields, replace
from datetime import timedelta
from functools import cache
from typing import Any, Final
from zoneinfo import ZoneInfo, available_timezones

from core.errors import Invalid

LANGUAGE: Final = re.compile("[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
DAY: Final = 24 * 60


@dataclass(frozen=True, slots=True)
class Tier:
    """A student who cancels at least `hours` before the start gets `percent` of the price back."""

    hours: int
    percent: int


@dataclass(frozen=True, slots=True)
class Policy:
    """Times in minutes unless named otherwise; commission in basis points of the price.

    `public_directory`: whether the mentors stand on the web pages that anybody can read.
    `request_hours`: when a request that the mentor leaves open lapses; `accepted_hold_minutes`: how long the
    time is held for the payment once it was accepted. A student moves at least `move_hours` before the start and
    at most `moves` times. `credit_instead`: who cancels may have the full price as credit instead of less money.
    `no_show_minutes` after the start a person who waits is told that they may go; `dispute_hours` after the end
    an outcome stands; `room_days` after it the room closes. A seat is kept `grace_hours` after the last session of a
    student's last pack.
    """

    language: str = "en"
    currency: str = "USD"
    zone: str = "UTC"
    commission: int = 2_000
    hold_minutes: int = 15
    reminders: tuple[int, ...] = (DAY, 60, 10)
    notice_minutes: int = 120
    horizon_days: int = 60
    grid_minutes: int = 30
    tiers: tuple[Tier, ...] = (Tier(24, 100), Tier(4, 50), Tier(0, 0))
    public_directory: bool = True
    request_hours: int = 48
    accepted_hold_minutes: int = 720
    move_hours: int = 24
    moves: int = 2
    credit_instead: bool = False
    no_show_minutes: int = 10
    dispute_hours: int = 72
    room_days: int = 7
    grace_hours: int = 72

    @property
    def hold(self) -> timedelta:
        return timedelta(minutes=self.hold_minutes)

    @property
    def notice(self) -> timedelta:
        return timedelta(minutes=self.notice_minutes)

    @property
    def horizon(self) -> timedelta:
        return timedelta(days=self.horizon_days)

    @property
    def grace(self) -> timedelta:
        return timedelta(hours=self.grace_hours)

    def changed(self, **changes: Any) -> "Policy":
        """The policy with some rules changed and all checked. Raises `Invalid`."""
        return check(replace(self, **changes))

    def to_json(self) -> dict[str, Any]:
        rules = {rule.name: getattr(self, rule.name) for rule in fields(self)}
        return rules | {"tiers": [{"hours": tier.hours, "percent": tier.percent} for tier in self.tiers]}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "Policy":
        tiers = tuple(Tier(**tier) for tier in data["tiers"])
        return cls(**{**data, "tiers": tiers, "reminders": tuple(data["reminders"])})


def check(policy: Policy) -> Policy:
    """The policy itself where every rule can stand; else `Invalid` names the first that cannot."""
    language(policy.language)
    if not re.fullmatch("[A-Z]{3}", policy.currency):
        raise Invalid("policy.currency", currency=policy.currency)
    if policy.zone not in _zones():
        raise Invalid("zone.unknown", zone=policy.zone)
    if not 0 <= policy.commission <= 9_000:
        raise Invalid("policy.commission")
    _within("hold", policy.hold_minutes, 5, 24 * 60)
    _within("notice", policy.notice_minutes, 0, 30 * DAY)
    _within("horizon", policy.horizon_days, 1, 365)
    _within("grid", policy.grid_minutes, 5, 120)
    _within("request", policy.request_hours, 1, 14 * 24)
    _within("accepted_hold", policy.accepted_hold_minutes, 15, 24 * 60 - 45)
    _within("move", policy.move_hours, 0, 14 * 24)
    _within("moves", policy.moves, 0, 10)
    _within("no_show", policy.no_show_minutes, 5, 60)
    _within("dispute", policy.dispute_hours, 1, 30 * 24)
    _within("room", policy.room_days, 0, 90)
    _within("grace", policy.grace_hours, 12, 14 * 24)
    _check_reminders(policy.reminders)
    _check_tiers(policy.tiers)
    return policy


def language(code: str) -> str:
    """A BCP 47 language. Raises `Invalid` for what is none; which ones are spoken only the catalogues know."""
    if not LANGUAGE.fullmatch(code) or len(code) > 12:
        raise Invalid("policy.language", language=code)
    return code


def zone(name: str) -> ZoneInfo:
    """An IANA zone. Raises `Invalid` for a name that is none."""
    if name not in _zones():
        raise Invalid("zone.unknown", zone=name)
    return ZoneInfo(name)


def _within(rule: str, value: int, lowest: int, highest: int) -> None:
    if not lowest <= value <= highest:
        raise Invalid(f"policy.{rule}", lowest=lowest, highest=highest)


def _check_reminders(offsets: tuple[int, ...]) -> None:
    in_order = sorted(set(offsets), reverse=True) == list(offsets)
    if len(offsets) > 5 or not in_order or any(not 1 <= offset <= 14 * DAY for offset in offsets):
        raise Invalid("policy.reminders")


def _check_tiers(tiers: tuple[Tier, ...]) -> None:
    hours = [tier.hours for tier in tiers]
    percents = [tier.percent for tier in tiers]
    falling = sorted(set(hours), reverse=True) == hours and sorted(percents, reverse=True) == percents
    if not tiers or len(tiers) > 5 or not falling or hours[-1] != 0:
        raise Invalid("policy.tiers")
    if any(not 0 <= percent <= 100 for percent in percents) or hours[0] > 24 * 60:
        raise Invalid("policy.tiers")


@cache
def _zones() -> frozenset[str]:
    """All IANA names; looking for them reads a tree of files."""
    return frozenset(available_timezones())
