"""Reviews: given on a session's card, read on a mentor's profile, answered, reported, and decided about by staff."""

from sqlalchemy.orm import Session

from bot.commands import bookings as cards
from bot.commands.mentors import of_slug
from bot.router import Routes
from bot.screens import reported as staff_screens
from bot.screens import reviews as screens
from bot.screens.reported import Case
from bot.screens.reviews import ON_PAGE, Reading
from bot.visit import Visit
from core.booking import diary
from core.booking.life import Booking
from core.chat import Screen, _
from core.discovery import reports, reviews, written
from core.discovery.written import Review, Shown, Side
from core.errors import Conflict, NotFound
from core.people import memberships, mentors, people
from core.people.people import Person

routes = Routes()
THANKS = {
    Side.STUDENT: _("Thank you! Your review helps others to choose."),
    Side.MENTOR: _("Thank you! Your review helps other mentors."),
}


@routes.write("review.give")
def give(session: Session, visit: Visit) -> Screen:
    stars, person = visit.number(1), visit.person(session)
    booking = _booking(session, visit)
    review = reviews.give(session, booking, person, stars, now=visit.now)
    return cards.card(session, visit, booking, news=THANKS[review.side])


@routes.read("review.form")
def form(session: Session, visit: Visit) -> Screen:
    booking, person = _booking(session, visit), visit.person(session)
    side = written.side_of(booking, person)
    mine = written.mine(session, booking, person, now=visit.now)
    if mine.is_published:
        raise Conflict("review.published")
    other = booking.mentor_person_id if side is Side.STUDENT else booking.student_id
    return screens.form(booking.short, people.find(session, other).name, mine)


@routes.write("review.write", form="review.form")
def write(session: Session, visit: Visit) -> Screen:
    """The words of a review that was given by a tap; both at once where it was not."""
    booking, person = _booking(session, visit), visit.person(session)
    mine = written.of_side(session, booking.id, written.side_of(booking, person))
    verb = reviews.give if mine is None else reviews.revise
    review = verb(session, booking, person, _stars(visit), visit.answer("words"), now=visit.now)
    return cards.card(session, visit, booking, news=THANKS[review.side])


@routes.read("reviews")
def listing(session: Session, visit: Visit) -> Screen:
    mentor = of_slug(session, visit)
    pages = max(1, -(-written.count_shown(session, mentor.id) // ON_PAGE))
    page = min(visit.number(1), pages - 1)
    shown = written.shown_of(session, mentor.id, page, most=ON_PAGE)
    return screens.listing(mentor.name, mentor.slug, shown, page, pages)


@routes.read("review.show")
def show(session: Session, visit: Visit) -> Screen:
    review, person = _readable(session, visit)
    return screens.one(reading(session, review, person))


@routes.read("review.reply_form")
def reply_form(session: Session, visit: Visit) -> Screen:
    review, person = _readable(session, visit)
    if refusal := written.obstacle_to_answer(session, review, person):
        raise refusal
    return screens.reply_form(review.id, _shown(session, review).first_name)


@routes.write("review.reply", form="review.reply_form")
def reply(session: Session, visit: Visit) -> Screen:
    review, person = _readable(session, visit)
    reviews.answer(session, review, person, visit.answer("reply"), now=visit.now)
    return screens.one(reading(session, review, person), news=_("Your reply is published."))


@routes.read("review.report_form")
def report_form(session: Session, visit: Visit) -> Screen:
    review, person = _readable(session, visit)
    if refusal := written.obstacle_to_report(session, review, person):
        raise refusal
    return screens.report_form(review.id)


@routes.write("review.report", form="review.report_form")
def report(session: Session, visit: Visit) -> Screen:
    review, person = _readable(session, visit)
    reviews.report(session, review, person, visit.answer("reason"), now=visit.now)
    news = _("Thank you. The staff looks at it, and I tell you what they decide.")
    return screens.one(reading(session, review, person), news=news)


@routes.read("review.queue")
def queue(session: Session, visit: Visit) -> Screen:
    community = visit.community(session)
    person = visit.person(session)
    memberships.require_staff(session, community.id, person, now=visit.now)
    waiting = reviews.reported_in(session, community.id)
    return staff_screens.queue([case_of(session, review, person) for review in waiting])


@routes.read("review.case")
def case(session: Session, visit: Visit) -> Screen:
    review, person = _for_staff(session, visit)
    return staff_screens.case(case_of(session, review, person))


@routes.write("review.keep")
def keep(session: Session, visit: Visit) -> Screen:
    review, person = _for_staff(session, visit)
    reviews.keep(session, review, person, now=visit.now)
    news = _("It stays. I tell its author and those who reported it.")
    return staff_screens.case(case_of(session, review, person), news=news)


@routes.write("review.hide")
def hide(session: Session, visit: Visit) -> Screen:
    review, person = _for_staff(session, visit)
    reviews.hide(session, review, person, now=visit.now)
    news = _("It is hidden and does not count any more. I tell its author and those who reported it.")
    return staff_screens.case(case_of(session, review, person), news=news)


def reading(session: Session, review: Review, reader: Person) -> Reading:
    """The review as one of its readers sees it."""
    mentor = mentors.find(session, review.mentor_id)
    about = written.about_id(session, review)
    name = mentor.name if review.side is Side.STUDENT else people.find(session, about).name
    return Reading(
        shown=_shown(session, review),
        about=name,
        slug=mentor.slug,
        can_reply=written.obstacle_to_answer(session, review, reader) is None,
        can_report=written.obstacle_to_report(session, review, reader) is None,
    )


def case_of(session: Session, review: Review, staff: Person) -> Case:
    return Case(reading(session, review, staff), reports.of_review(session, review.id))


def _shown(session: Session, review: Review) -> Shown:
    return Shown(review, people.find(session, written.author_id(session, review)).name)


def _booking(session: Session, visit: Visit) -> Booking:
    return diary.by_short(session, visit.arg(0))


def _readable(session: Session, visit: Visit) -> tuple[Review, Person]:
    review, person = written.find(session, visit.number(0)), visit.person(session)
    written.require_reader(session, review, person)
    return review, person


def _for_staff(session: Session, visit: Visit) -> tuple[Review, Person]:
    """A review of the actor's own community; before it is published it is nobody's but its author's."""
    review, person = written.find(session, visit.number(0)), visit.person(session)
    community_id = mentors.find(session, review.mentor_id).community_id
    if review.published_at is None or not memberships.is_staff(session, community_id, person.id):
        raise NotFound("review.unknown")
    memberships.require_staff(session, community_id, person, now=visit.now)
    return review, person


def _stars(visit: Visit) -> int:
    """What was chosen; anything else is no number of stars."""
    chosen = visit.answer("stars")
    return int(chosen) if chosen in {"1", "2", "3", "4", "5"} else 0
