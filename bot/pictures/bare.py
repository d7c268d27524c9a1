"""Pictures as they look and nothing else: what a camera wrote into them, such as where they were taken, is left out."""

from io import BytesIO
from typing import Final

from PIL import Image, ImageOps, UnidentifiedImageError

MOST_PIXELS: Final = 40_000_000
LONGEST_SIDE: Final = 5_000
"""Telegram shows no picture whose sides are longer than 10,000 together."""


class Unreadable(Exception):
    """It only calls itself a picture, or is one that nobody can look at."""


def picture(content: bytes) -> bytes:
    """The same picture in the same format, upright, drawn anew. Raises `Unreadable`. Slow enough for a thread."""
    try:
        with Image.open(BytesIO(content), formats=("PNG", "JPEG", "GIF", "WEBP")) as image:
            if image.width * image.height > MOST_PIXELS:
                raise Unreadable
            return _animated(image) if getattr(image, "is_animated", False) else _still(image)
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, Image.DecompressionBombError):
        raise Unreadable from None


def _still(image: Image.Image) -> bytes:
    kind = image.format
    upright = ImageOps.exif_transpose(image)
    upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    bare = Image.new(upright.mode, upright.size)
    if upright.mode == "P":
        bare.putpalette(upright.getpalette() or [])
    bare.paste(upright)
    drawn = BytesIO()
    transparency = {"transparency": image.info["transparency"]} if "transparency" in image.info else {}
    bare.save(drawn, kind, quality=92, **transparency)
    return drawn.getvalue()


def _animated(image: Image.Image) -> bytes:
    drawn = BytesIO()
    image.info = {name: image.info[name] for name in ("duration", "loop") if name in image.info}
    image.save(drawn, image.format, save_all=True, exif=b"", comment=b"")
    return drawn.getvalue()
