"""Weeks as pictures: what every chat door does to a screen before it renders it."""

import asyncio
from dataclasses import replace

from core import chat, ports


async def illustrated(screen: chat.Screen, reader: chat.Reader, paint: ports.Painter) -> chat.Screen:
    """The screen with its week as a picture among its files. Painting is done in a thread."""
    if screen.week is None:
        return screen
    picture = await asyncio.to_thread(paint, screen.week, reader)
    return replace(screen, files=(*screen.files, picture), week=None)
