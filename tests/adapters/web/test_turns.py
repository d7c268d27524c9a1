"""Two processes that change a chat at the same moment: one waits for the other, and nothing that was said is lost."""

from concurrent.futures import Future, ThreadPoolExecutor
from datetime import UTC, datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

from adapters.web import chats
from adapters.web.chats import Content
from tests.databases import PostgresqlStock, Transact

NOW = datetime(2026, 11, 21, 13, 30, tzinfo=UTC)
WAITING = text("SELECT count(*) FROM pg_locks WHERE NOT granted")
A_MOMENT = text("SELECT pg_sleep(0.01)")


def words(html: str, subject: str) -> Content:
    return Content(html=html, locale="en", zone="UTC", subject=subject)


def ring(session: Session, html: str) -> None:
    chats.deliver(session, "ana", words(html, "booking:1"), key=html, rings=True, now=NOW)
    session.flush()


def press(session: Session, message: int) -> None:
    chats.converse(session, "ana", words("the answer", "list"), key="tap", now=NOW, clicked=message)


def until_it_waits(transact: Transact, act: Future[None]) -> None:
    while not act.done() and not transact(lambda session: session.scalar(WAITING)):
        transact(lambda session: session.execute(A_MOMENT).all())


def test_an_answer_stands_though_news_take_its_message_away_meanwhile(
    postgresql_stock: PostgresqlStock,
) -> None:
    with postgresql_stock.fresh() as url:
        transact = Transact(url)
        transact(ring, "the card")
        [card] = transact(chats.standing, "ana")[1]
        with ThreadPoolExecutor(1) as elsewhere, Session(transact.engine) as news:
            ring(news, "the news")
            pressing = elsewhere.submit(transact, press, card.id)
            until_it_waits(transact, pressing)
            news.commit()
            pressing.result()
        _change, messages = transact(chats.standing, "ana")
        transact.close()
    assert [message.html for message in messages] == ["the news", "the answer"]
