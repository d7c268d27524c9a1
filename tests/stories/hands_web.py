"""A person in the playground: what its page's script does, done by hand over HTTP."""

import secrets
from collections.abc import Mapping, Set
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from adapters.web import roles
from tests.stories import pages
from tests.stories.hands import Answers, Control, Hands, Seen
from tests.stories.pages import Node

if TYPE_CHECKING:
    from tests.stories.stage import Stage

ROLES = {"Mentors": "mentors"}


@dataclass(slots=True)
class Input:
    """A field of a form: its name, what stands in it, and what the browser would let pass."""

    name: str
    value: str
    kind: str
    required: bool
    longest: int = 1_000
    options: dict[str, str] = field(default_factory=dict)


class WebHands(Hands):
    def __init__(self, stage: "Stage", key: str, name: str) -> None:
        super().__init__(stage, key, name)
        self.token = ""
        self.change = 0
        self.articles: dict[int, Node] = {}
        self.front: int | None = None
        self.refusal = ""
        self.entered: dict[str, str] = {}

    @property
    def account(self) -> str:
        return self.key

    def messages(self) -> list[Seen]:
        ids = sorted(self.articles, key=lambda number: (number != self.front, -self._change(number)))
        found = [pages.seen(self.articles[number]) for number in ids]
        return [Seen(None, self.refusal), *found] if self.refusal else found

    def _change(self, number: int) -> int:
        return int(self.articles[number].attributes["data-change"])

    async def looks(self) -> None:
        """Reloads the page; each chat on it stands in a section of its own."""
        html = await self.stage.browser.page("/")
        ours = next(
            part for part in html.split('<section class="pane')[1:] if f'data-view="{self.key}"' in part
        )
        section = pages.parse(f'<section class="pane{ours}').first("section", "pane")
        assert section
        self.token = section.attributes["data-token"]
        self.change = int(section.attributes["data-change"])
        self.articles = {int(a.attributes["data-id"]): a for a in section.all("article", "message")}

    async def says(self, command: str, **options: str) -> None:
        line = " ".join([command, *(f"{name}: {value}" for name, value in options.items())])
        before = set(self.articles)
        await self._act({"text": line})
        self.front = self._answer(set(self.articles) - before)

    async def types(self, text: str) -> None:
        """Writes something that is no command."""
        await self._act({"text": text})

    async def is_offered(self, command: str, option: str, typed: str) -> list[str]:
        body = {"text": f"{command} {option}: {typed}", "picked": {}}
        menu = await self._post("/play/complete", body)
        return [item["label"] for item in menu["items"]]

    async def fills(self, answers: Answers) -> None:
        form, fields = self._form()
        left = dict(answers)
        for label, field_ in fields.items():
            if label in left:
                field_.value = _entered(label, field_, left.pop(label))
            assert field_.value or not field_.required, f"{label!r} must be filled in"
            assert len(field_.value) <= field_.longest, f"{label!r} takes {field_.longest} characters"
        assert not left, f"the form has no {list(left)}, only {list(fields)}"
        entered = {f.name: f.value for f in fields.values()}
        sent = {f.name: f.value for f in fields.values() if f.value or f.kind == "text"}
        await self._act({"route": form.attributes["data-route"], "answers": sent, "message": self.front})
        self.entered = entered if self.refusal else {}

    def typed(self, label: str) -> str:
        return self._form()[1][label].value

    async def tries_again(self) -> None:
        """The form is still there, with everything in it."""
        self.refusal = ""

    async def picks(self, what: str, name: str) -> None:
        message = self.messages()[0]
        found = [c for c in message.controls if c.handle and c.handle[0] == what]
        await self._touch(message, next(c for c in found if c.label.lstrip("#") == name))

    async def forges(self, route: str, answers: Mapping[str, str] | None = None) -> None:
        await self._act({"route": route, "answers": dict(answers or {}), "message": self.front})

    async def downloads(self, ending: str) -> bytes:
        found = (
            url for message in self.messages() for name, url in message.files.items() if name.endswith(ending)
        )
        return await self.stage.browser.download(next(found))

    async def has_role(self, name: str) -> bool:
        held = await self.stage.house.db.read(roles.held, self.stage.place.key, self.key)
        return ROLES[name] in held

    def is_unharmed(self) -> bool:
        nodes = [node for article in self.articles.values() for node in article.walk()]
        return not any(
            node.tag in ("script", "img", "iframe", "style", "form")
            or any(name.startswith("on") for name in node.attributes)
            or not node.attributes.get("href", "http").startswith(("http", "#", "/"))
            for node in nodes
        )

    async def _touch(self, message: Seen, control: Control) -> None:
        self.front = int(message.key.attributes["data-id"])
        answers = control.handle[1] if control.handle else {}
        await self._act({"route": control.leads, "answers": answers, "message": self.front})

    def _answer(self, new: Set[int]) -> int:
        """It stands below the line that was said; some news may stand below it by now."""
        line = max(number for number in new if self.articles[number].has("person"))
        return min(number for number in new if number > line)

    def _form(self) -> tuple[Node, dict[str, Input]]:
        assert self.front in self.articles, "nothing is open"
        form = self.articles[self.front].first("form", "ask")
        assert form, f"there is no form:\n{self.view()}"
        fields = dict(_field(node) for node in form.all("div", "field"))
        for each in fields.values():
            each.value = self.entered.get(each.name, each.value)
        return form, fields

    async def _act(self, body: dict[str, Any]) -> None:
        if not self.token:
            await self.looks()
        answer = await self._post("/play/act", body | {"since": self.change, "key": secrets.token_hex(12)})
        self.entered = {}
        self.refusal = pages.parse(answer["refused"]).text if answer["refused"] else ""
        for change in answer["changes"]:
            self.change = max(self.change, change["change"])
            self.articles.pop(change["id"], None)
            if change["html"]:
                article = pages.parse(change["html"]).first("article")
                assert article
                self.articles[change["id"]] = article

    async def _post(self, path: str, body: dict[str, Any]) -> Any:
        if not self.token:
            await self.looks()
        return await self.stage.browser.post(path, body | {"token": self.token})


