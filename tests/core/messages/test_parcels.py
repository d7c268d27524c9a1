"""Files that may be sent: by their names, by how they begin, by their size."""

import pytest

from core.errors import Invalid
from core.messages import parcels

PNG = b"\x89PNG\r\n\x1a\n...."


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("board.png", PNG, "image/png"),
        ("Board.JPG", b"\xff\xd8\xff\xe0", "image/jpeg"),
        ("plan.pdf", b"%PDF-1.7", "application/pdf"),
        (
            "slides.pptx",
            b"PK\x03\x04",
            "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        ),
        ("main.py", b"print('hello')", "text/plain"),
        ("notes.txt", "grüße".encode("utf-16"), "text/plain"),
        ("project.zip", b"PK\x03\x04", "application/zip"),
    ],
)
def test_pictures_documents_texts_and_archives_are_taken(name: str, content: bytes, kind: str) -> None:
    assert parcels.accept(name, content).media_type == kind


@pytest.mark.parametrize(
    ("name", "content", "key"),
    [
        ("game.exe", b"MZ", "room.file_kind"),
        ("run.bat", b"del *", "room.file_kind"),
        ("app.apk", b"PK\x03\x04", "room.file_kind"),
        ("photo.heic", b"....ftypheic", "room.file_kind"),
        ("film.mp4", b"....ftyp", "room.file_kind"),
        ("README", b"words", "room.file_kind"),
        ("board.png", b"MZ\x90", "room.file_false"),
        ("board.png", b"<html>", "room.file_false"),
        ("plan.pdf", PNG, "room.file_false"),
        ("main.py", b"\x7fELF\x02", "room.file_false"),
        ("main.py", b"a\0b", "room.file_false"),
        ("empty.txt", b"", "room.file_false"),
        ("big.zip", b"PK\x03\x04" + bytes(parcels.LARGEST), "room.file_size"),
    ],
)
def test_everything_else_and_what_only_calls_itself_one_is_refused(
    name: str, content: bytes, key: str
) -> None:
    with pytest.raises(Invalid) as refused:
        parcels.accept(name, content)
    assert (refused.value.key, refused.value.facts["name"]) == (key, name)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("C:\\Users\\Ana\\plan.pdf", "plan.pdf"),
        ("../../etc/plan.pdf", "plan.pdf"),
        ("plan\u202e\n.pdf", "plan.pdf"),
        (f"{'x' * 200}.pdf", f"{'x' * 116}.pdf"),
        ("", "file"),
    ],
)
def test_a_name_is_kept_without_where_it_lay_and_what_nobody_sees(given: str, kept: str) -> None:
    assert parcels.clean(given) == kept
