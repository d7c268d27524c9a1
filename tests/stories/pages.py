"""Reading HTML as a browser would: a small tree by the standard parser, and what a message on it says and offers."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from html.parser import HTMLParser
from typing import Final

from tests.stories.hands import Control, Seen, plain

VOID: Final = frozenset("area base br col embed hr img input link meta source track wbr".split())
BLOCKS: Final = frozenset(
    "p div h1 h2 h3 h4 dl dt dd section article li ul button footer form fieldset".split()
)


@dataclass(eq=False, slots=True)
class Node:
    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: "list[Node | str]" = field(default_factory=list)

    def walk(self) -> "Iterator[Node]":
        for child in self.children:
            if isinstance(child, Node):
                yield child
                yield from child.walk()

    def all(self, tag: str, kind: str = "", **attributes: str) -> "list[Node]":
        return [
            n
            for n in self.walk()
            if n.tag == tag and n.has(kind) and attributes.items() <= n.attributes.items()
        ]

    def first(self, tag: str, kind: str = "") -> "Node | None":
        return next(iter(self.all(tag, kind)), None)

    def has(self, kind: str) -> bool:
        return not kind or kind in self.attributes.get("class", "").split()

    @property
    def text(self) -> str:
        return "\n".join(
            " ".join(line.split()) for line in plain("".join(self._pieces())).splitlines() if line.strip()
        )

    def _pieces(self) -> Iterator[str]:
        for child in self.children:
            if isinstance(child, str):
                yield child.replace("\n", " ")
            elif child.tag not in ("svg", "script", "style"):
                gap = "\n" if child.tag in BLOCKS or child.tag == "br" else ""
                yield gap
                yield from child._pieces()
                yield gap


class _Builder(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Node("")
        self._open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        node = Node(tag, {name: value or "" for name, value in attrs})
        self._open[-1].children.append(node)
        if tag not in VOID:
            self._open.append(node)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._open[-1].children.append(Node(tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        if any(node.tag == tag for node in self._open[1:]):
            while self._open.pop().tag != tag:
                pass

    def handle_data(self, data: str) -> None:
        self._open[-1].children.append(data)


def parse(html: str) -> Node:
    builder = _Builder()
    builder.feed(html)
    return builder.root


def seen(article: Node) -> Seen:
    """A message of a chat."""
    links = {a.text: a.attributes["href"] for a in article.all("a", "link")}
    return Seen(
        key=article,
        text=article.text,
        controls=list(_controls(article)),
        links=links,
        files={a.attributes["download"]: a.attributes["href"] for a in article.all("a", "file")},
        times=frozenset(
            datetime.fromisoformat(time.attributes["datetime"]).astimezone(UTC)
            for time in article.all("time")
        ),
    )


def _controls(article: Node) -> Iterator[Control]:
    cards = {
        id(button): card.text for card in article.all("section", "card") for button in card.all("button")
    }
    for choice in article.all("div", "choice"):
        for option in choice.all("button", "option"):
            label = option.first("span", "label")
            handle = (
                choice.attributes["aria-label"],
                json.loads(option.attributes.get("data-answers", "{}")),
            )
            yield Control(label.text if label else option.text, option.attributes["data-route"], "", handle)
    for button in article.all("button"):
        if "data-route" in button.attributes and not button.has("option"):
            yield Control(button.text, button.attributes["data-route"], cards.get(id(button), ""))
