"""How Discord shows what people wrote, what is too long, and what the door keeps of it."""

from datetime import UTC, datetime, timedelta

import pytest

from adapters.discord import shown
from adapters.discord.ids import Ids, route_of
from adapters.discord.modal import modal
from adapters.discord.render import render
from adapters.discord.shown import Spot
from adapters.discord.words import clip, escape, label, tame
from adapters.words import Words
from core import chat
from core.chat import _, to
from tests.adapters.discord_parts import READER, catalogue
from tests.databases import Transact

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("snake_case and *stars*", r"snake\_case and \*stars\*"),
        ("# big\n- one\n1. two\n> said\n-# small", "\\# big\n\\- one\n1\\. two\n\\> said\n\\-# small"),
        ("a-b -5 #tag 3.5", "a-b -5 #tag 3.5"),
        ("[here](https://a.example/x_y)", r"\[here\](https://a.example/x_y)"),
        ("https://a.example/**x**?q=[1]", "https://a.example/%2A%2Ax%2A%2A?q=%5B1%5D"),
        ("<@123> <@&4> <#5> <t:1:R> </go:1>", r"\<@123> \<@&4> \<#5> \<t:1:R> \</go:1>"),
        ("@everyone and @here", "@\u200beveryone and @\u200bhere"),
        ("`code` ||spoiler|| ~~no~~ \\", r"\`code\` \|\|spoiler\|\| \~\~no\~\~ \\"),
    ],
)
def test_a_persons_words_are_shown_as_they_were_typed(written: str, shown: str) -> None:
    assert escape(written) == shown


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("**bold** *and* __so__ on\n- one\n> said", "**bold** *and* __so__ on\n- one\n> said"),
        ("`<@1> # no` <@1>", r"`<@1> # no` \<@1>"),
        ("# big\n-# small", "\\# big\n\\-# small"),
        ("[here](https://evil.example)", r"\[here](https://evil.example)"),
        ("**never closed", r"\*\*never closed"),
        ("a ` alone", r"a \` alone"),
        ("@everyone", "@\u200beveryone"),
    ],
)
def test_simple_marks_stay_and_everything_else_is_defused(written: str, shown: str) -> None:
    assert tame(written) == shown


@pytest.mark.parametrize("most", [20, 77, 300])
def test_what_is_too_long_is_cut_between_words_and_closed(most: int) -> None:
    assert clip("short", most) == "short"
    for text in ("**" + "word " * 200, "```" + "code " * 200, "x" * 1000, "\\*" * 500):
        cut = clip(text, most)
        assert len(cut) <= most
        assert "…" in cut
        assert cut.count("**") % 2 == cut.count("```") % 2 == 0
        assert not cut.endswith("\\…")


def test_a_label_is_one_line_and_never_empty() -> None:
    assert label("two\nlines", 80) == "two lines"
    assert label(" ", 80) == "…"
    assert len(label("x" * 100, 80)) == 80


def test_a_route_comes_back_from_whatever_custom_id_it_got() -> None:
    ids = Ids()
    claimed = [ids.claim(route) for route in ("go:a", "go:a", "go:a#2", "go:a", "x#7")]
    assert len(set(claimed)) == 5
    assert [str(route_of(custom_id)) for custom_id in claimed] == ["go:a", "go:a", "go:a#2", "go:a", "x#7"]


@pytest.mark.anyio
async def test_a_screen_of_too_many_controls_is_refused() -> None:
    buttons = tuple(chat.Button(_("Go"), to("go", number)) for number in range(40))
    with pytest.raises(ValueError, match="controls"):
        render(chat.Screen(_("Much"), controls=buttons), READER, catalogue)


@pytest.mark.anyio
async def test_cards_give_way_to_controls() -> None:
    cards = tuple(chat.Card(_("Card"), button=chat.Button(_("Go"), to("go", n))) for n in range(12))
    buttons = tuple(chat.Button(_("Go"), to("go", 100 + n)) for n in range(10))
    view = render(chat.Screen(_("Much"), cards, buttons), READER, catalogue).view
    assert view.is_finished()
    assert len(list(view.walk_children())) <= 40
    claimed = {getattr(item, "custom_id", "") for item in view.walk_children()}
    assert {f"go:{100 + n}" for n in range(10)} < claimed


@pytest.mark.anyio
async def test_a_form_too_long_for_a_modal_is_refused() -> None:
    fields = tuple(chat.Field(f"f{n}", _("Field")) for n in range(6))
    with pytest.raises(ValueError, match="fields"):
        modal(chat.Form(_("Much"), fields, to("a"), to("b")), Words(catalogue, READER))


def test_a_subject_has_one_direct_message_and_answers_until_they_expire(transact: Transact) -> None:
    transact(shown.remember, "1", "booking:A", Spot(10, 100), now=NOW)
    transact(shown.remember, "1", "booking:A", Spot(10, 101), now=NOW)
    transact(shown.remember, "1", "booking:A", Spot(20, 200, "token"), now=NOW)
    transact(shown.remember, "1", "booking:B", Spot(10, 300), now=NOW)
    transact(shown.remember, "2", "booking:A", Spot(30, 400), now=NOW)
    assert set(transact(shown.spots, "1", "booking:A", now=NOW)) == {Spot(10, 101), Spot(20, 200, "token")}
    later = NOW + timedelta(minutes=15)
    assert transact(shown.spots, "1", "booking:A", now=later) == [Spot(10, 101)]


def test_a_message_that_shows_something_else_is_no_longer_the_old_subjects(transact: Transact) -> None:
    transact(shown.remember, "1", "booking:A", Spot(10, 100), now=NOW)
    transact(shown.remember, "1", "booking:B", Spot(10, 100), now=NOW)
    assert transact(shown.spots, "1", "booking:A", now=NOW) == []
    transact(shown.forget, 100)
    assert transact(shown.spots, "1", "booking:B", now=NOW) == []


def test_old_messages_are_forgotten(transact: Transact) -> None:
    transact(shown.remember, "1", "booking:A", Spot(10, 100), now=NOW)
    transact(shown.remember, "1", "booking:B", Spot(10, 200, "token"), now=NOW)
    transact(shown.purge, now=NOW + timedelta(hours=1))
    assert transact(shown.spots, "1", "booking:A", now=NOW) == [Spot(10, 100)]
    assert transact(shown.spots, "1", "booking:B", now=NOW) == []
    transact(shown.purge, now=NOW + timedelta(days=181))
    assert transact(shown.spots, "1", "booking:A", now=NOW) == []
