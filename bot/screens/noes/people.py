"""What is said when something is refused: people, communities, mentors and what anybody types."""

from collections.abc import Mapping
from typing import Final

from core.chat import Text, _

SENTENCES: Final[Mapping[str, Text]] = {
    "route.unknown": _("This button does not lead anywhere any more. Try /help."),
    "person.unknown": _("I do not know this person."),
    "browser.closed": _("I have no address on the web, so there is no page to open."),
    "browser.link": _("This link is not in use any more. Say /browser in your chat for a new one."),
    "browser.used": _("This link has been used already. Say /browser in your chat for a new one."),
    "browser.expired": _("This link was good for ten minutes. Say /browser in your chat for a new one."),
    "browser.unknown": _("This browser is signed out already."),
    "community.unknown": _("I do not know this community."),
    "community.none": _("Say this in a community that hosts me first, so that I know which one you mean."),
    "start.unknown": _("I do not know this link. It may be old or cut off."),
    "code.paused": _("Those were too many wrong codes. You can try again from {until}."),
    "link.wrong": _("This code does not work: mistyped, used or void. Say /link there for a new one."),
    "link.over": _("This code was good for ten minutes. Say /link there for a new one."),
    "link.self": _("This is your own code. Enter it on the other platform, from your other account."),
    "link.mentors": _(
        "Both accounts have a mentor's profile in {name}. A person has one there: ask the staff which should stay."
    ),
    "link.each_other": _(
        "These accounts are student and mentor of {code}. Nobody is their own student, so they cannot be joined."
    ),
    "link.plans": _("Both accounts pay for a plan in {name}. End one of the plans first: /plans."),
    "link.overlap": _(
        "Both accounts have something at one time: {code} and {other}, {starts}. Let one of them go first."
    ),
    "mail.none": _("I cannot send e-mail here."),
    "mail.address": _("I cannot read this as an e-mail address. Write it like ana@example.org."),
    "mail.soon": _("I have just sent a code. You can ask for another from {until}."),
    "mail.often": _("That was a lot of codes. You can ask for another from {until}."),
    "mail.wrong": _("This is not the code that I sent. Look at the latest mail."),
    "mail.over": _("There is no code waiting: it was used, or ten minutes are over. Ask for a new one."),
    "mail.taken": _(
        "Another account here has this address already. If it is yours, join the two with /link."
    ),
    "mail.refused": _("The mailbox of this address takes no mail. Is it written right?"),
    "mail.down": _("I could not send the mail just now. Try again in a minute."),
    "mail.unknown": _("This address is not yours any more."),
    "mentor.unknown": _("There is no such mentor here. /mentors shows who there is."),
    "mentor.not_bookable": _("{name} cannot be booked at the moment."),
    "mentor.applied": _("Your application is with the staff already. You will hear from me."),
    "mentor.approved": _("You are a mentor here already. /mentoring is your desk."),
    "mentor.rejected": _("Your application was not accepted. You can apply again with /mentoring."),
    "mentor.forbidden": _("Only the mentor can do this."),
    "mentor.decided": _("{name}'s application has been decided already."),
    "mentor.none": _("You are not a mentor here yet. /mentoring lets you apply."),
    "mentor.year": _("The graduation year must be between {lowest} and {highest}, such as {highest}."),
    "mentor.half_gone": _("The first half of the form is not here any more. Begin again with /mentoring."),
    "mentor.url": _("A video link starts with https://, has no spaces and leads to a public address."),
    "text.empty": _("“{field}” must not be empty."),
    "text.long": _("“{field}” may have at most {longest} characters."),
    "list.long": _("“{field}” may have at most {most} entries."),
    "language.unknown": _(
        "I do not know the language “{value}”. Write its name or code, such as English or en."
    ),
    "year.unreadable": _("I cannot read “{value}” as a year. Write it like 2024."),
    "number.unreadable": _("I cannot read “{value}” as a whole number."),
    "date.unreadable": _("I cannot read “{value}” as a date. Write it like 2026-11-26."),
    "time.unreadable": _("I cannot read “{value}” as hours. Write them like 09:00-12:00, 14:00-17:00."),
    "zone.unknown": _("I do not know the time zone “{zone}”. Search for a city, such as Kolkata or Berlin."),
    "hours.range": _("Hours must be in order, must not overlap, and must end after they start."),
    "hours.buffer": _("A buffer may be between 0 and {highest} minutes."),
    "hours.limit": _("The limit may be between 0 (none) and {highest} sessions a day."),
    "hours.weekday": _("There is no such day of the week."),
    "hours.past": _("This is in the past. Choose a day from today on."),
    "hours.far": _("This is more than a year ahead."),
    "hours.overlap": _("You have opened that time already."),
    "hours.vacation": _("The last day must not be before the first, and at most a year after it."),
    "mentor.left": _("You do not mentor here any more. /mentoring lets you apply again."),
    "mentor.seats": _("A mentor has between {lowest} and {highest} seats."),
    "mentor.not_paused": _("{name}'s bookings are not paused."),
    "quiet.hours": _("Quiet hours lie between 00:00 and 24:00."),
    "quiet.long": _("Quiet hours last at most {most} hours."),
    "quiet.unreadable": _("I cannot read “{value}” as quiet hours. Write them like 22:00-08:00."),
    "agenda.time": _("The agenda comes between 00:00 and 23:59."),
    "agenda.unreadable": _("I cannot read “{value}” as a time. Write it like 07:30."),
    "setup.forbidden": _("Only those who may manage the community can do this."),
    "setup.place": _("Pick one of the community's own roles or channels."),
    "setup.rule": _("There is no such rule."),
    "setup.choice": _("“{value}” is not one of the choices."),
    "staff.forbidden": _("Only the community's staff can do this."),
    "policy.language": _("I do not speak “{language}” yet."),
    "policy.currency": _(
        "Payments in “{currency}” cannot be taken here. Use a code such as USD, EUR or INR."
    ),
    "policy.commission": _("The commission may be between 0 and 90 %."),
    "policy.hold": _("The hold may last between {lowest} and {highest} minutes."),
    "policy.notice": _("The lead time may be between {lowest} and {highest} minutes."),
    "policy.grid": _("The grid may be between {lowest} and {highest} minutes."),
    "policy.request": _("A request may wait between {lowest} and {highest} hours."),
    "policy.accepted_hold": _("An accepted time may be held between {lowest} and {highest} minutes."),
    "policy.move": _("The limit for moves is between {lowest} and {highest} hours before the start."),
    "policy.moves": _("A student may move a booking between {lowest} and {highest} times."),
    "policy.no_show": _("A no-show counts after {lowest} to {highest} minutes."),
    "policy.dispute": _("An outcome stands after {lowest} to {highest} hours."),
    "policy.room": _("A room may stay open between {lowest} and {highest} days."),
    "policy.grace": _("A seat may be kept between {lowest} and {highest} hours."),
    "policy.horizon": _("The horizon may be between {lowest} and {highest} days."),
    "policy.reminders": _(
        "Give up to five different reminders in minutes before the start, such as 1440, 60, 10."
    ),
    "policy.tiers": _(
        "Give up to five steps from many hours to 0, with shares that fall, such as 24:100, 4:50, 0:0."
    ),
}
