"""The time-zone guardian: both wall clocks of a session, and the days on which one of them jumps before it."""

from bot.screens.view import View
from core.booking.life import BookingState
from core.chat import City, Clock, Note, Part, _
from core.schedule import clocks
from core.schedule.clocks import Change, Zones


def words(view: View) -> list[Part]:
    """What to know of the clocks before a session that is confirmed and still to come."""
    booking, zones = view.booking, view.zones
    if zones is None or booking.state is not BookingState.CONFIRMED or booking.starts_at <= view.now:
        return []
    return [*_both(view, zones), *_unknown(zones), *_changes(view, zones)]


def _both(view: View, zones: Zones) -> list[Part]:
    """Where the other one's zone is not known, it is not guessed."""
    at, own, other = view.booking.starts_at, zones.read_in, zones.other
    if not other or not clocks.differ(own, other, at):
        return []
    with_day = clocks.on_other_days(own, other, at)
    return [
        Note(
            _(
                "{own} for you ({city}), {other} for {name} ({other_city}).",
                own=Clock(at, own, with_day),
                city=City(own),
                other=Clock(at, other, with_day),
                name=view.other,
                other_city=City(other),
            )
        )
    ]


def _unknown(zones: Zones) -> list[Part]:
    if zones.own:
        return []
    return [
        Note(
            _(
                "You have not told me your time zone, so this is {city}, the community's. /settings changes it.",
                city=City(zones.fallback),
            )
        )
    ]


def _changes(view: View, zones: Zones) -> list[Part]:
    read = dict.fromkeys(zone for zone in (zones.read_in, zones.other) if zone)
    found = (clocks.change(zone, view.now, view.booking.starts_at) for zone in read)
    return [_jump(change) for change in found if change is not None]


def _jump(change: Change) -> Note:
    return Note(
        _(
            "The clocks change on {day} in {city}, before this session.",
            day=change.on,
            city=City(change.zone),
        )
    )
