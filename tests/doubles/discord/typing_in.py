"""What a person's client sends: only what the screen, the form or the declared command allows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from . import payloads, reading
from .commands import GROUP, SUBCOMMAND
from .places import Channel, Role
from .posts import Attachment, Message
from .world import User

if TYPE_CHECKING:
    from .server import DiscordServer

Json = dict[str, Any]
STRING, INTEGER, BOOLEAN, USER, CHANNEL, ROLE, MENTIONABLE, NUMBER, ATTACHMENT = range(3, 12)


def command(
    server: DiscordServer,
    user: User,
    channel: Channel,
    name: str,
    options: Mapping[str, Any],
    *,
    focused: str | None = None,
) -> Json:
    """The data of a slash command. One that was never registered cannot be typed, unless none was at all."""
    first, *rest = name.split()
    declared = _registered(server, channel, first, kind=1)
    level = declared
    for part in rest if declared else []:
        nested = [o for o in level["options"] if o["type"] in (SUBCOMMAND, GROUP)] if level else []
        level = next((o for o in nested if o["name"] == part), None)
        assert level, f"/{name}: there is no {part!r}, only {[o['name'] for o in nested]}"
    resolved: Json = {}
    known = None if level is None else {o["name"]: o for o in level.get("options") or []}
    given = _options(server, channel, name, known, options, focused, resolved)
    for depth, part in reversed(list(enumerate(rest))):
        given = [
            {"name": part, "type": GROUP if depth == 0 and len(rest) == 2 else SUBCOMMAND, "options": given}
        ]
    data: Json = {"id": declared["id"] if declared else str(server.world.new_id()), "name": first, "type": 1}
    return data | {"options": given} | ({"resolved": resolved} if resolved else {})


def _registered(server: DiscordServer, channel: Channel, name: str, *, kind: int) -> Json | None:
    scopes = [None, channel.guild.id if channel.guild else None]
    offered = [
        c for scope in dict.fromkeys(scopes) for c in server.commands.get(scope, []) if c["type"] == kind
    ]
    context = 0 if channel.guild else 1
    offered = [c for c in offered if c.get("contexts") is None or context in c["contexts"]]
    found = next((c for c in offered if c["name"] == name), None)
    assert found or not server.commands, (
        f"there is no command {name!r} here, only {[c['name'] for c in offered]}"
    )
    return found


def _options(
    server: DiscordServer,
    channel: Channel,
    name: str,
    known: dict[str, Json] | None,
    options: Mapping[str, Any],
    focused: str | None,
    resolved: Json,
) -> list[Json]:
    if known is not None:
        unknown = set(options) - set(known)
        assert not unknown, f"/{name} has no option {unknown}, only {list(known)}"
        missing = [n for n, o in known.items() if o.get("required") and n not in options]
        assert not missing or focused, f"/{name} needs {missing}"
    given = []
    for key, value in options.items():
        option: Json = (known or {}).get(key) or {"type": _type_of(value)}
        sent = {"name": key, "type": option["type"], "value": _value(server, channel, value, resolved)}
        if key == focused:
            assert known is None or option.get("autocomplete"), f"/{name} {key} offers nothing while typing"
            sent |= {"focused": True, "value": str(value)}
        else:
            _allowed(name, key, option, value)
        given.append(sent)
    return given


def _allowed(name: str, key: str, option: Json, value: Any) -> None:
    choices = [c["value"] for c in option.get("choices") or []]
    assert not choices or value in choices, f"/{name} {key}: {value!r} is not among {choices}"
    size = len(value) if isinstance(value, str) else value
    for bound in ("min_length", "min_value"):
        assert option.get(bound) is None or size >= option[bound], (
            f"/{name} {key}: {value!r} is below {bound}"
        )
    for bound in ("max_length", "max_value"):
        assert option.get(bound) is None or size <= option[bound], (
            f"/{name} {key}: {value!r} is above {bound}"
        )


def _type_of(value: Any) -> int:
    for kind, number in (
        (bool, BOOLEAN),
        (int, INTEGER),
        (float, NUMBER),
        (User, USER),
        (Channel, CHANNEL),
        (Role, ROLE),
    ):
        if isinstance(value, kind):
            return number
    return ATTACHMENT if isinstance(value, tuple) else STRING


def _value(server: DiscordServer, channel: Channel, value: Any, resolved: Json) -> Any:
    """A plain value, or the id of a thing that is explained under `resolved`."""
    if isinstance(value, User):
        resolved.setdefault("users", {})[str(value.id)] = payloads.user(value)
        if channel.guild and value.id in channel.guild.members:
            member = payloads.member_alone(channel.guild.members[value.id])
            held = str(channel.guild.permissions_of(value))
            resolved.setdefault("members", {})[str(value.id)] = member | {"permissions": held}
    elif isinstance(value, Role):
        resolved.setdefault("roles", {})[str(value.id)] = payloads.role(value)
    elif isinstance(value, Channel):
        shown = payloads.channel(value) | {"permissions": "0"}
        resolved.setdefault("channels", {})[str(value.id)] = shown
    elif isinstance(value, tuple):
        value = Attachment(server.world.new_id(), *value)
        server.uploads[value.id] = value
        shown = payloads.attachment(value, server.cdn) | {"ephemeral": True}
        resolved.setdefault("attachments", {})[str(value.id)] = shown
    else:
        return value
    return str(value.id)


def context_menu(server: DiscordServer, channel: Channel, name: str, target: User | Message) -> Json:
    kind = 2 if isinstance(target, User) else 3
    declared = _registered(server, channel, name, kind=kind)
    resolved: Json = {}
    if isinstance(target, User):
        _value(server, channel, target, resolved)
    else:
        resolved["messages"] = {str(target.id): payloads.message(target, server.cdn)}
    data = {"name": name, "type": kind, "target_id": str(target.id), "resolved": resolved}
    return data | {"id": declared["id"] if declared else str(server.world.new_id())}


def button(components: list[Json], wanted: str) -> Json:
    """The one button with this label or custom id, if it can be pressed."""
    shown = [c for _, c in reading.walk(components) if c["type"] == reading.BUTTON]
    found = [b for b in shown if wanted in (reading.face(b), b.get("custom_id"))]
    assert found, f"there is no button {wanted!r}, only {[reading.face(b) for b in shown]}"
    assert len(found) == 1, f"there are {len(found)} buttons {wanted!r}: name one by its custom id"
    assert not found[0].get("disabled"), f"the button {wanted!r} is disabled"
    assert found[0]["style"] not in (reading.LINK, reading.PREMIUM), (
        f"{wanted!r} is a link: the bot hears nothing"
    )
    return found[0]


def selection(
    server: DiscordServer,
    channel: Channel,
    components: list[Json],
    choices: Sequence[str | User | Channel | Role],
    placeholder: str | None,
) -> Json:
    shown = [c for _, c in reading.walk(components) if c["type"] in reading.SELECTS]
    if placeholder is not None:
        shown = [c for c in shown if placeholder in (c.get("placeholder"), c["custom_id"])]
    fitting = [c for c in shown if all(_offers(c, choice) for choice in choices)]
    assert fitting, f"no select offers {choices}, only {[reading.selects([c]) for c in shown]}"
    assert len(fitting) == 1, f"several selects offer {choices}: name one by its placeholder"
    found = fitting[0]
    assert not found.get("disabled"), "the select is disabled"
    resolved: Json = {}
    data = {"custom_id": found["custom_id"], "component_type": found["type"]}
    data["values"] = chosen(server, channel, found, choices, resolved)
    return data | ({"resolved": resolved} if found["type"] != reading.STRING_SELECT else {})


def _offers(select: Json, choice: Any) -> bool:
    kinds = {User: (5, 7), Role: (6, 7), Channel: (8,), str: (3,)}
    if select["type"] not in kinds[type(choice)]:
        return False
    return not isinstance(choice, str) or any(choice in (o["label"], o["value"]) for o in select["options"])


def chosen(
    server: DiscordServer, channel: Channel, found: Json, choices: Sequence[Any], resolved: Json
) -> list[str]:
    least = 1 if found.get("min_values") is None else found["min_values"]
    most = found.get("max_values") or (10 if found["type"] == reading.CHECKBOX_GROUP else 1)
    assert least <= len(choices) <= most, f"between {least} and {most} can be chosen, not {list(choices)}"
    if "options" not in found:
        return [_value(server, channel, choice, resolved) for choice in choices]
    values = []
    for choice in choices:
        offered = [o for o in found["options"] if choice in (o["label"], o["value"])]
        assert offered, f"{choice!r} is not among {[o['label'] for o in found['options']]}"
        values.append(offered[0]["value"])
    return values
