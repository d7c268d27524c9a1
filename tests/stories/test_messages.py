"""Messages that have it hard: closed doors, a Discord that is down, words that would like to be obeyed."""

import pytest

from tests.stories import steps
from tests.stories.people import Opening
from tests.stories.stage import Stage

pytestmark = pytest.mark.anyio

in_discord = pytest.mark.parametrize("door", ["discord"], indirect=True)
EVIL = "@everyone <@&1> **b** [a](https://evil.example) <script>x</script>"
EVIL_BIO = (
    "# Big\n@everyone @here <@1> <@&1>\n[click](javascript:alert(1)) [safe](https://evil.example)\n"
    "<img src=x onerror=alert(1)> <script>alert(1)</script> **bold** ||spoiler"
)


@in_discord
async def test_a_mentor_whose_messages_are_closed_is_nudged_and_nothing_private_is_shown(
    stage: Stage,
) -> None:
    square, ben = stage.discord, stage.discord.users["ben"]
    ben.close_dms()
    await steps.books(stage.ana)
    [nudge] = square.notices.messages
    assert nudge.pings.users == {ben}
    assert "I have news for you" in nudge.text
    for private in ("Ana", "Portfolio", "€", "NP-", "<t:", "session"):
        assert private not in nudge.text
    attempts = [refused for refused in square.server.refused if refused.code == 50007]
    assert len(attempts) == 1
    await stage.moves(hours=26)
    assert len([refused for refused in square.server.refused if refused.code == 50007]) == 1

    ben.open_dms()
    await stage.ben.says("/mentoring")
    await stage.ben.taps("Schedule (1)")
    assert stage.ben.sees("Ana Ruiz")
    await stage.moves(hours=21)
    await stage.ben.will_see("A reminder, 60 minutes ahead")


@in_discord
async def test_what_is_due_while_discord_is_down_comes_later(stage: Stage) -> None:
    await steps.books(stage.ana)
    await stage.ben.will_see("Ana Ruiz has booked")
    fault = stage.discord.server.fail_next("/messages", method="POST", times=1_000)
    await stage.moves(hours=24)
    await stage.ben.will_not_see("A reminder")
    assert fault.hits
    fault.times = 0
    await stage.moves(minutes=2)
    for person in (stage.ana, stage.ben):
        await person.will_see("A reminder, 24 hours ahead")
        assert person.times_seen("A reminder") == 1


@in_discord
async def test_a_confirmation_outlasts_an_hour_without_discord(stage: Stage) -> None:
    link = await steps.holds(stage.ana)
    fault = stage.discord.server.fail_next("/messages", method="POST", times=1_000)
    await stage.ana.pays(link)
    await stage.moves(hours=1)
    fault.times = 0
    await stage.moves(minutes=15)
    await stage.ana.will_see("is confirmed", "Payment received")
    await stage.ben.will_see("Ana Ruiz has booked")


@in_discord
async def test_a_message_whose_answer_was_lost_is_not_seen_twice(stage: Stage) -> None:
    stage.discord.server.fail_next("/messages", method="POST", times=1, after=True)
    await steps.books(stage.ana)
    await stage.moves(minutes=2)
    for person, said in ((stage.ana, "is confirmed"), (stage.ben, "Ana Ruiz has booked")):
        await person.will_see(said)
        assert len([m for m in person.stage.discord.users[person.key].dms if said in m.text]) == 1


@pytest.mark.parametrize("opening", [Opening(bio=EVIL_BIO)], indirect=True)
async def test_what_somebody_writes_is_shown_and_never_obeyed(stage: Stage) -> None:
    ana, ben = stage.ana, stage.ben
    await ana.says("/mentor", name="Ben Okafor")
    assert ana.sees("Big")
    assert ana.is_unharmed()
    await steps.takes_a_time(ana)
    await ana.taps("Topic and terms")
    await ana.fills({"Topic": EVIL, "Agenda": EVIL_BIO, steps.TERMS: True})
    assert ana.is_unharmed()
    await ana.pays(ana.link("Pay €40.00"))
    await ben.will_see("Ana Ruiz has booked", "evil.example")
    assert ben.is_unharmed()
    await ben.says("/mentoring")
    await ben.taps("Schedule (1)")
    assert ben.is_unharmed()
