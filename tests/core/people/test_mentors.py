"""Applications, profiles and prices."""

from typing import Any

import pytest
from sqlalchemy.orm import Session

from core.errors import Conflict, Forbidden, Invalid, NotFound
from core.money import Money
from core.people import expertise, governing, mentors, mentorship, people, rates, roles
from core.people.mentors import Mentor, MentorState
from tests import cast
from tests.cast import MONDAY, Cast
from tests.databases import Transact

USD_50C = Money(50, "USD")
REFUSED: list[tuple[str, dict[str, Any]]] = [
    ("text.empty", {"headline": ""}),
    ("text.empty", {"bio": ""}),
    ("text.empty", {"topics": ()}),
    ("text.empty", {"languages": ()}),
    ("text.long", {"headline": "x" * 101}),
    ("text.long", {"bio": "x" * 2_001}),
    ("text.long", {"university": "x" * 101}),
    ("text.long", {"topics": ("x" * 41,)}),
    ("text.long", {"topics": ("",)}),
    ("list.long", {"topics": tuple("abcdefghi")}),
    ("list.long", {"languages": tuple("abcdefg")}),
    ("mentor.year", {"graduation_year": 1949}),
    ("mentor.year", {"graduation_year": 2035}),
    ("money.currency", {"hourly": Money(6_000, "EUR")}),
    ("money.negative", {"hourly": Money(-100, "USD")}),
    ("money.low", {"hourly": Money(98, "USD")}),
    ("money.high", {"hourly": Money(2_000_200, "USD")}),
]


@pytest.mark.parametrize(("key", "changes"), REFUSED)
def test_an_application_that_cannot_stand_is_refused_by_name(key: str, changes: dict[str, Any]) -> None:
    with pytest.raises(Invalid) as refused:
        mentorship.checked(cast.application(**changes), currency="USD", lowest=USD_50C, now=MONDAY)
    assert refused.value.key == key


@pytest.mark.parametrize("hourly", [0, 100, 2_000_000])
def test_a_price_at_its_edge_stands(hourly: int) -> None:
    application = cast.application(hourly=Money(hourly, "USD"))
    assert mentorship.checked(application, currency="USD", lowest=USD_50C, now=MONDAY) == application


@pytest.mark.parametrize(
    ("name", "slug"), [("Ben Ünal", "ben-unal"), ("  ", "mentor"), ("李", "mentor"), ("x" * 60, "x" * 28)]
)
def test_a_name_becomes_a_word_for_links(name: str, slug: str) -> None:
    assert mentorship.slug_of(name) == slug


def apply(session: Session, troupe: Cast, name: str = "Carl") -> Mentor:
    place, carl = cast.here(session, troupe.community), cast.person(session, name)
    return mentorship.apply(session, place, carl, cast.application(), lowest=None, now=MONDAY)


def decide(session: Session, mentor: Mentor, by: people.Person, reason: str = "") -> None:
    mentor, by = cast.here(session, mentor), cast.here(session, by)
    if reason:
        mentorship.reject(session, mentor, by, reason, now=MONDAY)
    else:
        mentorship.approve(session, mentor, by, now=MONDAY)


def test_an_application_waits_for_staff_and_is_decided_once(transact: Transact) -> None:
    troupe: Cast = transact(cast.enter)
    carl = transact(apply, troupe)
    assert [m.id for m in transact(mentors.waiting, troupe.community.id)] == [carl.id]
    with pytest.raises(Forbidden) as forbidden:
        transact(decide, carl, troupe.ana)
    assert forbidden.value.key == "staff.forbidden"
    transact(decide, carl, troupe.hana)
    with pytest.raises(Conflict) as decided:
        transact(decide, carl, troupe.hana, "too late")
    assert decided.value.key == "mentor.decided"
    assert transact(mentors.find, carl.id).is_bookable


def test_applying_twice_is_refused_and_again_after_a_rejection_is_welcome(transact: Transact) -> None:
    troupe: Cast = transact(cast.enter)
    carl = transact(apply, troupe)
    with pytest.raises(Conflict) as applied:
        transact(apply, troupe)
    assert applied.value.key == "mentor.applied"
    transact(decide, carl, troupe.hana, "Say more, please.")
    assert transact(mentors.find, carl.id).reason == "Say more, please."
    assert transact(apply, troupe).state is MentorState.APPLIED
    with pytest.raises(Conflict) as approved:
        transact(apply, troupe, "Ben")
    assert approved.value.key == "mentor.approved"


@pytest.mark.parametrize(("reason", "key"), [(" ", "text.empty"), ("x" * 501, "text.long")])
def test_a_rejection_gives_a_reason(transact: Transact, reason: str, key: str) -> None:
    troupe: Cast = transact(cast.enter)
    carl = transact(apply, troupe)
    with pytest.raises(Invalid) as refused:
        transact(decide, carl, troupe.hana, reason)
    assert refused.value.key == key


