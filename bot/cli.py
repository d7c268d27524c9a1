"""The commands a host types. What goes wrong is one line on stderr: 2 for the configuration, 1 for the rest."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import click

from bot import config, logs
from bot.config import ConfigError, Settings

DOORLESS: Final = (
    "discord.token: is missing, and without it the bot is in no chat (`nearpeer demo` needs none)"
)
MARKS: Final = {True: "ok", False: "failed", None: "—"}

config_option = click.option(
    "--config",
    "path",
    type=click.Path(path_type=Path),
    metavar="PATH",
    help=f"Configuration file.  [default: {config.DEFAULT}]",
)


class Problem(click.ClickException):
    """What a host can do something about, in one line."""

    def __init__(self, line: object) -> None:
        super().__init__(" ".join(str(line).split()) or type(line).__name__)

    def show(self, file: object = None) -> None:
        click.echo(self.message, err=True)


class Misconfigured(Problem):
    exit_code = 2


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Nearpeer, the booking assistant for mentorship in chat."""


@main.command()
@config_option
def run(path: Path | None) -> None:
    """Run the bot."""
    settings = _settings(path)
    if settings.discord is None:
        raise Misconfigured(ConfigError(DOORLESS))
    from bot import app

    logs.configure(settings.log, settings.secrets())
    with _plainly(app.EXPECTED):
        app.run(settings)


@main.command()
@click.option("--port", type=click.IntRange(0, 65_535), default=8080, show_default=True)
@click.option("--fresh", is_flag=True, help="Forget what was played before.")
@click.option("--open/--no-open", "opens", default=True, help="Open the page in a browser.")
def demo(port: int, fresh: bool, opens: bool) -> None:
    """Play with a seeded cast: no account, no token, no real money."""
    from bot import app

    logs.configure(config.Log(level="warning"))
    with _plainly(app.EXPECTED):
        app.demo(port=port, fresh=fresh, open_browser=opens)


@main.command()
@config_option
def check(path: Path | None) -> None:
    """Say what is configured, and whether it answers."""
    settings = _settings(path)
    from bot import app

    logs.configure(config.Log(level="error"), settings.secrets())
    with _plainly(app.EXPECTED):
        found = asyncio.run(app.check(settings))
    width = max((len(name) for name, _, _ in found), default=0)
    for name, verdict, reason in found:
        click.echo(f"{MARKS[verdict]:<6}  {name:<{width}}  {reason}".rstrip())
    if any(verdict is False for _, verdict, _ in found):
        raise click.exceptions.Exit(1)


@main.group()
def db() -> None:
    """The database."""


@db.command()
@config_option
def upgrade(path: Path | None) -> None:
    """Bring the database to the tables that this version expects."""
    settings = _settings(path)
    from bot import app

    logs.configure(settings.log, settings.secrets())
    with _plainly(app.EXPECTED):
        app.upgrade(settings)
    click.echo("The database is up to date.")


def _settings(path: Path | None) -> Settings:
    try:
        return config.find(path)
    except ConfigError as error:
        raise Misconfigured(error) from None


@contextmanager
def _plainly(expected: tuple[type[Exception], ...]) -> Iterator[None]:
    """What a host can do something about is said in a line; anything else is a bug and shows its trace."""
    try:
        yield
    except ConfigError as error:
        raise Misconfigured(error) from None
    except expected as error:
        raise Problem(error) from None
