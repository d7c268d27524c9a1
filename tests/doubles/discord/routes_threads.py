"""Threads over REST: opened, joined and left."""

from __future__ import annotations

from typing import Any

from . import events, messages, payloads
from .places import PRIVATE_THREAD, PUBLIC_THREAD, TEXT, Channel, Permission
from .problems import ApiError, Problems, missing_access, unknown
from .rest import Call, route

Json = dict[str, Any]
ARCHIVE_MINUTES = (60, 1440, 4320, 10080)


@route("POST", "/channels/{channel_id}/threads")
@route("POST", "/channels/{channel_id}/messages/{message_id}/threads")
def start_thread(call: Call) -> Json:
    parent = call.channel()
    if parent.guild is None or parent.is_thread:
        raise ApiError(400, 50024, "Cannot execute action on this channel type", blame=True)
    from_message = "message_id" in call.params
    kind = PUBLIC_THREAD if from_message else call.body.get("type") or PRIVATE_THREAD
    problems = Problems()
    problems.length(("name",), call.body.get("name"), 1, 100)
    problems.choice(("type",), kind, (PUBLIC_THREAD, PRIVATE_THREAD))
    duration = call.body.get("auto_archive_duration")
    if duration is not None:
        problems.choice(("auto_archive_duration",), duration, ARCHIVE_MINUTES)
    problems.raise_if_any()
    is_private = kind == PRIVATE_THREAD
    if is_private and parent.kind != TEXT:
        raise ApiError(400, 50024, "Cannot execute action on this channel type", blame=True)
    messages.require(
        parent, Permission.CREATE_PRIVATE_THREADS if is_private else Permission.CREATE_PUBLIC_THREADS
    )
    world = call.server.world
    thread_id = call.message().id if from_message else world.new_id()
    if thread_id in world.channels:
        raise ApiError(400, 160004, "A thread has already been created for this message", blame=True)
    active = [each for each in world.threads_of(parent.guild) if not each.archived]
    if len(active) >= call.server.most_threads:
        raise ApiError(400, 160006, "Maximum number of active threads reached")
    thread = Channel(world, thread_id, kind, call.body["name"], parent.guild, parent)
    thread.auto_archive = duration or 1440
    thread.invitable = call.body.get("invitable") is not False
    thread.thread_members.add(call.server.bot.id)
    world.channels[thread.id] = thread
    shown = payloads.channel(thread)
    events.tell(call.server, "THREAD_CREATE", shown | {"newly_created": True}, channel=thread)
    return shown


@route("GET", "/guilds/{guild_id}/threads/active")
def active_threads(call: Call) -> Json:
    found = [each for each in call.server.world.threads_of(call.guild()) if not each.archived]
    mine = [each for each in found if call.server.bot.id in each.thread_members]
    return {
        "threads": [payloads.channel(each) for each in found],
        "members": [payloads.thread_member(each, call.server.bot.id) for each in mine],
    }


@route("GET", "/channels/{channel_id}/thread-members")
def thread_members(call: Call) -> list[Json]:
    found = call.channel()
    return [payloads.thread_member(found, each) for each in sorted(found.thread_members)]


@route("PUT", "/channels/{channel_id}/thread-members/{user_id}")
def add_to_thread(call: Call) -> None:
    thread = _thread(call)
    messages.require(thread, Permission.SEND_MESSAGES_IN_THREADS)
    assert thread.guild
    if call.user().id not in thread.guild.members or call.user().id in thread.root.hidden_from:
        raise missing_access()
    thread.thread_members.add(call.user().id)


@route("DELETE", "/channels/{channel_id}/thread-members/{user_id}")
def remove_from_thread(call: Call) -> None:
    thread = _thread(call)
    messages.require(thread, Permission.MANAGE_THREADS)
    thread.thread_members.discard(call.user().id)


def _thread(call: Call) -> Channel:
    found = call.channel()
    if not found.is_thread:
        raise unknown(10003, "Channel")
    if found.archived:
        raise ApiError(400, 50083, "Thread is archived")
    return found
