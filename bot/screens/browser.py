"""Our pages, as a chat offers them: the way to a page, the link that signs a browser in, and where one is signed in."""

from collections.abc import Sequence
from dataclasses import replace

from core.chat import (
    ROUTE_BYTES,
    Button,
    Card,
    Link,
    Note,
    Paragraph,
    Route,
    Screen,
    Style,
    Tone,
    When,
    _,
    to,
)
from core.people.browsers import Browser

HERE = _("A browser")


def onward(screen: Screen, route: Route) -> Screen:
    """The screen with a quiet last way to the same page in a browser, unless a button cannot hold it."""
    there = Route("browser", (route.name, *route.args))
    if screen.form or screen.tone is Tone.BAD or len(str(there).encode()) > ROUTE_BYTES:
        return screen
    return replace(screen, controls=(*screen.controls, Button(_("Open in the browser"), there)))


def invitation(url: str, route: Route) -> Screen:
    """The link to a page. It works once, so it is for the one who asked and nobody else."""
    return Screen(
        _("Open in the browser"),
        (
            Paragraph(_("This link signs you in in your browser. It works once, within ten minutes.")),
            Note(_("Give it to nobody: whoever opens it acts as you.")),
        ),
        (Link(_("Open the page"), url), Button(_("Back"), route)),
    )


def listing(browsers: Sequence[Browser]) -> Screen:
    """Where a person is signed in, each with its way out."""
    back = Button(_("Settings"), to("settings"))
    open_one = Button(_("Open in the browser"), to("browser", "bookings"))
    if not browsers:
        nobody = Paragraph(_("You are signed in in no browser."))
        return Screen(_("Browsers"), (nobody,), (open_one, back))
    everywhere = Button(_("Sign out everywhere"), to("browser.out_all"), Style.DANGER)
    return Screen(_("Browsers"), tuple(map(_card, browsers)), (everywhere, back))


def entered(browser: Browser) -> Screen:
    """News of a sign-in, for the one who is signed in."""
    return Screen(
        _("You are signed in in a browser"),
        (
            Paragraph(
                _(
                    "{browser}, since {time}.",
                    browser=browser.agent or HERE,
                    time=When(browser.entered_at),
                )
            ),
            Note(_("If this was not you, sign it out at once.")),
        ),
        (Button(_("Sign out"), to("browser.out", browser.id), Style.DANGER),),
        subject=f"browser:{browser.id}",
    )


def _card(browser: Browser) -> Card:
    return Card(
        _("{browser}", browser=browser.agent or HERE),
        (
            _("Signed in {time}", time=When(browser.entered_at)),
            _("Last used {time}", time=When(browser.seen_at)),
        ),
        Button(_("Sign out"), to("browser.out", browser.id)),
    )
