"""A picture to draw on: rounded boxes and lines of text, the same bytes for the same strokes.

It has a ground of its own, so that it can be read in light chats and dark ones. Each ink keeps 4.5 : 1 on the
grounds that `PAIRS` names.
"""

from functools import lru_cache
from io import BytesIO
from typing import Final

from PIL import Image, ImageDraw

from bot.pictures import fonts

GROUND: Final = "#f4f2ee"
SURFACE: Final = "#ffffff"
INK: Final = "#1f1e1b"
SOFT: Final = "#5e5b54"
ACCENT: Final = "#2b54c4"
ACCENT_INK: Final = "#2145a8"
WASH: Final = "#e3eafb"
LINE: Final = "#e2ded6"
ON_ACCENT: Final = "#ffffff"
PAIRS: Final = (
    *((INK, GROUND), (SOFT, GROUND), (INK, SURFACE), (SOFT, SURFACE)),
    *((ACCENT_INK, WASH), (ON_ACCENT, ACCENT)),
)

SMOOTH: Final = 4
RISE: Final = 0.357
"""From the middle of a capital down to its foot, of the size."""
SMALLEST: Final = 24
COLOURS: Final = 48


class Canvas:
    def __init__(self, width: int, height: int) -> None:
        self._image = Image.new("RGB", (width, height), GROUND)
        self._draw = ImageDraw.Draw(self._image)

    def box(self, left: float, top: float, width: float, height: float, colour: str, *, corner: int) -> None:
        size = (int(width), int(height))
        self._image.paste(colour, (int(left), int(top)), _rounded(size, corner))

    def text(
        self,
        x: float,
        middle: float,
        text: str,
        size: int,
        colour: str,
        *,
        align: float = 0,
        line: int | None = None,
    ) -> None:
        """Words around a height, `align` of their width left of `x`, on the foot of a `line` of another size."""
        x -= fonts.width(text, size) * align
        foot = middle + (line or size) * RISE
        for font, run in fonts.runs(text, size):
            self._draw.text((x, foot), run, fill=colour, font=font, anchor="ls")
            x += font.getlength(run)

    def png(self) -> bytes:
        out = BytesIO()
        flat = self._image.quantize(COLOURS, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
        flat.save(out, "PNG")
        return out.getvalue()


def fitting(text: str, size: int, width: float) -> tuple[str, int]:
    """A line and its size, made smaller and then shorter until it is no wider."""
    while fonts.width(text, size) > width and size > SMALLEST:
        size -= 2
    while text and fonts.width(text, size) > width:
        text = text[:-2].rstrip() + "…" * fonts.can_write("…")
    return text, size


@lru_cache(maxsize=256)
def _rounded(size: tuple[int, int], corner: int) -> Image.Image:
    """A box with round corners as a mask, its edges smooth."""
    big = Image.new("L", (size[0] * SMOOTH, size[1] * SMOOTH))
    ImageDraw.Draw(big).rounded_rectangle((0, 0, big.width - 1, big.height - 1), corner * SMOOTH, fill=255)
    return big.reduce(SMOOTH)
