"""Files as a browser takes them: pictures are shown, all else is only ever saved."""

from urllib.parse import quote

from aiohttp import web

from adapters.web.pages import PICTURES
from core import chat


def of_screen(screen: chat.Screen, number: str) -> web.Response:
    if not number.isdecimal() or len(number) > 1 or int(number) >= len(screen.files):
        raise web.HTTPNotFound
    file = screen.files[int(number)]
    return download(file.name, file.media_type, file.content)


def download(name: str, media_type: str, content: bytes) -> web.Response:
    is_picture = media_type in PICTURES
    manner = "inline" if is_picture else "attachment"
    return web.Response(
        body=content,
        headers={
            "Content-Type": media_type if is_picture else "application/octet-stream",
            "Content-Disposition": f"{manner}; filename*=UTF-8''{quote(name, safe='')}",
            "Cache-Control": "private, no-store",
        },
    )
