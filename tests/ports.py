"""A port for a house that is told its address before it opens.

It is below those that the system gives to connections, and it is claimed until the `with` block ends, also while the
house is closed in between: its twin of UDP, which nothing here uses, is held, so no other test gets the same one.
"""

import random
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

HOST: Final = "127.0.0.1"
LOWEST, HIGHEST = 10_000, 32_000


@contextmanager
def port_of_its_own() -> Iterator[int]:
    claim, port = _claimed()
    with claim:
        yield port


@contextmanager
def closed_port() -> Iterator[int]:
    """Where nobody answers, and nobody will as long as the block goes on."""
    with socket.socket() as taken:
        taken.bind((HOST, 0))
        yield int(taken.getsockname()[1])


def _claimed() -> tuple[socket.socket, int]:
    while True:
        port, claim = random.randint(LOWEST, HIGHEST), socket.socket(type=socket.SOCK_DGRAM)
        try:
            claim.bind((HOST, port))
            with socket.socket() as probe:
                probe.bind((HOST, port))
        except OSError:
            claim.close()
            continue
        return claim, port
