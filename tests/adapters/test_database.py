"""The two verbs, on both databases."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, insert, literal, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session

from adapters.database import Database, DatabaseUnavailable
from tests.adapters import letters
from tests.databases import Stock, Transact

pytestmark = pytest.mark.anyio


@pytest.fixture
def database_url(stock: Stock) -> Iterator[str]:
    with stock.empty() as url:
        letters.make_tables(url)
        yield url


async def test_what_a_verb_returns_stays_usable_after_the_commit(db: Database) -> None:
    letter = await db.write(letters.send, "hello", mood=letters.Mood.GLAD, facts={"stamps": 2})
    read = await db.read(lambda session: session.get_one(letters.Letter, letter.id))
    assert (read.id, read.code, read.words) == (letter.id, letter.code, "hello")
    assert (read.mood, read.facts, read.sent_at) == (letters.Mood.GLAD, {"stamps": 2}, None)
    assert read not in Session()


async def test_a_read_cannot_write(db: Database) -> None:
    with pytest.raises(DBAPIError, match=r"read-?only"):
        await db.read(letters.send, "forgotten")
    with pytest.raises(DBAPIError, match=r"read-?only"):
        await db.read(lambda session: session.execute(text("DELETE FROM letters")))
    assert await db.read(letters.all_words) == []


async def test_a_read_sees_one_moment(db: Database, database_url: str) -> None:
    def count_twice(session: Session) -> tuple[int | None, int | None]:
        count = select(func.count()).select_from(letters.Letter)
        before = session.scalar(count)
        letters.execute(database_url, "INSERT INTO letters (code, words) VALUES ('A', 'meanwhile')")
        return before, session.scalar(count)

    assert await db.read(count_twice) == (0, 0)
    assert await db.read(letters.all_words) == ["meanwhile"]


async def test_an_insert_from_a_select_counts_its_rows(db: Database, transact: Transact) -> None:
    def answer_all(session: Session, how: str) -> int:
        answers = select(literal(how) + letters.Letter.words, literal(how) + letters.Letter.code)
        statement = insert(letters.Letter).from_select(["words", "code"], answers)
        return int(session.connection().execute(statement).rowcount)

    await db.write(letters.send, "hello")
    assert [await db.write(answer_all, "A"), transact(answer_all, "B")] == [1, 2]


async def test_a_verb_that_raises_leaves_its_neighbours_alone(db: Database) -> None:
    async with letters.standing_in_line(db):
        writing = asyncio.gather(
            db.write(letters.send, "before"),
            db.write(letters.refuse),
            db.write(letters.send, "before"),
            db.write(next_of_nothing),
            db.write(letters.send, "after"),
            return_exceptions=True,
        )
    outcomes = await writing
    assert isinstance(outcomes[1], LookupError)
    assert sum(isinstance(outcome, IntegrityError) for outcome in outcomes) == 1
    assert isinstance(outcomes[3], RuntimeError)
    assert await db.read(letters.all_words) == ["after", "before"]


def next_of_nothing(session: Session) -> int:
    nothing: list[int] = []
    return next(iter(nothing))


async def test_a_verb_may_survive_a_broken_rule_in_a_savepoint_of_its_own(db: Database) -> None:
    def send_once(session: Session, words: str) -> bool:
        try:
            with session.begin_nested():
                letters.send(session, words)
        except IntegrityError:
            return False
        return True

    assert await db.write(send_once, "hello")
    assert not await db.write(send_once, "hello")
    await db.write(letters.send, "still at work")


async def test_a_verb_cannot_commit(db: Database) -> None:
    def overreach(session: Session) -> None:
        letters.send(session, "too early")
        session.commit()
        letters.send(session, "too late")

    with pytest.raises(Exception, match="context manager"):
        await db.write(overreach)


async def test_a_failed_commit_is_told_to_all_who_were_in_it_and_the_next_one_works(db: Database) -> None:
    async with letters.standing_in_line(db):
        writing = asyncio.gather(
            db.write(letters.send, "an answer to nobody", answer_to=7),
            db.write(letters.send, "a bystander"),
            return_exceptions=True,
        )
    outcomes = await writing
    assert isinstance(outcomes[0], IntegrityError)
    assert isinstance(outcomes[1], IntegrityError) == (db.dialect == "sqlite")
    await db.write(letters.send, "next")
    assert await db.read(letters.all_words) == (
        ["next"] if db.dialect == "sqlite" else ["a bystander", "next"]
    )


async def test_fifty_who_write_at_once_all_arrive(db: Database) -> None:
    sent = await asyncio.gather(*(db.write(letters.send, f"{number:02}") for number in range(50)))
    assert len({letter.id for letter in sent}) == 50
    assert await db.read(letters.all_words) == [f"{number:02}" for number in range(50)]


async def test_fifty_who_read_at_once_are_all_served(db: Database) -> None:
    await db.write(letters.send, "hello")
    assert await asyncio.gather(*(db.read(letters.all_words) for _ in range(50))) == [["hello"]] * 50


async def test_a_cancelled_caller_does_not_undo_the_write(database_url: str) -> None:
    database = await Database.open(database_url)
    async with letters.standing_in_line(database):
        caller = asyncio.ensure_future(database.write(letters.send, "all the same"))
        await asyncio.sleep(0)
        caller.cancel()
    await database.close()
    assert caller.cancelled()
    reopened = await Database.open(database_url)
    assert await reopened.read(letters.all_words) == ["all the same"]
    await reopened.close()


async def test_closing_finishes_what_was_asked_for(database_url: str) -> None:
    database = await Database.open(database_url)
    writes = [asyncio.ensure_future(database.write(letters.send, f"{number}")) for number in range(5)]
    await asyncio.sleep(0)
    await database.close()
    await asyncio.gather(*writes)
    reopened = await Database.open(database_url)
    assert len(await reopened.read(letters.all_words)) == 5
    await reopened.close()


async def test_a_commit_that_wrote_rings_and_one_that_did_not_is_silent(db: Database) -> None:
    rings: list[str] = []
    db.on_commit(lambda: rings.append("ring"))
    await db.write(letters.all_words)
    with pytest.raises(LookupError):
        await db.write(letters.refuse)
    assert not rings
    await db.write(letters.send, "hello")
    assert rings == ["ring"]  # one that came late would be heard by now


@pytest.mark.parametrize(
    "url",
    [
        "sqlite:////no/such/folder/nearpeer.db",
        "sqlite://",
        "postgresql://ana:s3cret@127.0.0.1:1/nearpeer",
        "mysql://ana:s3cret@127.0.0.1/nearpeer",
        "ana:s3cret@nowhere",
    ],
)
async def test_a_database_that_cannot_be_opened_says_so_without_the_password(url: str) -> None:
    with pytest.raises(DatabaseUnavailable, match="cannot be opened: ") as refused:
        await Database.open(url)
    assert "s3cret" not in str(refused.value)


async def test_a_file_that_is_no_database_is_unavailable(tmp_path: Path) -> None:
    (tmp_path / "note.txt").write_text("not a database, but long enough to look like one" * 100)
    with pytest.raises(DatabaseUnavailable, match=r"note\.txt"):
        await Database.open(f"sqlite:///{tmp_path}/note.txt")
