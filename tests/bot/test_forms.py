"""Whatever is typed into a form: it is taken or refused in a sentence, a refusal writes nothing but the draft, and
what was typed stands in the form when it is opened again.
"""

from collections.abc import Mapping, Sequence
from typing import Final

import pytest

from bot import commands
from bot.screens.refusals import SENTENCES
from bot.visit import stamp
from core.chat import Account, Incoming, Paragraph, Route
from tests.bot.frontdesk import ANA, BEN, BROKEN, GUILD, HANA, REFUSED, STRANGER, FrontDesk, sentence
from tests.bot.sitters import RIGHT_TO_LEFT, WIDE, ZALGO
from tests.cast import HOUR, TUESDAY_TEN

pytestmark = pytest.mark.anyio

ABOUT: Final = {
    "headline": "Compilers, gently",
    "bio": "I have built two.",
    "topics": "Parsers, Types",
    "languages": "English, de",
    "price": "60",
}
FORMS: Final[Mapping[str, tuple[str, dict[str, str]]]] = {
    "book.agree:{short}": (ANA, {"topic": "Parsers", "agenda": "", "terms": "yes"}),
    "mentors.filter:-": (
        ANA,
        {"topic": "", "language": "", "place": "", "highest": "80", "free_on": "2026-11-30"},
    ),
    "settings.zone_search": (ANA, {"city": "Berlin"}),
    "settings.reminders": (ANA, {"offsets": "60, 10"}),
    "mentoring.apply_more": (STRANGER, ABOUT),
    "mentoring.apply": (
        STRANGER,
        {"university": "Aalto", "degree": "MSc", "year": "2019", "company": "Acme"},
    ),
    "mentoring.price:60": (BEN, {"price": "70", "offered": "yes"}),
    "mentoring.link": (BEN, {"url": "https://meet.example/ben"}),
    "mentoring.day:0": (BEN, {"ranges": "9-12, 14:00-17:00"}),
    "mentoring.date": (BEN, {"date": "2026-11-30", "ranges": "9-12"}),
    "mentoring.single": (BEN, {"date": "2026-11-30", "ranges": "21:00-22:00"}),
    "mentoring.away": (BEN, {"first": "2026-12-20", "last": "2027-01-03"}),
    "mentoring.frame": (BEN, {"zone": "Berlin", "before": "5", "after": "10", "limit": "0"}),
    "setup.preview:currency": (HANA, {"value": "EUR"}),
    "setup.preview:zone": (HANA, {"value": "Berlin"}),
    "setup.preview:commission": (HANA, {"value": "12.5"}),
    "setup.preview:hold_minutes": (HANA, {"value": "20"}),
    "setup.preview:reminders": (HANA, {"value": "60, 10"}),
    "setup.preview:notice_minutes": (HANA, {"value": "60"}),
    "setup.preview:horizon_days": (HANA, {"value": "30"}),
    "setup.preview:tiers": (HANA, {"value": "24:100, 0:0"}),
    "setup.preview:language": (HANA, {"value": "en"}),
    "staff.reject:dora": (HANA, {"reason": "Not yet"}),
}
"""Every form with answers that are fine, and who sends it."""

ELSEWHERE: Final = frozenset({"link.enter", "reach.mail", "reach.code"})
"""Those that take a code or send one keep nothing of it: test_link and test_reach try them."""

UNSTORABLE: Final = ("x" * 100_000, "\x00", "a\x00b", "\ud800", WIDE)
HOSTILE: Final = (
    *UNSTORABLE,
    "9" * 100_000,
    "0",
    "-1",
    "-0.01",
    "1e999999",
    "NaN",
    "Infinity",
    "25.999",
    "٢٥",
    "2020-01-01",
    "9999-12-31",
    "0001-01-01",
    "24:00-24:00",
    "23:00-01:00",
    "10-11, 10:30-12",
    "@everyone {name} {0} %s <b>",
    RIGHT_TO_LEFT,
    ZALGO,
    ",,,;;;",
    "24:100, 24:100, 0:0",
    "🙂" * 50,
    "",
)


def test_every_form_is_tried() -> None:
    forms = {name for name, handler in commands.table().handlers.items() if handler.form}
    assert {Route.parse(path).name for path in FORMS} | ELSEWHERE == forms


