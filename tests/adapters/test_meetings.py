"""Links into rooms: whom they let in, and when."""

from datetime import UTC, datetime, timedelta

import jwt
import pytest

from adapters.meetings.jitsi import JitsiRooms
from core.ports import MeetingRooms

SECRET = "a secret that is long enough to sign with"
OPENS = datetime.now(UTC).replace(microsecond=0) - timedelta(minutes=10)
CLOSES = OPENS + timedelta(hours=2)


def link(rooms: MeetingRooms, room: str = "Np-8f14e45fceea167a5a36dedd4bea2543") -> str:
    return rooms.join_link(room, name="Ana Å", moderator=True, opens=OPENS, closes=CLOSES)


def test_a_room_without_a_secret_is_its_name() -> None:
    rooms = JitsiRooms("https://meet.nearpeer.example/")

    assert link(rooms) == "https://meet.nearpeer.example/np-8f14e45fceea167a5a36dedd4bea2543"


def test_a_token_lets_one_person_into_one_room() -> None:
    rooms = JitsiRooms("https://meet.nearpeer.example", app_id="nearpeer", secret=SECRET)

    address, _, token = link(rooms).partition("?jwt=")
    claims = jwt.decode(token, SECRET, algorithms=["HS256"], audience="nearpeer", issuer="nearpeer")

    assert address.endswith(f"/{claims['room']}")
    assert claims["sub"] == "meet.nearpeer.example"
    assert claims["context"] == {"user": {"name": "Ana Å", "moderator": True}}
    assert (claims["nbf"], claims["exp"]) == (int(OPENS.timestamp()), int(CLOSES.timestamp()))


def test_a_token_is_over_when_the_room_closes() -> None:
    rooms = JitsiRooms("https://meet.nearpeer.example", app_id="nearpeer", secret=SECRET)
    past = OPENS - timedelta(days=1)

    token = rooms.join_link("room", name="Ana", moderator=False, opens=past, closes=past).partition("?jwt=")[
        2
    ]

    with pytest.raises(jwt.ExpiredSignatureError):
        jwt.decode(token, SECRET, algorithms=["HS256"], audience="nearpeer")


def test_a_rooms_name_stays_one_step_of_the_address() -> None:
    rooms = JitsiRooms("https://meet.nearpeer.example")

    assert link(rooms, "../a?b#c d") == "https://meet.nearpeer.example/..%2Fa%3Fb%23c%20d"


@pytest.mark.parametrize(("app_id", "secret"), [("nearpeer", "short"), ("", SECRET)])
def test_a_weak_configuration_is_refused_at_once(app_id: str, secret: str) -> None:
    with pytest.raises(ValueError):
        JitsiRooms("https://meet.nearpeer.example", app_id=app_id, secret=secret)
