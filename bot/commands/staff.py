"""`/staff`: what the community's staff decides."""

from sqlalchemy.orm import Session

from bot.commands import duty
from bot.router import Routes
from bot.screens import staff as screens
from bot.visit import Visit
from core.chat import Command, Screen, _
from core.desk import queues
from core.people import expertise, memberships, mentors, mentorship

routes = Routes()
routes.commands.append(Command("staff", _("For staff: what waits for a decision")))


@routes.read("staff")
def queue(session: Session, visit: Visit) -> Screen:
    community = visit.community(session)
    memberships.require_staff(session, community.id, visit.person(session), now=visit.now)
    return screens.queue(mentors.waiting(session, community.id), queues.counts(session, community.id))


@routes.read("staff.application")
def application(session: Session, visit: Visit) -> Screen:
    mentor = duty.mentor(session, visit)
    return screens.application(
        mentor, expertise.topics(session, mentor.id), expertise.languages(session, mentor.id)
    )


@routes.write("staff.approve")
def approve(session: Session, visit: Visit) -> Screen:
    mentor = duty.mentor(session, visit)
    mentorship.approve(session, mentor, visit.person(session), now=visit.now)
    return screens.decided(mentor)


@routes.read("staff.reject_form")
def reject_form(session: Session, visit: Visit) -> Screen:
    return screens.reject_form(duty.mentor(session, visit))


@routes.write("staff.reject", form="staff.reject_form")
def reject(session: Session, visit: Visit) -> Screen:
    mentor = duty.mentor(session, visit)
    mentorship.reject(session, mentor, visit.person(session), visit.answer("reason"), now=visit.now)
    return screens.decided(mentor)
