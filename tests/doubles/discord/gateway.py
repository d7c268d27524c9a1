"""The gateway: sessions that outlive their connections, so that a RESUME replays what was missed."""

from __future__ import annotations

import asyncio
import contextlib
import json
import secrets
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from aiohttp import web

Json = dict[str, Any]
DISPATCH, HEARTBEAT, IDENTIFY, PRESENCE, VOICE, RESUME, REQUEST_MEMBERS = 0, 1, 2, 3, 4, 6, 8
INVALID_SESSION, HELLO, ACK, REQUEST_SOUNDBOARD = 9, 10, 11, 31
GUILDS, GUILD_MEMBERS, GUILD_PRESENCES, GUILD_MESSAGES = 1 << 0, 1 << 1, 1 << 8, 1 << 9
DIRECT_MESSAGES, MESSAGE_CONTENT = 1 << 12, 1 << 15
PRIVILEGED = GUILD_MEMBERS | GUILD_PRESENCES | MESSAGE_CONTENT
RECEIVE_LIMIT = 4096


@dataclass(eq=False)
class Session:
    id: str
    shard: int
    shards: int
    intents: int
    log: list[tuple[str, Json]] = field(default_factory=list)
    connection: Connection | None = None

    def dispatch(self, event: str, data: Json) -> None:
        self.log.append((event, data))
        if self.connection:
            self.connection.wake.set()

    def serves(self, guild_id: int | None) -> bool:
        return self.shard == (0 if guild_id is None else (guild_id >> 22) % self.shards)


class Connection:
    """One websocket. What is dispatched goes out in order, from `position` in the session's log."""

    def __init__(self, socket: web.WebSocketResponse, request: web.Request) -> None:
        self.socket = socket
        self.request = request
        self.wake = asyncio.Event()
        self.position = 0
        self._lock = asyncio.Lock()
        self._deflate = zlib.compressobj() if request.query.get("compress") == "zlib-stream" else None

    async def send(
        self, op: int, data: Any = None, *, event: str | None = None, seq: int | None = None
    ) -> None:
        text = json.dumps({"op": op, "d": data, "t": event, "s": seq})
        async with self._lock:
            with contextlib.suppress(ConnectionError, RuntimeError):
                if self._deflate is None:
                    await self.socket.send_str(text)
                else:
                    packed = self._deflate.compress(text.encode()) + self._deflate.flush(zlib.Z_SYNC_FLUSH)
                    await self.socket.send_bytes(packed)

    async def deliver(self, session: Session) -> None:
        while not self.socket.closed:
            while self.position < len(session.log):
                event, data = session.log[self.position]
                self.position += 1
                await self.send(DISPATCH, data, event=event, seq=self.position)
            self.wake.clear()
            await self.wake.wait()

    def cut(self) -> None:
        """The cable is pulled: no close frame."""
        if self.request.transport:
            self.request.transport.abort()


