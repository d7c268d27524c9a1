"""Documents, pictures and albums, out and in."""

from __future__ import annotations

import secrets
from typing import Any

from . import composing, files, payloads
from .calls import Call, method
from .problems import bad

Json = dict[str, Any]
LARGEST_DOWNLOAD = 20 * 1024 * 1024


@method("sendDocument", returns="Message")
def send_document(call: Call) -> Json:
    return _send(call, "document")


@method("sendPhoto", returns="Message")
def send_photo(call: Call) -> Json:
    return _send(call, "photo")


def _send(call: Call, kind: str) -> Json:
    chat, file = call.chat(writes=True), files.given(call, kind)
    return payloads.message(composing.post(call, chat, composing.caption(call), file=file))


@method("sendMediaGroup", returns="Array of Message")
def send_album(call: Call) -> list[Json]:
    chat, media = call.chat(writes=True), call.json("media")
    if not isinstance(media, list) or len(media) < 2:
        raise bad("too few messages to send as an album")
    if len(media) > 10:
        raise bad("too many messages to send as an album")
    if len({each.get("type") for each in media} | {"document"}) > 1 and any(
        each.get("type") == "document" for each in media
    ):
        raise bad("document can't be mixed with other media types")
    extra = {"media_group_id": secrets.token_hex(8)}
    found = [(files.named(call, each), files.caption(call, each)) for each in media]
    sent = [composing.post(call, chat, words, file=file, extra=extra) for file, words in found]
    return [payloads.message(each) for each in sent]


@method("getFile", returns="File")
def get_file(call: Call) -> Json:
    found = call.server.world.files.get(call.text("file_id"))
    if found is None:
        raise bad("wrong file_id or the file is temporarily unavailable")
    size = found.size or len(found.content)
    if size > LARGEST_DOWNLOAD:
        raise bad("file is too big", blame=False)
    call.server.fetched.add(found.id)
    return {
        "file_id": found.id,
        "file_unique_id": f"u{found.id}",
        "file_size": size,
        "file_path": found.path,
    }
