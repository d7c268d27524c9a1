"""Mentors as cards in a list, and one mentor's profile."""

from collections.abc import Sequence
from datetime import timedelta

from bot.screens import figures, reviews, shop, standing, waitlist
from core.chat import (
    Button,
    Card,
    Choice,
    Control,
    Fact,
    Facts,
    Field,
    Form,
    LanguageName,
    Markdown,
    Note,
    Option,
    Paragraph,
    Part,
    Prose,
    Screen,
    Series,
    Style,
    Text,
    When,
    _,
    _n,
    to,
)
from core.discovery.search import Filters, Found, Page, Sort
from core.discovery.written import Shown
from core.prepaid.products import Product

SORTS = {
    Sort.BEST: _("Best match"),
    Sort.PRICE: _("Lowest price"),
    Sort.RATING: _("Best rating"),
    Sort.SESSIONS: _("Most sessions"),
}


def listing(page: Page, filters: Filters, key: str) -> Screen:
    """One page of mentors; `key` names the kept filters in the routes, `-` for none."""
    if not page.total:
        return _nobody(filters, key)
    parts: list[Part] = [Paragraph(_n("{n} mentor", "{n} mentors", page.total))]
    filtered = chosen(filters)
    if filtered:
        parts.append(Note(_("Filters: {filters}", filters=Series(tuple(filtered)))))
    parts += [_card(found) for found in page.found]
    if page.pages > 1:
        parts.append(Note(_("Page {page} of {pages}", page=page.number + 1, pages=page.pages)))
    return Screen(_("Mentors"), tuple(parts), tuple(_controls(page, filters, key)))


def filter_form(filters: Filters, key: str, *, highest: str) -> Screen:
    """The filters as a form; `highest` as the person would type it."""
    form = Form(
        _("Filter mentors"),
        (
            Field("topic", _("Topic"), required=False, default=filters.topic, max_length=40),
            Field("language", _("Language"), required=False, default=filters.language, max_length=40),
            Field("place", _("University or company"), required=False, default=filters.place, max_length=100),
            Field("highest", _("Highest price an hour"), required=False, default=highest, max_length=12),
            Field(
                "free_on",
                _("Free on a date"),
                hint=_("Like 2026-11-26"),
                required=False,
                default=filters.free_on.isoformat() if filters.free_on else "",
                max_length=10,
            ),
        ),
        submit=to("mentors.filter", key),
        reopen=to("mentors.filter_form", key),
        submit_label=_("Show mentors"),
    )
    return Screen(_("Filter mentors"), (Paragraph(_("Leave out what does not matter.")),), form=form)


def profile(found: Found, newest: Sequence[Shown] = (), *, own: bool, sold: Sequence[Product] = ()) -> Screen:
    """All a student may know of a mentor before booking, with the newest reviews."""
    mentor = found.mentor
    facts = [
        Fact(_("Topics"), Series(tuple(found.topics))),
        Fact(_("Speaks"), Series(tuple(LanguageName(code) for code in found.languages))),
    ]
    if mentor.university or mentor.degree:
        facts.append(Fact(_("Studied"), studies(mentor.university, mentor.degree, mentor.graduation_year)))
    if mentor.company:
        facts.append(Fact(_("Works at"), mentor.company))
    facts += [
        Fact(_("Prices"), prices(found)),
        *((Fact(_("Packs"), shop.short(sold)),) if sold else ()),
        Fact(_("Next free"), next_free(found)),
        Fact(_("Rating"), rating(found)),
        *figures.facts(found),
    ]
    controls: list[Control] = []
    if own:
        controls.append(Button(_("My desk"), to("mentoring")))
    elif found.next_free is not None and mentor.is_bookable:
        controls.append(Button(_("Book a session"), to("book.mentor", mentor.slug), Style.PRIMARY))
    else:
        controls.append(waitlist.wait_button(mentor.slug))
    if sold and not own:
        controls.append(Button(_("Packs"), to("packs.mentor", mentor.slug)))
    if newest:
        controls.append(Button(_("All reviews"), to("reviews", mentor.slug, 0)))
    controls.append(Button(_("All mentors"), to("mentors.page", "-", 0)))
    return Screen(
        _("{name}", name=mentor.name),
        (
            Paragraph(_("{headline}", headline=mentor.headline)),
            *((standing.note(),) if mentor.paused_at is not None else ()),
            Prose(Markdown(mentor.bio)),
            Facts(tuple(facts)),
            *reviews.highlights(newest),
        ),
        tuple(controls),
    )


