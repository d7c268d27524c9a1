"""Letters about people themselves: applications, joined accounts, browsers."""

from typing import Final

from sqlalchemy.orm import Session

from bot.letters.writing import Due, Writers
from bot.screens import browser, link, staff
from bot.screens import notices as screens
from core.chat import Screen
from core.history import History
from core.messages import outbox
from core.people import browsers, communities, expertise, mentors, people


def application(session: Session, due: Due) -> Screen:
    mentor = mentors.find(session, due.notice.subject_id)
    topics = expertise.topics(session, mentor.id)
    return staff.application(mentor, topics, expertise.languages(session, mentor.id))


def approved(session: Session, due: Due) -> Screen:
    mentor = mentors.find(session, due.notice.subject_id)
    return screens.approved(mentor, communities.find(session, mentor.community_id).name)


def rejected(session: Session, due: Due) -> Screen:
    mentor = mentors.find(session, due.notice.subject_id)
    return screens.rejected(mentor, communities.find(session, mentor.community_id).name)


def entered(session: Session, due: Due) -> Screen:
    return browser.entered(browsers.find(session, due.notice.subject_id))


def joined(session: Session, due: Due) -> Screen:
    """The revision is the row of history that tells of it."""
    row = session.get_one(History, due.notice.revision)
    found = row.facts.get("accounts")
    moved = [(platform, name) for platform, name in found] if isinstance(found, list) else []
    return link.news(moved, people.identities(session, due.notice.person_id), row.at)


WRITERS: Final[Writers] = {
    "application": application,
    "approved": approved,
    "rejected": rejected,
    "entered": entered,
    outbox.JOINED: joined,
}
