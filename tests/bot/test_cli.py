"""The commands a host types, as a process of their own: what they say, where, and with which exit code."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from bot.config import PREFIX
from tests.ports import closed_port

ROOT = Path(__file__).parents[2]
PATIENCE = 300


@pytest.fixture
def nearpeer(tmp_path: Path) -> "Nearpeer":
    return Nearpeer(tmp_path)


class Nearpeer:
    """Runs the command in a folder of its own, where nothing is configured but what a test says."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        kept = {name: value for name, value in os.environ.items() if not name.upper().startswith(PREFIX)}
        self.environment = {**kept, "PYTHONPATH": str(ROOT)}

    def configure(self, content: str) -> None:
        (self.folder / "config.toml").write_text(content, "utf-8")

    def __call__(self, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "bot", *words],
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )


def test_help_names_every_command(nearpeer: Nearpeer) -> None:
    done = nearpeer("--help")
    assert done.returncode == 0
    for command in ("run", "demo", "check", "db"):
        assert f"\n  {command} " in done.stdout


@pytest.mark.parametrize("command", [["run"], ["check"], ["db", "upgrade"]])
def test_without_a_configuration_one_line_says_where_to_begin(nearpeer: Nearpeer, command: list[str]) -> None:
    done = nearpeer(*command)
    line = "config: config.toml: there is no such file; copy config.example.toml to begin with\n"
    assert (done.returncode, done.stdout, done.stderr) == (2, "", line)


@pytest.mark.parametrize("command", [["run"], ["check"], ["db", "upgrade"]])
def test_a_wrong_key_is_one_line_that_names_it(nearpeer: Nearpeer, command: list[str]) -> None:
    nearpeer.configure('[stripe]\nsecret_kye = "sk_live_hunter2"')
    done = nearpeer(*command)
    line = "config: stripe.secret_kye: is not known; did you mean secret_key?\n"
    assert (done.returncode, done.stdout, done.stderr) == (2, "", line)


def test_a_bot_that_is_in_no_chat_is_not_run(nearpeer: Nearpeer) -> None:
    nearpeer.configure("")
    done = nearpeer("run")
    assert done.returncode == 2
    assert done.stderr.startswith("config: discord.token: is missing")
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("words", [["run", "--colour", "red"], ["demo", "--port", "70000"], ["dance"]])
def test_a_word_that_is_no_command_or_option_is_refused(nearpeer: Nearpeer, words: list[str]) -> None:
    done = nearpeer(*words)
    assert done.returncode == 2
    assert "Error: " in done.stderr
    assert "Traceback" not in done.stderr


def test_the_database_is_made_and_made_again_without_harm(nearpeer: Nearpeer) -> None:
    nearpeer.configure('[database]\nurl = "sqlite:///var/here.db"')
    for _ in range(2):
        done = nearpeer("db", "upgrade")
        assert (done.returncode, done.stdout) == (0, "The database is up to date.\n"), done.stderr
    assert (nearpeer.folder / "var" / "here.db").stat().st_size > 0


def test_a_database_that_cannot_be_opened_is_one_line_without_its_password(nearpeer: Nearpeer) -> None:
    with closed_port() as port:
        url = f"postgresql://nearpeer:hunter2@127.0.0.1:{port}/nearpeer"
        nearpeer.configure(f'[database]\nurl = "{url}"')
        done = nearpeer("db", "upgrade")
    assert done.returncode == 1
    assert done.stderr.startswith("the database postgresql")
    assert done.stderr.count("\n") == 1
    assert "hunter2" not in done.stderr


def test_check_says_what_answers_and_what_is_not_there(nearpeer: Nearpeer) -> None:
    nearpeer.configure('[database]\nurl = "sqlite:///var/here.db"')
    nearpeer("db", "upgrade")
    done = nearpeer("check")
    said = {line.split()[1]: line.split()[0] for line in done.stdout.splitlines()}
    assert done.returncode == 0, done.stderr
    assert said["database"] == "ok"
    assert said["discord"] == said["stripe"] == said["paypal"] == said["razorpay"] == "—"


def test_check_fails_where_something_configured_does_not_answer(nearpeer: Nearpeer) -> None:
    with closed_port() as port:
        nearpeer.configure(
            f'[database]\nurl = "sqlite:///var/here.db"\n'
            f'[discord]\ntoken = "hunter2"\napi_base = "http://127.0.0.1:{port}"'
        )
        nearpeer("db", "upgrade")
        done = nearpeer("check")
    failed = [line for line in done.stdout.splitlines() if line.startswith("failed")]
    assert done.returncode == 1
    assert len(failed) == 1
    assert failed[0].split()[1] == "discord"
    assert "hunter2" not in done.stdout + done.stderr
