"""A route is input like any other: whatever is pressed, forged or mistyped is answered with a sentence, and what
is not the actor's stays as it is.
"""

from typing import Final

import pytest

from bot import commands
from bot.screens.noes import SENTENCES
from bot.visit import stamp
from core.chat import Place
from tests.bot import walks
from tests.bot.frontdesk import (
    ANA,
    APPLICANT,
    BEN,
    BROKEN,
    FAR_MENTOR,
    FAR_STAFF,
    GUILD,
    HANA,
    REFUSED,
    REJECTED,
    STRANGER,
    FrontDesk,
    sentence,
)
from tests.cast import TUESDAY_TEN

pytestmark = pytest.mark.anyio

TABLE: Final = commands.table()
ROUTES: Final = tuple(TABLE.handlers)
MALFORMED: Final = (
    "",
    ":",
    ":x",
    ":::::::",
    ":-1:-1:-1",
    ":0:0:0",
    ":999999999999:999999999999:999999999999",
    ":ben:60:zzzzzzzz",
    ":ben:60:-zzzzzz",
    ":ben:60:00010101",
    ":ben:60:99991231",
    ":ben:999999999999:20261124",
    ":٣:٣:٣",
    ":\u202eben:60:🙂",
    ":" + "x" * 300,
    ":a\x00b:1\x00:1",
    ":\ud800",
    ":ben' OR 1=1 --:%:_",
    ":99991231",
    ":00010101",
)
"""What follows a route's name when a person, a stale message or a forger gets it wrong."""

OPEN: Final = frozenset({"mentoring.workweek", "mentoring.back"})
ALWAYS_OPEN: Final = frozenset({"settings.reminders_default", "care.leave_now"})
"""These do something without an answer: for a mentor, or for anybody, that is no mistake. A mentor's name is all
that it takes to leave, and the stories of caring say who may."""

OF_A_BOOKING: Final = tuple(
    name
    for name in ROUTES
    if name.startswith(("booking.", "late.", "book.agree", "move.", "propos", "dispute.", "request."))
    or name in {"again", "waitlist.earlier", "waitlist.claim", "waitlist.pass"}
    or name in {"review.give", "review.form", "review.write"}
)
"""Those that begin with a booking of the actor's own."""

OF_STAFF_TOO: Final = frozenset(
    {
        *("booking.change", "booking.quote", "booking.cancel", "booking.why", "booking.call_off"),
        *("move.days", "move.times", "move.check", "move.make"),
    }
)
OF_THE_STUDENT: Final = (
    *("book.agree", "book.agree_form", "booking.release", "booking.cancel", "again"),
    *("late.take", "late.refund", "proposal.take", "proposal.refuse", "proposal.refund"),
    *("waitlist.earlier", "waitlist.claim", "waitlist.pass"),
)
OF_NO_BOOKING: Final = frozenset({"list", "filter_form", "filter", "disputes", "refunds", "paused"})
"""What staff looks at of its whole community."""

ANSWERS: Final = {
    **{"topic": "Mine now", "agenda": "", "terms": "yes", "reason": "No", "note": "A note", "words": "Hi"},
    **{"stars": "5", "objection": "It was short", "statement": "It was not", "reply": "Thanks"},
    **{"amount": "1", "way": "money", "refund": "none", "outcome": ""},
}


async def test_a_route_that_nobody_knows_says_so(desk: FrontDesk) -> None:
    before = await desk.counts()
    for path in (
        "booking.",
        ".",
        "a.b:c",
        "." * 100_000,
        ".\x00",
        ".\ud800",
        "🙂.:🙂",
    ):
        screen = await desk.hear(ANA, path)
        assert screen.title.msgid == REFUSED, path
    assert await desk.counts() == before


async def test_a_word_that_is_no_command_is_answered_by_help(desk: FrontDesk) -> None:
    before = await desk.counts()
    for path in ("", "nowhere", "booking", "x" * 100_000, "\x00", "\ud800", "🙂:🙂"):
        screen = await desk.hear(ANA, path)
        assert screen.title.msgid == "What I can do", path
    assert await desk.counts() == before