def test_two_mentors_of_one_name_have_two_links(transact: Transact) -> None:
    troupe: Cast = transact(cast.enter)

    def twin(session: Session) -> Mentor:
        place, hana = cast.community(session, "Other")
        return cast.mentor(session, place, "Ben", by=hana)

    other = transact(twin)
    assert other.slug != troupe.ben.slug == "ben"
    assert transact(mentors.by_slug, other.slug).id == other.id
    with pytest.raises(NotFound):
        transact(mentors.by_slug, other.slug, community_id=troupe.community.id)


def test_a_profile_is_revised_by_its_mentor_alone(transact: Transact) -> None:
    troupe: Cast = transact(cast.enter)

    def revise(session: Session, who: people.Person) -> list[str]:
        ben, said = cast.here(session, troupe.ben), cast.application(topics=("parsers", "parsers", "types"))
        mentorship.revise(session, ben, cast.here(session, who), said, lowest=None, now=MONDAY)
        return expertise.topics(session, ben.id)

    with pytest.raises(Forbidden):
        transact(revise, troupe.ana)
    assert transact(revise, troupe.ben_himself) == ["parsers", "types"]


def test_a_video_link_that_leads_nowhere_is_refused(transact: Transact) -> None:
    troupe: Cast = transact(cast.enter)

    def meet_at(session: Session, url: str) -> None:
        ben, himself = cast.here(session, troupe.ben), cast.here(session, troupe.ben_himself)
        mentors.meet_at(session, ben, himself, url, now=MONDAY)

    transact(meet_at, "https://meet.example/ben")
    for url in ("http://meet.example/x", "https://meet", "https://a b.c/", "https://x.y/" + "z" * 300):
        with pytest.raises(Invalid) as refused:
            transact(meet_at, url)
        assert refused.value.key == "mentor.url"
    transact(meet_at, "")
    assert transact(mentors.find, troupe.ben.id).meeting_url == ""


# --- prices -----------------------------------------------------------------------------------


def prices(session: Session, troupe: Cast) -> dict[int, int]:
    found = rates.prices(session, cast.here(session, troupe.ben))
    return {minutes: price.amount for minutes, price in found.items()}


def offer(
    session: Session, troupe: Cast, minutes: int, price: Money | None, who: str = "ben_himself"
) -> None:
    ben, actor = cast.here(session, troupe.ben), cast.here(session, getattr(troupe, who))
    rates.offer(session, ben, actor, minutes, price=price, lowest=USD_50C, now=MONDAY)


def test_durations_cost_their_part_of_the_hour_until_the_mentor_says_otherwise(transact: Transact) -> None:
    troupe: Cast = transact(cast.enter)
    assert transact(prices, troupe) == {30: 3_000, 60: 6_000, 90: 9_000}
    transact(offer, troupe, 90, Money(8_000, "USD"))
    transact(offer, troupe, 30, Money(0, "USD"))
    assert transact(prices, troupe) == {30: 0, 60: 6_000, 90: 8_000}
    transact(offer, troupe, 90, None)
    ben, himself = troupe.ben, troupe.ben_himself
    transact(lambda s: rates.withdraw(s, cast.here(s, ben), cast.here(s, himself), 30, now=MONDAY))
    assert transact(prices, troupe) == {60: 6_000, 90: 9_000}


@pytest.mark.parametrize(
    ("minutes", "price", "who", "key"),
    [
        (45, None, "ben_himself", "booking.duration"),
        (60, Money(49, "USD"), "ben_himself", "money.low"),
        (60, Money(100, "EUR"), "ben_himself", "money.currency"),
        (60, None, "ana", "mentor.forbidden"),
    ],
)
def test_an_offer_that_cannot_be_is_refused(
    transact: Transact, minutes: int, price: Money | None, who: str, key: str
) -> None:
    troupe: Cast = transact(cast.enter)
    with pytest.raises((Invalid, Forbidden)) as refused:
        transact(offer, troupe, minutes, price, who)
    assert refused.value.key == key


def test_two_reviews_at_once_both_count(transact: Transact) -> None:
    """The second was read before the first was written."""
    troupe: Cast = transact(cast.enter)

    def rate_late(session: Session) -> None:
        ben = mentors.find(session, troupe.ben.id)
        if session.get_bind().dialect.name == "postgresql":  # SQLite writes one after the other
            transact(lambda s: mentors.rate(mentors.find(s, troupe.ben.id), 5))
        else:
            mentors.rate(ben, 5)
            session.flush()
        mentors.rate(ben, 3)
        mentors.count_session(ben)

    transact(rate_late)
    ben = transact(mentors.find, troupe.ben.id)
    assert (ben.rating_sum, ben.rating_count, ben.sessions) == (8, 2, 1)


def test_a_new_mentor_role_is_wished_for_everyone_who_is_approved(transact: Transact) -> None:
    troupe: Cast = transact(cast.enter)

    def honour(session: Session) -> None:
        place, hana = cast.here(session, troupe.community), cast.here(session, troupe.hana)
        governing.appoint(session, place, hana, "mentor_role", "9", "Mentors", now=MONDAY)
        mentors.honour(session, place, now=MONDAY)
        mentors.honour(session, place, now=MONDAY)

    transact(honour)
    assert [(task.account, task.role) for task in transact(roles.due, now=MONDAY)] == [("discord:ben", "9")]
