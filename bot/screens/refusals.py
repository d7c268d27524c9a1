"""Every refusal as a sentence that names what was wrong and what would work."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from bot.screens import changing, times
from core.chat import (
    Button,
    Control,
    Note,
    Outcome,
    Paragraph,
    Route,
    Screen,
    Style,
    Text,
    Tone,
    Value,
    When,
    _,
    to,
)
from core.errors import Conflict, Forbidden, NotFound, Refusal
from core.money import Money
from core.schedule.times import Reason

FIELDS: Final[Mapping[str, Text]] = {
    "headline": _("Headline"),
    "bio": _("About you"),
    "topics": _("Topics"),
    "languages": _("Languages"),
    "university": _("University"),
    "degree": _("Degree"),
    "company": _("Company"),
    "reason": _("Reason"),
    "words": _("A few words"),
    "reply": _("Reply"),
    "topic": _("Topic"),
    "agenda": _("Agenda"),
    "ranges": _("Hours"),
    "items": _("Action items"),
    "objection": _("What happened"),
    "statement": _("Your view"),
    "note": _("Note"),
}

REASONS: Final[Mapping[Reason, Text]] = {
    Reason.VACATION: _("The mentor is away on these days."),
    Reason.NOTICE: _("It is too soon: mentors here need some notice."),
    Reason.HORIZON: _("It is too far ahead to be booked yet."),
    Reason.DAY_LIMIT: _("The mentor takes no more sessions on that day."),
    Reason.BUSY: _("Somebody was faster, or you are busy then yourself."),
    Reason.CLOSED: _("The mentor is not open then."),
}

OUTCOMES: Final = {
    NotFound: Outcome.UNKNOWN,
    Forbidden: Outcome.FORBIDDEN,
    Conflict: Outcome.CONFLICT,
}

LONGEST_WORDS: Final = 80
"""How much of what somebody typed is said back to them."""

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
    "money.unreadable": _("I cannot read “{value}” as an amount. Write it like 25 or 25.50."),
    "money.decimals": _("{currency} has at most {decimals} decimals."),
    "money.currency": _("Prices here are in {currency}."),
    "money.negative": _("A price cannot be below zero."),
    "money.high": _("The highest price is {highest}."),
    "money.low": _("A session must cost nothing or at least {lowest}; payments below that cannot be taken."),
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
    "booking.unknown": _("There is no such booking of yours."),
    "booking.forbidden": _("You cannot do this with this booking."),
    "booking.own": _("You cannot book yourself."),
    "booking.duration": _("A session of {length} is not offered."),
    "booking.taken": _("This time has just been taken."),
    "booking.not_free": _("This time is not free. {reason}"),
    "booking.late_taken": _("This time is not free any more."),
    "booking.too_fast": _("That was a lot of bookings at once. Wait a minute, please."),
    "booking.paused": _(
        "Your last {count} holds lapsed unpaid. You can book again from {until}; until then others get a chance."
    ),
    "booking.not_agreed": _("Say what the session is about and accept the terms first."),
    "booking.terms": _("Accept the cancellation terms to go on."),
    "booking.is_held": _("This booking waits for its payment."),
    "booking.is_confirmed": _("This booking is confirmed already."),
    "booking.is_completed": _("This session is over."),
    "booking.is_expired": _(
        "This hold has lapsed. You were not charged for it; book the time again if you like."
    ),
    "booking.is_canceled": _("This booking was canceled."),
    "booking.is_requested": _("This booking waits for the mentor's answer."),
    "booking.is_declined": _("The mentor declined this request."),
    "booking.is_student_no_show": _("This session is over: the student did not come."),
    "booking.is_mentor_no_show": _("This session is over: the mentor did not come."),
    "booking.is_disputed": _("This session is in dispute. The staff of the community decides it."),
    "booking.is_settled": _("This session is settled."),
    "booking.is_refunded": _("This session was refunded in full."),
    "request.soon": _("{name} accepts requests first and needs time to answer. Take a later time, please."),
    "request.many": _("You have {most} open requests already. Wait for an answer, or take one back."),
    "request.lapsed": _("This request is over: the time for an answer has passed."),
    "request.withdrawn": _("The student has taken this request back."),
    "attendance.early": _("You can say that you are here from {opens} on."),
    "attendance.over": _("The session ended {ended}."),
    "booking.code": _("There is no booking “{code}” in this community."),
    "refund.nothing": _("Say how much to give back."),
    "dispute.none": _("Nobody has objected to the outcome of this session."),
    "dispute.early": _("You can object once the session is over: 15 minutes after its end I say what I saw."),
    "dispute.late": _(
        "What became of this session has stood since {stood}, so it cannot be disputed any more. "
        "If something is still wrong, write to the staff of your community."
    ),
    "dispute.decided": _("The staff decided this dispute on {decided}. It cannot be opened again."),
    "dispute.yours": _("You have opened this dispute; the other side may say how they saw it."),
    "dispute.stated": _("You have said how you saw it. The staff decides now."),
    "dispute.own": _("You are one of the two of this booking, so somebody else has to decide."),
    "dispute.outcome": _("Choose what happened."),
    "room.none": _("This booking has no room: rooms open when a booking is confirmed."),
    "room.closed": _("This room is closed. It can be read, but nothing is sent from here any more."),
    "room.empty": _("There is nothing in this message. Write something, or send a file."),
    "room.long": _(
        "This message is too long, so none of it was sent. Keep it to {longest} characters, or send it in parts."
    ),
    "room.pace": _("Those were {most} messages within a minute. You can write again from {until}."),
    "room.gone": _("I do not have this message any more. Please write it again."),
    "room.files": _("At most {most} files go with one message. Nothing was sent."),
    "room.file_size": _("“{name}” is too large: a file may have at most {most} MB. Nothing was sent."),
    "room.file_kind": _(
        "I do not pass on files like “{name}”. These work: {kinds} and source code. Nothing was sent."
    ),
    "room.file_false": _(
        "“{name}” is not what its name says, or it is a program, so I do not pass it on. Nothing was sent."
    ),
    "room.file_away": _("I could not fetch “{name}”. Nothing was sent; please send it once more."),
    "note.mentor": _("Only the mentor writes the notes of a session. You can tick off the action items."),
    "note.many": _("A session has at most {most} notes."),
    "note.item_long": _("An action item may have at most {longest} characters. Write one a line."),
    "note.item_gone": _("This action item is not there any more."),
    "booking.begun": _("This session has begun already."),
    "quote.altered": _("This button is not one that I made for you."),
    "quote.expired": _("What I told you was good for five minutes. Look again at what comes back now."),
    "quote.moved": _("The session was moved since. Look again at what comes back now."),
    "move.same": _("The session is at this time already."),
    "move.not_free": _("It cannot be moved there. {reason}"),
    "move.raced": _("Somebody else has just moved this session. Look at it again."),
    "move.often": _("It was moved {most} times already. You can still cancel it."),
    "move.late": _("It can be moved until {ahead} before it starts. You can still cancel it."),
    "move.proposal": _("A mentor proposes other times, and the student decides."),
    "proposal.gone": _("This proposal is not open any more. The booking is as it was."),
    "proposal.times": _("Propose between one and {most} times."),
    "proposal.not_free": _("{time} is not free any more. {reason}"),
    "mentor.not_paused": _("{name}'s bookings are not paused."),
    "waitlist.free": _("{name} has free times. Take one of them."),
    "waitlist.waiting": _("You wait for {name} like this already. Leave that line first: /waitlist."),
    "waitlist.many": _("You wait in {most} lines already. Leave one of them first: /waitlist."),
    "waitlist.gone": _(
        "This offer is over: the time has gone to the next in line. /waitlist shows where you stand."
    ),
    "waitlist.unknown": _("You are not in this line."),
    "quiet.hours": _("Quiet hours lie between 00:00 and 24:00."),
    "quiet.long": _("Quiet hours last at most {most} hours."),
    "quiet.unreadable": _("I cannot read “{value}” as quiet hours. Write them like 22:00-08:00."),
    "agenda.time": _("The agenda comes between 00:00 and 23:59."),
    "agenda.unreadable": _("I cannot read “{value}” as a time. Write it like 07:30."),
    "wallet.short": _("There is not enough credit for this."),
    "wallet.gone": _(
        "Your wallet was to pay a part of it, and that credit is spent by now. You can have your payment back in full."
    ),
    "payment.unknown": _("I do not know this payment link."),
    "payment.down": _(
        "The payment provider does not answer at the moment. Nothing is lost: your time is held, try again shortly."
    ),
    "payment.refused": _(
        "The payment provider does not accept this payment. The staff of the community has been told."
    ),
    "payment.processing": _("Your payment is on its way. I will tell you as soon as it has arrived."),
    "payment.is_closing": _("This payment link is closed."),
    "payment.is_paid": _("This has been paid already. Thank you!"),
    "payment.is_processing": _("Your payment is on its way. I will tell you as soon as it has arrived."),
    "payment.is_expired": _("This payment link has expired."),
    "payment.is_failed": _("This payment did not work."),
    "refund.too_much": _("More than was paid cannot be given back."),
    "refund.unknown": _("I do not know this refund."),
    "refund.mended": _("Somebody has taken care of this refund already."),
    "review.stars": _("Give between one and five stars."),
    "review.closed": _("Reviews close a week after the session."),
    "review.given": _("You have reviewed this session already. Thank you!"),
    "review.unknown": _("There is no such review, or it is not for you to read."),
    "review.published": _("This review is published, so it cannot be changed any more."),
    "review.no_session": _("This session did not take place, so there is nothing to review."),
    "review.replied": _("You have replied to this review already."),
    "review.own": _("This is your own review."),
    "review.reported": _("You have reported this review already. The staff looks at it."),
    "review.own_case": _(
        "This review is about a session of yours. Somebody else of the staff has to decide."
    ),
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
    "policy.horizon": _("The horizon may be between {lowest} and {highest} days."),
    "policy.reminders": _(
        "Give up to five different reminders in minutes before the start, such as 1440, 60, 10."
    ),
    "policy.tiers": _(
        "Give up to five steps from many hours to 0, with shares that fall, such as 24:100, 4:50, 0:0."
    ),
}


def screen(refusal: Refusal, *, retry: Route | None, kept: bool = True) -> Screen:
    """What a person sees instead; with the nearest times where there are any, and a way to try again."""
    facts = refusal.facts
    controls: list[Control] = []
    nearest = facts.get("nearest", ())
    if nearest and "slug" in facts:
        controls.append(times.to_hold(facts["slug"], facts["minutes"], nearest))
    elif nearest and refusal.key.startswith("move."):
        controls.append(changing.to_move(facts["short"], nearest))
    elif nearest:
        controls.append(times.to_take(facts["short"], nearest))
    if refusal.key.startswith("quote.") and "short" in facts:
        controls.append(Button(_("See it again"), to("booking.quote", facts["short"]), Style.PRIMARY))
    elif retry is not None:
        controls.append(Button(_("Try again"), retry, Style.PRIMARY))
    elif refusal.key == "community.none":
        controls.append(Button(_("Choose one"), to("start"), Style.PRIMARY))
    elif "slug" in facts and "minutes" in facts:
        controls.append(Button(_("All free days"), to("book.days", facts["slug"], facts["minutes"], 0)))
    parts: tuple[Paragraph | Note, ...] = (Paragraph(sentence(refusal)),)
    if retry is not None and kept:
        parts += (Note(_("Nothing you typed is lost.")),)
    return Screen(_("That does not work"), parts, tuple(controls), tone=Tone.BAD)


def outcome(refusal: Refusal) -> Outcome:
    return next((found for kind, found in OUTCOMES.items() if isinstance(refusal, kind)), Outcome.INVALID)


def sentence(refusal: Refusal) -> Text:
    """The refusal's sentence with its facts filled in."""
    text = SENTENCES[refusal.key]
    said = {name: fact for name, fact in refusal.facts.items() if f"{{{name}}}" in text.msgid}
    return replace(text, values={name: _value(name, fact) for name, fact in said.items()})


def broken(reference: str) -> Screen:
    """Something that nobody expected; the reference stands in the log."""
    return Screen(
        _("Something went wrong"),
        (
            Paragraph(_("This is our fault, not yours. Nothing was changed.")),
            Note(_("If it happens again, tell the staff this reference: {reference}", reference=reference)),
        ),
        tone=Tone.BAD,
    )


def _value(name: str, fact: object) -> Value:
    if name == "field":
        return FIELDS[str(fact)]
    if isinstance(fact, Reason):
        return REASONS[fact]
    if isinstance(fact, datetime):
        return When(fact)
    if isinstance(fact, str) and len(fact) > LONGEST_WORDS:
        return fact[:LONGEST_WORDS].rstrip() + "…"
    return fact if isinstance(fact, str | int | Money | timedelta) else ""
