"""Guilds, members and roles over REST."""

from __future__ import annotations

from typing import Any

from . import gateway, payloads
from .places import CATEGORY, FORUM, TEXT, VOICE, Guild, Member, Permission, Role
from .problems import ApiError, Problems, missing_permissions, unknown
from .rest import Call, route

Json = dict[str, Any]
MOST_ROLES = 250
KIND_NAMES = {TEXT: "text", VOICE: "voice", CATEGORY: "category", FORUM: "forum"}


def _require(guild: Guild, needed: int) -> None:
    if guild.permissions_of(guild.world.bot) & needed != needed:
        raise missing_permissions()


@route("GET", "/guilds/{guild_id}")
def guild(call: Call) -> Json:
    return payloads.guild(call.guild())


@route("GET", "/guilds/{guild_id}/channels")
def channels(call: Call) -> list[Json]:
    return [payloads.channel(each) for each in call.guild().channels.values()]


@route("POST", "/guilds/{guild_id}/channels")
def add_channel(call: Call) -> Json:
    home = call.guild()
    _require(home, Permission.MANAGE_CHANNELS)
    problems = Problems()
    problems.length(("name",), call.body.get("name"), 1, 100)
    problems.choice(("type",), call.body.get("type") or TEXT, tuple(KIND_NAMES))
    problems.raise_if_any()
    return payloads.channel(
        home.add_channel(call.body["name"], kind=KIND_NAMES[call.body.get("type") or TEXT])
    )


@route("GET", "/guilds/{guild_id}/roles")
def roles(call: Call) -> list[Json]:
    return [payloads.role(each) for each in call.guild().roles.values()]


@route("POST", "/guilds/{guild_id}/roles")
def add_role(call: Call) -> Json:
    home, body = call.guild(), call.body or {}
    _require(home, Permission.MANAGE_ROLES)
    problems = Problems()
    problems.length(("name",), body.get("name"), 0, 100)
    problems.raise_if_any()
    if len(home.roles) >= MOST_ROLES:
        raise ApiError(400, 30005, f"Maximum number of guild roles reached ({MOST_ROLES})")
    permissions = int(body.get("permissions") or 0)
    _require(home, permissions)  # nobody hands out what they do not have
    made = home.add_role(
        body.get("name") or "new role", permissions=permissions, mentionable=bool(body.get("mentionable"))
    )
    return payloads.role(made)


@route("GET", "/guilds/{guild_id}/members")
def members(call: Call) -> list[Json]:
    if not call.server.gateway.privileged_allowed & gateway.GUILD_MEMBERS:
        raise ApiError(403, 50001, "Missing Access", blame=True)
    after, limit = int(call.query.get("after", 0)), int(call.query.get("limit", 1))
    found = sorted(call.guild().members.values(), key=lambda each: each.user.id)
    return [payloads.member(each) for each in found if each.user.id > after][:limit]


@route("GET", "/guilds/{guild_id}/members/{user_id}")
def member(call: Call) -> Json:
    return payloads.member(call.member())


@route("PATCH", "/guilds/{guild_id}/members/{user_id}")
def edit_member(call: Call) -> Json:
    found = call.member()
    if "roles" in call.body:
        wanted = [_role(call, int(each)) for each in call.body["roles"] or []]
        for changed in set(wanted) ^ set(found.roles):
            _may_give(call.guild(), changed)
        found.roles = wanted
    if "nick" in call.body:
        found.nick = call.body["nick"]
    _told(call, found)
    return payloads.member(found)


@route("PUT", "/guilds/{guild_id}/members/{user_id}/roles/{role_id}")
def give_role(call: Call) -> None:
    found, role = call.member(), _role(call, call.id("role_id"))
    _may_give(call.guild(), role)
    if role not in found.roles:
        found.roles.append(role)
    _told(call, found)


@route("DELETE", "/guilds/{guild_id}/members/{user_id}/roles/{role_id}")
def take_role(call: Call) -> None:
    found, role = call.member(), _role(call, call.id("role_id"))
    _may_give(call.guild(), role)
    if role in found.roles:
        found.roles.remove(role)
    _told(call, found)


def _role(call: Call, role_id: int) -> Role:
    found = call.guild().roles.get(role_id)
    if found is None:
        raise unknown(10011, "Role")
    return found


def _may_give(home: Guild, role: Role) -> None:
    """Manage Roles reaches only below the bot's own highest role, and never managed roles or @everyone."""
    _require(home, Permission.MANAGE_ROLES)
    highest = max((each.position for each in home.members[home.world.bot.id].roles), default=0)
    if role.managed or role is home.everyone or role.position >= highest:
        raise missing_permissions()


def _told(call: Call, found: Member) -> None:
    payload = payloads.member(found) | {"guild_id": str(call.guild().id)}
    needs = 0 if found.user is call.server.bot else gateway.GUILD_MEMBERS
    call.server.gateway.dispatch("GUILD_MEMBER_UPDATE", payload, guild_id=call.guild().id, needs=needs)
