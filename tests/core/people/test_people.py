"""Who somebody is, and what they choose for themselves."""

import pytest
from sqlalchemy.orm import Session

from core import chat, drafts
from core.errors import Forbidden, Invalid, NotFound
from core.people import communities, governing, memberships, people
from core.people.people import Met
from tests import cast
from tests.cast import MONDAY, Cast
from tests.databases import Transact


def meet(session: Session, name: str, key: str = "1", platform: str = "discord") -> Met:
    return people.meet(session, chat.Account(platform, key, name), "de", now=MONDAY)


def test_an_account_is_one_person_however_often_it_writes(transact: Transact) -> None:
    first, second = transact(meet, "Ana"), transact(meet, "Ana María")
    assert (first.is_new, second.is_new) == (True, False)
    assert second.person.id == first.person.id
    assert second.person.name == "Ana María"
    assert transact(meet, "Ana", platform="telegram").person.id != first.person.id


def test_a_nameless_account_keeps_the_name_it_had(transact: Transact) -> None:
    transact(meet, "Ana")
    assert transact(meet, "").person.name == "Ana"


def test_whoever_writes_again_can_be_written_to_again(transact: Transact) -> None:
    transact(meet, "Ana")
    transact(people.bury, "discord", "1", now=MONDAY)
    assert transact(people.identity_of, "discord", "1").dead_at == MONDAY  # type: ignore[union-attr]
    assert transact(meet, "Ana").identity.dead_at is None


def test_a_zone_that_does_not_exist_is_refused(transact: Transact) -> None:
    ana = transact(meet, "Ana").person
    with pytest.raises(Invalid) as refused:
        transact(lambda s: people.choose_zone(s, cast.here(s, ana), "Berlin", now=MONDAY))
    assert refused.value.key == "zone.unknown"
    assert transact(people.find, ana.id).zone is None


@pytest.mark.parametrize("offsets", [(0,), (14 * 24 * 60 + 1,), (1, 2, 3, 4, 5, 6)])
def test_reminders_that_cannot_be_are_refused(transact: Transact, offsets: tuple[int, ...]) -> None:
    ana = transact(meet, "Ana").person
    with pytest.raises(Invalid) as refused:
        transact(lambda s: people.choose_reminders(s, cast.here(s, ana), offsets, now=MONDAY))
    assert refused.value.key == "policy.reminders"


def test_chosen_reminders_are_kept_in_order_and_once(transact: Transact) -> None:
    ana = transact(meet, "Ana").person
    transact(lambda s: people.choose_reminders(s, cast.here(s, ana), (5, 60, 5), now=MONDAY))
    assert transact(people.find, ana.id).reminders == [60, 5]
    transact(lambda s: people.choose_reminders(s, cast.here(s, ana), None, now=MONDAY))
    assert transact(people.find, ana.id).reminders is None


def test_a_stranger_is_not_found(transact: Transact) -> None:
    with pytest.raises(NotFound) as refused:
        transact(people.find, 404)
    assert refused.value.key == "person.unknown"


# --- communities ------------------------------------------------------------------------------


def test_a_community_is_made_on_first_sight_with_the_default_rules(transact: Transact) -> None:
    place = chat.Place("discord", "7", "Guild")
    first, is_new = transact(communities.host, place, now=MONDAY)
    again, is_new_again = transact(communities.host, place, now=MONDAY)
    assert (is_new, is_new_again, first.id) == (True, False, again.id)
    assert first.policy.currency == "USD"


def test_only_a_manager_changes_the_rules_and_a_wrong_rule_changes_none(transact: Transact) -> None:
    troupe: Cast = transact(cast.enter)

    def change(session: Session, /, who: people.Person, **rules: object) -> None:
        place = cast.here(session, troupe.community)
        governing.change(session, place, cast.here(session, who), now=MONDAY, **rules)

    with pytest.raises(Forbidden) as forbidden:
        transact(change, troupe.ana, hold_minutes=30)
    assert forbidden.value.key == "setup.forbidden"
    with pytest.raises(Invalid):
        transact(change, troupe.hana, hold_minutes=30, commission=9_999)
    transact(change, troupe.hana, hold_minutes=45)
    policy = transact(communities.find, troupe.community.id).policy
    assert (policy.hold_minutes, policy.commission) == (45, 2_000)


def test_staff_are_those_with_the_role_and_the_managers(transact: Transact) -> None:
    troupe: Cast = transact(cast.enter)

    def appoint(session: Session) -> list[int]:
        place, hana = cast.here(session, troupe.community), cast.here(session, troupe.hana)
        governing.appoint(session, place, hana, "staff_role", "77", "Helpers", now=MONDAY)
        for name, roles in (("Ida", {"77"}), ("Jon", {"78"})):
            who = cast.person(session, name)
            memberships.see(session, place, who, may_manage=False, roles=frozenset(roles), now=MONDAY)
        return memberships.staff(session, place.id)

    ids = transact(appoint)
    names = [transact(people.find, person_id).name for person_id in ids]
    assert names == ["Hana of Guild", "Ida"]


def test_what_a_platform_vouched_for_counts_for_a_week(transact: Transact) -> None:
    troupe: Cast = transact(cast.enter)
    for_a_week = MONDAY + memberships.VOUCHED
    transact(memberships.require_staff, troupe.community.id, troupe.hana, now=for_a_week)
    for who, when in ((troupe.hana, for_a_week + cast.MINUTE), (troupe.ana, MONDAY)):
        with pytest.raises(Forbidden) as refused:
            transact(memberships.require_staff, troupe.community.id, who, now=when)
        assert refused.value.key == "staff.forbidden"


def test_only_known_places_are_appointed(transact: Transact) -> None:
    troupe: Cast = transact(cast.enter)

    def appoint(session: Session, place: str, key: str) -> None:
        found, hana = cast.here(session, troupe.community), cast.here(session, troupe.hana)
        governing.appoint(session, found, hana, place, key, "", now=MONDAY)

    for place, key in (("rules", "1"), ("staff_role", ""), ("staff_role", "x" * 65)):
        with pytest.raises(Invalid) as refused:
            transact(appoint, place, key)
        assert refused.value.key == "setup.place"


# --- drafts -----------------------------------------------------------------------------------


def test_a_draft_grows_until_it_is_taken_and_is_forgotten_after_a_week(transact: Transact) -> None:
    ana = transact(meet, "Ana").person
    transact(drafts.keep, ana.id, "apply", {"bio": "Hello", "headline": "Hm"}, now=MONDAY)
    transact(drafts.keep, ana.id, "apply", {"headline": "Hi"}, now=MONDAY)
    assert transact(drafts.kept, ana.id, "apply") == {"bio": "Hello", "headline": "Hi"}
    assert transact(drafts.kept, ana.id, "other") == {}
    transact(drafts.purge, now=MONDAY + drafts.KEPT)
    assert transact(drafts.kept, ana.id, "apply")
    transact(drafts.purge, now=MONDAY + drafts.KEPT + cast.MINUTE)
    assert transact(drafts.kept, ana.id, "apply") == {}
