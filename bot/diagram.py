"""`python -m bot.diagram`: draws a booking's life from its table of moves into docs/booking-life.md."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from core.booking.life import MOVES, BookingState, Move, Who
from core.booking.moves import ENDED

PAGE: Final = Path(__file__).parents[1] / "docs" / "booking-life.md"
HEAD: Final = """# A booking's life

Made by `make docs` from the table of moves in `core/booking/life.py`; a test compares the two.
A booking begins as a hold: by the tap on a time, or offered by the waitlist.
"""
COLUMNS: Final = ("From", "Verb", "To", "Who may", "By itself")


def page() -> str:
    """The whole page: the picture, and every move in a table."""
    picture = "\n".join(("```mermaid", "stateDiagram-v2", *_arrows(), "```"))
    rows = (COLUMNS, ("---",) * len(COLUMNS), *(_row(move) for move in MOVES))
    table = "\n".join(f"| {' | '.join(cells)} |" for cells in rows)
    return f"{HEAD}\n{picture}\n\n{table}\n"


def _arrows() -> Iterator[str]:
    """One arrow between two states, however many verbs lead there."""
    yield f"    [*] --> {BookingState.HELD}: hold"
    verbs: dict[tuple[BookingState, BookingState], list[str]] = {}
    for move in MOVES:
        verbs.setdefault((move.source, move.target), []).append(move.verb)
    for (source, target), names in verbs.items():
        yield f"    {source} --> {target}: {' / '.join(names)}"
    goes_on = {move.source for move in MOVES} - set(ENDED)
    yield from (f"    {state} --> [*]" for state in BookingState if state not in goes_on)


def _row(move: Move) -> tuple[str, ...]:
    who = ", ".join(who for who in Who if who in move.who)
    return move.source, f"`{move.verb}`", move.target, who, move.when


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
