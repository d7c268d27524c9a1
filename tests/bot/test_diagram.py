"""The picture of a booking's life in the docs is the table of moves, and nothing else."""

from bot import diagram
from core.booking.life import MOVES, BookingState


def test_the_page_in_the_docs_is_the_one_that_the_table_makes() -> None:
    assert diagram.PAGE.read_text(encoding="utf-8") == diagram.page(), "run `make docs`"


def test_every_state_and_every_move_is_on_it() -> None:
    lines = diagram.page().splitlines()
    for move in MOVES:
        arrow = f"    {move.source} --> {move.target}: "
        [drawn] = [line for line in lines if line.startswith(arrow)]
        assert move.verb in drawn.removeprefix(arrow).split(" / ")
        assert any(
            line.startswith(f"| {move.source} | `{move.verb}` | {move.target} |")
            and all(who in line for who in move.who)
            and move.when in line
            for line in lines
        )
    assert all(any(f" {state}" in line for line in lines) for state in BookingState)
