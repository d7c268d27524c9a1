"""Whom a text pings: what it mentions, narrowed by `allowed_mentions` and by what the bot may do."""

from __future__ import annotations

import re
from typing import Any

from .places import Channel, Permission
from .posts import Pings
from .reading import TEXT_DISPLAY, walk

Json = dict[str, Any]


def pingable_text(body: Json) -> str:
    """Mentions count in content and in TextDisplay; never in embeds."""
    displays = [c["content"] for _, c in walk(body.get("components") or []) if c["type"] == TEXT_DISPLAY]
    return "\n".join([body.get("content") or "", *displays])


def pings(body: Json, channel: Channel, *, silent: bool = False) -> Pings:
    """`allowed_mentions` left out means everything, as in ordinary messages."""
    text, world, guild = _without_code(pingable_text(body)), channel.world, channel.guild
    allowed = body.get("allowed_mentions")
    parse = {"users", "roles", "everyone"} if allowed is None else set(allowed.get("parse") or [])
    named = {int(i) for key in ("users", "roles") for i in (allowed or {}).get(key) or []}
    may_ping_all = guild is not None and bool(
        guild.permissions_of(world.bot, channel) & Permission.MENTION_EVERYONE
    )
    users = [world.users.get(int(i)) for i in re.findall(r"<@!?(\d+)>", text)]
    roles = [guild.roles.get(int(i)) for i in re.findall(r"<@&(\d+)>", text)] if guild else []
    return Pings(
        everyone="everyone" in parse and may_ping_all and bool(re.search(r"@(everyone|here)", text)),
        users=frozenset(
            user
            for user in users
            if user and ("users" in parse or user.id in named) and channel.is_visible_to(user)
        ),
        roles=frozenset(
            role
            for role in roles
            if role and ("roles" in parse or role.id in named) and (role.mentionable or may_ping_all)
        ),
    )


def _without_code(text: str) -> str:
    return re.sub(r"```.*?```|`[^`\n]*`", "", text, flags=re.DOTALL)
