"""The HTTP edge: the token, bodies of every kind, faults, pace, and the record of what was refused."""

from __future__ import annotations

import functools
import inspect
import json
from typing import TYPE_CHECKING, Any

from aiohttp import web

from . import schemas
from .calls import METHODS, Call, Method, Upload
from .faults import Fault
from .problems import ApiError, Refused, bad

if TYPE_CHECKING:
    from .server import TelegramServer

Json = dict[str, Any]
LARGEST = 50 * 1024 * 1024


def mount(app: web.Application, server: TelegramServer) -> None:
    app.router.add_route("*", "/file/bot{token}/{path:.+}", functools.partial(_download, server))
    app.router.add_route("*", "/bot{token}/{method}", functools.partial(_answer, server))
    app.router.add_route("*", "/{rest:.*}", _lost)


async def _answer(server: TelegramServer, request: web.Request) -> web.StreamResponse:
    name = request.match_info["method"].lower()
    if request.match_info["token"] != server.token:
        return _said(ApiError(401, "Unauthorized"))
    call = Call(server, name, {}, {}, request)
    try:
        call.params, call.uploads = await _read(request)
    except ApiError as refusal:
        return _refused(server, call, refusal)
    if name not in METHODS:
        return _refused(server, call, ApiError(404, "Not Found: method not found", blame=True))
    fault = server.fault_for(name, call.text("chat_id"))
    if fault and not fault.after:
        return await _failed(server, call, fault, request)
    reply = await perform(server, METHODS[name], call)
    if fault:
        return await _failed(server, call, fault, request)
    return reply


async def perform(server: TelegramServer, method: Method, call: Call) -> web.Response:
    """Runs a method; also what a webhook's answer asks for."""
    call.name = method.name
    try:
        server.pace.count(call)
        _second_opinion(call)
        result = method.handler(call)
        if inspect.isawaitable(result):
            result = await result
    except ApiError as refusal:
        return _refused(server, call, refusal)
    server.log.append(f"{method.name} {call.text('chat_id')} 200".replace("  ", " "))
    for complaint in schemas.faults(method.returns, result):
        server.violations.append(Refused(method.name, 200, f"the double said: {complaint}", call.params))
    server.stir()
    return web.json_response({"ok": True, "result": result})


def _second_opinion(call: Call) -> None:
    """What Telegram itself would overlook, but nobody should send."""
    given = call.params | {name: "attach://" for name in call.uploads if not name.startswith("attached")}
    for complaint in schemas.request_faults(call.name, given):
        call.server.violations.append(Refused(call.name, 200, complaint, call.params))


async def _failed(server: TelegramServer, call: Call, fault: Fault, request: web.Request) -> web.Response:
    server.log.append(f"{call.name} {call.text('chat_id')} fault {fault.status}")
    server.stir()
    return await fault.answer(request)


def _refused(server: TelegramServer, call: Call, refusal: ApiError) -> web.Response:
    entry = Refused(call.name, refusal.status, refusal.description, call.params)
    server.refused.append(entry)
    if refusal.blame:
        server.violations.append(entry)
    server.log.append(f"{call.name} {call.text('chat_id')} {refusal.status} {refusal.description}")
    server.stir()
    return _said(refusal)


def _said(refusal: ApiError) -> web.Response:
    return web.json_response(refusal.body(), status=refusal.status)


async def _read(request: web.Request) -> tuple[Json, dict[str, Upload]]:
    params: Json = dict(request.query)
    uploads: dict[str, Upload] = {}
    if not request.can_read_body:
        return params, uploads
    if request.content_type == "application/json":
        try:
            body = json.loads(await request.text() or "{}")
        except ValueError as broken:
            raise bad("can't parse JSON object") from broken
        return params | body, uploads
    for name, value in (await request.post()).items():
        if isinstance(value, web.FileField):
            uploads[name] = Upload(value.filename, value.file.read(), value.content_type)
        else:
            params[name] = value
    if any(len(each.content) > LARGEST for each in uploads.values()):
        raise ApiError(413, "Request Entity Too Large", blame=True)
    return params, uploads


async def _download(server: TelegramServer, request: web.Request) -> web.StreamResponse:
    if request.match_info["token"] != server.token:
        return _said(ApiError(401, "Unauthorized"))
    path = request.match_info["path"]
    found = next((f for f in server.world.files.values() if f.path == path and f.id in server.fetched), None)
    if found is None:
        return _said(ApiError(404, "Not Found"))
    return web.Response(body=found.content, content_type="application/octet-stream")


async def _lost(request: web.Request) -> web.StreamResponse:
    return _said(ApiError(404, "Not Found"))
