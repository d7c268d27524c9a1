"""Every table there is: the metadata after importing each module of the house that maps a class."""

import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

from sqlalchemy import MetaData

from core.db import Base

HOUSE = Path(__file__).parents[2]
MAPPED_CLASS = re.compile(r"^class \w+\([^)]*\bBase\b", re.MULTILINE)


def load() -> MetaData:
    for module in modules():
        import_module(module)
    return Base.metadata


def modules() -> Iterator[str]:
    """Read from the source, because importing every adapter would load every vendor's SDK."""
    for package in ("core", "adapters"):
        for path in sorted((HOUSE / package).rglob("*.py")):
            if MAPPED_CLASS.search(path.read_text(encoding="utf-8")):
                yield ".".join(path.relative_to(HOUSE).with_suffix("").parts)
