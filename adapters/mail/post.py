"""Handing a message to an SMTP server, and what its answers mean to us."""

import asyncio
import re
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import Final

import aiosmtplib

from core.ports import Undeliverable

AT_MOST: Final = 40.0
"""Seconds for one letter, less than a worker's lease on it."""
STEP: Final = 20.0
OURS: Final = re.compile(r"\b5\.(7\.\d+|2\.2|3\.\d+|4\.\d+)\b")
"""Enhanced codes of a refusal that is not the address's fault for good: policy, a full mailbox, systems, routes."""


@dataclass(frozen=True, slots=True)
class PostOffice:
    """Where letters are handed in. `security` is starttls, tls or none; `trust` is for a server of one's own."""

    host: str
    port: int
    security: str
    username: str = ""
    password: str = field(default="", repr=False)
    trust: ssl.SSLContext | None = None


async def send(office: PostOffice, message: EmailMessage, sender: str, account: str) -> None:
    """Raises `Undeliverable`: for good only where the server says that there is no such mailbox."""
    try:
        async with asyncio.timeout(AT_MOST), connected(office) as server:
            await server.send_message(message, sender=sender, recipients=[account])
    except aiosmtplib.SMTPRecipientsRefused as refused:
        raise _refusal(refused) from None
    except aiosmtplib.SMTPResponseException as error:
        raise Undeliverable(f"the mail server answers {error.code}", permanent=False) from None
    except (aiosmtplib.SMTPException, OSError, ValueError) as error:
        raise Undeliverable(f"mail failed: {type(error).__name__}", permanent=False) from None


@asynccontextmanager
async def connected(office: PostOffice) -> AsyncIterator[aiosmtplib.SMTP]:
    """A server that has greeted us, encrypted and signed in as configured; what it says to our leaving is its own."""
    server = aiosmtplib.SMTP(
        hostname=office.host,
        port=office.port,
        use_tls=office.security == "tls",
        start_tls=office.security == "starttls",
        username=office.username or None,
        password=office.password or None,
        tls_context=office.trust,
        timeout=STEP,
    )
    await server.connect()
    try:
        yield server
        with suppress(aiosmtplib.SMTPException):
            await server.quit()
    finally:
        server.close()


def _refusal(refused: aiosmtplib.SMTPRecipientsRefused) -> Undeliverable:
    first = refused.recipients[0]
    is_final = first.code >= 500 and not OURS.search(str(first.message))
    return Undeliverable(f"the mail server answers {first.code}", permanent=is_final)
