"""Files that a bot sends: uploaded, or named by an id that Telegram gave before."""

from __future__ import annotations

import io
import secrets
from typing import Any

from PIL import Image, UnidentifiedImageError

from . import composing, markup
from .calls import Call, Upload
from .posts import Attachment
from .problems import bad

Json = dict[str, Any]
LARGEST_PHOTO = 10 * 1024 * 1024
EDGES, RATIO = 10_000, 20
FORMATS = ("PNG", "JPEG")
KINDS = ("document", "photo")


def given(call: Call, kind: str) -> Attachment:
    """The file of a parameter: an upload under its own name, `attach://other`, or a file's id."""
    upload = call.uploads.get(kind)
    return _made(kind, upload) if upload else _referred(call, kind, call.text(kind))


def named(call: Call, media: Json) -> Attachment:
    """The file of an `InputMedia`."""
    kind = media.get("type")
    if kind not in KINDS:
        raise bad("can't parse InputMedia: the double takes documents and photos only")
    return _referred(call, str(kind), str(media.get("media", "")))


def caption(call: Call, media: Json) -> tuple[str, list[Json]]:
    raw, entities = media.get("caption", ""), media.get("caption_entities") or []
    words = composing.read(call, raw, entities, is_html=media.get("parse_mode", "").lower() == "html")
    if markup.length(words[0]) > composing.CAPTION:
        raise bad("message caption is too long")
    return words


def _referred(call: Call, kind: str, reference: str) -> Attachment:
    if reference.startswith("attach://"):
        upload = call.uploads.get(reference.removeprefix("attach://"))
        if upload is None:
            raise bad(f"there is no file attached as {reference}")
        return _made(kind, upload)
    found = call.server.world.files.get(reference)
    if found is None:
        raise bad(
            "wrong file identifier/HTTP URL specified" if reference else f"there is no {kind} in the request"
        )
    if found.kind != kind:
        raise bad(f"can't use file of type {found.kind} as {kind}")
    return found


def _made(kind: str, upload: Upload) -> Attachment:
    if not upload.content:
        raise bad("file must be non-empty")
    size = _measured(upload.content) if kind == "photo" else (0, 0)
    return Attachment(
        kind, secrets.token_hex(12), upload.name, upload.content, upload.media_type, size[0], size[1]
    )


def _measured(content: bytes) -> tuple[int, int]:
    if len(content) > LARGEST_PHOTO:
        limit = f"the maximum size is {LARGEST_PHOTO} bytes"
        raise bad(f"file of size {len(content)} bytes is too big for a photo; {limit}")
    try:
        with Image.open(io.BytesIO(content)) as picture:
            picture.load()
            is_known, (width, height) = picture.format in FORMATS, picture.size
    except (UnidentifiedImageError, OSError) as broken:
        raise bad("IMAGE_PROCESS_FAILED") from broken
    if not is_known:
        raise bad("IMAGE_PROCESS_FAILED")
    if width + height > EDGES or max(width, height) > RATIO * min(width, height):
        raise bad("PHOTO_INVALID_DIMENSIONS")
    return width, height
