"""Whatever is typed into a form: it is taken or refused in a sentence, a refusal writes nothing but the draft, and
what was typed stands in the form when it is opened again.
"""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Final

import pytest

from bot import commands
from bot.screens.noes import SENTENCES
from core.chat import Account, Incoming, Paragraph, Route
from tests.bot import walks
from tests.bot.frontdesk import ANA, BEN, BROKEN, GUILD, HANA, REFUSED, STRANGER, FrontDesk, sentence
from tests.bot.sitters import RIGHT_TO_LEFT, WIDE, ZALGO

pytestmark = pytest.mark.anyio

ABOUT: Final = {
    "headline": "Compilers, gently",
    "bio": "I have built two.",
    "topics": "Parsers, Types",
    "languages": "English, de",
    "price": "60",
}
PACK: Final = {"name": "Four sessions", "sessions": "4", "minutes": "60", "price": "200", "days": "90"}
PLAN: Final = {"name": "Basic", "price": "0", "minutes": "60", "discount": "10", "priority": "24"}
FORMS: Final[Mapping[str, tuple[str, dict[str, str]]]] = {
    "book.agree:{held}": (ANA, {"topic": "Parsers", "agenda": "", "terms": "yes"}),
    "request.decline:{requested}": (BEN, {"reason": "Not my field"}),
    "booking.call_off:{called_off}": (HANA, {"reason": "I am ill"}),
    "propose.send:{proposed}": (BEN, {"note": "I am ill that day"}),
    "room.write:{booked}": (ANA, {"words": "Hello"}),
    "note.write:{booked}": (BEN, {"note": "We spoke of parsers"}),
    "note.items:{booked}": (BEN, {"items": "Write one\nRead one"}),
    "review.write:{over}": (ANA, {"stars": "5", "words": "Patient"}),
    "review.reply:{reviewed}": (BEN, {"reply": "Thank you"}),
    "review.report:{reviewed}": (BEN, {"reason": "It was another mentor"}),
    "dispute.open:{over}": (ANA, {"objection": "He left early"}),
    "dispute.state:{disputed}": (BEN, {"statement": "My line broke"}),
    "desk.filter:-": (
        HANA,
        {"state": "any", "mentor": "Ben", "student": "Zoe", "since": "2026-11-23", "until": "2026-12-31"},
    ),
    "desk.cancel:{booked}": (HANA, {"note": "Ben is ill"}),
    "desk.refund_ask:{booked}": (HANA, {"amount": "10", "way": "money", "note": "Half of it"}),
    "desk.resolve:{disputed}": (
        HANA,
        {"refund": "part", "amount": "10", "outcome": "completed", "note": "Heard both"},
    ),
    "settings.quiet": (ANA, {"hours": "22:00-08:00"}),
    "settings.agenda": (ANA, {"time": "07:30"}),
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
    "setup.ways_preview": (HANA, {"bank": "yes"}),
    "staff.reject:dora": (HANA, {"reason": "Not yet"}),
    "product.new": (BEN, PACK),
    "product.edit:{sold}": (BEN, PACK | {"name": "Five sessions", "sessions": "5"}),
    "care.filter:-": (HANA, {"state": "active", "student": "an"}),
    "care.adjust:{bought}": (HANA, {"by": "1", "reason": "A gift"}),
    "care.extend:{bought}": (HANA, {"days": "30", "reason": "They were ill"}),
    "care.number:ben": (HANA, {"seats": "12"}),
    "plans.define": (HANA, PLAN),
    "plans.revise:{planned}": (HANA, PLAN | {"minutes": "90"}),
}
"""Every form with answers that are fine, and who sends it. A part in braces is where a walk of that name ends."""

FREE: Final = frozenset("name topic agenda reason note words reply items objection statement".split())
"""Fields in which nothing is read: there any words are fine."""

ELSEWHERE: Final = frozenset({"link.enter", "reach.mail", "reach.code", "care.back", "care.transfer"})
"""Those that take a code or send one keep nothing of it: test_link and test_reach try them. A refund of a pack is
signed, and its hand-over takes another mentor's seat: the stories of caring try them."""

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
ANY_WORDS: Final = (*UNSTORABLE, "9" * 100_000, "@everyone {name} {0} %s <b>", RIGHT_TO_LEFT, ZALGO, "")
"""Enough for a field of free words: an amount or a date is a word like any other there."""


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
    hostile = [good | {field: answer} for field in good for answer in _answers(desk, field)]
    walked = await _walked_to(desk, path)
    for answers in (*hostile, {}, {"forged": "x", **dict.fromkeys(good, "x")}):
        was_taken = await _try(desk, who, walked, answers)
        walked = (
            await _walked_to(desk, path) if was_taken and "{" in path and "{held}" not in path else walked
        )


def _answers(desk: FrontDesk, field: str) -> Sequence[str]:
    if desk.db.dialect != "sqlite":
        return UNSTORABLE
    return ANY_WORDS if field in FREE else HOSTILE


