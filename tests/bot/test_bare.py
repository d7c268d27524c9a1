"""Pictures as they look and nothing else."""

from io import BytesIO

import pytest
from PIL import Image

from bot.pictures import bare

GPS, ORIENTATION, MAKER = 0x8825, 0x0112, b"taken by Ana"


def drawn(kind: str, mode: str = "RGB", size: tuple[int, int] = (40, 20), **options: object) -> bytes:
    file = BytesIO()
    Image.new(mode, size).save(file, kind, **options)
    return file.getvalue()


def told() -> Image.Exif:
    exif = Image.Exif()
    exif[GPS] = {1: "N", 2: (40.0, 24.0, 0.0)}
    exif[0x010F] = MAKER.decode()
    exif[ORIENTATION] = 6
    return exif


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_where_it_was_taken_is_left_out_and_it_stands_upright(kind: str) -> None:
    content = drawn(kind, exif=told())
    assert MAKER in content
    shown = bare.picture(content)
    assert MAKER not in shown
    with Image.open(BytesIO(shown)) as image:
        assert (image.format, image.size, dict(image.getexif())) == (kind, (20, 40), {})


@pytest.mark.parametrize("mode", ["RGBA", "L", "P", "1", "LA"])
def test_every_kind_of_png_stays_one(mode: str) -> None:
    with Image.open(BytesIO(bare.picture(drawn("PNG", mode)))) as image:
        assert (image.format, image.mode) == ("PNG", mode)


def test_what_moves_goes_on_moving() -> None:
    file, frames = BytesIO(), [Image.new("RGB", (8, 8), color) for color in ("red", "green", "blue")]
    frames[0].save(file, "GIF", save_all=True, append_images=frames[1:], duration=50, comment=MAKER)
    shown = bare.picture(file.getvalue())
    assert MAKER not in shown
    with Image.open(BytesIO(shown)) as image:
        assert getattr(image, "n_frames", 1) == 3


def test_a_huge_screenshot_becomes_one_that_every_app_shows() -> None:
    with Image.open(BytesIO(bare.picture(drawn("PNG", size=(6_000, 3_000))))) as image:
        assert image.size == (5_000, 2_500)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"GIF89a",
        b"\xff\xd8\xff\xe0 no more",
        drawn("PNG")[:60],
        drawn("BMP"),
        drawn("PNG", "1", (9_000, 9_000)),
    ],
    ids=["nothing", "head", "torn", "cut", "other", "bomb"],
)
def test_what_is_no_picture_is_unreadable(content: bytes) -> None:
    with pytest.raises(bare.Unreadable):
        bare.picture(content)
