"""A screen as messages: within Telegram's limits, with everything that can be pressed."""

from dataclasses import replace
from datetime import timedelta
from typing import Any, Final

import pytest

from adapters.telegram import keyboard
from adapters.telegram.keyboard import Topic
from adapters.telegram.render import Rendered, render
from core import chat
from core.chat import _, to
from tests.adapters.telegram_parts import PICTURE, Phrases
from tests.doubles.telegram import markup

READER: Final = chat.Reader("en", "Europe/Berlin")
PHOTO: Final = chat.File("week.png", PICTURE, "image/png", _("Free on Thursday"))
EVENT: Final = chat.File("session.ics", b"BEGIN:VCALENDAR", "text/calendar", _("For your calendar"))


def shown(screen: chat.Screen, **options: Any) -> Rendered:
    return render(screen, READER, Phrases(), **options)


def labels(rendered: Rendered) -> list[list[str]]:
    return [[button.text for button in row] for row in rendered.main.rows]


def data(rendered: Rendered) -> list[str]:
    return [str(button.callback_data or button.url) for row in rendered.main.rows for button in row]


def text(rendered: Rendered) -> str:
    return markup.parse(rendered.main.text)[0]


def option(label: str, *, hint: str = "", chosen: bool = False) -> chat.Option:
    return chat.Option(chat.Text(label), to("go", label), chat.Text(hint) if hint else None, chosen)


def test_a_buttons_data_is_its_route() -> None:
    screen = chat.Screen(_("Hello"), controls=(chat.Button(_("Go"), to("go", "a"), chat.Style.DANGER),))
    [[button]] = shown(screen).main.rows
    assert (button.text, button.callback_data, button.style) == ("Go", "go:a", "danger")


def test_a_route_that_no_button_carries_is_not_sent() -> None:
    screen = chat.Screen(_("Hello"), controls=(chat.Button(_("Go"), chat.Route("x" * 65)),))
    with pytest.raises(ValueError, match="longer"):
        shown(screen)


def test_a_cards_button_names_its_card() -> None:
    cards = tuple(
        chat.Card(chat.Text(name), button=chat.Button(_("View"), to("mentor.show", name.lower())))
        for name in ("Ben", "Cleo")
    )
    assert labels(shown(chat.Screen(_("Mentors"), cards))) == [["View · Ben"], ["View · Cleo"]]


def test_short_options_share_a_row_and_long_ones_do_not() -> None:
    times = tuple(option(f"{hour}:00") for hour in range(10, 16))
    screen = chat.Screen(_("When?"), controls=(chat.Choice(_("Time"), times),))
    assert [len(row) for row in labels(shown(screen))] == [5, 1]
    long = (option("30 minutes for 25 dollars"), option("60 minutes for 40 dollars"))
    assert [
        len(row) for row in labels(shown(chat.Screen(_("x"), controls=(chat.Choice(_("y"), long),))))
    ] == [1, 1]


def test_what_is_chosen_is_said_above_the_options() -> None:
    first = chat.Choice(_("Time"), (option("10:00", hint="the last one"), option("11:00", chosen=True)))
    second = chat.Choice(_("Sort by"), (option("price"),))
    rendered = shown(chat.Screen(_("When?"), controls=(first, second)))
    assert text(rendered) == "When?\n\n👇 Time"
    assert labels(rendered) == [["10:00 · the last one"], ["✓ 11:00"], ["· Sort by ·"], ["price"]]


def test_a_link_of_the_world_is_a_button_and_any_other_is_written_out() -> None:
    links = [chat.Link(_("Pay"), url) for url in ("https://pay.example/x", "http://localhost:8080/p?a=1&b=<")]
    rendered = shown(chat.Screen(_("Pay"), controls=tuple(links)))
    assert data(rendered) == ["https://pay.example/x"]
    assert "Pay: http://localhost:8080/p?a=1&b=<" in text(rendered)


@pytest.mark.parametrize(
    "url",
    ["javascript:alert(1)", "https://localhost/x", "https://127.0.0.1/x", "https://[x", "tg://user?id=1"],
)
def test_an_address_that_telegram_refuses_is_no_button(url: str) -> None:
    assert not keyboard.is_pressable(url)


