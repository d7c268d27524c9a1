"""A language that nobody speaks: no letter of it is an English one, every sentence is half as long again and lies
between marks that turn the direction of writing. Whatever reaches a reader in English letters went past the catalogues.
"""

import re
import string
from math import ceil
from typing import Final

KEPT: Final = re.compile(r"(\{\w*\}|/[a-z_]+\b)")
MENU_WORD: Final = re.compile(r"/[a-z_]+|[a-z_]+:")
LETTERS: Final = str.maketrans(string.ascii_letters, "áḃćđéḟǵḣíĵḱĺḿńóṕɋŕśṭúṽẃẋýźÁḂĆĐÉḞǴḢÍĴḰĹḾŃÓṔɊŔŚṬÚṼẂẊÝŹ")
LONGER: Final = 0.4
RIGHT_TO_LEFT, ISOLATE_END = "\u2067", "\u2069"


def pseudo(locale: str, msgid: str, plural: str = "", count: int | None = None) -> str:
    """The catalogue of that language. The words of the menu it has none for, as Telegram and the web have none."""
    if MENU_WORD.fullmatch(msgid):
        return msgid
    sentence = plural if plural and count != 1 else msgid
    pieces = KEPT.split(sentence)
    said = "".join(piece if odd % 2 else piece.translate(LETTERS) for odd, piece in enumerate(pieces))
    return f"{RIGHT_TO_LEFT}⟦{said}{'ẋ' * ceil(LONGER * len(sentence))}⟧{ISOLATE_END}"
