"""Packs of sessions in the stories: what Ben puts on sale, and the steps from `/packs` to a paid one."""

from sqlalchemy.orm import Session

from core.money import Money
from core.people import communities, mentors, people
from core.prepaid import products
from core.prepaid.products import Product
from core.prepaid.terms import Terms
from tests.stories.hands import Hands
from tests.stories.stage import Stage

FOUR = Terms("Portfolio course", 60, Money(14_000, "EUR"))
"""Four sessions of an hour with Ben."""
RESERVED = "A seat with Ben Okafor is reserved for you"


async def are_sold(stage: Stage, terms: Terms = FOUR, *, seats: int = 10) -> None:
    """Ben puts a pack of his on sale, and has so many seats."""

    def define(session: Session) -> None:
        ben = mentors.by_slug(session, "ben-okafor")
        ben.seats = seats
        community, himself = communities.find(session, ben.community_id), people.find(session, ben.person_id)
        lowest = Money(50, terms.price.currency)
        products.define(session, community, himself, terms, [ben], lowest=lowest, now=stage.now)

    await stage.house.db.write(define)
    await stage.settles()


async def changes(stage: Stage, terms: Terms) -> None:
    """Ben changes the one pack that is on sale."""

    def revise(session: Session) -> None:
        [product] = session.query(Product).all()
        himself = people.find(session, product.created_by)
        lowest = Money(50, terms.price.currency)
        products.revise(session, product, himself, terms, lowest=lowest, now=stage.now)

    await stage.house.db.write(revise)
    await stage.settles()


async def reserves(person: Hands, *, price: str = "€140.00") -> str:
    """From the command to a reserved seat; the pay link."""
    await person.says("/packs")
    await person.taps("Buy", beside="Portfolio course")
    assert person.sees(RESERVED), person.view()
    return person.link(f"Pay {price}")


async def buys(person: Hands) -> None:
    await person.pays(await reserves(person))
    await person.will_see("Your pack is paid")


async def waits(person: Hands) -> None:
    """Into the line for Ben's seat."""
    await person.says("/packs")
    await person.taps("Wait for a seat", beside="Portfolio course")
    assert person.sees("In line for a seat with Ben Okafor"), person.view()
