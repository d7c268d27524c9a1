"""Who sits for the gallery: the same people and bookings in ordinary words, in none, and in the worst allowed.

`ordinary` is written in Greek letters, so that any Latin letter on a screen is a literal that nobody can translate.
"""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from bot.screens.paying import Step
from bot.screens.view import View
from core.booking.life import Booking, BookingState
from core.discovery.search import Filters, Found, Page, Sort
from core.discovery.written import Mine
from core.money import Money
from core.payments.payments import PaymentState
from core.people.communities import Community
from core.people.mentors import DURATIONS, Mentor, MentorState
from core.people.people import Identity
from core.policy import Policy, Tier
from core.schedule.availability import SingleSlot
from core.schedule.times import DatedRange, Hours, Span, WeeklyRange

NOW: Final = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
START: Final = NOW + timedelta(days=1, hours=1)
DAY: Final = date(2026, 11, 24)
HOSTILE: Final = (
    "@everyone <@1> <@&2> **b** _i_ ~~s~~ ||h|| `c` # h [x](javascript:alert(1)) "
    "<script>alert(1)</script>\"'&amp; {name} {0} %s "
)
ZALGO: Final = "Z\u0351\u036b\u0343\u036a\u0302\u036b\u033d\u034f\u0334\u0319\u0324\u031e"
RIGHT_TO_LEFT: Final = "\u202eمرحبا بالعالم שלום\u202c"
WIDE: Final = "👩🏽‍🚀👨‍👩‍👧‍👦ｗｉｄｅ漢字"


