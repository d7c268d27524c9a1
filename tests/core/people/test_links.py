"""A mentor's own link: what may stand in it."""

import pytest

from core.errors import Invalid
from core.people import links


def test_a_link_with_its_password_stays_as_it_is() -> None:
    assert links.checked("https://zoom.example/j/123?pwd=a%20b") == "https://zoom.example/j/123?pwd=a%20b"


@pytest.mark.parametrize(
    "url",
    [
        "",
        "zoom.example/j/1",
        "http://zoom.example/j/1",
        "javascript:alert(1)",
        "https://",
        "https://localhost/j",
        "https://printer.local/j",
        "https://127.0.0.1/j",
        "https://[::1]/j",
        "https://[::1/j",
        "https://ana:secret@zoom.example/j",
        "https://zoom.example:8443/j",
        "https://zoom.example:port/j",
        "https://zoom.example/a b",
        "https://zoom.example/\n<script>",
        "https://zoom.example/" + "x" * 500,
    ],
)
def test_what_is_no_public_https_address_is_no_room(url: str) -> None:
    with pytest.raises(Invalid):
        links.checked(url)
