"""What is said when something is refused: bookings and everything around them."""

from collections.abc import Mapping
from typing import Final

from core.chat import Text, _

SENTENCES: Final[Mapping[str, Text]] = {
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
    "booking.other_means": _(
        "It cannot be paid for like that any more. /packs and /plans show what you have; the time is still yours."
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
    "waitlist.free": _("{name} has free times. Take one of them."),
    "waitlist.waiting": _("You wait for {name} like this already. Leave that line first: /waitlist."),
    "waitlist.many": _("You wait in {most} lines already. Leave one of them first: /waitlist."),
    "waitlist.gone": _(
        "This offer is over: the time has gone to the next in line. /waitlist shows where you stand."
    ),
    "waitlist.unknown": _("You are not in this line."),
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
}