def test_a_picture_stands_above_its_text_in_one_message_with_the_buttons() -> None:
    screen = chat.Screen(_("When?"), controls=(chat.Button(_("Go"), to("go")),), files=(PHOTO,))
    rendered = shown(screen)
    assert rendered.before == ()
    assert rendered.main.file is PHOTO
    assert text(rendered) == "When?\n\nFree on Thursday"
    assert labels(rendered) == [["Go"]]


def test_a_picture_with_a_long_text_is_a_message_of_its_own() -> None:
    screen = chat.Screen(_("When?"), (chat.Paragraph(chat.Text("x " * 600)),), files=(PHOTO,))
    rendered = shown(screen)
    assert [message.file for message in rendered.before] == [PHOTO]
    assert rendered.main.file is None


def test_a_file_comes_before_the_screen_so_that_the_buttons_are_last() -> None:
    rendered = shown(chat.Screen(_("Yours"), files=(EVENT,)))
    assert [message.file for message in rendered.before] == [EVENT]
    assert rendered.in_one_place


@pytest.mark.parametrize("file", [PHOTO, EVENT])
def test_a_file_that_is_called_by_its_name_alone_is_called_once(file: chat.File) -> None:
    named = replace(file, alt=chat.Text("{name}", {"name": file.name}))
    rendered = shown(chat.Screen(_("Ben writes"), files=(named,)))
    assert [message.text for message in rendered.before] == [""] * len(rendered.before)
    assert text(rendered) == "Ben writes"


def test_a_long_text_is_several_messages_and_the_last_has_the_buttons() -> None:
    parts = tuple(chat.Paragraph(chat.Text("word " * 300)) for _n in range(4))
    rendered = shown(chat.Screen(_("Long"), parts, (chat.Button(_("Go"), to("go")),)))
    assert len(rendered.before) == 1
    assert not rendered.in_one_place
    assert all(not message.rows for message in rendered.before)
    assert labels(rendered) == [["Go"]]


def test_more_buttons_than_a_message_holds_go_on_in_the_next() -> None:
    choices = tuple(
        chat.Choice(_("Time"), tuple(option(f"{n}:{m:02}") for m in range(25))) for n in range(10)
    )
    rendered = shown(chat.Screen(_("When?"), controls=choices))
    boards = [message.rows for message in (*rendered.before, rendered.main)]
    assert sum(len(row) for rows in boards for row in rows) == 250
    assert all(sum(map(len, rows)) <= 100 for rows in boards)


def test_a_form_is_a_button_that_opens_it() -> None:
    form = chat.Form(_("Your brief"), (chat.Field("a", _("A")),), submit=to("send"), reopen=to("ask"))
    assert data(shown(chat.Screen(_("Hello"), form=form))) == ["ask"]


def test_a_group_offers_itself_its_topics_and_a_tag() -> None:
    picks = (
        chat.Pick(_("Mentor role"), chat.Entity.ROLE, to("set", "mentor"), given=True),
        chat.Pick(_("Staff role"), chat.Entity.ROLE, to("set", "staff")),
        chat.Pick(_("Notice channel"), chat.Entity.CHANNEL, to("set", "channel")),
    )
    rendered = shown(chat.Screen(_("Rules"), controls=picks), topics=(Topic(7, "News"),))
    assert labels(rendered) == [["Mentor"], ["· Notice channel ·"], ["This group", "# News"]]
    assert data(rendered) == ["~p:tag:set:mentor", "~", "~p:0:set:channel", "~p:7:set:channel"]
    assert "Staff here are the group's administrators" in text(rendered)


def test_every_part_is_shown() -> None:
    parts = (
        chat.Paragraph(_("Hello")),
        chat.Prose(chat.Markdown("**bold**")),
        chat.Facts((chat.Fact(_("Price"), "5"), chat.Fact(_("Length"), timedelta(hours=2)))),
        chat.Card(_("Ben"), (_("A line"),)),
        chat.Note(_("small")),
        chat.Note(_("print")),
    )
    rendered = shown(chat.Screen(_("Title"), parts, tone=chat.Tone.GOOD), lead="lead")
    assert text(rendered) == (
        "lead\n\n✅ Title\n\nHello\n\nbold\n\nPrice 5\nLength 2 hours\n\nBen\nA line\n\nsmall\nprint"
    )
