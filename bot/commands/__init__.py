"""What can be said: one file a topic, each thin. Words are read, core is called, a screen comes back."""

from bot.commands import (
    book,
    bookings,
    browser,
    help,
    hours,
    link,
    mentoring,
    mentors,
    reach,
    settings,
    setup,
    staff,
    start,
)
from bot.router import Routes, merged


def table() -> Routes:
    """All commands and routes, in the order that help shows them."""
    topics = [mentors.routes, book.routes, bookings.routes, settings.routes, mentoring.routes, hours.routes]
    topics += [staff.routes, setup.routes, browser.routes, link.routes, reach.routes]
    commands = [command for topic in topics for command in topic.commands]
    whole = merged([*topics, help.topic(commands)])
    return merged([whole, start.topic(whole)])
