"""What the double says: Discord's JSON for users, guilds, channels, messages and interactions."""

from __future__ import annotations

import copy
import mimetypes
from typing import Any

from .limits import media
from .places import DM, PRIVATE_THREAD, TEXT, VOICE, Channel, Guild, Member, Permission, Role
from .posts import SIZE_LIMIT, Attachment, Message
from .world import User

Json = dict[str, Any]


def user(found: User) -> Json:
    shown = {
        "id": str(found.id),
        "username": found.name.lower().replace(" ", "."),
        "global_name": None if found.bot else found.name,
        "discriminator": "0" if not found.bot else "0001",
        "avatar": None,
        "public_flags": 0,
        "flags": 0,
        "primary_guild": None,
    }
    return shown | ({"bot": True} if found.bot else {})


def role(found: Role) -> Json:
    return {
        "id": str(found.id),
        "name": found.name,
        "color": 0,
        "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None},
        "hoist": False,
        "position": found.position,
        "permissions": str(int(found.permissions)),
        "managed": found.managed,
        "mentionable": found.mentionable,
        "flags": 0,
    }


def member_alone(found: Member) -> Json:
    return {
        "deaf": False,
        "mute": False,
        "flags": 0,
        "pending": False,
        "nick": found.nick,
        "avatar": None,
        "premium_since": None,
        "communication_disabled_until": None,
        "joined_at": found.joined_at.isoformat(),
        "roles": [str(role.id) for role in found.roles],
    }


def member(found: Member) -> Json:
    return member_alone(found) | {"user": user(found.user)}


def channel(found: Channel) -> Json:
    shown: Json = {"id": str(found.id), "type": found.kind, "flags": 0}
    if found.kind == DM:
        assert found.recipient
        return shown | {"last_message_id": None, "recipients": [user(found.recipient)]}
    assert found.guild
    shown |= {"name": found.name, "guild_id": str(found.guild.id)}
    if found.is_thread:
        return shown | _thread(found)
    shown |= {"position": 0, "parent_id": None, "permission_overwrites": _overwrites(found), "nsfw": False}
    if found.kind == TEXT:
        shown |= {"topic": None, "last_message_id": None, "rate_limit_per_user": 0}
    if found.kind == VOICE:
        shown |= {
            "bitrate": 64000,
            "user_limit": 0,
            "rtc_region": None,
            "last_message_id": None,
            "rate_limit_per_user": 0,
        }
    return shown


def dm_of_interaction(found: Channel) -> Json:
    return channel(found) | {"name": None}


def _overwrites(found: Channel) -> list[Json]:
    if not found.bot_denied:
        return []
    return [{"id": str(found.world.bot.id), "type": 1, "allow": "0", "deny": str(int(found.bot_denied))}]


def _thread(found: Channel) -> Json:
    assert found.parent
    at = found.world.clock.now().isoformat()
    details: Json = {
        "archived": found.archived,
        "auto_archive_duration": found.auto_archive,
        "archive_timestamp": at,
        "locked": found.locked,
        "create_timestamp": at,
    }
    if found.kind == PRIVATE_THREAD:
        details["invitable"] = found.invitable
    return {
        "parent_id": str(found.parent.id),
        "owner_id": str(found.world.bot.id),
        "last_message_id": None,
        "rate_limit_per_user": 0,
        "message_count": len(found.messages),
        "member_count": min(len(found.thread_members), 50),
        "total_message_sent": len(found.history),
        "thread_metadata": details,
        "member": thread_member(found, found.world.bot.id),
    }


def gone_thread(found: Channel) -> Json:
    """What is left to say of a thread that was deleted."""
    assert found.guild
    assert found.parent
    home = {"guild_id": str(found.guild.id), "parent_id": str(found.parent.id)}
    return {"id": str(found.id), "type": found.kind} | home


def thread_member(found: Channel, user_id: int) -> Json:
    at = found.world.clock.now().isoformat()
    return {"id": str(found.id), "user_id": str(user_id), "join_timestamp": at, "flags": 0}


