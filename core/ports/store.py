"""What core needs of the database, of the catalogues and of whatever wakes its jobs."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Concatenate, ParamSpec, Protocol, TypeVar

from sqlalchemy.orm import Session

P = ParamSpec("P")
T = TypeVar("T")


class Store(Protocol):
    """The database as the edges see it: a verb runs inside one transaction that is not the verb's to end."""

    async def read(
        self, verb: Callable[Concatenate[Session, P], T], /, *args: P.args, **kwargs: P.kwargs
    ) -> T: ...

    async def write(
        self, verb: Callable[Concatenate[Session, P], T], /, *args: P.args, **kwargs: P.kwargs
    ) -> T: ...

    async def keep(
        self, verb: Callable[Concatenate[Session, P], T], /, *args: P.args, **kwargs: P.kwargs
    ) -> T:
        """Writes what nothing becomes due of, such as what a door has shown: it wakes nobody."""
        ...


class Catalogue(Protocol):
    """Looks a sentence up in the reader's language; the msgid itself where there is none."""

    def __call__(self, locale: str, msgid: str, plural: str = "", count: int | None = None) -> str: ...


class Catalogues(Catalogue, Protocol):
    """The catalogue, also asked which languages it speaks."""

    @property
    def languages(self) -> Sequence[str]: ...


Wake = Callable[[], None]
Job = Callable[[], Awaitable[datetime | None]]
