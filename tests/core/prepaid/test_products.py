"""What may be put on sale, by whom, and what a student can buy of it."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy.orm import Session

from core.errors import Conflict, Forbidden, Invalid, NotFound
from core.money import Money
from core.people import governing, mentors
from core.people.mentors import Mentor, MentorState
from core.people.people import Person
from core.prepaid import products, shelf
from core.prepaid.products import MOST_ON_SALE, Product
from core.prepaid.terms import Terms
from tests import cast
from tests.cast import MONDAY, Cast
from tests.core.prepaid.counter import FOUR, LOWEST, define, revise
from tests.databases import Transact

USD = "USD"


@pytest.fixture
def troupe(transact: Transact) -> Cast:
    return transact(cast.enter)


def put(session: Session, troupe: Cast, actor: Person, terms: Terms, *found: Mentor) -> Product:
    community = cast.here(session, troupe.community)
    chosen = [cast.here(session, mentor) for mentor in found]
    return products.define(
        session, community, cast.here(session, actor), terms, chosen, lowest=LOWEST, now=MONDAY
    )


def does(session: Session, verb: Callable[..., None], troupe: Cast, product: Product) -> None:
    """Hana takes it off sale, or puts it on sale again."""
    verb(session, cast.here(session, product), cast.here(session, troupe.hana), now=MONDAY)


def on_sale(session: Session, troupe: Cast) -> list[str]:
    return [product.name for product in shelf.on_sale(session, troupe.community.id)]


@pytest.mark.parametrize(
    ("changes", "key"),
    [
        ({"name": " "}, "text.empty"),
        ({"name": "x" * 61}, "text.long"),
        ({"sessions": 0}, "product.sessions"),
        ({"sessions": 101}, "product.sessions"),
        ({"sessions": 10_000}, "product.sessions"),
        ({"minutes": 45}, "booking.duration"),
        ({"validity_days": 6}, "product.days"),
        ({"validity_days": 731}, "product.days"),
        ({"price": Money(5_000, "EUR")}, "money.currency"),
        ({"price": Money(49, USD)}, "money.low"),
        ({"price": Money(-1, USD)}, "money.negative"),
        ({"price": Money(4_000_001, USD)}, "money.high"),
        ({"price": Money(99_999_901, USD), "sessions": 100}, "money.high"),
    ],
)
def test_what_cannot_be_sold_is_refused_by_name(
    transact: Transact, troupe: Cast, changes: dict[str, Any], key: str
) -> None:
    with pytest.raises(Invalid) as refused:
        transact(put, troupe, troupe.hana, replace(FOUR, **changes), troupe.ben)
    assert refused.value.key == key
    product = transact(define, troupe)
    with pytest.raises(Invalid) as refused:
        transact(revise, troupe, product, replace(FOUR, **changes))
    assert refused.value.key == key


def test_the_bounds_are_said(transact: Transact, troupe: Cast) -> None:
    with pytest.raises(Invalid) as refused:
        transact(put, troupe, troupe.hana, replace(FOUR, sessions=10_000), troupe.ben)
    assert refused.value.facts == {"lowest": 1, "highest": 100}


def test_a_price_needs_somebody_who_takes_its_currency(transact: Transact, troupe: Cast) -> None:
    def sell(session: Session, price: int) -> None:
        community, hana = cast.here(session, troupe.community), cast.here(session, troupe.hana)
        terms = replace(FOUR, price=Money(price, USD))
        products.define(session, community, hana, terms, [], lowest=None, now=MONDAY)

    with pytest.raises(Invalid) as refused:
        transact(sell, 1_000)
    assert refused.value.key == "policy.currency"
    transact(sell, 0)


@pytest.mark.parametrize(
    "edge", [{"sessions": 1}, {"sessions": 100}, {"validity_days": 7}, {"price": LOWEST}]
)
def test_what_lies_at_the_bounds_can_be_sold(transact: Transact, troupe: Cast, edge: dict[str, Any]) -> None:
    transact(put, troupe, troupe.hana, replace(FOUR, **edge), troupe.ben)


def test_a_mentor_sells_their_own_sessions_and_nobody_elses(transact: Transact, troupe: Cast) -> None:
    cleo = transact(cast.mentor, troupe.community, "Cleo", by=troupe.hana)
    product = transact(put, troupe, troupe.ben_himself, FOUR, troupe.ben)
    for found in ([], [cleo], [troupe.ben, cleo]):
        with pytest.raises(Forbidden):
            transact(put, troupe, troupe.ben_himself, FOUR, *found)
    with pytest.raises(Forbidden):
        transact(put, troupe, troupe.ana, FOUR, troupe.ben)

    def changed_by(session: Session, actor: Person) -> None:
        mine = cast.here(session, product)
        products.retire(session, mine, cast.here(session, actor), now=MONDAY)

    cleo_herself = transact(lambda s: s.get_one(Person, cleo.person_id))
    with pytest.raises(NotFound):
        transact(changed_by, cleo_herself)
    transact(changed_by, troupe.ben_himself)
    assert transact(on_sale, troupe) == []


def test_a_mentor_of_several_leaves_changes_to_the_staff(transact: Transact, troupe: Cast) -> None:
    cleo = transact(cast.mentor, troupe.community, "Cleo", by=troupe.hana)
    product = transact(put, troupe, troupe.hana, FOUR, troupe.ben, cleo)
    with pytest.raises(Forbidden):
        transact(
            lambda s: products.retire(s, cast.here(s, product), cast.here(s, troupe.ben_himself), now=MONDAY)
        )
    assert transact(lambda s: shelf.of_own(s, cast.here(s, troupe.ben))) == []


def test_a_mentor_of_another_community_is_none_here(transact: Transact, troupe: Cast) -> None:
    nest, host = transact(cast.community, name="Nest")
    dora = transact(cast.mentor, nest, "Dora", by=host)
    with pytest.raises(NotFound):
        transact(put, troupe, troupe.hana, FOUR, dora)


def test_a_change_counts_and_an_end_and_a_new_beginning_are_written_down(
    transact: Transact, troupe: Cast
) -> None:
    product = transact(define, troupe)
    transact(revise, troupe, product, replace(FOUR, name="  Five  ", sessions=5))
    found = transact(products.by_short, product.short)
    assert (found.revision, found.name, found.sessions) == (2, "Five", 5)
    transact(does, products.retire, troupe, product)
    transact(does, products.retire, troupe, product)
    assert transact(on_sale, troupe) == []
    transact(does, products.restore, troupe, product)
    assert transact(on_sale, troupe) == ["Five"]


def test_twenty_five_are_on_sale_at_most(transact: Transact, troupe: Cast) -> None:
    found = [transact(define, troupe) for _ in range(MOST_ON_SALE)]
    with pytest.raises(Conflict) as refused:
        transact(define, troupe)
    assert (refused.value.key, refused.value.facts) == ("product.many", {"most": 25})

    transact(does, products.retire, troupe, found[0])
    transact(define, troupe)
    with pytest.raises(Conflict):
        transact(does, products.restore, troupe, found[0])


@pytest.mark.parametrize("why", ["paused", "rejected", "other currency", "nobody"])
def test_what_nobody_can_give_is_not_on_sale(transact: Transact, troupe: Cast, why: str) -> None:
    product = transact(define, troupe)
    assert transact(on_sale, troupe) == [product.name]

    def change(session: Session) -> None:
        ben, hana = cast.here(session, troupe.ben), cast.here(session, troupe.hana)
        match why:
            case "paused":
                mentors.pause(ben, now=MONDAY)
            case "rejected":
                ben.state = MentorState.REJECTED
            case "other currency":
                community = cast.here(session, troupe.community)
                governing.change(session, community, hana, now=MONDAY, currency="EUR")
            case "nobody":
                products.toggle_mentor(session, cast.here(session, product), hana, ben, now=MONDAY)

    transact(change)
    assert transact(on_sale, troupe) == []


def test_staff_chooses_with_whom_it_is(transact: Transact, troupe: Cast) -> None:
    cleo = transact(cast.mentor, troupe.community, "Cleo", by=troupe.hana)
    product = transact(put, troupe, troupe.hana, FOUR)

    def toggle(session: Session, actor: Person, mentor: Mentor) -> list[str]:
        chosen = cast.here(session, product)
        products.toggle_mentor(
            session, chosen, cast.here(session, actor), cast.here(session, mentor), now=MONDAY
        )
        return [each.name for each in shelf.mentors_of(session, chosen)]

    assert transact(toggle, troupe.hana, cleo) == ["Cleo"]
    assert transact(toggle, troupe.hana, troupe.ben) == ["Ben", "Cleo"]
    assert transact(toggle, troupe.hana, cleo) == ["Ben"]
    with pytest.raises(Forbidden):
        transact(toggle, troupe.ben_himself, cleo)
