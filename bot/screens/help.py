"""Help, made from the table of commands."""

from collections.abc import Sequence

from core.chat import Button, Command, Control, Fact, Facts, Note, Paragraph, Part, Screen, Style, _, to


def overview(commands: Sequence[Command], *, unknown: str = "", nearest: Command | None = None) -> Screen:
    """Every command in a line; a word that is none is answered with the nearest that is."""
    parts: list[Part] = []
    controls: list[Control] = []
    if unknown and nearest:
        parts.append(
            Paragraph(
                _("I do not know “{word}”. Did you mean {command}?", word=unknown, command=nearest.word)
            )
        )
        controls.append(Button(_("{command}", command=nearest.word), to(nearest.name), Style.PRIMARY))
    elif unknown:
        parts.append(Paragraph(_("I do not know “{word}”.", word=unknown)))
    parts.append(Facts(tuple(Fact(_("{command}", command=c.word), c.description) for c in commands)))
    parts.append(Note(_("Find a mentor, take a time, pay by the link: I remind you of the rest.")))
    if not unknown:
        controls.append(Button(_("Find a mentor"), to("mentors"), Style.PRIMARY))
        controls.append(Button(_("Your bookings"), to("bookings")))
    return Screen(_("What I can do"), tuple(parts), tuple(controls))


def one(command: Command) -> Screen:
    """One command with its options."""
    parts: list[Part] = [Paragraph(command.description)]
    if command.options:
        parts.append(Facts(tuple(Fact(_("{option}", option=o.word), o.description) for o in command.options)))
    if command.managers:
        parts.append(Note(_("Only for those who may manage the community.")))
    return Screen(
        _("{command}", command=command.word), tuple(parts), (Button(_("All commands"), to("help")),)
    )


def welcome() -> Screen:
    """For the owner of a community that has just taken me in."""
    return Screen(
        _("Thank you for hosting me"),
        (
            Paragraph(_("Students can book mentors here as soon as there are mentors.")),
            Facts(
                (
                    Fact(
                        _("First"),
                        _("/setup in your community: currency, time zone, mentor role, notice channel"),
                    ),
                    Fact(_("Then"), _("mentors apply with /mentoring, you approve them with /staff")),
                    Fact(_("After that"), _("students find them with /mentors")),
                )
            ),
        ),
    )
