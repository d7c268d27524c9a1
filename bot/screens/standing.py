"""How a mentor's cancellations stand: the warning, the pause, and the staff's way to end it."""

from core.booking.standing import Standing
from core.chat import Button, Note, Paragraph, Screen, Style, Text, Tone, _, _n, to
from core.people.mentors import Mentor


def warned(found: Standing, community: str) -> Screen:
    """For the mentor, in time."""
    kind = _(
        "Students of {community} count on your sessions. Propose other times rather than cancel.",
        community=community,
    )
    parts = (Paragraph(_counted(found)), Paragraph(kind), Note(_("If it goes on, new bookings are paused.")))
    return Screen(_("You have canceled more than once"), parts, (_desk(),), tone=Tone.WAITING)


def paused(found: Standing) -> Screen:
    """For the mentor: what is paused, and what is not."""
    parts = (
        Paragraph(_counted(found)),
        Paragraph(_("You get no new bookings until the staff resumes them. Your sessions stay as they are.")),
    )
    return Screen(_("Your bookings are paused"), parts, (_desk(),), tone=Tone.BAD)


def resumed() -> Screen:
    parts = (Paragraph(_("The staff has resumed your bookings. Students can book you again.")),)
    return Screen(_("You can be booked again"), parts, (_desk(),), tone=Tone.GOOD)


def to_decide(mentor: Mentor, found: Standing) -> Screen:
    """For staff: a mentor whose bookings are paused."""
    return Screen(
        _("{name}'s bookings are paused", name=mentor.name),
        (Paragraph(_about(found)), Paragraph(_("Talk to them, then resume their bookings."))),
        (
            Button(_("Resume bookings"), to("standing.resume", mentor.slug), Style.PRIMARY),
            Button(_("Profile"), to("mentor.show", mentor.slug)),
        ),
        subject=f"standing:{mentor.slug}",
        tone=Tone.WAITING,
    )


def opened(mentor: Mentor) -> Screen:
    """For staff, who have resumed them."""
    return Screen(
        _("{name} can be booked again", name=mentor.name),
        (Paragraph(_("I have told {name}.", name=mentor.name)),),
        (Button(_("Staff"), to("staff")),),
        subject=f"standing:{mentor.slug}",
        tone=Tone.GOOD,
    )


def note() -> Note:
    """On the desk and the profile of a mentor who is paused."""
    return Note(_("Bookings are paused at the moment."))


def _counted(found: Standing) -> Text:
    return _n(
        "You have canceled {n} session in the last 90 days, of {confirmed} confirmed.",
        "You have canceled {n} sessions in the last 90 days, of {confirmed} confirmed.",
        found.canceled,
        confirmed=found.confirmed,
    )


def _about(found: Standing) -> Text:
    return _n(
        "They canceled {n} session in the last 90 days, of {confirmed} confirmed.",
        "They canceled {n} sessions in the last 90 days, of {confirmed} confirmed.",
        found.canceled,
        confirmed=found.confirmed,
    )


def _desk() -> Button:
    return Button(_("My desk"), to("mentoring"))
