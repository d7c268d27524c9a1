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
    completing,
    disputes,
    help,
    hours,
    link,
    mentoring,
    mentors,
    notes,
    pack_care,
    pack_moves,
    pack_telling,
    pack_why,
    packs,
    plan_desk,
    plans,
    preferences,
    products,
    proposing,
    queues,
    reach,
    refunds,
    register,
    requests,
    reviews,
    rooms,
    seat_desk,
    seats,
    settings,
    setup,
    staff,
    standing,
    start,
    waitlist,
    wallet,
    ways,
)
from bot.router import Routes, merged


def table() -> Routes:
    """All commands and routes, in the order that help shows them."""
    topics = [mentors.routes, book.routes, bookings.routes, settings.routes, mentoring.routes, hours.routes]
    topics += [reviews.routes, attending.routes, completing.routes]
    topics += [staff.routes, register.routes, audit.routes, casework.routes, disputes.routes, queues.routes]
    topics += [setup.routes, ways.routes, browser.routes, link.routes, reach.routes]
    topics += [rooms.routes, notes.routes]
    topics += [requests.routes, again.routes]
    topics += [changing.routes, canceling.routes, proposing.routes, standing.routes]
    topics += [wallet.routes, refunds.routes]
    topics += [waitlist.routes, preferences.routes]
    topics += [plans.routes, plan_desk.routes]
    topics += [packs.routes, seats.routes, products.routes]
    topics += [pack_care.routes, pack_telling.routes, pack_moves.routes, pack_why.routes, seat_desk.routes]
    commands = [command for topic in topics for command in topic.commands]
    whole = merged([*topics, help.topic(commands)])
    return merged([whole, start.topic(whole)])
