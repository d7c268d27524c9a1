"""What the double says over the gateway: to whom, in which words, and held against the published types."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from . import gateway, mentions, payloads, problems, schemas
from .gateway import Session
from .places import Channel, Guild
from .posts import Attachment, Message
from .world import User

if TYPE_CHECKING:
    from .interactions import Exchange
    from .server import DiscordServer

Json = dict[str, Any]


def vouch(server: DiscordServer, name: str, payload: Json) -> None:
    """Hold our own words against the published types."""
    faults = schemas.event_faults(name, payload)
    server.violations += [problems.Refused("DOUBLE", name, 0, 0, fault, body=payload) for fault in faults]


def tell(server: DiscordServer, event: str, payload: Json, *, channel: Channel, hidden: int = 0) -> None:
    """An event of a channel; sessions without the `hidden` intent get it without its text."""
    guild_id = channel.guild.id if channel.guild else None
    needs = _intent_of(event, channel)
    if not hidden:
        server.gateway.dispatch(event, payload, guild_id=guild_id, needs=needs)
        return
    bare = payload | {"content": "", "embeds": [], "components": [], "attachments": []}
    for session in server.gateway.sessions:
        if session.serves(guild_id) and session.intents & needs == needs:
            session.dispatch(event, payload if session.intents & hidden else bare)


def deliver(server: DiscordServer, found: Exchange) -> None:
    """Send an interaction to the bot, once or twice."""
    payload = payloads.interaction(
        ids=(found.id, found.token),
        kind=found.kind,
        actor=found.actor,
        place=found.place,
        data=found.data,
        source=found.source,
        cdn=server.cdn,
    )
    vouch(server, "Interaction", payload)
    server.exchanges[found.id] = server.exchange_of_token[found.token] = found
    found.deliveries = 2 if server.deliver_again else 1
    server.deliver_again = max(0, server.deliver_again - 1)
    guild_id = found.place.guild.id if found.place.guild else None
    for _ in range(found.deliveries):
        if not server.gateway.dispatch("INTERACTION_CREATE", payload, guild_id=guild_id):
            raise AssertionError("no bot is connected to the gateway")


def say(server: DiscordServer, author: User, channel: Channel, text: str, files: list[Attachment]) -> Message:
    """A person's own message."""
    said = Message(server.world.new_id(), channel, author, server.clock.now(), text, files=files)
    said.pings = mentions.pings({"content": text}, channel)
    channel.history.append(said)
    payload = payloads.message_event(said, server.cdn)
    vouch(server, "MessageCreate", payload)
    mentioned = f"<@{server.bot.id}>" in text or channel.guild is None
    tell(
        server, "MESSAGE_CREATE", payload, channel=channel, hidden=0 if mentioned else gateway.MESSAGE_CONTENT
    )
    return said


def edit(server: DiscordServer, said: Message, text: str) -> None:
    """A person changes a message of theirs."""
    said.edits.append(said.content)
    said.content, said.edited_at = text, server.clock.now()
    said.revision += 1
    _tell_of_change(server, said)


def unfold(server: DiscordServer, said: Message, title: str) -> None:
    """Discord shows what a link in a message leads to: an update that is no edit."""
    said.embeds = [{"type": "link", "title": title}]
    _tell_of_change(server, said)


def _tell_of_change(server: DiscordServer, said: Message) -> None:
    payload = payloads.message_event(said, server.cdn)
    vouch(server, "MessageCreate", payload)
    hidden = gateway.MESSAGE_CONTENT if said.channel.guild else 0
    tell(server, "MESSAGE_UPDATE", payload, channel=said.channel, hidden=hidden)


def greeting(server: DiscordServer, session: Session) -> list[tuple[str, Json]]:
    mine = [g for g in server.world.guilds.values() if session.serves(g.id)]
    ready = {
        "v": 10,
        "user": payloads.user(server.bot) | {"verified": True, "mfa_enabled": True, "email": None},
        "guilds": [{"id": str(g.id), "unavailable": True} for g in mine],
        "session_id": session.id,
        "resume_gateway_url": server.gateway_url,
        "shard": [session.shard, session.shards],
        "application": {"id": str(server.bot.id), "flags": 0, "flags_new": "0"},
    }
    vouch(server, "Ready", ready)
    events = [("READY", ready)]
    for guild in mine if session.intents & gateway.GUILDS else []:
        payload = payloads.guild(guild)
        vouch(server, "GuildCreate", payload)
        events.append(("GUILD_CREATE", payload))
    return events


def members(server: DiscordServer, asked: Json) -> Json:
    guild = server.world.guilds[int(asked["guild_id"])]
    wanted = {int(i) for i in asked.get("user_ids") or []}
    found = [m for m in guild.members.values() if not wanted or m.user.id in wanted]
    chunk: Json = {"guild_id": str(guild.id), "members": [payloads.member(m) for m in found]}
    chunk |= {"chunk_index": 0, "chunk_count": 1, "not_found": []}
    return chunk | ({"nonce": asked["nonce"]} if "nonce" in asked else {})


def announce(server: DiscordServer, what: str, guild: Guild, subject: Any = None) -> None:
    """A change that a test made to the world, told to the sessions that may know."""
    home: Json = {"guild_id": str(guild.id)}
    needs = gateway.GUILD_MEMBERS if what.startswith("member") else gateway.GUILDS
    match what:
        case "guild_added":
            event, payload = "GUILD_CREATE", payloads.guild(guild)
        case "guild_removed":
            event, payload = "GUILD_DELETE", {"id": str(guild.id)}
        case "channel_added":
            event, payload = "CHANNEL_CREATE", payloads.channel(subject)
        case "thread_deleted":
            event, payload = "THREAD_DELETE", payloads.gone_thread(subject)
        case "channel_deleted":
            event, payload = "CHANNEL_DELETE", payloads.channel(subject)
        case "role_added":
            event, payload = "GUILD_ROLE_CREATE", home | {"role": payloads.role(subject)}
        case "member_joined":
            event, payload = "GUILD_MEMBER_ADD", home | payloads.member(subject)
        case _:
            event, payload = "GUILD_MEMBER_REMOVE", home | {"user": payloads.user(subject.user)}
    server.gateway.dispatch(event, payload, guild_id=guild.id, needs=needs)


def _intent_of(event: str, channel: Channel) -> int:
    if not event.startswith("MESSAGE_"):
        return gateway.GUILDS
    return gateway.GUILD_MESSAGES if channel.guild else gateway.DIRECT_MESSAGES
