"""Screens that use every part and every control, as a busy day would show them."""

import struct
import zlib
from datetime import UTC, datetime, time, timedelta

from core import chat
from core.chat import _, _n, to
from core.money import Money

NOW = datetime(2026, 11, 21, 13, 30, tzinfo=UTC)
START = datetime(2026, 11, 24, 17, 0, tzinfo=UTC)
EUR_45 = Money(4500, "EUR")
LONG_WORD = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"
TOPICS = "Career change, Interviews, Portfolio, Go, Python, Rust, React, Data, Design, Leadership, Writing"
HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(2)>"


def picture(width: int = 640, height: int = 260) -> bytes:
    """A PNG of coloured bars, written by hand so that no library is needed."""
    shades = ((233, 238, 251), (43, 84, 196), (147, 177, 255), (23, 105, 63), (230, 243, 235))
    row = b"\0" + b"".join(bytes(shades[x * len(shades) // width]) for x in range(width))
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", head), (b"IDAT", zlib.compress(row * height)), (b"IEND", b""))
    body = b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in chunks
    )
    return b"\x89PNG\r\n\x1a\n" + body


def mentors() -> chat.Screen:
    people = (
        ("Maya Chen", "Systems design, Go, interviews", 4500, 49, 37),
        ("Ben Okafor", "First job, portfolios, React", 3000, 48, 112),
        (f"Jürgen {LONG_WORD}", "Data engineering", 6000, 50, 3),
    )
    return chat.Screen(
        _("3 mentors for you"),
        (
            *(
                chat.Card(
                    _("{name}", name=name),
                    (
                        _("{topics}", topics=topics),
                        _(
                            "★ {stars} ({count}) · {price} for {length}",
                            stars=stars / 10,
                            count=count,
                            price=Money(price, "EUR"),
                            length=timedelta(minutes=60),
                        ),
                    ),
                    chat.Button(
                        _("See times"), to("mentor.times", name.split()[0].lower()), chat.Style.PRIMARY
                    ),
                )
                for name, topics, price, stars, count in people
            ),
            chat.Note(_("Sorted by how well they fit your goal. Page {page} of {pages}.", page=1, pages=4)),
        ),
        (
            chat.Button(_("Next"), to("mentors.page", 2)),
            chat.Button(_("Change what I look for"), to("mentors.filter")),
        ),
    )


def times() -> chat.Screen:
    options = tuple(
        chat.Option(
            _("{time}", time=chat.When(START + timedelta(minutes=30 * number), chat.WhenStyle.CLOCK)),
            to("book.hold", "maya", number),
            chosen=number == 4,
        )
        for number in range(18)
    )
    days = tuple(
        chat.Option(
            _("{day}", day=chat.When(START + timedelta(days=number), chat.WhenStyle.DAY)),
            to("mentor.day", "maya", number),
            chosen=number == 0,
        )
        for number in range(5)
    )
    return chat.Screen(
        _("When would you like to meet {name}?", name="Maya"),
        (chat.Paragraph(_("Times are in your time zone. Tapping one keeps it for you while you pay.")),),
        (
            chat.Choice(_("Day"), days),
            chat.Choice(_("Free times"), options),
            chat.Button(_("Join the waitlist"), to("waitlist.join", "maya")),
        ),
    )


def held(until: datetime) -> chat.Screen:
    return chat.Screen(
        _("Your time with {name} is held", name="Maya Chen"),
        (
            chat.Paragraph(
                _("Pay within {left} and it is yours.", left=chat.When(until, chat.WhenStyle.COUNTDOWN))
            ),
            chat.Facts(
                (
                    chat.Fact(_("When"), chat.When(START)),
                    chat.Fact(_("Length"), timedelta(minutes=60)),
                    chat.Fact(_("Price"), EUR_45),
                    chat.Fact(_("Booking"), chat.Code("NP-20261124-K7Q2")),
                )
            ),
            chat.Note(_("Free to cancel until {day}.", day=chat.When(START - timedelta(days=1)))),
        ),
        (
            chat.Link(_("Pay {amount}", amount=EUR_45), "https://example.org/p/abc"),
            chat.Button(_("I have paid"), to("booking.check", "K7Q2M9")),
            chat.Button(_("Let it go"), to("booking.release", "K7Q2M9"), chat.Style.DANGER),
        ),
        subject="booking:K7Q2M9",
        tone=chat.Tone.WAITING,
    )


def confirmed() -> chat.Screen:
    return chat.Screen(
        _("You are booked with {name}", name="Maya Chen"),
        (
            chat.Facts(
                (
                    chat.Fact(_("When"), chat.When(START)),
                    chat.Fact(_("For {name}", name="Maya"), _("{time} in Tokyo", time=time(2, 0))),
                    chat.Fact(_("Paid"), EUR_45),
                    chat.Fact(
                        _("Languages"), chat.Series((chat.LanguageName("en"), chat.LanguageName("es")))
                    ),
                    chat.Fact(_("Booking"), chat.Code("NP-20261124-K7Q2")),
                )
            ),
            chat.Note(_("The link to the room comes 10 minutes before.")),
        ),
        (
            chat.Button(_("Prepare"), to("booking.brief", "K7Q2M9"), chat.Style.PRIMARY),
            chat.Button(_("Move"), to("booking.move", "K7Q2M9")),
            chat.Button(_("Cancel"), to("booking.cancel", "K7Q2M9"), chat.Style.DANGER),
        ),
        files=(
            chat.File("session.ics", b"BEGIN:VCALENDAR" * 90, "text/calendar", _("Add to your calendar")),
        ),
        subject="booking:K7Q2M9",
        tone=chat.Tone.GOOD,
    )


def profile() -> chat.Screen:
    source = (
        "I built **payments** at two start-ups and love teaching.\n\n"
        "- System design, *without* the jargon\n- Mock interviews\n\n"
        f"More at [my page](https://example.org) {HOSTILE} [bad](javascript:alert(3))"
    )
    return chat.Screen(
        _("{name}", name="Maya Chen"),
        (
            chat.Prose(chat.Markdown(source)),
            chat.Facts(
                (
                    chat.Fact(
                        _("Rating"),
                        _n("{stars} of 5 from one review", "{stars} of 5 from {n} reviews", 37, stars=4.9),
                    ),
                    chat.Fact(_("Attendance"), chat.Percent(9_850)),
                    chat.Fact(_("Free on"), chat.Series((chat.Weekday(1), chat.Weekday(3)))),
                    chat.Fact(_("Says"), f"“{HOSTILE}”"),
                )
            ),
        ),
        (
            chat.Button(_("See times"), to("mentor.times", "maya"), chat.Style.PRIMARY),
            chat.Link(_("Website"), "https://example.org/maya"),
            chat.Link(_("Not a link"), "javascript:alert(4)"),
        ),
    )


def week() -> chat.Screen:
    return chat.Screen(
        _("Your week"),
        (chat.Paragraph(_("{n} sessions, {amount} on the way.", n=4, amount=Money(18000, "EUR"))),),
        (
            chat.Button(_("Open hours"), to("hours.show"), chat.Style.PRIMARY),
            chat.Button(_("Take a break"), to("vacation.form")),
        ),
        files=(chat.File("week.png", picture(), "image/png", _("Your week as a calendar")),),
    )


def topics() -> chat.Screen:
    options = tuple(
        chat.Option(
            _("{name}", name=name),
            to("topic.pick", number),
            _n("one mentor", "{n} mentors", number + 1),
            number == 2,
        )
        for number, name in enumerate(TOPICS.split(", "))
    )
    return chat.Screen(_("What would you like to learn?"), (), (chat.Choice(_("Topic"), options),))


def review() -> chat.Screen:
    form = chat.Form(
        _("Your review of {name}", name="Maya"),
        (
            chat.Field(
                "stars",
                _("How was it?"),
                chat.FieldKind.CHOICE,
                options=tuple(chat.FieldOption(str(n), _("{n} ★", n=n)) for n in (3, 4, 5)),
            ),
            chat.Field("headline", _("In a few words"), hint=_("Shown in lists of mentors."), max_length=60),
            chat.Field(
                "words",
                _("What helped you?"),
                chat.FieldKind.LONG,
                _("Others read this."),
                required=False,
                max_length=1000,
            ),
            chat.Field(
                "topic",
                _("What was it about?"),
                chat.FieldKind.CHOICE,
                required=False,
                options=tuple(chat.FieldOption(name, _("{name}", name=name)) for name in TOPICS.split(", ")),
            ),
            chat.Field("public", _("Show my name"), chat.FieldKind.CHECK, required=False, default="yes"),
        ),
        to("review.save", "K7Q2M9"),
        to("review.form", "K7Q2M9"),
        _("Publish"),
    )
    return chat.Screen(_("How did it go?"), (), (chat.Button(_("Later"), to("review.later")),), form)


def refused() -> chat.Screen:
    return chat.Screen(
        _("That is too short"),
        (chat.Paragraph(_("Please write at least {n} characters.", n=20)),),
        (chat.Button(_("Try again"), to("review.form", "K7Q2M9")),),
        tone=chat.Tone.BAD,
    )


def setup() -> chat.Screen:
    return chat.Screen(
        _("Set up {place}", place="Rust Berlin"),
        (
            chat.Paragraph(_("Three steps and your members can book. Nothing is public before you say so.")),
            chat.Facts(
                (
                    chat.Fact(_("Currency"), "EUR"),
                    chat.Fact(_("Commission"), chat.Percent(2_000)),
                    chat.Fact(_("Cancel for free"), timedelta(days=1)),
                )
            ),
        ),
        (
            chat.Pick(_("Who may mentor?"), chat.Entity.ROLE, to("setup.role")),
            chat.Pick(_("Where do notices go?"), chat.Entity.CHANNEL, to("setup.channel")),
            chat.Button(_("Publish"), to("setup.publish"), chat.Style.SUCCESS),
        ),
    )


def broken() -> chat.Screen:
    return chat.Screen(
        _("This time is taken"),
        (chat.Paragraph(_("Somebody was faster by a moment. These are the nearest free times.")),),
        tuple(
            chat.Button(
                _("{at}", at=chat.When(START + timedelta(hours=hours))), to("book.hold", "maya", hours)
            )
            for hours in (1, 24, 25)
        ),
        tone=chat.Tone.BAD,
    )


EVERY = (mentors, times, confirmed, profile, week, topics, review, setup, broken)