@pytest.mark.parametrize(
    ("who", "endings"),
    [(STRANGER, MALFORMED[:4]), (ANA, MALFORMED[::2]), (BEN, MALFORMED), (HANA, MALFORMED[::4])],
    ids=["stranger", "student", "mentor", "staff"],
)
async def test_no_malformed_route_breaks_anything_or_writes_anything(
    quick_desk: FrontDesk, who: str, endings: tuple[str, ...]
) -> None:
    await _press_everything(quick_desk, who, endings)


async def test_what_a_database_cannot_store_is_refused_before_it_gets_there(desk: FrontDesk) -> None:
    worst = (":999999999999:999999999999:999999999999", ":" + "x" * 300, ":a\x00b:1\x00:1", ":\ud800")
    await _press_everything(desk, BEN, worst)


async def _press_everything(desk: FrontDesk, who: str, endings: tuple[str, ...]) -> None:
    """Counts once for some routes at a time; where a row more or less was found, each is pressed once more."""
    shut = [name for name in ROUTES if name not in ALWAYS_OPEN and not (who == BEN and name in OPEN)]
    before = await desk.counts()
    for start in range(0, len(shut), 20):
        some = shut[start : start + 20]
        for name in some:
            await _press(desk, who, name, endings)
        if (after := await desk.counts()) != before:
            wrote = [name for name in some if await _writes(desk, who, name, endings)]
            pytest.fail(f"{wrote or some} wrote for {who}: {dict(after.items() - before.items())}")


async def _press(desk: FrontDesk, who: str, name: str, endings: tuple[str, ...]) -> None:
    for ending in endings:
        screen = await desk.hear(who, f"{name}{ending}")
        assert screen.title.msgid != BROKEN, f"{name}{ending!r}"


async def _writes(desk: FrontDesk, who: str, name: str, endings: tuple[str, ...]) -> bool:
    before = await desk.counts()
    await _press(desk, who, name, endings)
    return await desk.counts() != before


@pytest.mark.parametrize("who", [ANA, HANA, FAR_MENTOR, STRANGER])
async def test_a_foreign_booking_does_not_exist(desk: FrontDesk, who: str) -> None:
    """The rooms and notes of one are in test_rooms. What staff may do is done by Hana too: it is not foreign to her."""
    routes = [name for name in OF_A_BOOKING if who != HANA or name not in OF_STAFF_TOO]
    assert len(routes) >= 20
    before = await desk.counts()
    for state, short in desk.short.items():
        for name in routes:
            screen = await desk.hear(who, _path(name, short), ANSWERS)
            assert sentence(screen) == _refusal("booking.unknown"), f"{name} of a {state} booking"
    assert await desk.counts() == before


async def test_the_mentor_of_a_booking_leaves_to_the_student_what_is_theirs(desk: FrontDesk) -> None:
    before = await desk.counts()
    for state, short in desk.short.items():
        for name in OF_THE_STUDENT:
            screen = await desk.hear(BEN, _path(name, short), ANSWERS)
            assert screen.title.msgid == REFUSED, f"{name} of a {state} booking"
        assert (await desk.hear(BEN, f"booking.show:{short}")).title.msgid != REFUSED
    assert await desk.counts() == before


async def test_what_staff_does_is_for_the_communitys_own_staff(desk: FrontDesk) -> None:
    short = desk.short["confirmed"]
    routes = [
        name for name in ROUTES if name.startswith(("desk.", "audit", "bookings-admin", "review.queue"))
    ]
    assert len(routes) >= 20
    before = await desk.counts()
    of_a_booking = {name for name in routes if _is_of_a_booking(name)}
    for who in (STRANGER, ANA, BEN, APPLICANT, FAR_STAFF):
        for name in routes:
            screen = await desk.hear(who, _path(name, short), ANSWERS)
            key = "booking.unknown" if name in of_a_booking else "staff.forbidden"
            assert sentence(screen) == _refusal(key), f"{name} by {who}"
    assert await desk.counts() == before


