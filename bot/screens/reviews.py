"""Reviews: what is given on a booking's card, what a profile shows of them, and one of them, whole."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from core.chat import (
    Button,
    Card,
    Control,
    Field,
    FieldKind,
    FieldOption,
    Form,
    Month,
    Note,
    Paragraph,
    Part,
    Screen,
    Style,
    Text,
    When,
    _,
    _n,
    to,
)
from core.discovery.figures import Standing
from core.discovery.reports import LONGEST_REASON
from core.discovery.written import LONGEST, LONGEST_REPLY, Mine, Shown, Side

ON_PROFILE: Final = 3
ON_PAGE: Final = 5
GLIMPSE: Final = 240
"""How much of a review is shown in a list; all of it stands behind its button."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One review as somebody reads it, with what they can do about it. `about` is whom it speaks of."""

    shown: Shown
    about: str
    slug: str
    can_reply: bool = False
    can_report: bool = False


# --- on the card ------------------------------------------------------------------------------


def controls(short: str, mine: Mine) -> list[Control]:
    """Stars by one tap; then words, as long as nobody has seen them."""
    if mine.is_open and mine.stars is None:
        return [_star(short, stars) for stars in range(1, 6)]
    if mine.is_open and not mine.is_published:
        label = _("Change my review") if mine.words else _("Add a few words")
        return [Button(label, to("review.form", short), Style.PRIMARY)]
    return []


def words(mine: Mine, other: str) -> list[Part]:
    if mine.stars is None or mine.is_published or mine.until is None:
        return []
    return [
        Note(
            _(
                "Your review: {stars}. Nobody sees it until {name} has written one too, or until {until}.",
                stars=_stars(mine.stars),
                name=other,
                until=When(mine.until),
            )
        )
    ]


def standing(found: Standing) -> Text:
    """What a mentor may know of a student who books them."""
    return _n(
        "★ {stars} from {n} mentor", "★ {stars} from {n} mentors", found.mentors, stars=round(found.stars, 1)
    )


def form(short: str, other: str, mine: Mine) -> Screen:
    title = _("Your review of {name}", name=other)
    stars = tuple(FieldOption(str(each), _stars(each)) for each in range(5, 0, -1))
    fields = (
        Field("stars", _("Stars"), FieldKind.CHOICE, default=str(mine.stars or ""), options=stars),
        Field(
            "words",
            _("A few words"),
            FieldKind.LONG,
            hint=_("What was good, what could be better"),
            default=mine.words,
            required=False,
            max_length=LONGEST,
        ),
    )
    reopen = to("review.form", short)
    return Screen(title, form=Form(title, fields, to("review.write", short), reopen))


# --- on a profile -----------------------------------------------------------------------------


def highlights(newest: Sequence[Shown]) -> list[Part]:
    """The first of them, for the profile itself."""
    return [_card(shown) for shown in newest[:ON_PROFILE]]


def listing(name: str, slug: str, shown: Sequence[Shown], page: int, pages: int) -> Screen:
    """One page of a mentor's reviews; the first is 0."""
    back = Button(_("Profile"), to("mentor.show", slug))
    turns: list[Control] = []
    if page > 0:
        turns.append(Button(_("Previous"), to("reviews", slug, page - 1)))
    if page + 1 < pages:
        turns.append(Button(_("Next"), to("reviews", slug, page + 1)))
    title = _("Reviews of {name}", name=name)
    if not shown:
        return Screen(title, (Paragraph(_("Nobody has written a review yet.")),), (back,))
    parts: list[Part] = [_card(each) for each in shown]
    if pages > 1:
        parts.append(Note(_("Page {page} of {pages}", page=page + 1, pages=pages)))
    return Screen(title, tuple(parts), (*turns, back))


def one(reading: Reading, *, news: Text | None = None) -> Screen:
    """A review, whole, with the reply to it."""
    review = reading.shown.review
    parts: list[Part] = [Paragraph(news)] if news else []
    parts += said(reading.shown)
    buttons: list[Control] = []
    if reading.can_reply:
        buttons.append(Button(_("Reply"), to("review.reply_form", review.id), Style.PRIMARY))
    if reading.can_report:
        buttons.append(Button(_("Report"), to("review.report_form", review.id)))
    if review.side is Side.STUDENT:
        buttons.append(Button(_("All reviews"), to("reviews", reading.slug, 0)))
    return Screen(_("Review of {name}", name=reading.about), tuple(parts), tuple(buttons))


def said(shown: Shown) -> list[Part]:
    """Stars, words and reply."""
    review = shown.review
    parts: list[Part] = [Paragraph(_headline(shown))]
    if review.words:
        parts.append(Paragraph(_("{words}", words=review.words)))
    if review.reply:
        parts.append(Paragraph(_("The mentor's reply: {words}", words=review.reply)))
    return parts


def reply_form(review_id: int, name: str) -> Screen:
    title = _("Reply to {name}", name=name)
    hint = _("Everybody can read it, and it cannot be changed.")
    field = Field("reply", _("Reply"), FieldKind.LONG, hint=hint, max_length=LONGEST_REPLY)
    reopen = to("review.reply_form", review_id)
    return Screen(title, form=Form(title, (field,), to("review.reply", review_id), reopen))


def report_form(review_id: int) -> Screen:
    title = _("Report a review")
    hint = _("Only the staff reads it.")
    field = Field("reason", _("Reason"), FieldKind.LONG, hint=hint, max_length=LONGEST_REASON)
    reopen = to("review.report_form", review_id)
    return Screen(title, form=Form(title, (field,), to("review.report", review_id), reopen))


def _card(shown: Shown) -> Card:
    review = shown.review
    lines = [_("{words}", words=_glimpse(review.words))] if review.words else []
    if review.reply:
        lines.append(_("The mentor's reply: {words}", words=_glimpse(review.reply)))
    return Card(_headline(shown), tuple(lines), Button(_("Read"), to("review.show", review.id)))


def _headline(shown: Shown) -> Text:
    return _(
        "{stars} · {name}, {month}",
        stars=_stars(shown.review.stars),
        name=shown.first_name,
        month=Month(shown.review.at.date()),
    )


def _star(short: str, stars: int) -> Button:
    return Button(_stars(stars), to("review.give", short, stars))


def _stars(stars: int) -> Text:
    return _("{stars}", stars="★" * stars)


def _glimpse(words: str) -> str:
    return words if len(words) <= GLIMPSE else f"{words[:GLIMPSE].rstrip()}…"
