"""Where I reach a person: their chats and addresses, and what arrived last; and how an address is confirmed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from core.chat import (
    Button,
    Card,
    Code,
    Control,
    Field,
    Form,
    Note,
    Paragraph,
    Part,
    Screen,
    Style,
    Text,
    Tone,
    When,
    WhenStyle,
    _,
    to,
)
from core.people import mailing
from core.people.people import Identity

PLATFORMS: Final[Mapping[str, Text]] = {
    "discord": _("Discord"),
    "telegram": _("Telegram"),
    "web": _("the web"),
    mailing.PLATFORM: _("e-mail"),
}
REMINDER: Final = "reminder."
NUDGE: Final = "nudge"


@dataclass(frozen=True, slots=True)
class Arrived:
    """The last message that reached a person: its kind, when, and by which rung."""

    kind: str
    at: datetime
    rung: str


def account(platform: str, name: str) -> Text:
    """An account as people call it."""
    known = PLATFORMS.get(platform, _("another door"))
    if platform == mailing.PLATFORM:
        return _("{name} by e-mail", name=name)
    return _("{name} on {platform}", name=name, platform=known)


def overview(accounts: Sequence[Identity], last: Arrived | None, *, mail: bool) -> Screen:
    """Each way to a person in the order that I try them. `mail`: I can write e-mail."""
    parts: list[Part] = [_card(each) for each in accounts]
    addresses = [each for each in accounts if each.platform == mailing.PLATFORM]
    if last is not None:
        parts.append(Paragraph(_arrived(last)))
    parts.append(Note(_("I try them from the top. The chat that you used last comes first, e-mail last.")))
    controls: list[Control] = []
    if mail:
        label = _("Change my e-mail") if addresses else _("Add my e-mail")
        controls.append(Button(label, to("reach.mail_form"), Style.PLAIN if addresses else Style.PRIMARY))
    controls += [Button(_("Link another account"), to("link")), Button(_("Settings"), to("settings"))]
    return Screen(_("Where I reach you"), tuple(parts), tuple(controls))


def mail_form(address: str) -> Screen:
    title = _("Your e-mail")
    form = Form(
        title,
        (
            Field(
                "address",
                _("E-mail address"),
                hint=_("I send a code there, and write only what I could not tell you in a chat."),
                default=address,
                max_length=mailing.LONGEST,
            ),
        ),
        submit=to("reach.mail"),
        reopen=to("reach.mail_form"),
        submit_label=_("Send me a code"),
    )
    return Screen(title, form=form)


def awaiting(address: str) -> Screen:
    """The code is on its way."""
    return Screen(
        _("Look into your mailbox"),
        (
            Paragraph(_("I have sent a code to {address}. It is good for ten minutes.", address=address)),
            Note(_("Nothing there? Look into the spam folder too.")),
        ),
        (
            Button(_("Enter the code"), to("reach.code_form"), Style.PRIMARY),
            Button(_("Send it again"), to("reach.resend")),
            Button(_("Another address"), to("reach.mail_form")),
        ),
        tone=Tone.WAITING,
    )


def code_form() -> Screen:
    title = _("The code from your mailbox")
    form = Form(
        title,
        (Field("code", _("Code"), hint=_("Such as 7K2M-0Q1A"), max_length=20),),
        submit=to("reach.code"),
        reopen=to("reach.code_form"),
        submit_label=_("Confirm"),
    )
    return Screen(title, form=form)


def confirmed(address: str) -> Screen:
    return Screen(
        _("Your e-mail is confirmed"),
        (Paragraph(_("I write to {address} when I cannot reach you in a chat.", address=address)),),
        (Button(_("Where I reach you"), to("reach.show")),),
        tone=Tone.GOOD,
    )


def code_letter(code: str, ends_at: datetime) -> Screen:
    """What the mailbox gets: for whoever asked, and harmless for whoever did not."""
    return Screen(
        _("Your code for Nearpeer"),
        (
            Paragraph(_("Enter this code in the chat where you asked for it:")),
            Paragraph(_("{code}", code=Code(code))),
            Paragraph(_("It is good until {time}.", time=When(ends_at, WhenStyle.CLOCK))),
            Note(_("You did not ask for it? Then somebody mistyped their address, and you need do nothing.")),
        ),
    )


def _card(identity: Identity) -> Card:
    lines = [_state(identity)]
    if identity.dead_at is not None:
        lines.append(_MENDING.get(identity.platform, _MENDING["discord"]))
    remove = None
    if identity.platform == mailing.PLATFORM:
        remove = Button(_("Remove"), to("reach.remove", identity.id))
    return Card(account(identity.platform, identity.name), tuple(lines), remove)


def _state(identity: Identity) -> Text:
    if identity.dead_at is None and identity.platform == mailing.PLATFORM:
        return _("Works. Confirmed {time}", time=When(identity.seen_at))
    if identity.dead_at is None:
        return _("Works. Last used {time}", time=When(identity.seen_at))
    return _("Closed to me since {time}", time=When(identity.dead_at))


_MENDING: Final[Mapping[str, Text]] = {
    "discord": _("Allow direct messages from the server's members, then write to me there once."),
    "telegram": _("Unblock me there and press Start."),
    "web": _("Open the page once."),
    mailing.PLATFORM: _("The mailbox takes no mail from me. Confirm the address again, or another one."),
}


def _arrived(last: Arrived) -> Text:
    platform, _colon, kind = last.rung.partition(":")
    what = _("a reminder") if last.kind.startswith(REMINDER) else _("a message")
    where = PLATFORMS.get(platform, _("another door"))
    time = When(last.at)
    if kind == NUDGE:
        return _(
            "The last that arrived: {what} {time}, as a mention in {where}.",
            what=what,
            time=time,
            where=where,
        )
    return _("The last that arrived: {what} {time}, by {where}.", what=what, time=time, where=where)