async def test_the_staff_of_another_community_finds_no_booking_of_this_one(desk: FrontDesk) -> None:
    nest, short = Place("discord", "nest", "Nest"), desk.short["confirmed"]
    routes = filter(_is_of_a_booking, ROUTES)
    before = await desk.counts()
    for name in routes:
        screen = await desk.hear(FAR_STAFF, _path(name, short), ANSWERS, place=nest, may_manage=True)
        assert sentence(screen) == _refusal("booking.unknown"), name
    assert await desk.counts() == before


async def test_a_review_before_it_is_published_is_its_authors(quick_desk: FrontDesk) -> None:
    desk, session = quick_desk, quick_desk.short["completed"]
    await desk.hear(BEN, f"review.give:{session}:5")
    before = await desk.counts()
    routes = [name for name in ROUTES if name.startswith("review.") and name not in OF_A_BOOKING]
    for who in (ANA, STRANGER, FAR_MENTOR, FAR_STAFF, HANA):
        for name in sorted({*routes} - {"review.queue"}):
            screen = await desk.hear(who, f"{name}:1", ANSWERS)
            assert sentence(screen) == _refusal("review.unknown"), f"{name} by {who}"
    assert await desk.counts() == before


async def test_a_place_in_the_line_is_its_owners(quick_desk: FrontDesk) -> None:
    desk = quick_desk
    short = await desk.db.write(walks.booked, desk.ben)
    await desk.hear(ANA, f"waitlist.earlier:{short}")
    before = await desk.counts()
    for who in (BEN, HANA, FAR_MENTOR, STRANGER):
        assert sentence(await desk.hear(who, "waitlist.leave:1")) == _refusal("waitlist.unknown"), who
    assert await desk.counts() == before
    assert (await desk.hear(ANA, "waitlist.leave:1")).title.msgid != REFUSED


async def test_a_refund_that_failed_is_for_staff(quick_desk: FrontDesk) -> None:
    desk = quick_desk
    number = await walks.refund_failed(desk)
    before = await desk.counts()
    for who in (ANA, BEN, FAR_MENTOR, FAR_STAFF, STRANGER):
        for name in ("refund.show", "refund.retry", "refund.credit"):
            said = sentence(await desk.hear(who, f"{name}:{number}"))
            assert said == _refusal("refund.unknown"), f"{name} by {who}"
    assert await desk.counts() == before
    assert (await desk.hear(HANA, f"refund.show:{number}")).title.msgid != REFUSED


async def test_a_mentor_of_another_community_does_not_exist(desk: FrontDesk) -> None:
    slug = desk.cleo.slug
    routes = [
        f"mentor.show:{slug}",
        f"book.mentor:{slug}",
        f"book.days:{slug}:60:0",
        f"book.times:{slug}:60:20261124",
    ]
    before = await desk.counts()
    for path in (*routes, f"book.hold:{slug}:60:hskls"):
        for place in (GUILD, None):
            screen = await desk.hear(ANA, path, place=place)
            assert sentence(screen) == _refusal("mentor.unknown"), path
    for command, option in (("mentor", "name"), ("book", "mentor")):
        for typed in (slug, "Cleo"):
            assert sentence(await desk.hear(ANA, command, {option: typed})) == _refusal("mentor.unknown")
    assert await desk.counts() == before


async def test_only_the_communitys_own_staff_decides(desk: FrontDesk) -> None:
    routes = [name for name in ROUTES if name.startswith("staff")]
    before = await desk.counts()
    for who in (STRANGER, ANA, BEN, APPLICANT, FAR_STAFF):
        for name in routes:
            screen = await desk.hear(who, f"{name}:dora", {"reason": "No"})
            assert sentence(screen) == _refusal("staff.forbidden"), f"{name} by {who}"
    assert await desk.counts() == before
    assert (await desk.hear(HANA, "staff.application:dora")).title.msgid != REFUSED


