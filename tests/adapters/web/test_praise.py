"""Reviews on a mentor's public page: what is published, by a first name, escaped, and told to search engines."""

import json
import re
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.discovery.written import Review
from tests.adapters.web.test_directory import ben
from tests.adapters.web.townhouse import Browser, Town

pytestmark = pytest.mark.anyio

EVIL = '</script><script>alert(1)</script>"><b onclick=x>{{7*7}}'


def newest(session: Session) -> Review:
    """Ben's, of those that the demo begins with."""
    mine = select(Review).where(Review.mentor_id == ben(session).id)
    return session.scalars(mine.order_by(Review.published_at.desc(), Review.id.desc())).all()[0]


def say(session: Session, /, **columns: object) -> None:
    review = newest(session)
    for name, value in columns.items():
        setattr(review, name, value)


def told(page: str) -> list[dict[str, Any]]:
    [data] = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page)
    found: list[dict[str, Any]] = json.loads(data).get("review", [])
    return found


async def test_a_review_stands_there_with_a_first_name_its_month_and_the_reply(
    town: Town, browser: Browser
) -> None:
    await town.house.db.write(say, words="Clear and kind.", reply="Come again!", stars=4)
    page = await browser.get("/mentors/ben-okafor")
    assert "Clear and kind." in page.text
    assert "Ben Okafor replied:" in page.text
    assert "Come again!" in page.text
    assert '<span class="author">Ana</span>' in page.text
    assert "Ana Ruiz" not in page.text
    assert re.search(r'<span class="small">(October|November) 2026</span>', page.text)
    first = told(page.text)[0]
    assert (first["author"]["name"], first["reviewRating"]["ratingValue"]) == ("Ana", 4)
    assert first["reviewBody"] == "Clear and kind."


async def test_what_a_student_wrote_is_shown_and_never_obeyed(town: Town, browser: Browser) -> None:
    await town.house.db.write(say, words=EVIL, reply=EVIL)
    page = await browser.get("/mentors/ben-okafor")
    assert page.status == 200
    assert "<script>alert" not in page.text
    assert "<b onclick" not in page.text
    assert told(page.text)[0]["reviewBody"] == EVIL


@pytest.mark.parametrize("column", ["published_at", "hidden_at"])
async def test_what_is_not_published_or_was_hidden_is_not_there(
    town: Town, browser: Browser, column: str
) -> None:
    def withdraw(session: Session) -> None:
        review = newest(session)
        review.words, review.due_at = "Nobody reads this.", None
        setattr(review, column, None if column == "published_at" else review.at)

    await town.house.db.write(withdraw)
    page = await browser.get("/mentors/ben-okafor")
    assert "Nobody reads this." not in page.text
    assert "Nobody reads this." not in {each.get("reviewBody") for each in told(page.text)}
