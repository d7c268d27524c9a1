"""Mail as a host configures it: what is refused before it can fail, and what `nearpeer check` says of it."""

from pathlib import Path
from typing import Final

import pytest
from pydantic import SecretStr

from bot import config, postroom
from bot.config import ConfigError
from tests.doubles.mail import PASSWORD, USER, mail_server

MAIL: Final = '[mail]\nhost = "smtp.example.org"\nsender = "Nearpeer <bookings@example.org>"\n'


def loaded(tmp_path: Path, text: str) -> config.Settings:
    path = tmp_path / "config.toml"
    path.write_text(text)
    return config.load(path)


def test_a_mail_server_is_spoken_to_encrypted_unless_the_host_says_otherwise(tmp_path: Path) -> None:
    mail = loaded(tmp_path, MAIL).mail
    assert mail is not None
    assert (mail.port, mail.security) == (587, "starttls")
    assert postroom.office(mail).host == "smtp.example.org"


@pytest.mark.parametrize(
    "sender",
    [
        "",
        "Nearpeer",
        "bookings@",
        "a@b@c",
        "Nearpeer <bookings@example.org>\\nBcc: x@example.org",
        "a b@example.org",
    ],
)
def test_a_sender_that_is_no_address_is_refused_by_name(tmp_path: Path, sender: str) -> None:
    with pytest.raises(ConfigError) as refused:
        loaded(tmp_path, f'[mail]\nhost = "smtp.example.org"\nsender = "{sender}"\n')
    assert "mail.sender" in str(refused.value)


def test_a_user_name_without_a_password_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as refused:
        loaded(tmp_path, MAIL + 'username = "bookings"\n')
    assert "mail.password" in str(refused.value)


@pytest.mark.anyio
async def test_a_check_signs_in_as_a_letter_would(anyio_backend: str) -> None:
    assert await postroom.check(None) == ("mail", None, "not configured")
    async with mail_server(wants_login=True) as server:
        mail = config.Mail(
            host="127.0.0.1",
            port=server.port,
            sender="bookings@example.org",
            username=USER,
            password=SecretStr(PASSWORD),
            security="none",
        )
        assert await postroom.check(mail) == ("mail", True, "127.0.0.1 lets us in")
        wrong = mail.model_copy(update={"password": SecretStr("wrong")})
        name, works, word = await postroom.check(wrong)
        assert (name, works, "wrong" in word) == ("mail", False, False)