async def _try(desk: FrontDesk, who: str, path: str, answers: Mapping[str, str]) -> bool:
    """Whether they were taken."""
    name = Route.parse(path).name
    reopen = path.replace(name, commands.table().handlers[name].form, 1)
    before = await desk.counts()
    screen = await desk.hear(who, path, answers)
    assert screen.title.msgid != BROKEN, answers
    if screen.title.msgid != REFUSED:
        return True
    assert await desk.counts() == before, answers
    shown = await desk.hear(who, reopen)
    for field in shown.form.fields if shown.form else ():
        if field.name in answers:
            assert field.default == _cleaned(answers[field.name]), field.name
    return False


WALKS: Final[Mapping[str, Callable[[FrontDesk], Awaitable[str]]]] = {
    "called_off": walks.called_off,
    "proposed": walks.proposed,
}
"""Those in which buttons are pressed."""


async def _walked_to(desk: FrontDesk, path: str) -> str:
    """Where a form stands at the end of a walk, the walk."""
    if path == "mentoring.apply":
        await desk.hear(STRANGER, "mentoring.apply_more", ABOUT)
    if "{" not in path:
        return path
    walk = path[path.index("{") + 1 : -1]
    if walk in WALKS:
        return path.format(**{walk: await WALKS[walk](desk)})
    return path.format(**{walk: await desk.db.write(getattr(walks, walk), desk.ben)})


def _cleaned(answer: str) -> str:
    return answer.replace("\0", "").encode(errors="ignore").decode()


MISTAKES: Final[Sequence[tuple[str, Mapping[str, str], str]]] = (
    ("book.agree:{held}", {"topic": " "}, "text.empty"),
    ("book.agree:{held}", {"topic": "x" * 101}, "text.long"),
    ("book.agree:{held}", {"agenda": "x" * 501}, "text.long"),
    ("book.agree:{held}", {"terms": ""}, "booking.terms"),
    ("request.decline:{requested}", {"reason": " "}, "text.empty"),
    ("request.decline:{requested}", {"reason": "x" * 1_001}, "text.long"),
    ("booking.call_off:{called_off}", {"reason": " "}, "text.empty"),
    ("booking.call_off:{called_off}", {"reason": "x" * 1_001}, "text.long"),
    ("propose.send:{proposed}", {"note": "x" * 1_001}, "text.long"),
    ("room.write:{booked}", {"words": " "}, "room.empty"),
    ("room.write:{booked}", {"words": "x" * 4_001}, "room.long"),
    ("note.write:{booked}", {"note": " "}, "text.empty"),
    ("note.write:{booked}", {"note": "x" * 4_001}, "text.long"),
    ("note.items:{booked}", {"items": "\n \n"}, "text.empty"),
    ("note.items:{booked}", {"items": "x" * 1_001}, "note.item_long"),
    ("note.items:{booked}", {"items": "x\n" * 21}, "list.long"),
    ("review.write:{over}", {"stars": "6"}, "review.stars"),
    ("review.write:{over}", {"words": "x" * 4_001}, "text.long"),
    ("review.reply:{reviewed}", {"reply": " "}, "text.empty"),
    ("review.reply:{reviewed}", {"reply": "x" * 4_001}, "text.long"),
    ("review.report:{reviewed}", {"reason": " "}, "text.empty"),
    ("review.report:{reviewed}", {"reason": "x" * 4_001}, "text.long"),
    ("dispute.open:{over}", {"objection": " "}, "text.empty"),
    ("dispute.open:{over}", {"objection": "x" * 1_001}, "text.long"),
    ("dispute.state:{disputed}", {"statement": " "}, "text.empty"),
    ("dispute.state:{disputed}", {"statement": "x" * 1_001}, "text.long"),
    ("desk.filter:-", {"state": "lost"}, "setup.choice"),
    ("desk.filter:-", {"mentor": "Nobody"}, "mentor.unknown"),
    ("desk.filter:-", {"since": "soon"}, "date.unreadable"),
    ("desk.cancel:{booked}", {"note": " "}, "text.empty"),
    ("desk.cancel:{booked}", {"note": "x" * 1_001}, "text.long"),
    ("desk.refund_ask:{booked}", {"amount": "all"}, "money.unreadable"),
    ("desk.refund_ask:{booked}", {"amount": "0"}, "refund.nothing"),
    ("desk.refund_ask:{booked}", {"amount": "60.01"}, "refund.too_much"),
    ("desk.refund_ask:{booked}", {"amount": "1.234"}, "money.decimals"),
    ("desk.refund_ask:{booked}", {"way": "cash"}, "setup.choice"),
    ("desk.refund_ask:{booked}", {"note": ""}, "text.empty"),
    ("desk.resolve:{disputed}", {"refund": "twice"}, "setup.choice"),
    ("desk.resolve:{disputed}", {"amount": "60.01"}, "refund.too_much"),
    ("desk.resolve:{disputed}", {"outcome": "perhaps"}, "dispute.outcome"),
    ("desk.resolve:{disputed}", {"note": " "}, "text.empty"),
    ("settings.quiet", {"hours": "at night"}, "quiet.unreadable"),
    ("settings.quiet", {"hours": "22-23, 1-2"}, "quiet.unreadable"),
    ("settings.quiet", {"hours": "08:00-07:00"}, "quiet.long"),
    ("settings.agenda", {"time": "early"}, "agenda.unreadable"),
    ("settings.agenda", {"time": "24:00"}, "agenda.time"),
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
    ("setup.preview:currency", {"value": "CHF"}, "policy.currency"),
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
