"""Listens to the log of the whole program: what is an error there fails the story, unless the story expects it."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from structlog.processors import format_exc_info
from structlog.testing import capture_logs
from structlog.typing import EventDict


class _Ears(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.heard: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.heard.append(self.format(record))


@dataclass
class Watch:
    """`said` is everything that our own code logged."""

    said: list[EventDict]
    ears: _Ears
    forgiven: set[str] = field(default_factory=set)

    def errors(self) -> list[object]:
        own = [
            e
            for e in self.said
            if e["log_level"] in ("error", "critical") and e["event"] not in self.forgiven
        ]
        return [*own, *self.ears.heard]


@contextmanager
def watch() -> Iterator[Watch]:
    ears, root = _Ears(), logging.getLogger()
    root.addHandler(ears)
    try:
        with capture_logs([format_exc_info]) as said:
            yield Watch(said, ears)
    finally:
        root.removeHandler(ears)