async def test_staffs_routes_tell_nobody_whether_somebody_mentors(desk: FrontDesk) -> None:
    routes = [name for name in ROUTES if name.startswith(("staff.", "standing."))]
    routes += ["care.seats_of", "care.number_form", "care.number", "care.leave", "care.leave_now"]
    answers = {"reason": "No", "seats": "3"}
    before = await desk.counts()
    for who in (STRANGER, ANA, FAR_STAFF):
        for name in routes:
            for slug in (desk.ben.slug, "dora", "nobody"):
                said = sentence(await desk.hear(who, f"{name}:{slug}", answers))
                assert said == _refusal("staff.forbidden"), f"{name}:{slug} by {who}"
    assert await desk.counts() == before


async def test_the_staff_of_one_community_does_not_decide_for_another(desk: FrontDesk) -> None:
    for name in ("staff.application", "staff.approve", "staff.reject_form", "staff.reject"):
        screen = await desk.hear(HANA, f"{name}:{desk.cleo.slug}", {"reason": "No"})
        assert sentence(screen) == _refusal("staff.forbidden")


async def test_rules_are_changed_where_the_platform_vouches_and_nowhere_else(desk: FrontDesk) -> None:
    routes = [name for name in ROUTES if name.startswith("setup")]
    before = await desk.counts()
    answers = {"value": "20", "key": "7", "name": "Mentors"}
    for name in routes:
        for rule in ("hold_minutes", "mentor_role"):
            for who, place, may_manage in (
                (ANA, GUILD, False),
                (BEN, GUILD, False),
                (STRANGER, GUILD, False),
                (HANA, GUILD, False),
                (HANA, None, False),
                (HANA, None, True),
                (ANA, None, True),
            ):
                screen = await desk.hear(who, f"{name}:{rule}", answers, place=place, may_manage=may_manage)
                assert sentence(screen) == _refusal("setup.forbidden"), f"{name} by {who}"
    assert await desk.counts() == before


@pytest.mark.parametrize(
    ("who", "key"),
    [
        (STRANGER, "mentor.none"),
        (ANA, "mentor.none"),
        (APPLICANT, "mentor.applied"),
        (REJECTED, "mentor.rejected"),
    ],
)
async def test_a_desk_is_for_mentors(desk: FrontDesk, who: str, key: str) -> None:
    open_to_all = {name for name in ROUTES if name.startswith("mentoring.apply")}
    routes = {name for name in ROUTES if name.startswith("mentoring.")} - open_to_all
    answers = {
        "ranges": "9-12",
        "date": "2026-11-30",
        "first": "2026-12-01",
        "last": "2026-12-02",
        "zone": "Berlin",
    }
    before = await desk.counts()
    for name in sorted(routes):
        ending = "20261130" if name == "mentoring.date_forget" else "1"
        screen = await desk.hear(who, f"{name}:{ending}", answers)
        assert sentence(screen) == _refusal(key), name
    assert await desk.counts() == before


async def test_a_private_chat_knows_the_community_that_a_person_was_last_seen_in(desk: FrontDesk) -> None:
    assert (await desk.hear(STRANGER, "mentors", place=None)).title.msgid == REFUSED
    await desk.hear(STRANGER, "help")
    assert (await desk.hear(STRANGER, "mentors", place=None)).title.msgid == "Mentors"


def _is_of_a_booking(name: str) -> bool:
    """Whether a staff's route is about one."""
    return name.startswith(("desk.", "audit.")) and name.partition(".")[2] not in OF_NO_BOOKING


def _path(name: str, short: str) -> str:
    """A route of a booking with more behind it that could be true."""
    at, day = stamp(TUESDAY_TEN), "20261130"
    ends = {"late.take": at, "proposal.take": at, "move.times": day, "propose.times": day}
    return f"{name}:{short}:{ends.get(name, '5')}:-"


def _refusal(key: str) -> str:
    return f"{REFUSED}: {SENTENCES[key].msgid}"
