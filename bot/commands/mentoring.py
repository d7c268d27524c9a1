"""`/mentoring`: the mentor's desk, from the application to the schedule."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

from sqlalchemy.orm import Session

from bot import reading
from bot.router import Routes, filled
from bot.screens import applying
from bot.screens import mentoring as screens
from bot.visit import Visit, primary
from core import drafts
from core.booking import diary, openings, requests, ways
from core.chat import Button, Command, Paragraph, Screen, _, to
from core.errors import Invalid, NotFound
from core.money import Money
from core.people import expertise, mentors, mentorship, people, rates
from core.people.applications import Application
from core.people.mentors import Mentor, MentorState
from core.schedule import timetable

routes = Routes()
routes.commands.append(Command("mentoring", _("Mentor here: apply, open hours, see who comes")))
ABOUT = "mentoring.apply_form"


@routes.read("mentoring")
def desk(session: Session, visit: Visit) -> Screen:
    community = visit.community(session)
    mentor = mentors.of_person(session, community.id, visit.arrival.person_id)
    if mentor is None or mentor.state is MentorState.LEFT:
        return applying.stranger(community.name)
    if mentor.state is MentorState.APPLIED:
        return applying.waiting(mentor)
    if mentor.state is MentorState.REJECTED:
        return applying.rejected(mentor)
    opening = openings.of(session, mentor, now=visit.now)
    return screens.desk(
        mentor,
        has_hours=bool(opening.hours.weekly or opening.hours.dated or opening.hours.singles),
        away=timetable.is_away(session, mentor.id),
        new_currency=community.policy.currency if community.policy.currency != mentor.currency else "",
        asked=len(requests.waiting(session, mentor.id, now=visit.now)),
        coming=len(diary.of_mentor(session, mentor.id, now=visit.now)),
        next_free=opening.first(min(rates.prices(session, mentor), default=mentors.SHORTEST)),
    )


@routes.read("mentoring.apply_form")
def about_form(session: Session, visit: Visit) -> Screen:
    screen = _about_form(session, visit)
    kept = drafts.kept(session, visit.arrival.person_id, _kept_as(visit))
    return replace(screen, form=screen.form and filled(screen.form, kept))


@routes.write("mentoring.apply_more", form=ABOUT)
def about(session: Session, visit: Visit) -> Screen:
    """The first form is checked at once and kept until the second is sent."""
    _check(session, visit, visit.answers, {})
    drafts.keep(session, visit.arrival.person_id, _kept_as(visit), visit.answers, now=visit.now)
    return applying.more(changing=_mine(session, visit) is not None)


@routes.read("mentoring.apply_more_form")
def background_form(session: Session, visit: Visit) -> Screen:
    return applying.background_form(_mine(session, visit))


@routes.write("mentoring.apply", form="mentoring.apply_more_form")
def apply(session: Session, visit: Visit) -> Screen:
    kept = drafts.kept(session, visit.arrival.person_id, _kept_as(visit))
    if not kept:
        raise NotFound("mentor.half_gone")
    application = _check(session, visit, kept, visit.answers)
    community, person = visit.community(session), visit.person(session)
    lowest = lowest_price(session, visit, application.hourly.currency)
    mentor = _mine(session, visit)
    drafts.discard(session, person.id, _kept_as(visit))
    if mentor is not None and mentor.state is MentorState.APPROVED:
        if mentor.currency != application.hourly.currency:
            rates.forget(session, mentor)
        mentorship.revise(session, mentor, person, application, lowest=lowest, now=visit.now)
        return screens.saved(Paragraph(_("Your profile is changed.")))
    mentor = mentorship.apply(session, community, person, application, lowest=lowest, now=visit.now)
    return applying.waiting(mentor)


@routes.read("mentoring.schedule")
def schedule(session: Session, visit: Visit) -> Screen:
    coming = diary.of_mentor(session, own(session, visit).id, now=visit.now)[:8]
    return screens.schedule([(b, people.find(session, b.student_id).name) for b in coming])


@routes.read("mentoring.prices")
def prices(session: Session, visit: Visit) -> Screen:
    mentor = own(session, visit)
    return screens.prices(mentor, rates.prices(session, mentor))


@routes.read("mentoring.price_form")
def price_form(session: Session, visit: Visit) -> Screen:
    mentor, minutes = own(session, visit), visit.number(0)
    if minutes not in mentors.DURATIONS:
        raise Invalid("booking.duration", length=timedelta(minutes=minutes))
    price = rates.own_price(session, mentor, minutes)
    return screens.price_form(mentor, minutes, reading.typed(price, visit.reader.locale) if price else "")


@routes.write("mentoring.price", form="mentoring.price_form")
def price(session: Session, visit: Visit) -> Screen:
    mentor, person, minutes = own(session, visit), visit.person(session), visit.number(0)
    if visit.answer("offered") != "yes":
        rates.withdraw(session, mentor, person, minutes, now=visit.now)
    else:
        typed = visit.answer("price")
        amount = reading.amount(typed, mentor.currency, visit.reader.locale) if typed else None
        lowest = lowest_price(session, visit, mentor.currency)
        rates.offer(session, mentor, person, minutes, price=amount, lowest=lowest, now=visit.now)
    return screens.prices(mentor, rates.prices(session, mentor))


@routes.read("mentoring.link_form")
def link_form(session: Session, visit: Visit) -> Screen:
    return screens.link_form(own(session, visit))


@routes.write("mentoring.link", form="mentoring.link_form")
def link(session: Session, visit: Visit) -> Screen:
    mentor = own(session, visit)
    mentors.meet_at(session, mentor, visit.person(session), visit.typed("url"), now=visit.now)
    where = (
        _("New bookings meet at your link.")
        if mentor.meeting_url
        else _("New bookings meet in the community's rooms.")
    )
    return screens.saved(Paragraph(where), Button(_("Change it"), to("mentoring.link_form")))


def own(session: Session, visit: Visit) -> Mentor:
    """The actor as an approved mentor of the community that is spoken in."""
    mentor = _mine(session, visit)
    if mentor is None:
        raise NotFound("mentor.none")
    mentors.require_own(mentor, visit.person(session))
    return mentor


def lowest_price(session: Session, visit: Visit, currency: str) -> Money | None:
    """The least a session may cost here, so that it can be paid."""
    return ways.lowest(visit.desk.till.providers, visit.community(session), currency)


def _mine(session: Session, visit: Visit) -> Mentor | None:
    return mentors.of_person(session, visit.community(session).id, visit.arrival.person_id)


def _about_form(session: Session, visit: Visit) -> Screen:
    currency, locale = visit.community(session).policy.currency, visit.reader.locale
    mentor = _mine(session, visit)
    if mentor is None:
        own = reading.language_name(primary(locale), locale)
        return applying.about_form(None, topics="", languages=own, price="", currency=currency)
    return applying.about_form(
        mentor,
        topics=", ".join(expertise.topics(session, mentor.id)),
        languages=", ".join(
            reading.language_name(code, locale) for code in expertise.languages(session, mentor.id)
        ),
        price=reading.typed(mentor.hourly, locale) if mentor.currency == currency else "",
        currency=currency,
    )


def _kept_as(visit: Visit) -> str:
    return f"application:{visit.arrival.community_id}"


def _check(
    session: Session, visit: Visit, first: Mapping[str, str], second: Mapping[str, str]
) -> Application:
    """Both forms' answers as an application that can stand. Raises `Invalid`."""
    currency, locale = visit.community(session).policy.currency, visit.reader.locale
    application = Application(
        headline=_text(first, "headline"),
        bio=_text(first, "bio"),
        topics=reading.words(_text(first, "topics")),
        languages=reading.languages(_text(first, "languages"), locale),
        hourly=reading.amount(_text(first, "price"), currency, locale),
        university=_text(second, "university"),
        degree=_text(second, "degree"),
        graduation_year=reading.year(_text(second, "year")),
        company=_text(second, "company"),
    )
    return mentorship.checked(
        application, currency=currency, lowest=lowest_price(session, visit, currency), now=visit.now
    )


def _text(answers: Mapping[str, str], name: str) -> str:
    return answers.get(name, "").strip()
