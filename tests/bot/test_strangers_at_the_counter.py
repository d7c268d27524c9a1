"""A stranger learns nothing by forging at the counter: what is sold, bought, waited for or subscribed to by others
answers as what nobody has. Made from the table of routes.
"""

from dataclasses import replace
from typing import Final

import pytest
from sqlalchemy.orm import Session

from bot import commands
from bot.screens.noes import SENTENCES
from core.chat import Place
from core.people.communities import Community
from core.people.mentors import Mentor
from core.people.people import Person
from core.plans import plans, subscribing
from core.prepaid import products, waits
from tests import cast
from tests.bot.frontdesk import FAR_STAFF, GUILD, STRANGER, FrontDesk
from tests.bot.test_strangers import WHO
from tests.bot.test_wrong_states import ANSWERS
from tests.cast import MONDAY, Cast
from tests.core.prepaid import sold
from tests.core.prepaid.club import LOWEST, PRO

pytestmark = pytest.mark.anyio

NOBODY: Final = "ZZZZZZZZ"
NUMBER: Final = "999999"
TAILS: Final = ("", ":1", ":1:1:1:1")
UNKNOWN: Final = tuple(SENTENCES[f"{what}.unknown"].msgid for what in ("product", "pack", "plan", "seat"))
PUBLIC: Final = ("pack.offer", "pack.buy", "plan.choose", "plan.start", "plan.to", "plan.change")
"""What is on sale is every member's to see."""


async def test_what_is_others_answers_as_what_there_is_not(quick_desk: FrontDesk) -> None:
    desk, asked = quick_desk, set[str]()
    found = await desk.db.write(_fill, desk.ben)
    for name in commands.table().handlers:
        tails = {nobody: await _tail(desk, name, nobody) for nobody in (NOBODY, NUMBER)}
        for short in found:
            nobody = NUMBER if short.isdigit() else NOBODY
            if (tail := tails[nobody]) is not None:
                asked.add(name)
                await _are_alike(desk, name, f"{short}{tail}", f"{nobody}{tail}")
    expected = {
        "product.show",
        "care.pack",
        "care.adjust",
        "plan.end",
        "pack.quote",
        "seat.leave",
    }
    assert expected <= asked


async def _are_alike(desk: FrontDesk, name: str, there: str, nowhere: str) -> None:
    for who, place in WHO:
        if name not in PUBLIC or who == FAR_STAFF:
            said, other = [
                await _answer(desk, who, place, f"{name}:{each}", each) for each in (there, nowhere)
            ]
            assert said == other, (name, who)


async def _tail(desk: FrontDesk, name: str, nobody: str) -> str | None:
    """What follows in a route that says of a thing that it does not know it."""
    for tail in TAILS:
        said = repr((await desk.ask(STRANGER, f"{name}:{nobody}{tail}", ANSWERS, place=GUILD)).screen)
        if any(sentence in said for sentence in UNKNOWN):
            return tail
    return None


async def _answer(desk: FrontDesk, who: str, place: Place | None, path: str, told: str) -> str:
    return repr((await desk.ask(who, path, ANSWERS, place=place)).screen).replace(told.split(":")[0], "SHORT")


def _fill(session: Session, ben: Mentor) -> list[str]:
    """Of everything one, and it is not the stranger's."""
    ben = cast.here(session, ben)
    place = session.get_one(Community, ben.community_id)
    hana, zoe = cast.person(session, "Hana of Guild"), cast.person(session, "Zoe 1")
    troupe = Cast(place, hana, zoe, ben, session.get_one(Person, ben.person_id))
    on_sale, gone = (sold.product(session, troupe, sessions=each) for each in (4, 5))
    products.retire(session, gone, hana, now=MONDAY)
    pack = sold.reserve(session, on_sale, ben, zoe)
    pro = plans.define(session, place, hana, PRO, lowest=LOWEST, now=MONDAY)
    other = plans.define(session, place, hana, replace(PRO, name="Old"), lowest=LOWEST, now=MONDAY)
    plans.retire(session, other, hana, now=MONDAY)
    has = subscribing.begin(session, pro, zoe.id, "bank", now=MONDAY)
    wait = waits.enter(session, ben, zoe, on_sale, now=MONDAY)
    shorts = (on_sale.short, gone.short, pack.short, pro.short, other.short, has.short)
    return [*shorts, str(wait.id)]
