"""What can be said: one file a topic, each thin. Words are read, core is called, a screen comes back."""

from bot.commands import (
    again,
    attending,
    audit,
    book,
    bookings,
    browser,
    canceling,
    casework,
    changing,
    disputes,
    help,
    hours,
    link,
    mentoring,
    mentors,
    notes,
    preferences,
    proposing,
    queues,
    reach,
    refunds,
    register,
    requests,
    reviews,
    rooms,
    settings,
    setup,
    staff,
    standing,
    start,
    waitlist,
    wallet,
)
from bot.router import Routes, merged


def table() -> Routes:
    """All commands and routes, in the order that help shows them."""
    topics = [mentors.routes, book.routes, bookings.routes, settings.routes, mentoring.routes, hours.routes]
    topics += [reviews.routes, attending.routes]
    topics += [staff.routes, register.routes, audit.routes, casework.routes, disputes.routes, queues.routes]
    topics += [setup.routes, browser.routes, link.routes, reach.routes]
    topics += [rooms.routes, notes.routes]
    topics += [requests.routes, again.routes]
    topics += [changing.routes, canceling.routes, proposing.routes, standing.routes]
    topics += [wallet.routes, refunds.routes]
    topics += [waitlist.routes, preferences.routes]
    commands = [command for topic in topics for command in topic.commands]
    whole = merged([*topics, help.topic(commands)])
    return merged([whole, start.topic(whole)])
