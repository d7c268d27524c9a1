"""Posting, editing and deleting: the only writers of messages. What breaks a limit is not stored."""

from __future__ import annotations

import copy
from collections.abc import Collection
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from . import events, limits, mentions, payloads
from .places import Channel, Permission
from .posts import COMPONENTS_V2, EPHEMERAL, LOADING, SIZE_LIMIT, Attachment, Message
from .problems import ApiError, Problems, closed_dms, missing_access, missing_permissions
from .reading import walk
from .world import User

if TYPE_CHECKING:
    from .server import DiscordServer

Json = dict[str, Any]
Files = dict[int, tuple[str, bytes]]
KEPT_FLAGS = (1 << 2) | (1 << 12) | COMPONENTS_V2
NONCE_LIFE = timedelta(minutes=5)


def post_as_bot(server: DiscordServer, channel: Channel, body: Json, files: Files) -> Message:
    """A message through the channel: permissions, closed direct messages and the nonce count here."""
    may_bot_post(channel)
    known = _by_nonce(channel, body)
    if known:
        return known
    posted = compose(server, channel, body, files)
    if body.get("nonce") is not None:
        channel.nonces[str(body["nonce"])] = (posted.created_at, posted)
    return posted


def may_bot_post(channel: Channel) -> None:
    if channel.recipient:
        if (
            channel.recipient.bot
            or not channel.recipient.dms_open
            or not channel.world.shares_guild(channel.recipient)
        ):
            raise closed_dms()
        return
    if channel.locked and channel.archived:
        raise ApiError(400, 50083, "Thread is archived")
    needed = Permission.SEND_MESSAGES_IN_THREADS if channel.is_thread else Permission.SEND_MESSAGES
    require(channel, needed)


def require(channel: Channel, needed: int) -> None:
    assert channel.guild
    held = channel.guild.permissions_of(channel.world.bot, channel)
    if not held & Permission.VIEW_CHANNEL:
        raise missing_access()
    if held & needed != needed:
        raise missing_permissions()


def _by_nonce(channel: Channel, body: Json) -> Message | None:
    if not body.get("enforce_nonce") or body.get("nonce") is None:
        return None
    at, posted = channel.nonces.get(str(body["nonce"]), (None, None))
    return posted if at and channel.world.clock.now() - at < NONCE_LIFE else None


def compose(
    server: DiscordServer,
    channel: Channel,
    body: Json,
    files: Files,
    *,
    path: tuple[str, ...] = (),
    ephemeral_for: User | None = None,
    interaction: Json | None = None,
    kind: int = 0,
) -> Message:
    uploaded = uploads(server, body, files, path)
    flags = (body.get("flags") or 0) & KEPT_FLAGS
    _check(body, flags, [file.name for file in uploaded], path)
    posted = Message(
        server.world.new_id(), channel, server.bot, server.clock.now(), interaction=interaction, type=kind
    )
    posted.flags = flags | (EPHEMERAL if ephemeral_for else 0)
    posted.ephemeral_for = ephemeral_for
    _fill(posted, body)
    posted.files = uploaded
    posted.pings = mentions.pings(body, channel)
    keep(server, posted)
    return posted


def keep(server: DiscordServer, posted: Message) -> None:
    """It stands in the channel from here on, and the gateway tells of it unless it is ephemeral."""
    channel = posted.channel
    channel.history.append(posted)
    if channel.is_thread:
        channel.archived = False
        channel.thread_members |= {user.id for user in posted.pings.users} | {posted.author.id}
    _tell(server, "MESSAGE_CREATE", posted)


