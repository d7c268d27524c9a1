"""When Python's collector looks through memory: not while all is loaded, and never at what was loaded.

Looking at all of it takes 0.1 s, in which everybody waits.
"""

import gc


def load() -> None:
    """Much is made and nothing is let go of until `settle`."""
    gc.disable()


def settle() -> None:
    """What there is now stays as long as the process."""
    gc.freeze()
    gc.enable()
