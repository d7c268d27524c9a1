"""Files that may be sent: which kinds, how large, judged by their names and by how they begin.

What is no picture, document, text or archive is refused; so is what only calls itself one.
"""

import codecs
from dataclasses import dataclass
from typing import Final

from core.errors import Invalid

LARGEST: Final = 10 * 1024 * 1024
LONGEST_NAME: Final = 120
HEAD: Final = 4_096
KINDS: Final = "PNG, JPEG, GIF, WebP, PDF, Word, Excel, PowerPoint, OpenDocument, CSV, TXT, ZIP"

ZIP: Final = (b"PK\x03\x04", b"PK\x05\x06")
OLE: Final = (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",)
PICTURES: Final = {
    "png": ("image/png", (b"\x89PNG\r\n\x1a\n",)),
    "jpg": ("image/jpeg", (b"\xff\xd8\xff",)),
    "jpeg": ("image/jpeg", (b"\xff\xd8\xff",)),
    "gif": ("image/gif", (b"GIF87a", b"GIF89a")),
    "webp": ("image/webp", (b"RIFF",)),
}
_OFFICE: Final = "application/vnd.openxmlformats-officedocument"
_OPEN: Final = "application/vnd.oasis.opendocument"
DOCUMENTS: Final = {
    "pdf": ("application/pdf", (b"%PDF-",)),
    "docx": (f"{_OFFICE}.wordprocessingml.document", ZIP),
    "xlsx": (f"{_OFFICE}.spreadsheetml.sheet", ZIP),
    "pptx": (f"{_OFFICE}.presentationml.presentation", ZIP),
    "odt": (f"{_OPEN}.text", ZIP),
    "ods": (f"{_OPEN}.spreadsheet", ZIP),
    "odp": (f"{_OPEN}.presentation", ZIP),
    "doc": ("application/msword", OLE),
    "xls": ("application/vnd.ms-excel", OLE),
    "ppt": ("application/vnd.ms-powerpoint", OLE),
    "zip": ("application/zip", ZIP),
    "gz": ("application/gzip", (b"\x1f\x8b",)),
    "tgz": ("application/gzip", (b"\x1f\x8b",)),
    "7z": ("application/x-7z-compressed", (b"7z\xbc\xaf\x27\x1c",)),
}
TEXTS: Final = frozenset(
    (
        *("txt", "md", "rst", "tex", "csv", "tsv", "log", "json", "jsonl", "yaml", "yml", "toml", "ini"),
        *("xml", "html", "css", "scss", "ipynb", "diff", "patch", "sql", "graphql", "proto", "rtf"),
        *("py", "pyi", "js", "mjs", "ts", "jsx", "tsx", "vue", "java", "kt", "scala", "groovy", "gradle"),
        *("c", "h", "cc", "cpp", "hpp", "cs", "go", "rs", "swift", "m", "rb", "php", "pl", "lua", "r"),
        *("jl", "hs", "ml", "ex", "exs", "erl", "clj", "dart", "zig", "nim", "sh", "asm", "s", "v", "vhd"),
    )
)
RUNS: Final = (
    b"MZ",
    b"\x7fELF",
    b"\xfe\xed\xfa",
    b"\xcf\xfa\xed\xfe",
    b"\xce\xfa\xed\xfe",
    b"\xca\xfe\xba\xbe",
)
"""How programs for Windows, Linux and macOS begin."""
BOMS: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


@dataclass(frozen=True, slots=True)
class Parcel:
    """A file as it is kept: its name, its media type by our own list, its bytes."""

    name: str
    media_type: str
    content: bytes

    @property
    def is_picture(self) -> bool:
        return self.media_type.startswith("image/")


def promise(name: str, size: int) -> None:
    """What can be said of a file before it is here. Raises `Invalid`."""
    if size > LARGEST:
        raise Invalid("room.file_size", name=clean(name), most=LARGEST // 1024 // 1024)
    if media_type(name) is None:
        raise Invalid("room.file_kind", name=clean(name), kinds=KINDS)


def accept(name: str, content: bytes) -> Parcel:
    """The file, once it is here. Raises `Invalid`."""
    promise(name, len(content))
    kind = media_type(name)
    if kind is None or not content or not _begins_like(_ending(name), content[:HEAD]):
        raise Invalid("room.file_false", name=clean(name))
    return Parcel(clean(name), kind, content)


def media_type(name: str) -> str | None:
    """By the ending; `None` for a kind that is not taken."""
    ending = _ending(name)
    known = PICTURES.get(ending) or DOCUMENTS.get(ending)
    if known is not None:
        return known[0]
    return "text/plain" if ending in TEXTS else None


def clean(name: str) -> str:
    """A name without folders and without what no reader sees, its ending kept."""
    last = name.replace("\\", "/").rpartition("/")[2]
    shown = "".join(letter for letter in last if letter.isprintable()).strip() or "file"
    stem, dot, ending = shown.rpartition(".")
    return shown if len(shown) <= LONGEST_NAME else f"{stem[: LONGEST_NAME - len(ending) - 1]}{dot}{ending}"


def _ending(name: str) -> str:
    return clean(name).rpartition(".")[2].lower() if "." in clean(name) else ""


def _begins_like(ending: str, head: bytes) -> bool:
    if head.startswith(RUNS):
        return False
    known = PICTURES.get(ending) or DOCUMENTS.get(ending)
    if known is not None:
        return head.startswith(known[1])
    return head.startswith(BOMS) or b"\0" not in head