def revise(
    server: DiscordServer, found: Message, body: Json, files: Files, *, path: tuple[str, ...] = ()
) -> None:
    flags = body.get("flags")
    merged = {name: getattr(found, name) for name in ("content", "embeds", "components")}
    merged |= {name: body[name] or type(merged[name])() for name in merged if name in body}
    merged |= {name: body[name] for name in ("allowed_mentions", "attachments", "poll") if name in body}
    if found.flags & COMPONENTS_V2 and flags is not None and not flags & COMPONENTS_V2:
        problems = Problems()
        sentence = "The IS_COMPONENTS_V2 flag cannot be removed from a message"
        problems.add((*path, "flags"), "MESSAGE_FLAGS_COMPONENTS_V2_REMOVED", sentence)
        problems.raise_if_any()
    new_files = uploads(server, body, files, path, existing=[file.id for file in found.files])
    listed = {int(each["id"]) for each in body.get("attachments") or []}
    kept = [file for file in found.files if body.get("attachments") is None or file.id in listed]
    kept += new_files
    v2 = (found.flags | (flags or 0)) & COMPONENTS_V2
    _check(merged, v2, [file.name for file in kept], path)
    _apply(server, found, merged, kept, v2)


def _apply(server: DiscordServer, found: Message, merged: Json, kept: list[Attachment], v2: int) -> None:
    was_loading = found.loading
    if was_loading:
        found.pings = mentions.pings(merged, found.channel)
    else:
        found.edits.append(found.text)
        found.edited_at = server.clock.now()
    _fill(found, merged)
    found.files = kept
    found.flags = (found.flags & ~LOADING) | v2
    found.revision += 1
    _tell(server, "MESSAGE_UPDATE", found)


def delete(server: DiscordServer, found: Message) -> None:
    found.deleted = True
    found.revision += 1
    if not found.ephemeral_for:
        gone = {"id": str(found.id), "channel_id": str(found.channel.id)}
        guild = found.channel.guild
        gone |= {"guild_id": str(guild.id)} if guild else {}
        events.tell(server, "MESSAGE_DELETE", gone, channel=found.channel)
    server.stir()


def _check(body: Json, flags: int, names: Collection[str], path: tuple[str, ...]) -> None:
    problems = Problems()
    limits.message(problems, body, v2=bool(flags & COMPONENTS_V2), files=names, path=path)
    problems.raise_if_any()
    has_text = bool((body.get("content") or "").strip())
    if not (has_text or body.get("embeds") or body.get("components") or names or body.get("poll")):
        raise ApiError(400, 50006, "Cannot send an empty message", blame=True)


def uploads(
    server: DiscordServer, body: Json, files: Files, path: tuple[str, ...], existing: Collection[int] = ()
) -> list[Attachment]:
    """The files of a multipart request, described by the body's `attachments`."""
    if any(len(content) > SIZE_LIMIT for _, content in files.values()):
        raise ApiError(413, 40005, "Request entity too large", blame=True)
    described = {int(each["id"]): each for each in body.get("attachments") or []}
    problems = Problems()
    for index, number in enumerate(described):
        if number not in files and number not in existing:
            problems.add(
                (*path, "attachments", str(index), "id"), "ATTACHMENT_NOT_FOUND", "Attachment was not found"
            )
    problems.count((*path, "attachments"), [*files, *existing], 0, 10)
    problems.raise_if_any()
    return [
        Attachment(
            server.world.new_id(),
            described.get(number, {}).get("filename") or name,
            content,
            described.get(number, {}).get("description"),
        )
        for number, (name, content) in files.items()
    ]


def _fill(found: Message, body: Json) -> None:
    found.content = (body.get("content") or "").strip()
    found.embeds = [{"type": "rich", **_tidy(embed)} for embed in body.get("embeds") or []]
    found.components = [_tidy(component) for component in copy.deepcopy(body.get("components") or [])]
    taken = {component.get("id") for _, component in walk(found.components)}
    free = (number for number in range(1, 1000) if number not in taken)
    for _, component in walk(found.components):
        component["id"] = component.get("id") or next(free)


def _tidy(value: Any) -> Any:
    """Discord says nothing about what is null."""
    if isinstance(value, dict):
        return {key: _tidy(each) for key, each in value.items() if each is not None}
    return [_tidy(each) for each in value] if isinstance(value, list) else value


def _tell(server: DiscordServer, event: str, found: Message) -> None:
    if not found.ephemeral_for:
        payload = payloads.message_event(found, server.cdn)
        events.vouch(server, "MessageCreate", payload)
        events.tell(server, event, payload, channel=found.channel)
    server.stir()
