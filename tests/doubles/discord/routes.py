"""Users, applications, channels, messages and threads over REST."""

from __future__ import annotations

from typing import Any

from . import commands, events, messages, payloads
from .places import Channel, Permission
from .posts import Message
from .problems import ApiError, Problems, closed_dms
from .rest import Call, route

Json = dict[str, Any]


@route("GET", "/users/@me")
def me(call: Call) -> Json:
    return payloads.user(call.server.bot)


@route("GET", "/users/{user_id}")
def user(call: Call) -> Json:
    return payloads.user(call.user())


@route("POST", "/users/@me/channels")
def open_dm(call: Call) -> Json:
    recipient = call.server.world.users.get(int(call.body.get("recipient_id") or 0))
    if recipient is None:
        raise ApiError(400, 50033, "Invalid Recipient(s)", blame=True)
    if recipient.bot:
        raise closed_dms()
    return payloads.channel(call.server.world.dm_with(recipient))


@route("GET", "/gateway", needs_token=False)
def gateway(call: Call) -> Json:
    return {"url": call.server.gateway_url}


@route("GET", "/gateway/bot")
def gateway_bot(call: Call) -> Json:
    limit = {"total": 1000, "remaining": 999, "reset_after": 14_400_000, "max_concurrency": 1}
    return {"url": call.server.gateway_url, "shards": call.server.shards, "session_start_limit": limit}


@route("GET", "/oauth2/applications/@me")
@route("GET", "/applications/@me")
def application(call: Call) -> Json:
    bot = call.server.bot
    owner = next(iter(u for u in call.server.world.users.values() if not u.bot), bot)
    return {
        "id": str(bot.id),
        "name": bot.name,
        "icon": None,
        "description": "",
        "summary": "",
        "bot_public": True,
        "bot_require_code_grant": False,
        "verify_key": "0" * 64,
        "flags": 0,
        "flags_new": "0",
        "owner": payloads.user(owner),
        "team": None,
        "bot": payloads.user(bot),
        "redirect_uris": [],
        "interactions_endpoint_url": None,
        "role_connections_verification_url": None,
    }


@route("PUT", "/applications/{application_id}/commands")
@route("PUT", "/applications/{application_id}/guilds/{guild_id}/commands")
def overwrite_commands(call: Call) -> list[Json]:
    _own_application(call)
    scope = call.guild().id if "guild_id" in call.params else None
    problems = Problems()
    commands.check(problems, call.body)
    problems.raise_if_any()
    known = {(c["type"], c["name"]): c["id"] for c in call.server.commands.get(scope, [])}
    stored = [_stored(call, command, known, scope) for command in call.body]
    call.server.commands[scope] = stored
    call.server.command_syncs += 1
    return stored


def _stored(call: Call, command: Json, known: dict[tuple[int, str], str], scope: int | None) -> Json:
    fixed: Json = {"type": command.get("type") or 1, "application_id": str(call.server.bot.id)}
    known_id = known.get((fixed["type"], command["name"]), str(call.server.world.new_id()))
    defaults: Json = {"description": "", "options": [], "default_member_permissions": None, "nsfw": False}
    home = {"guild_id": str(scope)} if scope else {}
    return defaults | command | fixed | home | {"id": known_id, "version": str(call.server.world.new_id())}


@route("GET", "/applications/{application_id}/commands")
@route("GET", "/applications/{application_id}/guilds/{guild_id}/commands")
def list_commands(call: Call) -> list[Json]:
    _own_application(call)
    return call.server.commands.get(call.guild().id if "guild_id" in call.params else None, [])


def _own_application(call: Call) -> None:
    if call.id("application_id") != call.server.bot.id:
        raise ApiError(
            403, 20012, "You are not authorized to perform this action on this application", blame=True
        )


def _visible(channel: Channel) -> Channel:
    if channel.guild:
        messages.require(channel, Permission.VIEW_CHANNEL)
    return channel


@route("GET", "/channels/{channel_id}")
def channel(call: Call) -> Json:
    return payloads.channel(_visible(call.channel()))


@route("DELETE", "/channels/{channel_id}")
def delete_channel(call: Call) -> Json:
    found = call.channel()
    messages.require(found, Permission.MANAGE_THREADS if found.is_thread else Permission.MANAGE_CHANNELS)
    assert found.guild
    del call.server.world.channels[found.id]
    found.guild.channels.pop(found.id, None)
    event = "THREAD_DELETE" if found.is_thread else "CHANNEL_DELETE"
    gone = payloads.gone_thread(found) if found.is_thread else payloads.channel(found)
    events.tell(call.server, event, gone, channel=found)
    return payloads.channel(found)


@route("PATCH", "/channels/{channel_id}")
def edit_channel(call: Call) -> Json:
    found = call.channel()
    messages.require(found, Permission.MANAGE_THREADS if found.is_thread else Permission.MANAGE_CHANNELS)
    problems = Problems()
    if "name" in call.body:
        problems.length(("name",), call.body["name"], 1, 100)
    problems.raise_if_any()
    if found.archived and call.body.get("archived") is not False and set(call.body) - {"archived", "locked"}:
        raise ApiError(400, 50083, "Thread is archived")
    for name in ("name", "archived", "locked", "invitable"):
        if call.body.get(name) is not None:
            setattr(found, name, call.body[name])
    event = "THREAD_UPDATE" if found.is_thread else "CHANNEL_UPDATE"
    events.tell(call.server, event, payloads.channel(found), channel=found)
    return payloads.channel(found)


@route("POST", "/channels/{channel_id}/typing")
def typing(call: Call) -> None:
    messages.may_bot_post(call.channel())


def _shown(call: Call, found: Message) -> Json:
    return payloads.message(found, call.server.cdn)


@route("POST", "/channels/{channel_id}/messages")
def post(call: Call) -> Json:
    posted = messages.post_as_bot(call.server, call.channel(), call.body or {}, call.files)
    nonce = (call.body or {}).get("nonce")
    return _shown(call, posted) | ({"nonce": nonce} if nonce is not None else {})


@route("GET", "/channels/{channel_id}/messages")
def history(call: Call) -> list[Json]:
    found = _visible(call.channel()).messages
    before, after = call.query.get("before"), call.query.get("after")
    kept = [m for m in found if (not before or m.id < int(before)) and (not after or m.id > int(after))]
    limit = int(call.query.get("limit", 50))
    return [_shown(call, each) for each in reversed(kept[:limit] if after else kept[-limit:])]


@route("GET", "/channels/{channel_id}/messages/{message_id}")
def message(call: Call) -> Json:
    _visible(call.channel())
    return _shown(call, call.message())


@route("PATCH", "/channels/{channel_id}/messages/{message_id}")
def edit(call: Call) -> Json:
    found = call.message()
    _visible(found.channel)
    if found.author is not call.server.bot:
        raise ApiError(403, 50005, "Cannot edit a message authored by another user", blame=True)
    if found.channel.archived:
        raise ApiError(400, 50083, "Thread is archived")
    messages.revise(call.server, found, call.body or {}, call.files)
    return _shown(call, found)


@route("DELETE", "/channels/{channel_id}/messages/{message_id}")
def delete(call: Call) -> None:
    found = call.message()
    if found.author is not call.server.bot:
        if found.channel.guild is None:
            raise ApiError(403, 50003, "Cannot execute action on a DM channel", blame=True)
        messages.require(found.channel, Permission.MANAGE_MESSAGES)
    messages.delete(call.server, found)
