import pytest
from hypothesis import given
from hypothesis import strategies as st

from core import chat


def test_a_route_of_64_bytes_fits_into_a_button_and_one_more_does_not() -> None:
    longest = chat.to("booking.release", "x" * 48)
    assert len(str(longest).encode()) == chat.ROUTE_BYTES == 64
    with pytest.raises(ValueError, match="longer than 64 bytes"):
        chat.to("booking.release", "x" * 49)


def test_bytes_are_counted_and_not_characters() -> None:
    chat.to("go", "é" * 30)
    with pytest.raises(ValueError, match="longer than 64 bytes"):
        chat.to("go", "é" * 31)


@given(st.lists(st.text(st.characters(codec="ascii", exclude_characters=":"), max_size=8), max_size=5))
def test_a_route_comes_back_as_it_was_sent(args: list[str]) -> None:
    route = chat.to("booking.show", *args)
    assert chat.Route.parse(str(route)) == route


def test_a_sentence_that_counts_knows_its_number() -> None:
    text = chat._n("{n} time", "{n} times", 3, name="Ben")
    assert (text.msgid, text.plural, text.count) == ("{n} time", "{n} times", 3)
    assert text.values == {"n": 3, "name": "Ben"}