def _field(node: Node) -> tuple[str, Input]:
    """A question by its label."""
    tick = node.first("label", "tick")
    if tick:
        box = tick.all("input")[0].attributes
        return tick.text, Input(box["name"], "yes" if "checked" in box else "", "check", "required" in box)
    fieldset = node.first("fieldset")
    if fieldset:
        return _radios(fieldset)
    label = node.all("label")[0]
    select = node.first("select")
    if select:
        options = {o.text: o.attributes["value"] for o in select.all("option") if o.attributes["value"]}
        chosen = [o.attributes["value"] for o in select.all("option") if "selected" in o.attributes]
        asked = select.attributes
        return _label(label), Input(
            asked["name"], "".join(chosen), "choice", "required" in asked, options=options
        )
    area = node.first("textarea")
    box = (area or node.all("input")[0]).attributes
    value = "".join(str(child) for child in area.children).removeprefix("\n") if area else box["value"]
    return _label(label), Input(box["name"], value, "text", "required" in box, int(box["maxlength"]))


def _radios(fieldset: Node) -> tuple[str, Input]:
    boxes = {label.text: label.all("input")[0].attributes for label in fieldset.all("label", "radio")}
    chosen = "".join(box["value"] for box in boxes.values() if "checked" in box)
    name = next(iter(boxes.values()))["name"]
    options = {label: box["value"] for label, box in boxes.items()}
    required = any("required" in box for box in boxes.values())
    return _label(fieldset.all("legend")[0]), Input(name, chosen, "choice", required, options=options)


def _label(node: Node) -> str:
    """A label without the word that says that the field may stay empty."""
    children = [c for c in node.children if not (isinstance(c, Node) and c.has("optional"))]
    return Node(node.tag, {}, children).text


def _entered(label: str, field_: Input, answer: str | bool) -> str:
    if isinstance(answer, bool):
        return "yes" if answer else ""
    if field_.kind == "choice":
        assert answer in field_.options, f"{label!r} has no {answer!r}, only {list(field_.options)}"
        return field_.options[answer]
    return answer
