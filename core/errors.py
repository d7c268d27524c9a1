"""Expected refusals. A refusal has a key and facts; the screens turn the key into a sentence.

Anything else that is raised is unexpected and is shown as such, with a reference to the log.
"""

from typing import Any


class Refusal(Exception):
    """An expected no: `key` names the sentence, `facts` are the values it speaks of."""

    def __init__(self, key: str, **facts: Any) -> None:
        super().__init__(key)
        self.key = key
        self.facts = facts

    def __str__(self) -> str:
        return f"{self.key} {self.facts}" if self.facts else self.key


class Invalid(Refusal):
    """What was entered cannot be used."""


class Forbidden(Refusal):
    """The actor may not do this."""


class NotFound(Refusal):
    """There is no such thing, or not for this actor."""


class Conflict(Refusal):
    """Someone or something was faster; `facts["nearest"]` holds alternatives where there are any."""
