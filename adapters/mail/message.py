"""A letter as a message of RFC 5322. Its id follows from its key, so a repeat is the same message.

Whatever stands in a title, an address or a file's name stays one header.
"""

import hashlib
import unicodedata
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from typing import Final

from adapters.mail.render import PICTURES, Letter
from core import chat
from core.ports import Undeliverable

LONGEST_TITLE: Final = 150
LONGEST_NAME: Final = 80
TURNS: Final = ("LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI")


def address_of(sender: str) -> Address:
    """A sender as a host writes it: an address, with a name before it or without."""
    name, address = parseaddr(sender)
    return Address(display_name=name, addr_spec=address)


def recipient(account: str) -> Address:
    """Raises `Undeliverable` for what is no address: nothing that was sent there could ever arrive."""
    try:
        return Address(addr_spec=account)
    except ValueError:
        raise Undeliverable("this is no address", permanent=True) from None


def digest_of(key: str, account: str) -> str:
    return hashlib.sha256(f"{key}\n{account}".encode()).hexdigest()


def compose(
    letter: Letter,
    sender: Address,
    reader: Address,
    *,
    key: str,
    subject: str,
    files: tuple[chat.File, ...],
    unsubscribe: str | None,
    now: datetime,
) -> EmailMessage:
    """`subject` is what the letters of one thread share; `unsubscribe` is a page."""
    message = EmailMessage(policy=SMTP)
    message["From"] = sender
    message["To"] = reader
    message["Subject"] = one_line(letter.title, LONGEST_TITLE)
    message["Date"] = format_datetime(now)
    message["Message-ID"] = _id(key, reader, sender)
    if subject:
        message["References"] = message["In-Reply-To"] = _id(f"thread:{subject}", reader, sender)
    message["Auto-Submitted"] = "auto-generated"
    if unsubscribe:
        message["List-Unsubscribe"] = f"<{unsubscribe}>"
    message.set_content(letter.text)
    message.add_alternative(letter.html, subtype="html")
    _attach(message, files)
    return message


def one_line(text: str, longest: int) -> str:
    """The text without what could end a header or turn it round."""
    kept = "".join(" " if _is_unruly(mark) else mark for mark in text)
    words = " ".join(kept.split())
    return words if len(words) <= longest else words[: longest - 1].rstrip() + "…"


def _is_unruly(mark: str) -> bool:
    return unicodedata.category(mark) in ("Cc", "Zl", "Zp") or unicodedata.bidirectional(mark) in TURNS


def _id(key: str, reader: Address, sender: Address) -> str:
    return f"<{digest_of(key, reader.addr_spec)[:40]}@{sender.domain}>"


def _attach(message: EmailMessage, files: tuple[chat.File, ...]) -> None:
    """Pictures stand in the letter, all else hangs on it."""
    page = message.get_body(("html",))
    for number, file in enumerate(files):
        kind, _slash, subkind = file.media_type.partition("/")
        name = one_line(file.name, LONGEST_NAME)
        if isinstance(page, EmailMessage) and file.media_type in PICTURES:
            cid = f"<{number}@nearpeer>"
            page.add_related(file.content, kind, subkind, cid=cid, filename=name, disposition="inline")
        else:
            subkind = subkind.partition(";")[0]
            message.add_attachment(file.content, maintype=kind, subtype=subkind, filename=name)
