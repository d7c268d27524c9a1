"""Where a button leads: a short path, small enough for every platform."""

from dataclasses import dataclass

ROUTE_BYTES = 64


@dataclass(frozen=True, slots=True)
class Route:
    """A short path in a button: `booking.release:K7Q2M9`. A name without a dot is a command."""

    name: str
    args: tuple[str, ...] = ()

    def __str__(self) -> str:
        return ":".join((self.name, *self.args))

    @classmethod
    def parse(cls, path: str) -> "Route":
        """Any string is a route; the router refuses those it does not know."""
        name, *args = path.split(":")
        return cls(name, tuple(args))


def to(name: str, *args: str | int) -> Route:
    """A route. Raises `ValueError` past 64 bytes, the least that a platform carries in a button."""
    route = Route(name, tuple(str(arg) for arg in args))
    if len(str(route).encode()) > ROUTE_BYTES:
        raise ValueError(f"the route {route} is longer than {ROUTE_BYTES} bytes")
    return route