def chosen(filters: Filters) -> list[Text]:
    """The filters that are set, in words."""
    words: list[Text] = []
    if filters.topic:
        words.append(_("{topic}", topic=filters.topic))
    if filters.language:
        words.append(_("{language}", language=LanguageName(filters.language)))
    if filters.place:
        words.append(_("{place}", place=filters.place))
    if filters.highest is not None:
        words.append(_("at most {price} an hour", price=filters.highest))
    if filters.lowest_rating is not None:
        words.append(_("at least {stars} stars", stars=filters.lowest_rating))
    if filters.free_on is not None:
        words.append(_("free on {day}", day=filters.free_on))
    return words


def studies(university: str, degree: str, year: int | None) -> Text:
    where = _("{degree}, {university}", degree=degree, university=university)
    if not (university and degree):
        where = _("{where}", where=university or degree)
    return _("{where} ({year})", where=where, year=str(year)) if year else where


def prices(found: Found) -> Text:
    offers = tuple(
        _("{length}: {price}", length=timedelta(minutes=minutes), price=price)
        for minutes, price in sorted(found.prices.items())
    )
    return _("{offers}", offers=Series(offers)) if offers else _("Nothing is offered at the moment")


def rating(found: Found) -> Text:
    stars = found.mentor.rating
    if stars is None:
        return _("New here")
    count = found.mentor.rating_count
    return _n("★ {stars} from {n} review", "★ {stars} from {n} reviews", count, stars=round(stars, 1))


def next_free(found: Found) -> Text:
    if found.next_free is None:
        return _("Nothing at the moment")
    return _("{time}", time=When(found.next_free))


def _card(found: Found) -> Card:
    mentor = found.mentor
    lines = [_("{headline}", headline=mentor.headline)]
    place = tuple(part for part in (mentor.company, mentor.university) if part)
    if place:
        lines.append(_("{place}", place=Series(place)))
    lines += [
        _(
            "{topics} · {languages}",
            topics=Series(tuple(found.topics)),
            languages=_languages(found.languages),
        ),
        _("{price} an hour · {rating}", price=mentor.hourly, rating=rating(found)),
        _("Next free: {time}", time=next_free(found)),
    ]
    return Card(
        _("{name}", name=mentor.name),
        tuple(lines),
        Button(_("View"), to("mentor.show", mentor.slug), Style.PRIMARY),
    )


def _languages(codes: Sequence[str]) -> Series:
    return Series(tuple(LanguageName(code) for code in codes))


def _controls(page: Page, filters: Filters, key: str) -> list[Control]:
    controls: list[Control] = []
    if page.number > 0:
        controls.append(Button(_("Previous"), to("mentors.page", key, page.number - 1)))
    if page.number + 1 < page.pages:
        controls.append(Button(_("Next"), to("mentors.page", key, page.number + 1)))
    controls.append(Button(_("Filter"), to("mentors.filter_form", key)))
    if key != "-":
        controls.append(Button(_("Show all mentors"), to("mentors.page", "-", 0)))
    options = tuple(
        Option(label, to("mentors.sort", key, sort), chosen=sort is filters.sort)
        for sort, label in SORTS.items()
    )
    return [*controls, Choice(_("Sort by"), options)]


def _nobody(filters: Filters, key: str) -> Screen:
    if not chosen(filters):
        return Screen(
            _("Mentors"),
            (Paragraph(_("Nobody mentors here yet. If you could, apply with /mentoring.")),),
            (Button(_("Become a mentor"), to("mentoring"), Style.PRIMARY),),
        )
    return Screen(
        _("Mentors"),
        (
            Paragraph(_("Nobody fits all of this: {filters}.", filters=Series(tuple(chosen(filters))))),
            Note(_("Leave one of them out and look again.")),
        ),
        (
            Button(_("Change the filter"), to("mentors.filter_form", key), Style.PRIMARY),
            Button(_("Show all mentors"), to("mentors.page", "-", 0)),
        ),
    )
