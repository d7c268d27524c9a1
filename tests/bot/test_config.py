"""What a host may write, and the one line that says what is wrong with the rest."""

import os
import tomllib
from collections.abc import Callable
from pathlib import Path

import pytest

from bot import config
from bot.config import ConfigError, Settings

ROOT = Path(__file__).parents[2]
EVERYTHING = """
[discord]
token = "discord-token"
api_base = "http://127.0.0.1:5000/"
gateway_url = "ws://127.0.0.1:5001"

[stripe]
secret_key = "sk_test_key"
webhook_secret = "whsec_webhooks"

[paypal]
client_id = "paypal-client"
client_secret = "paypal-secret"
webhook_id = "1JE4291016473214C"
live = true

[razorpay]
key_id = "rzp_test_key"
key_secret = "razorpay-secret"
webhook_secret = "razorpay-webhooks"
old_webhook_secret = "razorpay-webhooks-before"

[sandbox]
enabled = true
secret = "the sandbox signs its webhooks by this"

[database]
url = "postgresql://nearpeer:database-password@db.example.org/nearpeer"

[web]
listen = "[::1]:9000"
public_url = "https://book.example.org/"
secret = "visits are signed by this long word"

[jitsi]
base_url = "https://meet.example.org"
app_id = "nearpeer"
secret = "rooms are guarded by this long word"

[log]
level = "DEBUG"
format = "json"
"""
SECRETS = {
    "discord-token",
    "sk_test_key",
    "whsec_webhooks",
    "paypal-secret",
    "rzp_test_key",
    "razorpay-secret",
    "razorpay-webhooks",
    "razorpay-webhooks-before",
    "the sandbox signs its webhooks by this",
    "database-password",
    "visits are signed by this long word",
    "rooms are guarded by this long word",
}

Write = Callable[[str], Path]


@pytest.fixture(autouse=True)
def quiet_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in [name for name in os.environ if name.upper().startswith(config.PREFIX)]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def write(content: str) -> Path:
        path = tmp_path / "settings.toml"
        path.write_text(content, "utf-8")
        return path

    return write


def test_nothing_at_all_is_a_bot_on_sqlite_with_play_money() -> None:
    settings = config.load(None)
    assert settings.database.url.get_secret_value() == "sqlite:///var/nearpeer.db"
    assert settings.has_sandbox
    assert (settings.web.host, settings.web.port) == ("127.0.0.1", 8080)
    absent = (settings.discord, settings.stripe, settings.jitsi, settings.web.public_url)
    assert absent == (None, None, None, None)


def test_a_full_file_is_read(write: Write) -> None:
    settings = config.load(write(EVERYTHING))
    assert settings.discord is not None
    assert settings.discord.token.get_secret_value() == "discord-token"
    assert settings.discord.api_base == "http://127.0.0.1:5000"
    assert settings.web.public_url == "https://book.example.org"
    assert (settings.web.host, settings.web.port) == ("::1", 9000)
    assert (settings.log.level, settings.log.format) == ("debug", "json")


def test_the_example_file_is_a_valid_one_and_names_every_key(write: Write) -> None:
    example = (ROOT / "config.example.toml").read_text("utf-8")
    assert config.load(write(example)).model_dump() == Settings().model_dump()
    lines = [line.removeprefix("# ") if _is_sleeping_key(line) else line for line in example.splitlines()]
    awake = write("\n".join(lines))
    config.load(awake)
    named = tomllib.loads(awake.read_text("utf-8"))
    for section in Settings.model_fields:
        assert set(named[section]) == set(type(getattr(config.load(awake), section)).model_fields), section


def _is_sleeping_key(line: str) -> bool:
    return line.startswith("# [") or (line.startswith("# ") and " = " in line)