def filled(text: str, length: int) -> str:
    """The text over and over, exactly so many characters."""
    return (text * (length // len(text) + 1))[:length]


@dataclass(frozen=True, slots=True)
class Sitter:
    """What one kind of person writes, and how much of everything there is."""

    label: str
    name: str
    headline: str
    bio: str
    topics: tuple[str, ...]
    languages: tuple[str, ...]
    place: str
    company: str
    year: int | None
    topic: str
    agenda: str
    hourly: Money
    many: int
    zone: str
    policy: Policy

    def mentor(self, state: MentorState = MentorState.APPROVED, **changes: Any) -> Mentor:
        return Mentor(
            **{
                "id": 1,
                "community_id": 1,
                "person_id": 1,
                "slug": filled("slug-", 33),
                "state": state,
                "name": self.name,
                "headline": self.headline,
                "bio": self.bio,
                "university": self.place,
                "degree": self.place,
                "graduation_year": self.year,
                "company": self.company,
                "hourly_amount": self.hourly.amount,
                "currency": self.hourly.currency,
                "meeting_url": "https://example.org/" + "x" * (280 if self.many > 1 else 0),
                "reason": filled(self.agenda, 500) if self.agenda else "",
                "rating_sum": 9 * self.many,
                "rating_count": 2 * self.many,
                "sessions": self.many,
                "applied_at": NOW - timedelta(days=1),
                "decided_at": None,
            }
            | changes
        )

    def booking(self, state: BookingState = BookingState.HELD, **changes: Any) -> Booking:
        return Booking(
            **{
                "id": 1,
                "short": "K7Q2M9AB",
                "code": "NP-20261124-K7Q2M",
                "community_id": 1,
                "mentor_id": 1,
                "mentor_person_id": 1,
                "student_id": 2,
                "state": state,
                "starts_at": START,
                "ends_at": START + timedelta(minutes=90),
                "amount": self.hourly.amount,
                "currency": self.hourly.currency,
                "rules": self.policy.to_json(),
                "topic": self.topic,
                "agenda": self.agenda,
                "agreed_at": NOW if self.topic else None,
                "hold_until": NOW + timedelta(minutes=15),
                "has_link": False,
                "revision": 0,
                "moves": 0,
                "closed_reason": "",
            }
            | changes
        )

    def view(self, state: BookingState = BookingState.HELD, **changes: Any) -> View:
        row = {name: changes.pop(name) for name in [*changes] if name in Booking.__table__.columns}
        plain = View(self.booking(state, **row), filled("slug-", 33), self.name, is_mentor=False, now=NOW)
        return replace(plain, **changes)

    def views(self) -> list[View]:
        """A booking in every state, as both sides see it, with every way to go on from there."""
        url = "https://example.org/" + "u" * (1_900 if self.many > 1 else 10)
        one_sided = [
            *(self.view(state) for state in BookingState),
            self.view(agreed_at=None),
            self.view(agreed_at=NOW),
            self.view(agreed_at=NOW, pay=Step(ways=("razorpay",))),
            self.view(agreed_at=NOW, pay=Step(ways=("razorpay", "stripe", "paypal"))),
            self.view(agreed_at=NOW, pay=Step(url, "paypal", ("paypal", "stripe", "razorpay"))),
            self.view(agreed_at=NOW, credit=self.hourly),
            self.view(agreed_at=NOW, credit=Money(1, self.hourly.currency)),
            self.view(agreed_at=NOW, pay=Step(url, "stripe", ("stripe",)), payment=PaymentState.OPEN),
            self.view(agreed_at=NOW, payment=PaymentState.PROCESSING),
            self.view(hold_until=NOW),
            self.view(BookingState.CONFIRMED, join_url=url),
            self.view(BookingState.COMPLETED, review=Mine(is_open=True, stars=5, until=NOW)),
            self.view(BookingState.CANCELED, closed_reason="refunded"),
            self.view(BookingState.EXPIRED, closed_reason="payment_failed"),
            self.view(BookingState.EXPIRED, is_late=True, late_until=NOW, nearest=tuple(self.starts()[:3])),
            self.view(BookingState.EXPIRED, is_late=True, late_until=NOW),
        ]
        return [*one_sided, *(replace(view, is_mentor=True) for view in one_sided if not view.is_late)]

    def starts(self) -> list[datetime]:
        return [START + timedelta(minutes=5 * step) for step in range(self.many)]

    def found(self) -> Found:
        prices = {minutes: self.hourly.scaled(minutes, 60) for minutes in DURATIONS[: self.many]}
        topics, languages = list(self.topics), list(self.languages)
        return Found(self.mentor(), topics, languages, prices, START if self.many else None)

    def page(self, number: int = 0, pages: int = 1) -> Page:
        return Page([self.found()] * min(self.many, 5), number, pages, self.many)

    def filters(self) -> Filters:
        if not self.many:
            return Filters()
        return Filters(self.topic[:40], "en", self.place, self.hourly, 4.5, DAY, Sort.SESSIONS)

    def hours(self) -> Hours:
        few = min(self.many, 30)
        ranges = ((0, 240), (240, 480), (480, 720), (720, 960), (960, 1_200), (1_200, 1_440))[:few]
        return Hours(
            zone=ZoneInfo(self.zone),
            weekly=tuple(WeeklyRange(day, *each) for day in range(7) for each in ranges),
            dated=tuple(DatedRange(DAY + timedelta(days=n), 0, 720 if n else 0) for n in range(few)),
            vacations=((DAY, DAY + timedelta(days=14)),) * few,
            day_limit=min(self.many, 24),
        )

    def singles(self) -> list[SingleSlot]:
        spans = [Span(start, start + timedelta(minutes=45)) for start in self.starts()[:30]]
        return [
            SingleSlot(id=10**11 + n, starts_at=s.starts_at, ends_at=s.ends_at) for n, s in enumerate(spans)
        ]

    def accounts(self) -> list[Identity]:
        """One on each platform, one of them closed to us."""
        named = {"discord": self.name, "telegram": self.name, "web": self.name, "mail": "ana@example.org"}
        closed = {"telegram", "mail"} if self.many else set()
        return [
            Identity(
                id=10**9 + number,
                platform=platform,
                account=name[:64],
                name=name[:100],
                seen_at=NOW,
                dead_at=NOW if platform in closed else None,
            )
            for number, (platform, name) in enumerate(named.items())
        ]

    def community(self) -> Community:
        appointed = {"mentor_role": self.name, "staff_role": self.name, "notice_channel": self.name}
        labels = appointed if self.many else {}
        return Community(
            id=1, platform="discord", name=self.name[:100], rules=self.policy.to_json(), labels=labels
        )


ORDINARY: Final = Sitter(
    label="ordinary",
    name="Άννα Ρούσου",
    headline="Μεταγλωττιστές με υπομονή",
    bio="Έχω γράψει **δύο** και τους αγαπώ.\n\n- πρώτα\n- μετά",
    topics=("Μεταγλωττιστές", "Πάιθον"),
    languages=("en", "el"),
    place="Πανεπιστήμιο Κρήτης",
    company="Άκμη",
    year=2019,
    topic="Αναλυτές",
    agenda="Από πού να αρχίσω;",
    hourly=Money(6_000, "USD"),
    many=1,
    zone="Europe/Athens",
    policy=Policy(zone="Europe/Athens"),
)
EMPTY: Final = Sitter(
    label="empty",
    name="Ω",
    headline="Ω",
    bio="Ω",
    topics=("Ω",),
    languages=("el",),
    place="",
    company="",
    year=None,
    topic="",
    agenda="",
    hourly=Money(0, "JPY"),
    many=0,
    zone="UTC",
    policy=Policy(reminders=(), tiers=(Tier(0, 0),), notice_minutes=0, commission=0),
)


def worst(label: str, words: str, hourly: Money) -> Sitter:
    """Everything as long, as often and as odd as it may be."""
    return Sitter(
        label=label,
        name=filled(words, 100),
        headline=filled(words, 100),
        bio=filled(words, 2_000),
        topics=tuple(filled(f"{number}{words}", 40) for number in range(8)),
        languages=("en", "ar", "zh", "pt", "yue", "xx"),
        place=filled(words, 100),
        company=filled(words, 100),
        year=2034,
        topic=filled(words, 100),
        agenda=filled(words, 500),
        hourly=hourly,
        many=300,
        zone="America/Argentina/ComodRivadavia",
        policy=Policy(
            currency=hourly.currency,
            zone="America/Argentina/ComodRivadavia",
            commission=9_000,
            hold_minutes=1_440,
            reminders=(20_160, 20_159, 20_158, 20_157, 20_156),
            notice_minutes=43_199,
            horizon_days=365,
            tiers=(*(Tier(1_440 - n, 100 - n) for n in range(4)), Tier(0, 0)),
        ),
    )


SITTERS: Final = (
    ORDINARY,
    EMPTY,
    worst("hostile", HOSTILE, Money(10_000_000, "KWD")),
    worst("letters", "W", Money(1_000_000, "USD")),
    worst("zalgo", ZALGO, Money(10_000, "JPY")),
    worst("right to left", RIGHT_TO_LEFT, Money(1_000_000, "INR")),
    worst("wide", WIDE, Money(0, "EUR")),
    worst("lines", "a\n\n# b\n> c\n- ", Money(1, "KWD")),
)
