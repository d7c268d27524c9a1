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
    topics = [mentors.routes, book.routes, bookings.routes, requests.routes, again.routes]
    topics += [changing.routes, canceling.routes, proposing.routes, standing.routes]
    topics += [reviews.routes, attending.routes, rooms.routes, notes.routes]
    topics += [packs.routes, seats.routes, plans.routes, waitlist.routes, wallet.routes, refunds.routes]
    topics += [settings.routes, preferences.routes, reach.routes, link.routes, browser.routes]
    topics += [mentoring.routes, hours.routes, completing.routes, products.routes]
    topics += [pack_care.routes, pack_telling.routes, pack_moves.routes, pack_why.routes, seat_desk.routes]
    topics += [staff.routes, register.routes, audit.routes, casework.routes, disputes.routes, queues.routes]
    topics += [setup.routes, ways.routes, plan_desk.routes]
    commands = [command for topic in topics for command in topic.commands]
    whole = merged([*topics, help.topic(commands)])
    return merged([whole, start.topic(whole)])
