"""Every refusal that the code can raise has a sentence, with a value for each of its placeholders."""

import ast
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import pytest

from adapters.words import Words
from bot.screens import noes, refusals
from core import errors
from core.booking.life import BookingState
from core.chat import Reader, Text
from core.errors import Refusal
from core.money import Money
from core.payments.payments import PaymentState
from core.people.applications import LONGEST
from core.people.mentors import MentorState
from core.plans.subscriptions import SubscriptionState
from core.prepaid.packs import PackState
from core.prepaid.seats import SeatState
from core.schedule.times import Reason
from tests.bot.gallery import placeholders

HOUSE: Final = Path(__file__).parents[2]
CLASSES: Final = {
    name for name, found in vars(errors).items() if isinstance(found, type) and issubclass(found, Refusal)
}
PAID_BY_NOBODY: Final = set(PaymentState) - {PaymentState.INTENDED, PaymentState.OPEN}
EXPANDED: Final[Mapping[str, Collection[str]]] = {
    "booking.is_": set(BookingState),
    "mentor.": set(MentorState),
    "payment.is_": PAID_BY_NOBODY,
    "seat.is_": set(SeatState),
    "pack.is_": set(PackState),
    "plan.is_": set(SubscriptionState),
    "policy.": {
        *("hold", "notice", "horizon", "grid", "request", "accepted_hold"),
        *("move", "moves", "no_show", "dispute", "room", "grace"),
    },
}
"""What a key that is put together may become; a payment that is not live cannot be intended or open."""
NOT_ASKED_FOR: Final = {"policy.grid"}
"""The grid is no rule of /setup: only a host's own code could set it wrongly."""


@dataclass(frozen=True, slots=True)
class Raised:
    """One place that refuses: the keys it may have and the facts it always gives."""

    where: str
    keys: frozenset[str]
    facts: frozenset[str]


def raised() -> list[Raised]:
    return [
        found
        for folder in ("core", "bot", "adapters")
        for path in sorted((HOUSE / folder).rglob("*.py"))
        for found in _of(path)
    ]


def _of(path: Path) -> Iterator[Raised]:
    written = path.read_text(encoding="utf-8")
    if not any(f"{name}(" in written for name in CLASSES):
        return
    for node in ast.walk(ast.parse(written)):
        if isinstance(node, ast.Call) and node.args and _name(node.func) in CLASSES:
            where = f"{path.relative_to(HOUSE)}:{node.lineno}"
            facts = frozenset(keyword.arg for keyword in node.keywords if keyword.arg)
            yield Raised(where, _keys(node.args[0], where), facts)


def _name(function: ast.expr) -> str:
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def _keys(key: ast.expr, where: str) -> frozenset[str]:
    match key:
        case ast.Constant(value=str(literal)):
            return frozenset({literal})
        case ast.JoinedStr(values=[ast.Constant(value=str(prefix)), ast.FormattedValue()]):
            return frozenset(f"{prefix}{rest}" for rest in EXPANDED[prefix])
    raise AssertionError(f"{where}: a refusal whose key nobody can look up")


RAISED: Final = raised()


def test_the_scan_sees_the_refusals() -> None:
    assert len(RAISED) > 60
    assert {"booking.taken", "booking.is_expired", "policy.hold"} <= set().union(*(r.keys for r in RAISED))


@pytest.mark.parametrize("site", RAISED, ids=lambda site: site.where)
def test_a_refusal_has_a_sentence_and_gives_all_that_it_speaks_of(site: Raised) -> None:
    for key in site.keys - NOT_ASKED_FOR:
        assert key in noes.SENTENCES, f"{key} has no sentence"
        spoken = placeholders(noes.SENTENCES[key].msgid)
        assert spoken <= site.facts, f"{key} speaks of {spoken - site.facts}"


def test_no_sentence_waits_for_a_refusal_that_nobody_raises() -> None:
    keys = set().union(*(site.keys for site in RAISED))
    assert noes.SENTENCES.keys() <= keys


def test_every_field_that_is_refused_has_a_name_that_people_know() -> None:
    named = {
        keyword.value.value
        for folder in ("core", "bot")
        for path in (HOUSE / folder).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and _name(node.func) in CLASSES
        for keyword in node.keywords
        if keyword.arg == "field" and isinstance(keyword.value, ast.Constant)
    }
    assert named | LONGEST.keys() | {"topics", "languages"} <= refusals.FIELDS.keys()


def test_every_reason_has_a_sentence() -> None:
    assert refusals.REASONS.keys() == set(Reason)


@pytest.mark.parametrize(
    ("refusal", "said"),
    [
        (Refusal("money.low", lowest=Money(50, "USD")), "at least $0.50"),
        (Refusal("booking.not_free", reason=Reason.NOTICE), "some notice"),
        (Refusal("text.long", field="agenda", longest=500), "“Agenda” may have at most 500 characters"),
        (Refusal("mentor.year", lowest="1950", highest="2034"), "between 1950 and 2034"),
        (Refusal("booking.paused", count=3, until=datetime(2026, 11, 24, 8, tzinfo=UTC)), "Nov 24"),
        (Refusal("money.unreadable", value="x" * 100_000), "x" * 80 + "…"),
        (Refusal("date.unreadable", value="{name} {0}"), "“{name} {0}”"),
    ],
)
def test_the_facts_of_a_refusal_are_said(refusal: Refusal, said: str) -> None:
    assert said in _english(refusals.sentence(refusal))


def test_a_fact_that_the_sentence_does_not_speak_of_is_not_said() -> None:
    taken = Refusal("booking.taken", slug="ben", minutes=60, nearest=())
    assert refusals.sentence(taken).values == {}


def _english(text: Text) -> str:
    return Words(lambda _locale, msgid, _plural="", _count=None: msgid, Reader("en", "UTC")).say(text)
