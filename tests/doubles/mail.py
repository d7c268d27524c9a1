"""A mail server on loopback: aiosmtpd with a mailbox behind it, and the faults that mail servers have."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

USER, PASSWORD = "bookings", "throwaway-password"


@dataclass
class MailServer:
    """`rcpt`, `data` and `mail` are answers given in place of the usual one; `drops` breaks the line at the data."""

    port: int = 0
    letters: list[EmailMessage] = field(default_factory=list)
    envelopes: list[Envelope] = field(default_factory=list)
    was_encrypted: list[bool] = field(default_factory=list)
    mail: str = ""
    rcpt: str = ""
    data: str = ""
    drops: bool = False
    tried: int = 0

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        self.tried += 1
        if self.mail:
            return self.mail
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.rcpt:
            return self.rcpt
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if self.drops:
            assert server.transport is not None
            server.transport.close()
            return "421 Gone"
        if self.data:
            return self.data
        assert isinstance(envelope.content, bytes)
        letter = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(letter, EmailMessage)
        self.letters.append(letter)
        self.envelopes.append(envelope)
        self.was_encrypted.append(session.ssl is not None)
        return "250 OK"

    def to(self, address: str) -> list[EmailMessage]:
        return [letter for letter in self.letters if letter["To"] == address]


@asynccontextmanager
async def mail_server(
    *, certificate: ssl.SSLContext | None = None, wants_login: bool = False
) -> AsyncIterator[MailServer]:
    """Open until the block ends. With a certificate it takes letters after STARTTLS alone."""
    behind = MailServer()
    options: dict[str, Any] = {"hostname": "mail.example.org", "enable_SMTPUTF8": True}
    if certificate is not None:
        options |= {"tls_context": certificate, "require_starttls": True}
    if wants_login:
        options |= {
            "auth_required": True,
            "auth_require_tls": False,
            "authenticator": _knows,
        }
    loop = asyncio.get_running_loop()
    listening = await loop.create_server(lambda: SMTP(behind, loop=loop, **options), "127.0.0.1", 0)
    behind.port = listening.sockets[0].getsockname()[1]
    try:
        yield behind
    finally:
        listening.close()
        await listening.wait_closed()


def _knows(server: SMTP, session: Session, envelope: Envelope, mechanism: str, given: Any) -> AuthResult:
    known = LoginPassword(USER.encode(), PASSWORD.encode())
    return AuthResult(success=given == known, handled=False)
