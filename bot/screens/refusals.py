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
    "name": _("Name"),
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
    "plan": _("Name of the plan"),
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
    "complete.early": _("The session begins {starts}. You can say that it is done from then on."),
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
    "mentor.left": _("You do not mentor here any more. /mentoring lets you apply again."),
    "pack.code": _("There is no pack “{code}” that you may see here."),
    "pack.nothing_left": _("No session of this pack is left that is not booked."),
    "pack.not_left": _("There is nothing to choose for this pack any more. /packs shows how it stands."),
    "pack.empty": _("The pack has only {left} sessions that can be taken."),
    "adjust.by": _("Add or take between 1 and {most} sessions, such as 1 or -1."),
    "extend.days": _("A pack can be extended by 1 to {most} days."),
    "transfer.same": _("The pack is with {name} already."),
    "transfer.length": _("{name} has no sessions of {length}, so the pack cannot be theirs."),
    "told.soon": _("They were told a moment ago. You can have them told again from {until}."),
    "told.unpaid": _("This pack is not paid, so there is nothing to tell."),
    "told.no_seat": _("There is no seat any more that could be renewed."),
    "told.no_grace": _("This seat is not about to go: there is still something to book or booked."),
    "quote.changed": _("The pack has changed since. Look again at what comes back now."),
    "move.pack_ends": _(
        "A session of this pack pays for it, and the pack ends {until}. Choose a time before then."
    ),
    "move.same": _("The session is at this time already."),
    "move.not_free": _("It cannot be moved there. {reason}"),
    "move.raced": _("Somebody else has just moved this session. Look at it again."),
    "move.often": _("It was moved {most} times already. You can still cancel it."),
    "move.late": _("It can be moved until {ahead} before it starts. You can still cancel it."),
    "move.proposal": _("A mentor proposes other times, and the student decides."),
    "proposal.gone": _("This proposal is not open any more. The booking is as it was."),
    "proposal.times": _("Propose between one and {most} times."),
    "proposal.not_free": _("{time} is not free any more. {reason}"),
    "mentor.seats": _("A mentor has between {lowest} and {highest} seats."),
    "product.unknown": _("I do not know this pack. /packs shows what there is."),
    "product.retired": _("This pack is not sold any more. /packs shows what there is."),
    "product.changed": _(
        "This pack has changed since you saw it. “{name}” is {sessions} × {length} for {price} now."
    ),
    "product.many": _("At most {most} packs can be on sale. Take one off sale first."),
    "product.sessions": _("A pack has {lowest} to {highest} sessions."),
    "product.days": _("A pack is valid for {lowest} to {highest} days."),
    "product.forbidden": _("Only the staff, and a mentor for themselves, put packs on sale."),
    "pack.unknown": _("There is no such pack of yours. /packs shows what you have."),
    "pack.own": _("You cannot buy your own sessions."),
    "pack.too_fast": _("That was a lot of packs at once. Wait a minute, please."),
    "pack.paused": _(
        "Your last {count} packs were not paid. You can buy again from {until}; until then others get a chance."
    ),
    "pack.is_held": _("This pack waits for its payment."),
    "pack.is_active": _("This pack is paid already. /packs shows it."),
    "pack.is_used": _("This pack is used up. You can renew it: /packs."),
    "pack.is_expired": _("This pack has ended. You can renew it: /packs."),
    "pack.is_refunded": _("This pack was refunded."),
    "pack.is_lapsed": _("This pack was not paid in time. You were not charged; get it again with /packs."),
    "pack.is_canceled": _("This pack was let go. Get it again with /packs."),
    "seat.unknown": _("You are not in this line. /packs shows where you wait."),
    "seat.yours": _("You have a seat with {name} already, so there is nothing to wait for: /packs."),
    "seat.free": _("{name} has a free seat. You can buy a pack at once: /packs."),
    "seat.many": _("You wait for {most} seats already. Leave one of the lines first: /packs."),
    "seat.gone": _(
        "This offer is over: the seat has gone to the next in line. /packs shows where you stand."
    ),
    "seat.none": _("{name} has no free seat at the moment. You can wait for one: /packs."),
    "seat.over": _(
        "Your seat with {name} was kept as long as it could be. /packs shows what you can do now."
    ),
    "seat.is_reserved": _("This seat is only reserved so far."),
    "seat.is_active": _("This seat is in use."),
    "seat.is_grace": _("This seat is in its grace period."),
    "seat.is_released": _("This seat has been released already. /packs shows what you can do now."),
    "mentor.not_paused": _("{name}'s bookings are not paused."),
    "plan.unknown": _("There is no such plan here."),
    "plan.minutes": _("A plan includes between 0 and {most} minutes a month."),
    "plan.discount": _(
        "The discount may be between 0 and {most} %: the community carries it out of its commission."
    ),
    "plan.priority": _("Members may book between 0 and {most} hours before others."),
    "plan.many": _("At most {most} plans are on sale at once. Take one of them off sale first."),
    "plan.no_provider": _(
        "No provider that takes monthly payments is set up here, so a plan can only cost nothing."
    ),
    "plan.retired": _("{name} is not on sale any more. Whoever has it keeps it."),
    "plan.have": _("You have {name} already."),
    "plan.running": _("You have {name} already. You can change it to another plan: /plans."),
    "plan.end_first": _("End {name} first. When its month is over you can take a plan that costs nothing."),
    "plan.paid_already": _("Your payment for {name} has arrived meanwhile, so it is yours: /plans."),
    "plan.used_up": _("There are not enough minutes left in your plan."),
    "plan.down": _(
        "The payment provider does not answer at the moment. Nothing was changed; try again shortly."
    ),
    "plan.refused": _("The payment provider does not accept this plan. You were not charged."),
    "plan.change_refused": _(
        "The payment provider did not make this change, so you keep the plan that you have. "
        "Perhaps your card was declined."
    ),
    "plan.is_pending": _("This plan waits for its first payment."),
    "plan.is_active": _("This plan is running already."),
    "plan.is_past_due": _("A payment for this plan is open. Pay it first: /plans."),
    "plan.is_ended": _("This plan has ended."),
    "plan.is_lapsed": _("Nobody paid for this plan in time. Choose it again if you like: /plans."),
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
    "payment.no_way": _("No way to pay that is open here takes {amount}. Please ask the community's staff."),
    "payment.not_offered": _("This way to pay is not offered here any more. Choose another one."),
    "payment.too_many": _(
        "You have changed the way to pay very often. Pay by the link that is open, or let it go and begin again."
    ),
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
    "ways.none": _("At least one way to pay has to stay on."),
    "ways.currency": _(
        "None of these takes {currency}. Leave one on that does, or change the currency first."
    ),
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
    elif refusal.key.startswith("quote.") and "pack" in facts:
        controls.append(Button(_("See it again"), to("pack.quote", facts["pack"]), Style.PRIMARY))
    elif retry is not None:
        controls.append(Button(_("Try again"), retry, Style.PRIMARY))
    elif refusal.key == "community.none":
        controls.append(Button(_("Choose one"), to("start"), Style.PRIMARY))
    elif "slug" in facts and "minutes" in facts:
        controls.append(Button(_("All free days"), to("book.days", facts["slug"], facts["minutes"], 0)))
    controls += _about_packs(refusal)
    parts: tuple[Paragraph | Note, ...] = (Paragraph(sentence(refusal)),)
    if retry is not None and kept:
        parts += (Note(_("Nothing you typed is lost.")),)
    return Screen(_("That does not work"), parts, tuple(controls), tone=Tone.BAD)


def _about_packs(refusal: Refusal) -> list[Control]:
    """The line where no seat is free, and what is sold now."""
    facts = refusal.facts
    if refusal.key == "seat.none" and "product" in facts:
        wait = to("seat.join", facts["slug"], facts["product"])
        return [Button(_("Wait for a seat"), wait, Style.PRIMARY)]
    if refusal.key == "product.changed" and "product" in facts:
        now = to("pack.buy", facts["product"], facts["slug"], facts["revision"])
        return [Button(_("Buy it like this"), now, Style.PRIMARY), Button(_("Your packs"), to("packs"))]
    if refusal.key == "seat.free" and "slug" in facts:
        return [Button(_("See the packs"), to("packs.mentor", facts["slug"]), Style.PRIMARY)]
    return []


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
