"""Typed words become values, or an `Invalid` that names them; nothing else is ever raised."""

from collections.abc import Callable
from contextlib import suppress
from datetime import date
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot import reading
from core.errors import Invalid
from core.money import Money
from core.policy import Tier


@pytest.mark.parametrize(
    ("typed", "currency", "locale", "amount"),
    [
        ("25", "USD", "en", 2_500),
        (" 25.50 ", "USD", "en", 2_550),
        ("1,234.5", "USD", "en", 123_450),
        ("1.234,5", "EUR", "de", 123_450),
        ("25,50", "EUR", "fr-FR", 2_550),
        ("0", "EUR", "en", 0),
        ("-3", "USD", "en", -300),
        ("500", "JPY", "en", 500),
        ("1.234", "KWD", "en", 1_234),
        ("25.00", "JPY", "en", 25),
        ("12", "USD", "no-such-locale", 1_200),
    ],
)
def test_an_amount_is_read_as_the_readers_language_writes_it(
    typed: str, currency: str, locale: str, amount: int
) -> None:
    assert reading.amount(typed, currency, locale) == Money(amount, currency)


@pytest.mark.parametrize(
    ("typed", "currency", "key"),
    [
        ("", "USD", "money.unreadable"),
        ("free", "USD", "money.unreadable"),
        ("$25", "USD", "money.unreadable"),
        ("NaN", "USD", "money.unreadable"),
        ("Infinity", "USD", "money.unreadable"),
        ("9" * 5_000, "USD", "money.unreadable"),
        ("1,23,4", "USD", "money.unreadable"),
        ("25.505", "USD", "money.decimals"),
        ("0.5", "JPY", "money.decimals"),
        ("0.0001", "KWD", "money.decimals"),
    ],
)
def test_an_amount_that_is_none_is_named(typed: str, currency: str, key: str) -> None:
    _refuses(key, reading.amount, typed, currency, "en")


@pytest.mark.parametrize("locale", ["en", "de", "fr", "hi", "ja", "pt-BR", "sv"])
@pytest.mark.parametrize(
    "price", [Money(0, "USD"), Money(1_234_567, "EUR"), Money(500, "JPY"), Money(1, "KWD")]
)
def test_an_amount_that_stands_in_a_form_is_read_back(price: Money, locale: str) -> None:
    assert reading.amount(reading.typed(price, locale), price.currency, locale) == price


@pytest.mark.parametrize(
    ("typed", "minutes"),
    [
        ("9-12", [(540, 720)]),
        ("14:00-17:30, 9-12", [(540, 720), (840, 1_050)]),
        ("9 – 12; 13—14\n15-16", [(540, 720), (780, 840), (900, 960)]),
        ("0-24", [(0, 1_440)]),
        ("", []),
        (" , ;", []),
        ("22-6", [(1_320, 360)]),
    ],
)
def test_hours_are_read_in_order(typed: str, minutes: list[tuple[int, int]]) -> None:
    assert reading.ranges(typed) == minutes


@pytest.mark.parametrize(
    "typed", ["9", "9-", "9-25", "9:60-10", "nine-ten", "9-12-14", "24:01-25", "-1-2", "\x00"]
)
def test_hours_that_are_none_are_named(typed: str) -> None:
    _refuses("time.unreadable", reading.ranges, typed)


@pytest.mark.parametrize("typed", ["2026-11-26", " 2026-11-26 ", "20261126"])
def test_a_date_is_read(typed: str) -> None:
    assert reading.day(typed) == date(2026, 11, 26)


@pytest.mark.parametrize(
    ("typed", "locale"),
    [
        ("26 Nov 2026", "en"),
        ("November 26, 2026", "te"),
        ("26 नवंबर 2026", "hi"),
        ("२६ नव॰ २०२६", "hi-IN"),
        ("२०२६-११-२६", "hi"),
        ("26 నవంబర్, 2026", "te"),
        ("౨౦౨౬-౧౧-౨౬", "te"),
    ],
)
def test_a_date_is_read_in_the_readers_own_words_and_digits(typed: str, locale: str) -> None:
    assert reading.day(typed, locale) == date(2026, 11, 26)


def test_numbers_are_read_in_the_digits_of_any_script() -> None:
    assert reading.whole("౧౨") == reading.whole(" १२ ") == reading.whole("٢١") - 9 == 12
    assert reading.amount("१,२०,०००.५०", "INR", "hi") == Money(12_000_050, "INR")
    assert reading.ranges("०९:००-१२:३०") == [(540, 750)]
    assert reading.offsets("६०, १०") == (60, 10)
    assert reading.tiers("२४:१००, ०:०") == (Tier(24, 100), Tier(0, 0))
    assert reading.percent("१२.५ %") == 1_250
    assert reading.year("२०२४") == 2024


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "26.11.2026",
        "26 2026",
        "26 Nov",
        "31 Feb 2026",
        "9999999999999 Nov 1",
        "9" * 5_000,
        "2026-02-30",
        "0001-01-01",
        "9999-12-31",
        "today",
        "\x00",
        "🙂",
    ],
)
def test_a_date_that_is_none_is_named(typed: str) -> None:
    _refuses("date.unreadable", reading.day, typed)


