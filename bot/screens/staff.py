"""What the community's staff sees: applications to decide."""

from collections.abc import Sequence

from bot.screens import queues
from bot.screens.mentors import studies
from core.chat import (
    Button,
    Card,
    Control,
    Fact,
    Facts,
    Field,
    FieldKind,
    Form,
    LanguageName,
    Markdown,
    Paragraph,
    Prose,
    Screen,
    Series,
    Style,
    Tone,
    When,
    _,
    _n,
    to,
)
from core.desk.queues import Counts
from core.people.mentors import Mentor, MentorState


def queue(waiting: Sequence[Mentor], counts: Counts) -> Screen:
    """Applications, the oldest first, and how much waits in every other queue."""
    ways = queues.buttons(counts)
    tone = Tone.WAITING if waiting or counts != Counts() else Tone.GOOD
    if not waiting:
        return Screen(_("Staff"), (Paragraph(_("No application is waiting.")),), ways, tone=tone)
    cards = tuple(
        Card(
            _("{name}", name=mentor.name),
            (
                _("{headline}", headline=mentor.headline),
                _(
                    "{price} an hour · waiting since {time}",
                    price=mentor.hourly,
                    time=When(mentor.applied_at),
                ),
            ),
            Button(_("Look at it"), to("staff.application", mentor.slug), Style.PRIMARY),
        )
        for mentor in waiting[:8]
    )
    count = _n("{n} application is waiting.", "{n} applications are waiting.", len(waiting))
    return Screen(_("Staff"), (Paragraph(count), *cards), ways, tone=tone)


def application(mentor: Mentor, topics: Sequence[str], languages: Sequence[str]) -> Screen:
    """One application, whole, with the two ways to decide it."""
    facts = [
        Fact(_("Headline"), mentor.headline),
        Fact(_("Topics"), Series(tuple(topics))),
        Fact(_("Languages"), Series(tuple(LanguageName(code) for code in languages))),
        Fact(_("Price an hour"), mentor.hourly),
    ]
    if mentor.university or mentor.degree:
        facts.append(Fact(_("Studied"), studies(mentor.university, mentor.degree, mentor.graduation_year)))
    if mentor.company:
        facts.append(Fact(_("Works at"), mentor.company))
    controls: tuple[Control, ...] = (Button(_("All applications"), to("staff")),)
    if mentor.state is MentorState.APPLIED:
        controls = (
            Button(_("Approve"), to("staff.approve", mentor.slug), Style.SUCCESS),
            Button(_("Reject"), to("staff.reject_form", mentor.slug), Style.DANGER),
            *controls,
        )
    return Screen(
        _("{name} would like to mentor", name=mentor.name),
        (Facts(tuple(facts)), Prose(Markdown(mentor.bio))),
        controls,
        subject=subject(mentor),
        tone=Tone.WAITING,
    )


def subject(mentor: Mentor) -> str:
    """What every message about an application is filed under."""
    return f"application:{mentor.slug}"


def reject_form(mentor: Mentor) -> Screen:
    title = _("Reject {name}", name=mentor.name)
    form = Form(
        title,
        (
            Field(
                "reason",
                _("Reason"),
                FieldKind.LONG,
                hint=_("{name} will read it", name=mentor.name),
                max_length=500,
            ),
        ),
        submit=to("staff.reject", mentor.slug),
        reopen=to("staff.reject_form", mentor.slug),
        submit_label=_("Reject"),
    )
    return Screen(title, form=form, subject=subject(mentor))


def decided(mentor: Mentor) -> Screen:
    approved = mentor.state is MentorState.APPROVED
    title = (
        _("{name} is a mentor now", name=mentor.name)
        if approved
        else _("{name} was rejected", name=mentor.name)
    )
    return Screen(
        title,
        (Paragraph(_("I have told {name}.", name=mentor.name)),),
        (Button(_("All applications"), to("staff")),),
        subject=subject(mentor),
        tone=Tone.GOOD if approved else Tone.NEUTRAL,
    )
