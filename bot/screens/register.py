"""`/bookings-admin`: the community's bookings as its staff looks for them."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Final

from bot.screens.bookings import STATES
from core.chat import (
    Button,
    Card,
    Code,
    Control,
    Field,
    FieldKind,
    FieldOption,
    Form,
    Paragraph,
    Screen,
    Style,
    When,
    _,
    _n,
    to,
)
from core.desk.register import PAGE, Entry, Found

ANY: Final = "any"


def listing(found: Found, key: str) -> Screen:
    """One page of what fits, each with its card behind a button. `key` names the filters."""
    title = _("Bookings")
    controls: list[Control] = []
    if found.page:
        controls.append(Button(_("Back"), to("desk.list", key, found.page - 1)))
    if (found.page + 1) * PAGE < found.count:
        controls.append(Button(_("More"), to("desk.list", key, found.page + 1)))
    controls += [
        Button(_("Filter"), to("desk.filter_form", key), Style.PRIMARY),
        Button(_("What waits"), to("staff")),
    ]
    if not found.count:
        return Screen(title, (Paragraph(_("No booking fits.")),), tuple(controls))
    count = _n("{n} booking.", "{n} bookings.", found.count)
    return Screen(title, (Paragraph(count), *map(_card, found.entries)), tuple(controls))


def filter_form(given: Mapping[str, str], key: str) -> Screen:
    title = _("Which bookings?")
    states = (FieldOption(ANY, _("Any state")), *(FieldOption(state, name) for state, name in STATES.items()))
    day = _("A date such as 2026-11-26")
    fields = (
        Field("state", _("State"), FieldKind.CHOICE, default=given.get("state") or ANY, options=states),
        Field("mentor", _("Mentor"), default=given.get("mentor", ""), required=False, max_length=100),
        Field("student", _("Student"), default=given.get("student", ""), required=False, max_length=100),
        Field("since", _("From day"), hint=day, default=given.get("since", ""), required=False),
        Field("until", _("To day"), hint=day, default=given.get("until", ""), required=False),
    )
    form = Form(title, fields, to("desk.filter", key), to("desk.filter_form", key), _("Show them"))
    return Screen(title, form=form)


def _card(entry: Entry) -> Card:
    booking = entry.booking
    return Card(
        _("{mentor} and {student}", mentor=entry.mentor, student=entry.student),
        (
            _("{time}", time=When(booking.starts_at)),
            _(
                "{state} · {length} · {code}",
                state=STATES[booking.state],
                length=timedelta(minutes=booking.minutes),
                code=Code(booking.code),
            ),
        ),
        Button(_("Open"), to("desk.booking", booking.short)),
    )
