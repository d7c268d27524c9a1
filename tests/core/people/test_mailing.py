"""An address is a person's own once they have typed the code that was sent there."""

import pytest
from sqlalchemy.orm import Session

from core.errors import Invalid, NotFound, Refusal
from core.people import codes, mailing, people
from core.people.people import Person
from tests import cast
from tests.cast import HOUR, MINUTE, MONDAY
from tests.databases import Transact

ADDRESS = "ana@example.org"
WRONG = codes.digest("0000-0000")


@pytest.fixture
def ana(transact: Transact) -> Person:
    return transact(cast.person, "Ana")


def ask(session: Session, person: Person, address: str = ADDRESS, minutes: float = 0) -> str:
    """The digest of the code that was sent."""
    digest = codes.digest(codes.fresh())
    mailing.ask(session, cast.here(session, person), address, digest, now=MONDAY + minutes * MINUTE)
    return digest


def confirm(session: Session, person: Person, digest: str, minutes: float = 0) -> str | Refusal:
    now = MONDAY + minutes * MINUTE
    return mailing.confirm(session, cast.here(session, person), digest, "en", now=now)


def key(outcome: object) -> str:
    assert isinstance(outcome, Refusal), outcome
    return outcome.key


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (" Ana.Lima+nearpeer@Example.ORG ", "ana.lima+nearpeer@example.org"),
        ("ana@bücher.example", "ana@xn--bcher-kva.example"),
        ("o'hara@mail.example.co", "o'hara@mail.example.co"),
    ],
)
def test_an_address_is_kept_as_mail_finds_it(typed: str, kept: str) -> None:
    assert mailing.checked(typed) == kept


@pytest.mark.parametrize(
    "typed",
    [
        *("", "ana", "ana@", "@example.org", "ana@example", "ana@@example.org", "a na@example.org"),
        *(".ana@example.org", "ana..b@example.org", "ana@-example.org", "ana@exa_mple.org", "ana@127.0.0.1"),
        *("ana@example.org\r\nBcc: ben@example.org", "ana@example.org\n", "Ana <ana@example.org>"),
        *("ana@example.org,ben@example.org", "a" * 65 + "@example.org", "ana@" + "e" * 250 + ".org"),
        *(
            "ана@example.org",
            "ana@exam\u202eple.org",
            "ana\0@example.org",
            "x" * 100_000,
            '"a b"@example.org',
        ),
    ],
)
def test_what_is_no_address_is_refused(typed: str) -> None:
    if typed == "ana@example.org\n":
        assert mailing.checked(typed) == ADDRESS
        return
    with pytest.raises(Invalid) as refused:
        mailing.checked(typed)
    assert refused.value.key == "mail.address"


def test_a_confirmed_address_is_a_way_to_the_person(transact: Transact, ana: Person) -> None:
    digest = transact(ask, ana)
    assert transact(mailing.awaited, ana.id, now=MONDAY) == ADDRESS
    assert transact(mailing.addresses, ana.id) == []
    assert transact(confirm, ana, digest) == ADDRESS
    (address,) = transact(mailing.addresses, ana.id)
    assert (address.account, address.dead_at) == (ADDRESS, None)
    assert key(transact(confirm, ana, digest)) == "mail.over"


def test_a_new_address_takes_the_place_of_the_old(transact: Transact, ana: Person) -> None:
    transact(confirm, ana, transact(ask, ana))
    transact(confirm, ana, transact(ask, ana, "lima@example.org", minutes=1), minutes=1)
    assert [each.account for each in transact(mailing.addresses, ana.id)] == ["lima@example.org"]


def test_a_code_counts_for_ten_minutes_and_a_wrong_one_five_times(transact: Transact, ana: Person) -> None:
    digest = transact(ask, ana)
    assert key(transact(confirm, ana, digest, minutes=10)) == "mail.over"
    keys = [key(transact(confirm, ana, WRONG)) for _ in range(5)]
    assert keys == ["mail.wrong"] * 4 + ["code.paused"]
    assert key(transact(confirm, ana, digest)) == "code.paused"


def test_another_persons_address_is_not_taken(transact: Transact, ana: Person) -> None:
    ben = transact(cast.person, "Ben")
    transact(confirm, ana, transact(ask, ana))
    assert key(transact(confirm, ben, transact(ask, ben, minutes=1), minutes=1)) == "mail.taken"


def test_codes_are_sent_a_minute_apart_and_five_an_hour(transact: Transact, ana: Person) -> None:
    transact(ask, ana)
    with pytest.raises(Refusal) as soon:
        transact(ask, ana, "other@example.org", minutes=0.9)
    assert (soon.value.key, soon.value.facts["until"]) == ("mail.soon", MONDAY + MINUTE)
    for number in range(1, 5):
        transact(ask, ana, f"ana{number}@example.org", minutes=number)
    with pytest.raises(Refusal) as often:
        transact(ask, ana, "ana6@example.org", minutes=6)
    assert (often.value.key, often.value.facts["until"]) == ("mail.often", MONDAY + HOUR)
    transact(ask, ana, "ana6@example.org", minutes=60)


def test_nobodys_mailbox_is_filled_by_many(transact: Transact) -> None:
    for number in range(3):
        transact(ask, transact(cast.person, f"Zoe {number}"), minutes=number)
    with pytest.raises(Refusal) as often:
        transact(ask, transact(cast.person, "Zoe 4"), minutes=5)
    assert often.value.key == "mail.often"


def test_an_address_is_removed_by_its_person_alone(transact: Transact, ana: Person) -> None:
    ben = transact(cast.person, "Ben")
    transact(confirm, ana, transact(ask, ana))
    (address,) = transact(mailing.addresses, ana.id)
    with pytest.raises(NotFound):
        transact(lambda s: mailing.remove(s, cast.here(s, ben), address.id, now=MONDAY))
    transact(lambda s: mailing.remove(s, cast.here(s, ana), address.id, now=MONDAY))
    assert transact(mailing.addresses, ana.id) == []


def test_a_chat_cannot_be_removed_like_an_address(transact: Transact, ana: Person) -> None:
    (chat,) = transact(people.identities, ana.id)
    with pytest.raises(NotFound):
        transact(lambda s: mailing.remove(s, cast.here(s, ana), chat.id, now=MONDAY))