@pytest.mark.parametrize(
    ("typed", "locale", "codes"),
    [
        ("English, hindi", "en", ("en", "hi")),
        ("Deutsch, English, de", "de", ("de", "en")),
        ("ja; KO\nfr", "en", ("ja", "ko", "fr")),
        ("español", "es", ("es",)),
    ],
)
def test_languages_are_read_by_name_or_code_and_once(typed: str, locale: str, codes: tuple[str, ...]) -> None:
    assert reading.languages(typed, locale) == codes


def test_a_language_that_nobody_speaks_is_named() -> None:
    _refuses("language.unknown", reading.languages, "English, Klingonese", "en")


def test_entries_are_kept_once_in_the_case_that_came_first() -> None:
    assert reading.words(" Go ,go, Rust;RUST\n  type   theory ,,") == ("Go", "Rust", "type theory")


@pytest.mark.parametrize(
    ("typed", "zone"),
    [
        ("Kolkata", "Asia/Kolkata"),
        ("new york", "America/New_York"),
        ("Berln", "Europe/Berlin"),
        ("Europe/Lisbon", "Europe/Lisbon"),
        ("utc", "UTC"),
    ],
)
def test_a_zone_is_found_by_its_city(typed: str, zone: str) -> None:
    assert reading.zone(typed) == zone


@pytest.mark.parametrize("typed", ["", " ", "qqqq", "x" * 100_000, "\x00", "../../etc/passwd", "🙂"])
def test_a_zone_that_is_nowhere_is_named(typed: str) -> None:
    _refuses("zone.unknown", reading.zone, typed)


def test_many_zones_fit_and_few_are_shown() -> None:
    assert len(reading.zones("a")) == reading.MOST_ZONES


@pytest.mark.parametrize(
    ("read", "typed", "value"),
    [
        (reading.percent, "12.5", 1_250),
        (reading.percent, " 20 % ", 2_000),
        (reading.percent, "0", 0),
        (reading.whole, " 15 ", 15),
        (reading.whole, "-3", -3),
        (reading.year, " ", None),
        (reading.offsets, "10, 1440; 60 10", None),
        (reading.offsets, "10, 1440; 60", (1_440, 60, 10)),
        (reading.offsets, "", ()),
        (reading.currency, " eur ", "EUR"),
        (reading.tiers, "24:100, 4 : 50 %, 0:0", (Tier(24, 100), Tier(4, 50), Tier(0, 0))),
    ],
)
def test_rules_are_read(read: Callable[[str], Any], typed: str, value: Any) -> None:
    if read is reading.offsets and value is None:
        _refuses("number.unreadable", read, typed)
    else:
        assert read(typed) == value


@pytest.mark.parametrize(
    ("read", "typed", "key"),
    [
        (reading.percent, "NaN", "policy.commission"),
        (reading.percent, "sNaN", "policy.commission"),
        (reading.percent, "Infinity", "policy.commission"),
        (reading.percent, "a fifth", "policy.commission"),
        (reading.percent, "1e999999", "policy.commission"),
        (reading.whole, "", "number.unreadable"),
        (reading.whole, "1.5", "number.unreadable"),
        (reading.whole, "½²", "number.unreadable"),
        (reading.whole, "9" * 10, "number.unreadable"),
        (reading.year, "24", "year.unreadable"),
        (reading.currency, "XXQ", "policy.currency"),
        (reading.tiers, "24=100", "policy.tiers"),
    ],
)
def test_rules_that_are_none_are_named(read: Callable[[str], Any], typed: str, key: str) -> None:
    _refuses(key, read, typed)


READERS = (
    *(
        reading.currency,
        reading.words,
        reading.whole,
        reading.year,
        reading.day,
        reading.ranges,
        reading.tiers,
    ),
    *(reading.offsets, reading.percent, reading.zone, reading.zones),
)


@given(st.text(max_size=40) | st.text("0123456789.,:-–+%eENaInf ", max_size=20))
@example("\x00")
@example("\ud800")
def test_whatever_is_typed_is_read_or_refused(typed: str) -> None:
    for read in (
        *READERS,
        lambda text: reading.amount(text, "KWD", "ar"),
        lambda text: reading.languages(text, "hi"),
    ):
        with suppress(Invalid):
            read(typed)


def _refuses(key: str, read: Callable[..., Any], *typed: str) -> None:
    with pytest.raises(Invalid) as refused:
        read(*typed)
    assert refused.value.key == key
