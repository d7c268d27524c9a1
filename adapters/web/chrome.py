"""What the pages themselves say around the screens, as sentences of the catalogues."""

from core.chat import Code, Text, _
from core.money import Money

TAGLINE = _("Mentorship that lives in your chat")
PLAYGROUND = _("Playground")
VIEWS = _("Whose chat")
CHATS = _("Chats")
UNREAD = _("new message")
NOTICES = _("Notices")
NO_NOTICES = _("What the community's channel would show appears here.")

START_HERE = _("Start with one of these, or type / to see everything that can be said.")
COMPOSE = _("Type / for commands")
MESSAGE = _("Message")
COMMANDS = _("Commands")
SEND = _("Send")
NEWER = _("Newer messages")
EDITED = _("updated")
CONVERSATION = _("Conversation")

RETRY = _("Try again")
UNREACHABLE = _("No answer came back. It is safe to try again.")
OUTDATED = _("This page is too old to be used. Please reload it.")
RECONNECTING = _("Reconnecting…")
WORKING = _("One moment…")
TIME_IS_UP = _("now")
TIME_LEFT = _("in {time}")

OPTIONAL = _("optional")
CHOOSE = _("Choose…")
SHOW_PICTURE = _("Open the picture")

NOT_FOUND = _("There is nothing here")
NOT_FOUND_WHY = _("The link may be incomplete or too old. The latest one is in your chat.")
BROKEN = _("Something went wrong on our side")
BACK_TO_CHAT = _("You can close this page; your chat is up to date.")

SANDBOX = _("Test payment")
SANDBOX_NOTE = _("This is a sandbox: no money moves and no card is asked for.")
AMOUNT_DUE = _("To pay")
UNHAPPY = _("Test the unhappy paths")
DECLINE = _("Decline the card")
PAY_LATE = _("Pay too late")
ABANDON = _("Walk away")
GO_ON = _("Go on")
GO_BACK = _("Go back")
DECLINED = _("The card was declined. Nothing was charged.")
IS_PAID = _("This is paid. Thank you!")
IS_PROCESSING = _("The payment is on its way.")
IS_EXPIRED = _("This pay link is closed. Nothing was charged.")


def option_title(name: str, description: Text) -> Text:
    return _("{name}: {description}", name=name, description=description)


def welcome(name: str) -> Text:
    return _("Hello, {name}", name=name)


def broken_why(reference: str) -> Text:
    return _(
        "Nothing was lost. If it happens again, tell us this reference: {reference}",
        reference=Code(reference),
    )


def pay(amount: Money) -> Text:
    return _("Pay {amount}", amount=amount)
