"""What can be said: one file a topic, each thin. Words are read, core is called, a screen comes back."""

from bot.commands import book, bookings, help, hours, mentoring, mentors, settings, setup, staff
from bot.router import Routes, merged


def table() -> Routes:
    """All commands and routes, in the order that help shows them."""
    topics = [mentors.routes, book.routes, bookings.routes, settings.routes, mentoring.routes, hours.routes]
    topics += [staff.routes, setup.routes]
    commands = [command for topic in topics for command in topic.commands]
    return merged([*topics, help.topic(commands)])
