"""A router that shows the sample screens: small, but it speaks the real port and keeps what it was told."""

from collections.abc import Sequence
from datetime import timedelta

from core import chat
from core.chat import _, to
from tests.browser import samples

MAYA = chat.Suggestion("Maya Chen", "maya-7")
PEOPLE = (MAYA, chat.Suggestion("Ben Okafor", "ben-3"), chat.Suggestion("Mario Rossi: chef", "mario-1"))

COMMANDS = (
    chat.Command("mentors", _("Find a mentor")),
    chat.Command(
        "book",
        _("Book a session with a mentor"),
        (
            chat.CommandOption("mentor", _("Who you would like to meet"), required=True, suggests=True),
            chat.CommandOption(
                "length",
                _("How long"),
                choices=(chat.FieldOption("30", _("30 minutes")), chat.FieldOption("60", _("1 hour"))),
            ),
            chat.CommandOption("people", _("How many come"), chat.OptionKind.NUMBER),
        ),
    ),
    chat.Command("bookings", _("What you have booked")),
    chat.Command("mentoring", _("Your side as a mentor")),
    chat.Command("review", _("Say how it went")),
    chat.Command("topics", _("Browse by topic")),
    chat.Command("staff", _("What needs your eyes"), managers=True),
    chat.Command("setup", _("Set up this community"), managers=True),
    chat.Command("help", _("What can be said"), (chat.CommandOption("word", _("About what")),)),
)


class LittleBot:
    def __init__(self) -> None:
        self.heard: list[chat.Incoming] = []
        self.locale, self.zone = "en", "Europe/Madrid"

    @property
    def commands(self) -> Sequence[chat.Command]:
        return COMMANDS

    async def answer(self, incoming: chat.Incoming) -> chat.Reply:
        self.heard.append(incoming)
        return chat.Reply(self._screen(incoming), chat.Reader(self.locale, self.zone))

    async def hear(self, said: chat.Said) -> chat.Reply | None:
        """Everybody is in a room with one who wants to hear “psst”, and is helped with all else."""
        if said.text == "psst":
            return None
        words = {"word": said.text}
        return await self.answer(chat.Incoming(said.account, to("help"), said.key, None, words, said.locale))

    async def suggest(self, incoming: chat.Incoming, option: str, typed: str) -> Sequence[chat.Suggestion]:
        return [person for person in PEOPLE if typed.lower() in person.label.lower()]

    def _screen(self, incoming: chat.Incoming) -> chat.Screen:
        match incoming.route.name:
            case "mentors" | "mentors.page":
                return samples.mentors()
            case "book" | "mentor.times" | "mentor.day":
                return samples.times()
            case "book.hold":
                return samples.held(samples.NOW + timedelta(minutes=15))
            case "booking.check":
                return samples.confirmed()
            case "bookings":
                return samples.confirmed()
            case "mentoring":
                return samples.week()
            case "review" | "review.form":
                return samples.review()
            case "review.save" if len(incoming.answers.get("headline", "")) < 5:
                return samples.refused()
            case "topics":
                return samples.topics()
            case "setup":
                return samples.setup()
        words = _(
            "You said {route} with {answers}.", route=str(incoming.route), answers=str(dict(incoming.answers))
        )
        return chat.Screen(_("What can I do for you?"), (chat.Paragraph(words),))
