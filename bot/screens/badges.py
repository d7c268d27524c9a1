"""Roles of mentors' students: what they are called, and what staff hears of them."""

from collections.abc import Sequence

from core.chat import Fact, Facts, Note, Paragraph, Part, Screen, Series, Text, Tone, _
from core.people.mentors import Mentor

MOST: int = 20


def role_name(mentor: str) -> Text:
    """How the role that the bot makes is called."""
    return _("Active student of {name}", name=mentor)


def repaired(given: Sequence[str], taken: Sequence[str], stuck: Sequence[str]) -> Screen:
    """What the hourly look has put right, in one message; `stuck` are those whose roles could not be."""
    lists = ((_("Given back to"), given), (_("Taken from"), taken), (_("Could not be changed for"), stuck))
    facts = tuple(Fact(label, _names(found)) for label, found in lists if found)
    parts: list[Part] = [
        Paragraph(_("Some members' roles did not fit their seats. I have put that right.")),
        Facts(facts),
    ]
    if stuck:
        parts.append(_advice())
    return Screen(_("Roles put right"), tuple(parts), tone=Tone.NEUTRAL)


def stuck(names: Sequence[str]) -> Screen:
    """Roles that the bot may neither give nor take."""
    parts = (
        Paragraph(_("I may not change the roles of these members, so they do not fit their seats.")),
        Facts((Fact(_("Members"), _names(names)),)),
        _advice(),
    )
    return Screen(_("Roles that I may not change"), parts, tone=Tone.BAD)


def refused(mentor: Mentor) -> Screen:
    """A role that the bot may not make."""
    parts = (
        Paragraph(
            _("I wanted to make a role for the active students of {name}, but may not.", name=mentor.name)
        ),
        Note(_("Allow me Manage Roles and it is made with the next seat, or choose one of your own roles.")),
    )
    return Screen(_("A role is missing"), parts, tone=Tone.BAD)


def _names(found: Sequence[str]) -> Series:
    more = (_("{n} more", n=len(found) - MOST),) if len(found) > MOST else ()
    return Series((*found[:MOST], *more))


def _advice() -> Note:
    return Note(_("I need Manage Roles, and my own role has to stand above theirs."))