def test_the_environment_stands_above_the_file(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEARPEER__STRIPE__SECRET_KEY", "sk_live_other")
    monkeypatch.setenv("nearpeer__log__level", "error")
    settings = config.load(write(EVERYTHING))
    assert settings.stripe is not None
    assert settings.stripe.secret_key.get_secret_value() == "sk_live_other"
    assert settings.stripe.webhook_secret is not None
    assert settings.log.level == "error"


def test_settings_made_by_hand_do_not_listen_to_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEARPEER__STRIPE__SECRET_KEY", "sk_live_other")
    assert Settings().stripe is None


def test_an_empty_variable_says_nothing(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEARPEER__STRIPE__SECRET_KEY", "")
    settings = config.load(write(EVERYTHING))
    assert settings.stripe is not None
    assert settings.stripe.secret_key.get_secret_value() == "sk_test_key"


def test_secrets_print_masked_and_are_all_known_to_who_blots_them_out(write: Write) -> None:
    settings = config.load(write(EVERYTHING))
    assert settings.secrets() == SECRETS
    shown = f"{settings!r} {settings} {settings.model_dump()}"
    assert not [secret for secret in SECRETS if secret in shown]


def test_paypal_alone_takes_real_money(write: Write) -> None:
    paypal = '[paypal]\nclient_id = "x"\nclient_secret = "x"\n'
    assert not config.load(write(paypal)).has_sandbox
    settings = config.load(write(paypal + "[sandbox]\nenabled = false"))
    assert settings.paypal
    assert not settings.paypal.live


def test_razorpay_alone_takes_real_money(write: Write) -> None:
    razorpay = '[razorpay]\nkey_id = "rzp_live_1"\nkey_secret = "x"\n'
    assert not config.load(write(razorpay)).has_sandbox
    assert config.load(write(razorpay + "[sandbox]\nenabled = false")).razorpay


def test_where_stripe_is_configured_there_is_no_play_money_unless_asked_for(write: Write) -> None:
    stripe = '[stripe]\nsecret_key = "sk_test_1"\n'
    assert not config.load(write(stripe)).has_sandbox
    assert config.load(write(stripe + "[sandbox]\nenabled = true")).has_sandbox


@pytest.mark.parametrize(
    ("content", "line"),
    [
        ('[stripe]\nsecret_kye = "x"', "stripe.secret_kye: is not known; did you mean secret_key?"),
        ('[discrod]\ntoken = "x"', "discrod: is not known; did you mean discord?"),
        ("[database]\nfoo = 1", "database.foo: is not known; there are url"),
        ("[discord]", "discord.token: is missing"),
        ('[discord]\ntoken = ""', "discord.token: is empty"),
        ("[discord]\ntoken = 5", "discord.token: should be text in quotes"),
        ("discord = 5", "discord: should be a section"),
        ("[[discord]]", "discord: should be a section"),
        (
            '[discord]\ntoken = "x"\ngateway_url = "https://x"',
            "discord.gateway_url: should be an address that",
        ),
        ('[stripe]\nsecret_key = "pk_live_x"', "stripe.secret_key: should start with sk_ or rk_"),
        (
            '[stripe]\nsecret_key = "sk_x"\nwebhook_secret = "sk_x"',
            "stripe.webhook_secret: should start with whsec_",
        ),
        (
            '[razorpay]\nkey_id = "sk_x"\nkey_secret = "x"',
            "razorpay.key_id: should start with rzp_test_ or rzp_live_",
        ),
        ('[paypal]\nclient_id = "x"', "paypal.client_secret: is missing"),
        ('[paypal]\nclient_id = ""\nclient_secret = "x"', "paypal.client_id: "),
        (
            '[paypal]\nclient_id = "x"\nclient_secret = "x"\nwebhook_id = "https://x"',
            "paypal.webhook_id: should be the webhook's id",
        ),
        ('[razorpay]\nkey_id = "rzp_test_x"', "razorpay.key_secret: is missing"),
        ("[sandbox]\nenabled = 7", "sandbox.enabled: should be true or false"),
        ("[sandbox]\nenabled = false", "sandbox.enabled: is false and there is no [stripe]"),
        (
            '[database]\nurl = "mysql://u:hunter2@h/n"',
            "database.url: should start with sqlite:/// or postgresql://",
        ),
        ('[web]\nlisten = "8080"', "web.listen: should be host:port"),
        ('[web]\nlisten = "0.0.0.0:99999"', "web.listen: should be host:port"),
        (
            '[web]\npublic_url = "book.example.org"',
            "web.public_url: should be an address that starts with https://",
        ),
        ('[web]\npublic_url = "https://x.org/book"', "web.public_url: should be an address without a path"),
        (
            '[web]\npublic_url = "https://[x"',
            "web.public_url: should be an address that starts with https://",
        ),
        ('[web]\nsecret = "hunter2"', "web.secret: should be at least 32 bytes long"),
        ('[jitsi]\nbase_url = "https://x"\nsecret = "' + "x" * 32 + '"', "jitsi.app_id: is missing"),
        ('[log]\nformat = "xml"', "log.format: should be 'console' or 'json'"),
        ("[log", "is not TOML: "),
        ('"a\\nb" = 1', "a b: is not known; there are discord"),
    ],
)
def test_a_mistake_is_one_line_that_names_the_key(write: Write, content: str, line: str) -> None:
    path = write(content)
    with pytest.raises(ConfigError) as refused:
        config.load(path)
    said = str(refused.value)
    assert said.startswith("config: ")
    assert line in said
    assert "\n" not in said
    assert "hunter2" not in said


@pytest.mark.parametrize(
    ("variable", "line"),
    [
        (
            "NEARPEER__DISCORD__TOKEM",
            "discord.tokem (NEARPEER__DISCORD__TOKEM): is not known; did you mean token?",
        ),
        (
            "NEARPEER__STRIP__SECRET_KEY",
            "strip (NEARPEER__STRIP__SECRET_KEY): is not known; did you mean stripe?",
        ),
        ("NEARPEER__WEB", "web (NEARPEER__WEB): should be a section"),
        (
            "NEARPEER__LOG__LEVEL",
            "log.level (NEARPEER__LOG__LEVEL): should be 'debug', 'info', 'warning' or 'error'",
        ),
    ],
)
def test_a_mistake_in_the_environment_names_the_variable(
    monkeypatch: pytest.MonkeyPatch, variable: str, line: str
) -> None:
    monkeypatch.setenv(variable, "hunter2")
    with pytest.raises(ConfigError) as refused:
        config.load(None)
    assert str(refused.value) == f"config: {line}"


def test_a_file_that_is_not_there_is_said_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(
        ConfigError, match=r"missing\.toml: there is no such file; copy config\.example\.toml"
    ):
        config.load(tmp_path / "missing.toml")


def test_a_folder_and_a_foreign_encoding_are_said_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="Is a directory"):
        config.load(tmp_path)
    latin = tmp_path / "latin.toml"
    latin.write_bytes('[log]\n# für\nlevel = "info"'.encode("latin-1"))
    with pytest.raises(ConfigError, match="is not UTF-8"):
        config.load(latin)


def test_the_environment_alone_may_stand_in_for_the_usual_file(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ConfigError, match=r"config\.toml: there is no such file"):
        config.find(None)
    monkeypatch.setenv("NEARPEER__DISCORD__TOKEN", "x")
    assert config.find(None).discord is not None
    with pytest.raises(ConfigError, match=r"named\.toml: there is no such file"):
        config.find(Path("named.toml"))
