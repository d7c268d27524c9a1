"""No sentence of the code goes past the catalogues: what is written in English is for hosts, or is marked."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).parents[2]
SENTENCE: Final = re.compile(r"[A-Z][a-z’']*(?: [a-z’',;:–-]+){2,}")
FOR_HOSTS: Final = frozenset(
    "cli.py answers.py config.py fields.py mistakes.py logs.py metrics.py app.py scheduler.py outgoing.py".split()
)
"""The command line, the configuration, the metrics, and why a door stays closed: these speak to who runs the bot."""

PEOPLES_WORDS: Final = frozenset({"demo.py", "seeds.py"})
MARKERS: Final = frozenset({"_", "_n", "compile"})
FILES: Final = [
    path
    for room in ("core", "bot", "adapters", "webhooks")
    for path in sorted((ROOT / room).rglob("*.py"))
    if path.name not in FOR_HOSTS | PEOPLES_WORDS and "migrations" not in path.parts
]


def test_every_sentence_of_the_code_is_marked() -> None:
    strays = [f"{path.relative_to(ROOT)}: {said}" for path in FILES for said in unmarked(path.read_text())]
    assert not strays, "wrap each in _() or _n()"


def test_no_sentence_is_marked_where_the_extractor_does_not_look() -> None:
    strays = [str(path.relative_to(ROOT)) for path in FILES if list(hidden(path.read_text()))]
    assert not strays, "a sentence inside an f-string is not extracted: give it a name"
    assert list(hidden("f'{say(_(1))} now'")) == ["_"]


@pytest.mark.parametrize(
    ("code", "strays"),
    [
        ('Screen("Your time is up")', ["Your time is up"]),
        ('f"Your time is {up} now"', ["Your time is "]),
        ('Screen(_("Your time is up"), _n("One of us", "Many of us", 2))', []),
        ('raise ValueError("Your time is up")', []),
        ('def up():\n    "Your time is up"', []),
    ],
)
def test_a_sentence_that_is_not_marked_is_seen(code: str, strays: list[str]) -> None:
    assert list(unmarked(code)) == strays


def unmarked(code: str) -> Iterator[str]:
    tree = ast.parse(code)
    exempt = {id(inner) for node in ast.walk(tree) for inner in _exempt(node)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in exempt:
            yield from [node.value] if SENTENCE.match(node.value) else []


def hidden(code: str) -> Iterator[str]:
    """Markers inside f-strings, which the extractor takes for plain text."""
    inner = (
        part
        for node in ast.walk(ast.parse(code))
        if isinstance(node, ast.JoinedStr)
        for part in ast.walk(node)
    )
    calls = (part.func for part in inner if isinstance(part, ast.Call))
    yield from (call.id for call in calls if isinstance(call, ast.Name) and call.id in ("_", "_n"))


def _exempt(node: ast.AST) -> Iterator[ast.AST]:
    """Docstrings, marked sentences, and what only programmers are told."""
    match node:
        case ast.Expr(value=ast.Constant() as docstring):
            yield docstring
        case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name), args=said) if name in MARKERS:
            yield from (inner for part in said for inner in ast.walk(part))
        case ast.Raise() | ast.Assert():
            yield from ast.walk(node)
