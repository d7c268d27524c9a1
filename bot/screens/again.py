"""Booking again: the same weekday and clock as one button, other times beside it."""

from bot.screens import times
from bot.visit import stamp
from core.booking.again import Again
from core.booking.life import Booking
from core.chat import Button, Control, Note, Paragraph, Part, Screen, Style, Tone, When, _, to


def button(booking: Booking) -> Button:
    """The way here from a booking's card."""
    return Button(_("Book again"), to("again", booking.short), Style.PRIMARY)


def offer(found: Again) -> Screen:
    """What can be booked in the stead of a past booking."""
    mentor, minutes = found.mentor, found.booking.minutes
    title = _("Book {name} again", name=mentor.name)
    if not mentor.is_bookable:
        off = Paragraph(_("{name} cannot be booked at the moment.", name=mentor.name))
        return Screen(title, (off,), (_find_another(),), tone=Tone.BAD)
    all_times = Button(_("Other duration"), to("book.mentor", mentor.slug))
    if found.price is None:
        gone = Paragraph(_("{name} does not offer this duration any more.", name=mentor.name))
        return Screen(title, (gone,), (all_times, _find_another()), tone=Tone.WAITING)
    controls: list[Control] = []
    if found.start is not None:
        held = to("book.hold", mentor.slug, minutes, stamp(found.start))
        controls.append(Button(_("Take {time}", time=When(found.start)), held, Style.PRIMARY))
    if found.others:
        controls.append(times.to_hold(mentor.slug, minutes, found.others))
    controls.append(Button(_("All days"), to("book.days", mentor.slug, minutes, 0)))
    return Screen(title, tuple(_words(found)), tuple(controls))


def _words(found: Again) -> list[Part]:
    parts: list[Part] = []
    if found.start is not None:
        parts.append(Paragraph(_("The same time comes round on {time}.", time=When(found.start))))
    elif found.others:
        parts.append(
            Paragraph(_("The same time is not free in the next weeks. These are the nearest that are."))
        )
    else:
        parts.append(Paragraph(_("Nothing of {name} is free at the moment.", name=found.mentor.name)))
    if found.has_pack:
        parts.append(Note(_("One session of your pack pays for it.")))
    elif found.has_new_price and found.price is not None:
        before, price = found.booking.price, found.price
        parts.append(
            Paragraph(_("It cost {before} last time; it costs {price} now.", before=before, price=price))
        )
    elif found.price is not None and found.booking.pack_id is not None:
        parts.append(Note(_("It costs {price}.", price=found.price)))
    elif found.price is not None:
        parts.append(Note(_("It costs {price}, as last time.", price=found.price)))
    return parts


def _find_another() -> Button:
    return Button(_("Find a mentor"), to("mentors"), Style.PRIMARY)