@pytest.mark.parametrize("path", FORMS)
async def test_a_form_takes_good_answers(desk: FrontDesk, path: str) -> None:
    who, good = FORMS[path]
    taken = await desk.hear(who, await _walked_to(desk, path), good)
    assert taken.title.msgid not in (REFUSED, BROKEN)


@pytest.mark.parametrize("path", FORMS)
async def test_a_form_survives_all_other_answers(desk: FrontDesk, path: str) -> None:
    who, good = FORMS[path]
    path = await _walked_to(desk, path)
    name = Route.parse(path).name
    reopen = path.replace(name, commands.table().handlers[name].form, 1)
    for field in good:
        for answer in HOSTILE if desk.db.dialect == "sqlite" else UNSTORABLE:
            await _try(desk, who, path, reopen, good | {field: answer})
    await _try(desk, who, path, reopen, {})
    await _try(desk, who, path, reopen, {"forged": "x", **dict.fromkeys(good, "x")})


async def _try(desk: FrontDesk, who: str, path: str, reopen: str, answers: Mapping[str, str]) -> None:
    before = await desk.counts()
    screen = await desk.hear(who, path, answers)
    assert screen.title.msgid != BROKEN, answers
    if screen.title.msgid != REFUSED:
        return
    assert await desk.counts() == before, answers
    shown = await desk.hear(who, reopen)
    if shown.form is None:
        return
    for field in shown.form.fields:
        if field.name in answers:
            assert field.default == _cleaned(answers[field.name]), field.name


async def _walked_to(desk: FrontDesk, path: str) -> str:
    """Where a form stands at the end of a walk, the walk."""
    if path == "mentoring.apply":
        await desk.hear(STRANGER, "mentoring.apply_more", ABOUT)
    if "{short}" not in path:
        return path
    card = await desk.hear(ANA, f"book.hold:{desk.ben.slug}:60:{stamp(TUESDAY_TEN + 2 * HOUR)}")
    return path.format(short=card.subject.removeprefix("booking:"))


def _cleaned(answer: str) -> str:
    return answer.replace("\0", "").encode(errors="ignore").decode()


MISTAKES: Final[Sequence[tuple[str, Mapping[str, str], str]]] = (
    ("book.agree:{short}", {"topic": " "}, "text.empty"),
    ("book.agree:{short}", {"topic": "x" * 101}, "text.long"),
    ("book.agree:{short}", {"agenda": "x" * 501}, "text.long"),
    ("book.agree:{short}", {"terms": ""}, "booking.terms"),
    ("mentors.filter:-", {"free_on": "2026-11-22"}, "hours.past"),
    ("mentors.filter:-", {"free_on": "tomorrow"}, "date.unreadable"),
    ("mentors.filter:-", {"highest": "-1"}, "money.negative"),
    ("mentors.filter:-", {"highest": "cheap"}, "money.unreadable"),
    ("mentors.filter:-", {"language": "Klingonese"}, "language.unknown"),
    ("settings.zone_search", {"city": "qqqq"}, "zone.unknown"),
    ("settings.reminders", {"offsets": "1,2,3,4,5,6"}, "policy.reminders"),
    ("settings.reminders", {"offsets": "soon"}, "number.unreadable"),
    ("mentoring.apply_more", {"price": "-5"}, "money.negative"),
    ("mentoring.apply_more", {"price": "0.10"}, "money.low"),
    ("mentoring.apply_more", {"price": "1000000"}, "money.high"),
    ("mentoring.apply_more", {"price": "1.234"}, "money.decimals"),
    ("mentoring.apply_more", {"topics": "a,b,c,d,e,f,g,h,i"}, "list.long"),
    ("mentoring.apply_more", {"headline": "x" * 101}, "text.long"),
    ("mentoring.apply_more", {"bio": ""}, "text.empty"),
    ("mentoring.apply", {"year": "1066"}, "mentor.year"),
    ("mentoring.apply", {"year": "last"}, "year.unreadable"),
    ("mentoring.price:60", {"price": "-1"}, "money.negative"),
    ("mentoring.price:60", {"price": "0.01"}, "money.low"),
    ("mentoring.price:45", {}, "booking.duration"),
    ("mentoring.link", {"url": "http://meet.example"}, "mentor.url"),
    ("mentoring.link", {"url": "javascript:alert(1)"}, "mentor.url"),
    ("mentoring.day:0", {"ranges": "17-9"}, "hours.range"),
    ("mentoring.day:0", {"ranges": "9-12, 11-13"}, "hours.range"),
    ("mentoring.day:0", {"ranges": "nine to five"}, "time.unreadable"),
    ("mentoring.date", {"date": "2026-11-20"}, "hours.past"),
    ("mentoring.date", {"date": "2028-01-01"}, "hours.far"),
    ("mentoring.single", {"date": "2026-11-22"}, "hours.past"),
    ("mentoring.single", {"ranges": ""}, "time.unreadable"),
    ("mentoring.away", {"first": "2027-01-04"}, "hours.vacation"),
    ("mentoring.away", {"last": "2026-11-01"}, "hours.past"),
    ("mentoring.frame", {"before": "121"}, "hours.buffer"),
    ("mentoring.frame", {"limit": "25"}, "hours.limit"),
    ("setup.preview:commission", {"value": "91"}, "policy.commission"),
    ("setup.preview:commission", {"value": "-1"}, "policy.commission"),
    ("setup.preview:hold_minutes", {"value": "4"}, "policy.hold"),
    ("setup.preview:horizon_days", {"value": "366"}, "policy.horizon"),
    ("setup.preview:tiers", {"value": "24:50, 4:100, 0:0"}, "policy.tiers"),
    ("setup.preview:currency", {"value": "KWD"}, "policy.currency"),
    ("setup.preview:language", {"value": "xx"}, "policy.language"),
    ("setup.preview:grid_minutes", {"value": "5"}, "setup.rule"),
    ("staff.reject:dora", {"reason": " "}, "text.empty"),
    ("staff.reject:dora", {"reason": "x" * 501}, "text.long"),
)
"""A form's route, what is changed in its good answers, and the refusal that names it."""


