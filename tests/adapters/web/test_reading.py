"""The language of a page that belongs to nobody: what the address names, or the browser's best that we speak."""

from typing import Final

import pytest
from aiohttp import web
from aiohttp.test_utils import make_mocked_request

from adapters.web.reading import LANGUAGES, negotiated, reader_of

SPOKEN: Final = ("en", "hi", "te")


def asked(header: str, path: str = "/") -> web.Request:
    app = web.Application()
    app[LANGUAGES] = SPOKEN
    return make_mocked_request("GET", path, {"Accept-Language": header}, app=app)


@pytest.mark.parametrize(
    ("header", "locale", "language"),
    [
        ("hi-IN,hi;q=0.9,en;q=0.8", "hi-IN", "hi"),
        ("fr, te;q=0.5", "te", "te"),
        ("en-GB", "en-GB", "en"),
        ("fr;q=1, en-US;q=0.3, hi;q=0.4", "hi", "hi"),
        ("zh-Hant-TW, hi-Deva-IN;q=0.2", "hi-Deva-IN", "hi"),
        ("te;q=0, fr", "en", "en"),
        ("", "en", "en"),
        ("*", "en", "en"),
        (";;q=,,,\x7f", "en", "en"),
        ("te;q=9, hi;q=0.1", "hi", "hi"),
        ("x" * 100_000, "en", "en"),
        ("fr," * 50_000 + "hi", "en", "en"),
    ],
)
def test_a_page_is_in_the_best_language_of_the_browser_that_we_speak(
    header: str, locale: str, language: str
) -> None:
    assert reader_of(asked(header)).locale == locale
    assert negotiated(asked(header)) == language


@pytest.mark.parametrize(("named", "language"), [("te", "te"), ("fr", "hi"), ("../../te", "hi"), ("", "hi")])
def test_an_address_may_name_a_language_that_we_speak(named: str, language: str) -> None:
    assert negotiated(asked("hi", f"/mentors?lang={named}")) == language