class Gateway:
    """Accepts connections; `greeting` says what a new session is told, `members` answers op 8."""

    def __init__(
        self,
        token: str,
        greeting: Callable[[Session], list[tuple[str, Json]]],
        members: Callable[[Json], Json],
        stir: Callable[[], None],
    ) -> None:
        self._token, self._greeting, self._members, self._stir = token, greeting, members, stir
        self.sessions: list[Session] = []
        self.connections: list[Connection] = []
        self.heartbeat_interval = 41.25
        self.privileged_allowed = 0
        self.open = asyncio.Event()
        self.open.set()
        self.replay_again = 0
        self.repeated: set[str] = set()
        self.resumes = 0
        self.identifies = 0

    def dispatch(self, event: str, data: Json, *, guild_id: int | None = None, needs: int = 0) -> int:
        """Tell each session of the right shard that asked for it; the number of sessions told."""
        told = [s for s in self.sessions if s.serves(guild_id) and s.intents & needs == needs]
        for session in told:
            session.dispatch(event, data)
        return len(told)

    async def accept(self, request: web.Request) -> web.StreamResponse:
        await self.open.wait()
        socket = web.WebSocketResponse(max_msg_size=RECEIVE_LIMIT * 4)
        await socket.prepare(request)
        connection = Connection(socket, request)
        self.connections.append(connection)
        await connection.send(HELLO, {"heartbeat_interval": int(self.heartbeat_interval * 1000)})
        sender: asyncio.Task[None] | None = None
        session: Session | None = None
        try:
            async for received in socket:
                if received.type is not aiohttp.WSMsgType.TEXT or len(received.data) > RECEIVE_LIMIT:
                    await socket.close(code=4002, message=b"Decode error.")
                    break
                frame = json.loads(received.data)
                before, session = session, await self._answer(connection, session, frame)
                if session and session is not before:
                    sender = asyncio.ensure_future(connection.deliver(session))
                self._stir()
        finally:
            self._part(connection, session, sender)
        return socket

    def _part(
        self, connection: Connection, session: Session | None, sender: asyncio.Task[None] | None
    ) -> None:
        self.connections.remove(connection)
        if sender:
            sender.cancel()
        if session and session.connection is connection:
            session.connection = None
            if connection.socket.close_code in (1000, 1001) and session in self.sessions:
                self.sessions.remove(session)
        self._stir()

    async def _answer(self, connection: Connection, session: Session | None, frame: Json) -> Session | None:
        op, data = frame.get("op"), frame.get("d")
        if op == HEARTBEAT:
            await connection.send(ACK)
        elif op in (IDENTIFY, RESUME) and session:
            await connection.socket.close(code=4005, message=b"Already authenticated.")
        elif op == IDENTIFY:
            return await self._identify(connection, data or {})
        elif op == RESUME:
            return await self._resume(connection, data or {})
        elif session is None:
            await connection.socket.close(code=4003, message=b"Not authenticated.")
        elif op == REQUEST_MEMBERS:
            session.dispatch("GUILD_MEMBERS_CHUNK", self._members(data or {}))
        elif op not in (PRESENCE, VOICE, REQUEST_SOUNDBOARD):
            await connection.socket.close(code=4001, message=b"Unknown opcode.")
        return session

    async def _identify(self, connection: Connection, data: Json) -> Session | None:
        shard, shards = data.get("shard") or [0, 1]
        intents = data.get("intents", 0)
        refusal = None
        if data.get("token") != self._token:
            refusal = (4004, b"Authentication failed.")
        elif not 0 <= shard < shards:
            refusal = (4010, b"Invalid shard.")
        elif intents >> 26:
            refusal = (4013, b"Invalid intent(s).")
        elif intents & PRIVILEGED & ~self.privileged_allowed:
            refusal = (4014, b"Disallowed intent(s).")
        if refusal:
            await connection.socket.close(code=refusal[0], message=refusal[1])
            return None
        self.identifies += 1
        session = Session(secrets.token_hex(16), shard, shards, intents, connection=connection)
        for event, payload in self._greeting(session):
            session.dispatch(event, payload)
        self.sessions.append(session)
        return session

    async def _resume(self, connection: Connection, data: Json) -> Session | None:
        session = next((s for s in self.sessions if s.id == data.get("session_id")), None)
        seq = data.get("seq") or 0
        if data.get("token") != self._token:
            await connection.socket.close(code=4004, message=b"Authentication failed.")
        elif session is None or seq > len(session.log):
            await connection.send(INVALID_SESSION, False)
        else:
            self.resumes += 1
            connection.position = max(0, seq - self.replay_again)
            again = session.log[connection.position : seq]
            self.repeated |= {data["id"] for event, data in again if event == "INTERACTION_CREATE"}
            self.replay_again = 0
            session.connection = connection
            session.dispatch("RESUMED", {"_trace": []})
            return session
        return None

    async def close(self) -> None:
        self.open.set()
        for connection in list(self.connections):
            await connection.socket.close(code=1001)
