"""What the program writes about itself: one shape for all, and never a secret."""

import json
import logging
from collections.abc import Callable, Iterator
from typing import Literal

import pytest
import structlog

from bot import logs
from bot.config import Log

Written = Callable[[], str]


@pytest.fixture
def written(capsys: pytest.CaptureFixture[str]) -> Iterator[Written]:
    """What went to stderr; the logging of the other tests is put back afterwards."""
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    yield lambda: capsys.readouterr().err
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


def _say(form: Literal["console", "json"], *secrets: str) -> None:
    logs.configure(Log(level="info", format=form), secrets)
    structlog.get_logger().info("booking.held", booking="K7Q2M9", key="sk_live_1")
    structlog.get_logger().debug("not.said")
    logging.getLogger("webhooks").warning("webhook.refused provider=%s", "sk_live_1")
    logging.getLogger("stripe").info("not.said key=sk_live_1")


def test_a_line_is_an_event_with_its_facts(written: Written) -> None:
    _say("console")
    first, second = written().splitlines()
    assert "booking.held booking=K7Q2M9" in first
    assert "webhook.refused provider=sk_live_1" in second


def test_as_json_every_line_is_an_object(written: Written) -> None:
    _say("json")
    first, second = map(json.loads, written().splitlines())
    assert (first["event"], first["booking"], first["level"]) == ("booking.held", "K7Q2M9", "info")
    assert (second["event"], second["level"]) == ("webhook.refused provider=sk_live_1", "warning")


@pytest.mark.parametrize("form", ["console", "json"])
def test_no_secret_of_the_configuration_is_ever_written(
    written: Written, form: Literal["console", "json"]
) -> None:
    _say(form, "sk_live_1")
    try:
        raise ValueError("the key sk_live_1 is wrong")
    except ValueError:
        structlog.get_logger().exception("job.failed", job="payments")
    lines = written()
    assert "job.failed" in lines
    assert "Traceback" in lines
    assert "sk_live_1" not in lines
    assert logs.MASK in lines


@pytest.mark.parametrize("form", ["console", "json"])
def test_a_trace_shows_no_local_variables(written: Written, form: Literal["console", "json"]) -> None:
    logs.configure(Log(format=form))
    agenda = "words " + "of a person"
    try:
        raise ValueError("no")
    except ValueError:
        structlog.get_logger().exception("job.failed")
    lines = written()
    assert "ValueError: no" in lines
    assert agenda not in lines
