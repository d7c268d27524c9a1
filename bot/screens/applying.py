"""Becoming a mentor: two forms, what the staff says, and the profile that both make."""

from core.chat import (
    Button,
    Fact,
    Facts,
    Field,
    FieldKind,
    Form,
    Note,
    Paragraph,
    Screen,
    Style,
    Tone,
    When,
    _,
    to,
)
from core.people.mentors import Mentor


def stranger(community: str) -> Screen:
    """For someone who is no mentor here yet."""
    return Screen(
        _("Mentor in {community}", community=community),
        (
            Paragraph(_("Share what you know, at your own hours and your own price.")),
            Note(_("Applying takes two short forms. The staff looks at it, and I tell you what they say.")),
        ),
        (Button(_("Apply"), to("mentoring.apply_form"), Style.PRIMARY),),
    )


def waiting(mentor: Mentor) -> Screen:
    return Screen(
        _("Your application is in"),
        (
            Paragraph(
                _("The staff has had it since {time}. You will hear from me.", time=When(mentor.applied_at))
            ),
        ),
        tone=Tone.WAITING,
    )


def rejected(mentor: Mentor) -> Screen:
    return Screen(
        _("Your application was not accepted"),
        (
            Facts((Fact(_("Reason"), mentor.reason),)),
            Paragraph(_("You are welcome to change it and apply again.")),
        ),
        (Button(_("Apply again"), to("mentoring.apply_form"), Style.PRIMARY),),
        tone=Tone.BAD,
    )


def about_form(mentor: Mentor | None, *, topics: str, languages: str, price: str, currency: str) -> Screen:
    """The first of two forms: what a student decides by."""
    form = Form(
        _("About you (1 of 2)"),
        (
            Field(
                "headline",
                _("Headline"),
                hint=_("One line under your name"),
                default=mentor.headline if mentor else "",
                max_length=100,
            ),
            Field(
                "bio",
                _("About you"),
                FieldKind.LONG,
                hint=_("**Bold**, lists and links are fine"),
                default=mentor.bio if mentor else "",
                max_length=2_000,
            ),
            Field(
                "topics", _("Topics"), hint=_("Up to 8, with commas between"), default=topics, max_length=340
            ),
            Field(
                "languages",
                _("Languages"),
                hint=_("Such as English, Hindi"),
                default=languages,
                max_length=250,
            ),
            Field("price", _("Price an hour in {currency}", currency=currency), default=price, max_length=12),
        ),
        submit=to("mentoring.apply_more"),
        reopen=to("mentoring.apply_form"),
        submit_label=_("Go on"),
    )
    return Screen(_("About you (1 of 2)"), form=form)


def more(*, changing: bool) -> Screen:
    """Between the two forms."""
    what = _("Now where you come from.") if changing else _("Almost done: now where you come from.")
    return Screen(
        _("So far, so good"),
        (Paragraph(what), Note(_("What you typed is kept."))),
        (
            Button(_("Go on"), to("mentoring.apply_more_form"), Style.PRIMARY),
            Button(_("Back"), to("mentoring.apply_form")),
        ),
    )


def background_form(mentor: Mentor | None) -> Screen:
    """The second form: where a mentor studied and works."""
    year = mentor.graduation_year if mentor else None
    form = Form(
        _("Background (2 of 2)"),
        (
            Field("university", _("University"), default=mentor.university if mentor else "", required=False),
            Field("degree", _("Degree"), default=mentor.degree if mentor else "", required=False),
            Field(
                "year",
                _("Graduation year"),
                default=str(year) if year else "",
                hint=_("Like 2024"),
                required=False,
                max_length=4,
            ),
            Field("company", _("Company"), default=mentor.company if mentor else "", required=False),
        ),
        submit=to("mentoring.apply"),
        reopen=to("mentoring.apply_more_form"),
        submit_label=_("Send") if mentor is None else _("Save"),
    )
    return Screen(_("Background (2 of 2)"), form=form)
