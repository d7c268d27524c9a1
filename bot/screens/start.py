"""The first words in a private chat, and the choice of the community that is meant there."""

from collections.abc import Sequence

from core.chat import (
    Button,
    Choice,
    Control,
    Note,
    Option,
    Paragraph,
    Part,
    Route,
    Screen,
    Style,
    Text,
    Tone,
    _,
    to,
)
from core.people.communities import Community

MOST = 25


def hello(
    home: Community | None,
    known: Sequence[Community],
    offered: Sequence[Community],
    *,
    problem: Text | None = None,
) -> Screen:
    """`home` is the community that is meant here, `known` are the person's, `offered` are open to all."""
    parts: list[Part] = [Paragraph(problem)] if problem else []
    controls: list[Control] = [
        Button(_("Find a mentor"), to("mentors"), Style.PRIMARY),
        Button(_("Your bookings"), to("bookings")),
        Button(_("Help"), to("help")),
    ]
    if home is not None:
        parts.append(Paragraph(_("Find a mentor, take a time, pay by the link: I remind you of the rest.")))
        parts.append(Note(_("Here I speak of {community}.", community=home.name)))
    elif len(offered) == 1:
        (only,) = offered
        parts.append(Paragraph(_("I book sessions with the mentors of {community}.", community=only.name)))
        look = Button(_("Look around in {community}", community=only.name), _into(only), Style.PRIMARY)
        controls = [look, *controls[1:]]
    elif offered:
        parts.append(Paragraph(_("I book sessions with mentors. Choose whose you would like to see.")))
        controls = [_switch(home, offered), *controls[1:]]
    else:
        parts.append(Paragraph(_("Open a mentor's link, or say /mentors in a community that hosts me.")))
        controls = controls[1:]
    if len(known) > 1:
        controls.append(_switch(home, known))
    title = _("That does not work") if problem else _("Hello")
    return Screen(title, tuple(parts), tuple(controls), tone=Tone.BAD if problem else Tone.NEUTRAL)


def _switch(home: Community | None, known: Sequence[Community]) -> Choice:
    options = (
        Option(
            _("{community}", community=each.name), _into(each), chosen=home is not None and each.id == home.id
        )
        for each in known[:MOST]
    )
    return Choice(_("The community I speak of here"), tuple(options))


def _into(community: Community) -> Route:
    return to("start.in", community.id)
