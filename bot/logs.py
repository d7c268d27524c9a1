"""What the program writes about itself, to stderr: `noun.verb key=value`, or the same as JSON.

Whatever logs, here or in a library, comes out the same way, and no secret of the configuration comes out at all.
"""

import logging
import sys
from collections.abc import Iterable
from typing import Final

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from bot.config import Log

MASK: Final = "**********"
# What these say at lower levels is long, and holds statements with the words of people in them.
CHATTY: Final = (
    *("aiohttp.access", "aiosqlite", "alembic", "apscheduler", "asyncio", "discord"),
    *("httpx", "stripe", "telegram"),  # the addresses that httpx logs have the bot's token in them
)


def configure(wanted: Log, secrets: Iterable[str] = ()) -> None:
    """Takes over structlog and the standard library's logging."""
    level = logging.getLevelNamesMapping()[wanted.level.upper()]
    said: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=said,
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            *_written(wanted),
            _Mask(secrets),
        ],
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter)
    logging.basicConfig(handlers=[handler], level=level, force=True)
    for name in CHATTY:
        logging.getLogger(name).setLevel(max(level, logging.WARNING))
    structlog.configure(
        processors=[*said, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.make_filtering_bound_logger(level),
        cache_logger_on_first_use=False,
    )


def _written(wanted: Log) -> list[Processor]:
    if wanted.format == "json":
        return [structlog.processors.format_exc_info, structlog.processors.JSONRenderer(ensure_ascii=False)]
    traces = structlog.dev.plain_traceback  # the prettier one prints local variables, and so secrets
    colors = sys.stderr.isatty()
    return [structlog.dev.ConsoleRenderer(colors=colors, pad_event_to=0, exception_formatter=traces)]


class _Mask:
    """Blots secrets out of a finished line, wherever in it they stand."""

    def __init__(self, secrets: Iterable[str]) -> None:
        self._secrets = sorted(secrets, key=len, reverse=True)

    def __call__(self, logger: WrappedLogger, method: str, line: EventDict | str) -> str:
        text = str(line)
        for secret in self._secrets:
            text = text.replace(secret, MASK)
        return text
