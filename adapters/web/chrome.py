"""What the pages themselves say around the screens, as sentences of the catalogues."""

from datetime import datetime

from core.chat import Code, Text, When, WhenStyle, _, _n
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

SKIP = _("Skip to the content")
MENU = _("Menu")
SIGN_OUT = _("Sign out")
SIGNED_OUT = _("You are signed out")
SIGN_IN = _("Sign in from your chat")
SIGN_IN_HOW = _(
    "Say /browser to me in your chat: I answer with a link that signs you in here. It works once."
)
SURE = _("Do you want to do this?")
SURE_WHY = _("This link would change something. Nothing has happened yet.")
FOREIGN_FORM = _("This form is not from here")
FOREIGN_FORM_WHY = _("It may be too old. Nothing was changed. Open the page again and try once more.")
TOO_LONG = _("That is too long")
TOO_LONG_WHY = _("Nothing was changed. Please shorten what you typed.")
NOT_OURS = _("This link is not from us")
NOT_OURS_WHY = _("It may be incomplete. Say /browser to me in your chat for a new one.")
ENTERING = _("Open Nearpeer in this browser")
ENTERING_WHY = _("This browser stays signed in until you sign out, or until nobody has used it for 30 days.")
NOT_YOU = _("If this is not you, close this page.")
WEEK_HINT = _("Choose a time. The arrow keys move between times.")
NO_TIMES = _("no free time")
AFTER_WEEK = _("Skip the times")
YOUR_BOOKINGS = _("Your bookings")

LANGUAGES = _("Languages")
ON_THE_WEB = _("Public mentor pages")
MENTORS = _("Mentors")
MENTORS_WHAT = _(
    "People who take time for you, one to one. Find somebody, choose a time, book from your chat."
)
ALL_MENTORS = _("All mentors")
NO_MENTOR = _("Nobody of this name mentors here")
NO_MENTOR_WHY = _("The mentor may have stopped, or the link is incomplete.")
FIND = _("Find")
SEARCH_WORDS = _("Words in the profile")
TOPIC = _("Topic")
LANGUAGE = _("Language")
HIGHEST = _("Highest price an hour")
CURRENCY = _("Currency")
SORT = _("Sort by")
ANY = _("any")
SHOW_ALL = _("Show all mentors")
PAGES = _("Pages")
PREVIOUS = _("Previous")
NEXT = _("Next")
COMMUNITY = _("Community")
HOW_TO_BOOK = _("Book a session")
BOOK = _("Choose a time")
SIGN_IN_TO_BOOK = _("To book on this page, sign in: say /browser to me in your chat and open the link.")
LENGTH = _("Length")
WEEKS = _("Weeks")
EARLIER = _("Earlier")
LATER = _("Later")
REVIEWS = _("Reviews")
NO_REVIEWS = _("No reviews yet.")
OWN_TIMES = _("In small print: the same in your own time, {zone}.")

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
PLAN_OWED = _("This month is not paid yet.")
PLAN_OVER = _("This plan has ended. Nothing more is charged.")
PLAN_WILL_FAIL = _("The next payment will be declined.")
RENEW_NOW = _("End the month now and pay the next one")
DECLINE_NOW = _("End the month now and decline the payment")
DECLINE_NEXT = _("Decline the next payment")


def renews(at: datetime) -> Text:
    return _("The next payment is due on {day}.", day=When(at, WhenStyle.DATE))


def option_title(name: str, description: Text) -> Text:
    return _("{name}: {description}", name=name, description=description)


def welcome(name: str) -> Text:
    return _("Hello, {name}", name=name)


def broken_why(reference: str) -> Text:
    return _(
        "Nothing was lost. If it happens again, tell us this reference: {reference}",
        reference=Code(reference),
    )


def enter_as(name: str) -> Text:
    return _("Continue as {name}", name=name)


def signed_in_as(name: str) -> Text:
    return _("Signed in as {name}", name=name)


def found(total: int) -> Text:
    return _n("{n} mentor", "{n} mentors", total)


def page_of(number: int, pages: int) -> Text:
    return _("Page {page} of {pages}", page=number, pages=pages)


def next_free(at: datetime | None) -> Text:
    return _("Next free: {time}", time=When(at)) if at else _("Nothing free at the moment")


def week_of(name: str) -> Text:
    return _("Free times of {name}", name=name)


def in_chat(name: str) -> Text:
    return _("In your chat say {command}", command=Code(f"/book mentor: {name}"))


def times_in(city: str) -> Text:
    return _("Times are those of {city}.", city=city)


def stars(number: int) -> Text:
    return _n("{n} star of 5", "{n} stars of 5", number)


def reply_of(name: str) -> Text:
    return _("{name} replied:", name=name)


def pay(amount: Money) -> Text:
    return _("Pay {amount}", amount=amount)
