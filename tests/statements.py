"""Statements are compiled once a session: each test opens engines of its own, and the cache of each begins empty."""

from typing import Final

from sqlalchemy.engine import Engine
from sqlalchemy.engine.default import DefaultDialect
from sqlalchemy.util import LRUCache

COMPILED: Final = LRUCache[object, object](10_000)


def compile_once() -> None:
    """All dialects of one kind are opened with the same options, so what is compiled for one is for all."""
    DefaultDialect.__eq__ = _is_of_one_kind  # type: ignore[assignment, method-assign]
    DefaultDialect.__hash__ = _kind  # type: ignore[assignment, method-assign]
    Engine._compiled_cache = property(lambda _: COMPILED, _keep_none)  # type: ignore[assignment]


def _is_of_one_kind(dialect: DefaultDialect, other: object) -> bool:
    return type(dialect) is type(other)


def _kind(dialect: DefaultDialect) -> int:
    return hash(type(dialect))


def _keep_none(_engine: Engine, _own: object) -> None:
    """An engine's own cache is not used."""