async def test_every_mistake_is_named(quick_desk: FrontDesk) -> None:
    walks: dict[str, str] = {}
    for path, changed, key in MISTAKES:
        known = next(form for form in FORMS if form.split(":")[0] == path.split(":")[0])
        who, good = FORMS[known]
        walks[path] = walks.get(path) or await _walked_to(quick_desk, path)
        screen = await quick_desk.hear(who, walks[path], good | dict(changed))
        assert screen.title.msgid == REFUSED, f"{path} {changed}: {sentence(screen)}"
        assert isinstance(screen.parts[0], Paragraph)
        assert screen.parts[0].text.msgid == SENTENCES[key].msgid, f"{path} {changed}"


async def test_the_form_of_an_application_keeps_its_first_half(desk: FrontDesk) -> None:
    await desk.hear(STRANGER, "mentoring.apply_more", ABOUT)
    again = await desk.hear(STRANGER, "mentoring.apply_form")
    assert again.form
    assert {field.name: field.default for field in again.form.fields} == ABOUT


@pytest.mark.parametrize(
    "answers",
    [{"topic": "x" * 100_000}, {"highest": "-1"}, {"highest": "1e9"}, {"rating": "9"}, {"sort": "worst"}]
    + [{"free_on": day} for day in ("2020-01-01", "9999-12-31", "\x00", "")]
    + [{"language": "\ud800"}, {"place": "%_\\"}, {"unknown": "x" * 5_000}],
)
async def test_the_options_of_a_command_are_read_with_the_same_care(
    quick_desk: FrontDesk, answers: dict[str, str]
) -> None:
    before = await quick_desk.counts()
    assert (await quick_desk.hear(ANA, "mentors", answers)).title.msgid != BROKEN
    assert (
        await quick_desk.hear(ANA, "settings", {"zone": next(iter(answers.values()))})
    ).title.msgid != BROKEN
    assert (await quick_desk.hear(ANA, "help", {"word": next(iter(answers.values()))})).title.msgid != BROKEN
    assert await quick_desk.counts() == before


@pytest.mark.parametrize("typed", ["", "x" * 5_000, "\x00", "\ud800", "%", "🙂", "@everyone"])
async def test_suggestions_survive_whatever_is_typed(quick_desk: FrontDesk, typed: str) -> None:
    for command, option in commands.table().suggestions:
        incoming = Incoming(Account("discord", "discord:ana", "Ana"), Route(command), "1", GUILD)
        found = await quick_desk.router.suggest(incoming, option, typed)
        assert len(found) <= 25