def guild(found: Guild) -> Json:
    """A guild as GUILD_CREATE tells it: without other members, as for a bot without the presence intent."""
    bot = found.members[found.world.bot.id]
    nothing = ("icon", "splash", "discovery_splash", "banner", "description", "vanity_url_code", "hub_type")
    no_channels = ("afk", "system", "rules", "public_updates", "safety_alerts")
    threads = [
        c for c in found.world.channels.values() if c.guild is found and c.is_thread and not c.archived
    ]
    return (
        dict.fromkeys(nothing)
        | {f"{name}_channel_id": None for name in no_channels}
        | {
            name: 0
            for name in ("verification_level", "default_message_notifications", "explicit_content_filter")
        }
        | {name: 0 for name in ("mfa_level", "system_channel_flags", "premium_tier", "nsfw_level")}
        | {
            name: []
            for name in ("emojis", "stickers", "features", "voice_states", "presences", "stage_instances")
        }
        | {
            "id": str(found.id),
            "name": found.name,
            "owner_id": str(found.owner.id),
            "application_id": None,
            "incidents_data": None,
            "afk_timeout": 300,
            "preferred_locale": found.locale,
            "premium_progress_bar_enabled": False,
            "premium_subscription_count": 0,
            "soundboard_sounds": [],
            "guild_scheduled_events": [],
            "joined_at": bot.joined_at.isoformat(),
            "large": False,
            "unavailable": False,
            "member_count": len(found.members),
            "roles": [role(each) for each in found.roles.values()],
            "members": [member(bot)],
            "channels": [channel(each) for each in found.channels.values()],
            "threads": [channel(each) for each in threads],
        }
    )


def attachment(found: Attachment, cdn: str) -> Json:
    url = f"{cdn}/attachments/{found.id}/{found.name}"
    kind = mimetypes.guess_type(found.name)[0] or "application/octet-stream"
    shown: Json = {"id": str(found.id), "filename": found.name, "size": len(found.content), "url": url}
    shown |= {"proxy_url": url, "content_type": kind}
    return shown | ({"description": found.description} if found.description else {})


def message(found: Message, cdn: str) -> Json:
    body = {"components": copy.deepcopy(found.components), "embeds": copy.deepcopy(found.embeds)}
    _resolve_media(body, found.files, cdn)
    shown: Json = {
        "id": str(found.id),
        "channel_id": str(found.channel.id),
        "author": user(found.author),
        "content": found.content,
        "timestamp": found.created_at.isoformat(),
        "edited_timestamp": found.edited_at.isoformat() if found.edited_at else None,
        "tts": False,
        "mention_everyone": found.pings.everyone,
        "mentions": [user(each) for each in found.pings.users],
        "mention_roles": [str(each.id) for each in found.pings.roles],
        "attachments": [attachment(each, cdn) for each in found.files],
        "embeds": body["embeds"],
        "components": body["components"],
        "pinned": False,
        "type": found.type,
        "flags": found.flags,
    }
    if found.interaction:
        shown |= {"interaction_metadata": found.interaction, "webhook_id": str(found.author.id)}
        shown["application_id"] = str(found.author.id)
    return shown


def message_event(found: Message, cdn: str) -> Json:
    shown = message(found, cdn)
    guild_of = found.channel.guild
    if guild_of:
        shown["guild_id"] = str(guild_of.id)
        shown["member"] = member_alone(guild_of.members[found.author.id])
    return shown | {"channel_type": found.channel.kind}


def _resolve_media(body: Json, files: list[Attachment], cdn: str) -> None:
    by_name = {file.name: file for file in files}
    for _, holder in media(body):
        file = by_name.get(holder["url"].removeprefix("attachment://"))
        if file:
            shown = attachment(file, cdn)
            holder |= {
                "url": shown["url"],
                "proxy_url": shown["proxy_url"],
                "content_type": shown["content_type"],
            }


def interaction(
    *,
    ids: tuple[int, str],
    kind: int,
    actor: User,
    place: Channel,
    data: Json,
    source: Message | None,
    cdn: str,
) -> Json:
    world, home = place.world, place.guild
    shown: Json = {
        "id": str(ids[0]),
        "application_id": str(world.bot.id),
        "type": kind,
        "data": data,
        "token": ids[1],
        "version": 1,
        "channel_id": str(place.id),
        "locale": actor.locale,
        "entitlements": [],
        "attachment_size_limit": SIZE_LIMIT,
    }
    if source:
        shown["message"] = message(source, cdn)
    if home is None:
        talk = (
            Permission.VIEW_CHANNEL
            | Permission.SEND_MESSAGES
            | Permission.EMBED_LINKS
            | Permission.ATTACH_FILES
        )
        return shown | {
            "user": user(actor),
            "channel": dm_of_interaction(place),
            "app_permissions": str(int(talk | Permission.MENTION_EVERYONE)),
            "authorizing_integration_owners": {"0": "0"},
            "context": 1,
        }
    held = home.permissions_of(actor, place)
    return shown | {
        "guild_id": str(home.id),
        "guild_locale": home.locale,
        "guild": {"id": str(home.id), "locale": home.locale, "features": []},
        "member": member(home.members[actor.id]) | {"permissions": str(int(held))},
        "channel": channel(place) | {"permissions": str(int(held))},
        "app_permissions": str(int(home.permissions_of(world.bot, place))),
        "authorizing_integration_owners": {"0": str(home.id)},
        "context": 0,
    }
