"""What the bot must be allowed in a channel before it can be taken for a place, said in the platform's own words."""

from collections.abc import Collection, Mapping, Sequence
from typing import Final

from core.chat import Button, Paragraph, Screen, Series, Text, Tone, _, to

NEEDS: Final[Mapping[str, Sequence[str]]] = {
    "sessions_channel": (
        "text_channel",
        "view_channel",
        "send_messages",
        "create_private_threads",
        "send_messages_in_threads",
        "manage_threads",
    ),
}
NAMES: Final[Mapping[str, Text]] = {
    "text_channel": _("a plain text channel, for others have no private threads"),
    "view_channel": _("View Channel"),
    "send_messages": _("Send Messages"),
    "create_private_threads": _("Create Private Threads"),
    "send_messages_in_threads": _("Send Messages in Threads"),
    "manage_threads": _("Manage Threads"),
}


def missing(place: str, lacks: Collection[str]) -> list[str]:
    """What a place needs of what the platform says the bot lacks."""
    return [each for each in NEEDS.get(place, ()) if each in lacks]


def unusable(label: Text, name: str, permissions: Sequence[str]) -> Screen:
    """A channel that was picked, but where the bot could not do what it is for."""
    wanted = Series(tuple(NAMES[each] for each in permissions))
    return Screen(
        _("Change: {rule}", rule=label),
        (
            Paragraph(
                _(
                    "I may not do enough in {name} yet. Still missing: {permissions}.",
                    name=name,
                    permissions=wanted,
                )
            ),
            Paragraph(_("Allow me that in the channel's settings, then pick it again. Nothing was changed.")),
        ),
        (Button(_("Back to the rules"), to("setup")),),
        tone=Tone.BAD,
    )
