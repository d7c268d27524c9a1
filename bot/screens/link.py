"""Joining two accounts: the code, what would be joined, and what has been."""

from collections.abc import Sequence
from datetime import datetime

from bot.screens import reach
from core.chat import (
    Button,
    Code,
    Control,
    Fact,
    Facts,
    Field,
    Form,
    Link,
    Note,
    Paragraph,
    Screen,
    Series,
    Style,
    Text,
    Tone,
    When,
    WhenStyle,
    _,
    to,
)
from core.people.people import Identity


def offer(
    code: str, ends_at: datetime, accounts: Sequence[Identity], ways: Sequence[tuple[str, str]]
) -> Screen:
    """The code, and what to do with it. `ways` are platforms with the link that enters it there."""
    links = tuple(
        Link(_("Enter it on {platform}", platform=reach.PLATFORMS[platform]), url) for platform, url in ways
    )
    return Screen(
        _("Join your accounts"),
        (
            Paragraph(_("Say /link on the other platform and enter this code there:")),
            Facts(
                (
                    Fact(_("Code"), Code(code)),
                    Fact(_("Good until"), When(ends_at, WhenStyle.CLOCK)),
                    *((Fact(_("Joined already"), _named(accounts)),) if len(accounts) > 1 else ()),
                )
            ),
            Note(_("Give it to nobody: whoever enters it becomes one person with you here.")),
        ),
        (*links, Button(_("I have a code"), to("link.enter_form"))),
    )


def enter_form() -> Screen:
    title = _("Join your accounts")
    form = Form(
        title,
        (
            Field(
                "code",
                _("The code from your other account"),
                hint=_("Such as 7K2M-0Q1A; say /link there to get one"),
                max_length=20,
            ),
        ),
        submit=to("link.enter"),
        reopen=to("link.enter_form"),
        submit_label=_("Go on"),
    )
    return Screen(title, form=form)


def proposal(code: str, mine: Sequence[Identity], theirs: Sequence[Identity], *, mine_stays: bool) -> Screen:
    """Exactly what would be joined, before anything is. `mine_stays`: the settings of this side win."""
    older = mine if mine_stays else theirs
    return Screen(
        _("Are both of these you?"),
        (
            Facts((Fact(_("This account"), _named(mine)), Fact(_("The other account"), _named(theirs)))),
            Paragraph(
                _(
                    "Joined, they are one person to me. Both histories remain: bookings, payments, reviews, "
                    "memberships and, for mentors, profile and hours."
                )
            ),
            Paragraph(
                _("Where both have chosen a setting, that of {account} stays.", account=_named(older[:1]))
            ),
            Note(_("I tell all of these chats. This cannot be undone. Each of them can then act for you.")),
        ),
        (
            Button(_("Join them"), to("link.join", code), Style.PRIMARY),
            Button(_("Not me"), to("link.not_me", code), Style.DANGER),
        ),
        tone=Tone.WAITING,
    )


def joined(accounts: Sequence[Identity]) -> Screen:
    return Screen(
        _("You are one person now"),
        (
            Facts((Fact(_("Joined"), _named(accounts)),)),
            Paragraph(_("Bookings and settings are the same wherever you write to me.")),
        ),
        (Button(_("Your bookings"), to("bookings")), Button(_("Where I reach you"), to("reach.show"))),
        tone=Tone.GOOD,
    )


def declined() -> Screen:
    return Screen(
        _("Nothing was joined"),
        (Paragraph(_("That code is void now. Never enter a code that somebody else gave you.")),),
        (Button(_("Help"), to("help")),),
    )


def news(moved: Sequence[tuple[str, str]], accounts: Sequence[Identity], at: datetime) -> Screen:
    """For every chat of the person, lest the one who did it was somebody else."""
    names = tuple(reach.account(platform, name) for platform, name in moved)
    controls: tuple[Control, ...] = (Button(_("Where I reach you"), to("reach.show")),)
    return Screen(
        _("Your accounts were joined"),
        (
            Paragraph(
                _("New among your accounts: {accounts}, {time}.", accounts=Series(names), time=When(at))
            ),
            Facts((Fact(_("You are"), _named(accounts)),)),
            Note(_("If this was not you, tell the staff of your community at once.")),
        ),
        controls,
    )


def _named(accounts: Sequence[Identity]) -> Series:
    return Series(tuple(_account(each) for each in accounts))


def _account(identity: Identity) -> Text:
    return reach.account(identity.platform, identity.name)
