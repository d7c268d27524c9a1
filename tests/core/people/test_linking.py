"""A short code given on one platform and entered on the other, by hand and in a hurry."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.errors import Invalid, NotFound, Refusal
from core.people import codes, linking
from core.people.codes import Code
from core.people.people import Person
from tests import cast
from tests.cast import MINUTE, MONDAY
from tests.databases import Transact

SECOND = timedelta(seconds=1)
WRONG = codes.digest("0000-0000")


def met(transact: Transact) -> tuple[Person, Person]:
    """Ana of Discord and Ana of Telegram."""
    return transact(cast.person, "Ana"), transact(cast.person, "Ana", platform="telegram")


def offered(transact: Transact, person: Person) -> str:
    """The digest of a code that the person was given."""
    digest = codes.digest(codes.fresh())
    transact(lambda session: linking.offer(session, cast.here(session, person), digest, now=MONDAY))
    return digest


def guess(transact: Transact, person: Person, digest: str, minutes: float = 0) -> Code | Refusal:
    return transact(linking.guess, person.id, digest, now=MONDAY + minutes * MINUTE)


def refusal(outcome: Code | Refusal) -> str:
    assert isinstance(outcome, Refusal), outcome
    return outcome.key


@pytest.mark.parametrize(
    "typed",
    ["7K2M-0Q1A", "7k2m0q1a", " 7K2M 0Q1A ", "7k2m-oqia", "7K2M–OQLA", "７Ｋ２Ｍ０Ｑ１Ａ", "7.k.2.m.0.q.1.a"],
)
def test_a_code_is_read_however_it_is_typed(typed: str) -> None:
    assert codes.plain(typed) == "7K2M0Q1A"


@pytest.mark.parametrize(
    "typed", ["", "7K2M-0Q1", "7K2M-0Q1A9", "7K2M-0QUA", "٧K2M0Q1A", "x" * 100_000, "\u202e"]
)
def test_what_is_no_code_is_read_as_none(typed: str) -> None:
    assert codes.plain(typed) == ""


def test_a_new_code_can_be_read_and_typed() -> None:
    shown = [codes.fresh() for _ in range(50)]
    assert len(set(shown)) == 50
    assert all(len(code) == 9 and codes.plain(code) == code.replace("-", "") for code in shown)


def test_a_code_leads_to_its_person_for_ten_minutes(transact: Transact) -> None:
    here, there = met(transact)
    digest = offered(transact, here)
    found = guess(transact, there, digest, minutes=9.9)
    assert isinstance(found, Code)
    assert found.person_id == here.id
    assert refusal(guess(transact, there, digest, minutes=10)) == "link.over"


def test_a_second_code_ends_the_first(transact: Transact) -> None:
    here, there = met(transact)
    first, second = offered(transact, here), offered(transact, here)
    assert refusal(guess(transact, there, first)) == "link.wrong"
    assert isinstance(guess(transact, there, second), Code)


def test_nobody_is_linked_to_themselves(transact: Transact) -> None:
    here, _there = met(transact)
    outcome = guess(transact, here, offered(transact, here))
    assert isinstance(outcome, Invalid)
    assert outcome.key == "link.self"


def test_after_five_wrong_codes_even_a_right_one_has_to_wait(transact: Transact) -> None:
    here, there = met(transact)
    for _ in range(4):
        assert isinstance(guess(transact, there, WRONG), NotFound)
    paused = guess(transact, there, WRONG)
    assert isinstance(paused, Refusal)
    assert (paused.key, paused.facts["until"]) == ("code.paused", MONDAY + 15 * MINUTE)
    assert refusal(guess(transact, there, offered(transact, here), minutes=1)) == "code.paused"
    fresh = codes.digest(codes.fresh())
    later = MONDAY + 15 * MINUTE
    transact(lambda session: linking.offer(session, cast.here(session, here), fresh, now=later))
    assert isinstance(guess(transact, there, fresh, minutes=15), Code)


def test_wrong_codes_are_counted_for_each_person_alone(transact: Transact) -> None:
    here, there = met(transact)
    third = transact(cast.person, "Cleo", platform="telegram")
    for _ in range(5):
        guess(transact, there, WRONG)
    assert isinstance(guess(transact, third, offered(transact, here)), Code)


def test_wrong_codes_are_forgotten_after_a_quarter_of_an_hour(transact: Transact) -> None:
    _here, there = met(transact)
    for minutes in (0, 1, 2, 3, 18.1):
        assert refusal(guess(transact, there, WRONG, minutes)) == "link.wrong"


def test_who_says_that_it_is_not_them_ends_the_code(transact: Transact) -> None:
    here, there = met(transact)
    digest = offered(transact, here)
    transact(linking.refuse, here.id, digest)  # one's own code is not ended by showing it to oneself
    assert isinstance(guess(transact, there, digest), Code)
    transact(linking.refuse, there.id, digest)
    assert refusal(guess(transact, there, digest)) == "link.wrong"


def test_a_code_is_spent_once(transact: Transact) -> None:
    here, there = met(transact)
    code = guess(transact, there, offered(transact, here))
    assert isinstance(code, Code)
    assert [transact(codes.spend, code) for _ in range(2)] == [True, False]


def test_no_code_stands_in_the_database_as_it_is_typed(transact: Transact) -> None:
    here, _there = met(transact)
    code = codes.fresh()
    digest = codes.digest(code)
    transact(lambda session: linking.offer(session, cast.here(session, here), digest, now=MONDAY))

    def everything(session: Session) -> str:
        return repr([vars(row) for row in session.scalars(select(Code))])

    stored = transact(everything)
    assert digest in stored
    assert codes.plain(code) not in stored.upper()


def test_what_is_over_is_forgotten(transact: Transact) -> None:
    here, there = met(transact)
    offered(transact, here)
    guess(transact, there, WRONG)
    transact(codes.purge, now=MONDAY + 26 * MINUTE)
    assert transact(codes.of_person, here.id, linking.PURPOSE) is None
    assert transact(codes.pause, there.id, linking.PURPOSE, now=MONDAY) is None
