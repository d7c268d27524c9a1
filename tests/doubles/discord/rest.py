"""The REST edge: routes, authorisation, bodies, faults, and the record of what was refused."""

from __future__ import annotations

import functools
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from aiohttp import web

from . import schemas
from .faults import plain
from .places import Channel, Guild, Member
from .posts import Message
from .problems import ApiError, Problems, Refused, unauthorized, unknown
from .world import User

if TYPE_CHECKING:
    from .server import DiscordServer

Json = dict[str, Any]
Handler = Callable[["Call"], Any]
PREFIX = "/api/v10"


@dataclass(frozen=True, slots=True)
class Route:
    method: str
    template: str
    handler: Handler
    needs_token: bool


ROUTES: list[Route] = []


def route(method: str, template: str, *, needs_token: bool = True) -> Callable[[Handler], Handler]:
    """Register a handler under the path of the OpenAPI description; None as an answer means 204."""

    def register(handler: Handler) -> Handler:
        ROUTES.append(Route(method, template, handler, needs_token))
        return handler

    return register


@dataclass(eq=False)
class Call:
    server: DiscordServer
    params: dict[str, str]
    query: dict[str, str]
    body: Any
    files: dict[int, tuple[str, bytes]]

    def id(self, name: str) -> int:
        value = self.params[name]
        if not value.isdecimal():
            problems = Problems()
            problems.add((name,), "NUMBER_TYPE_COERCE", f'Value "{value}" is not snowflake.')
            problems.raise_if_any()
        return int(value)

    def channel(self) -> Channel:
        found = self.server.world.channels.get(self.id("channel_id"))
        if found is None:
            raise unknown(10003, "Channel")
        return found

    def message(self) -> Message:
        found = self.channel().find(self.id("message_id"))
        if found is None or found.ephemeral_for:
            raise unknown(10008, "Message")
        return found

    def guild(self) -> Guild:
        found = self.server.world.guilds.get(self.id("guild_id"))
        if found is None:
            raise unknown(10004, "Guild")
        return found

    def user(self) -> User:
        found = self.server.world.users.get(self.id("user_id"))
        if found is None:
            raise unknown(10013, "User")
        return found

    def member(self) -> Member:
        found = self.guild().members.get(self.user().id)
        if found is None:
            raise unknown(10007, "Member")
        return found


def mount(app: web.Application, server: DiscordServer) -> None:
    """Fixed words before variables, so that @original is not taken for an id."""
    for each in sorted(ROUTES, key=lambda each: "@" not in each.template):
        app.router.add_route(each.method, PREFIX + each.template, _edge(server, each))
    app.router.add_get("/cdn/attachments/{attachment_id}/{name}", functools.partial(_download, server))
    app.router.add_route("*", "/{rest:.*}", functools.partial(_lost, server))


def _edge(server: DiscordServer, each: Route) -> Callable[[web.Request], Any]:
    async def answer(request: web.Request) -> web.StreamResponse:
        fault = server.fault_for(request.method, request.path, each.template)
        body, files = await _read(request)
        if fault and not fault.after:
            reply = await fault.answer()
        else:
            call = Call(server, dict(request.match_info), dict(request.query), body, files)
            reply = _handle(server, each, request, call)
            server.stir()
            reply = await fault.answer() if fault else reply
        server.log.append(f"{request.method} {request.path.removeprefix(PREFIX)} {reply.status}")
        server.stir()
        return reply

    return answer


def _handle(server: DiscordServer, each: Route, request: web.Request, call: Call) -> web.Response:
    try:
        if each.needs_token and request.headers.get("Authorization") != f"Bot {server.token}":
            raise unauthorized()
        if isinstance(call.body, ValueError):
            raise ApiError(400, 50109, "The request body contains invalid JSON.", blame=True)
        result = each.handler(call)
        _second_opinion(each, call)
        return plain(204 if result is None else 200, result)
    except ApiError as refusal:
        _record(server, request, call, refusal, blame=refusal.blame)
        return plain(refusal.status, refusal.body())
    except (KeyError, TypeError, ValueError, AttributeError, AssertionError) as slip:
        shapeless = ApiError(
            400, 50035, "Invalid Form Body", {"_errors": [{"code": "SHAPE", "message": repr(slip)}]}
        )
        _record(server, request, call, shapeless, blame=True)
        return plain(shapeless.status, shapeless.body())


def _record(
    server: DiscordServer, request: web.Request, call: Call, refusal: ApiError, *, blame: bool
) -> None:
    path = request.path.removeprefix(PREFIX)
    entry = Refused(
        request.method, path, refusal.status, refusal.code, refusal.message, refusal.errors, call.body
    )
    server.refused.append(entry)
    if blame:
        server.violations.append(entry)


def _second_opinion(each: Route, call: Call) -> None:
    problems = Problems()
    for place, reason in schemas.request_faults(each.method, each.template, call.body):
        problems.add(place, "SCHEMA", reason[:400])
    problems.raise_if_any()


async def _read(request: web.Request) -> tuple[Any, dict[int, tuple[str, bytes]]]:
    if not request.can_read_body:
        return None, {}
    if not request.content_type.startswith("multipart/"):
        raw = await request.read()
        return _parsed(raw.decode()) if raw else None, {}
    body: Any = {}
    files: dict[int, tuple[str, bytes]] = {}
    form = await request.post()
    for name, part in form.items():
        if name == "payload_json":
            assert isinstance(part, str)
            body = _parsed(part)
        elif isinstance(part, web.FileField):
            files[int(name.removeprefix("files[").removesuffix("]"))] = (part.filename, part.file.read())
    return body, files


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError as broken:
        return broken


async def _download(server: DiscordServer, request: web.Request) -> web.StreamResponse:
    fault = server.fault_for(request.method, request.path, request.path)
    if fault:
        return await fault.answer()
    wanted = int(request.match_info["attachment_id"])
    found = server.world.attachment(wanted) or server.uploads.get(wanted)
    if found is None:
        return web.Response(status=404)
    return web.Response(body=found.content, content_type="application/octet-stream")


async def _lost(server: DiscordServer, request: web.Request) -> web.StreamResponse:
    entry = Refused(request.method, request.path, 404, 0, "the double knows no such route")
    server.refused.append(entry)
    server.violations.append(entry)
    return plain(404, {"message": "404: Not Found", "code": 0})
