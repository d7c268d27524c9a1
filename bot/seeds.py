"""Who mentors in the demo, and what was said of them."""

from dataclasses import dataclass
from typing import Final

from core.money import Money
from core.plans.plans import Terms


@dataclass(frozen=True, slots=True)
class Seed:
    """One mentor of the demo. `week` are open hours of each working day; `stars` of past sessions."""

    key: str
    name: str
    zone: str
    headline: str
    bio: str
    topics: tuple[str, ...]
    languages: tuple[str, ...]
    university: str
    degree: str
    year: int
    company: str
    price: int
    week: tuple[tuple[int, int], ...]
    reviews: tuple[tuple[int, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Bundle:
    """One pack on sale in the demo, with its mentors by their keys; `price` of all its sessions."""

    name: str
    sessions: int
    minutes: int
    price: int
    mentors: tuple[str, ...]


PACKS: Final = (
    Bundle("Portfolio, step by step", 4, 60, 14_000, ("ben",)),
    Bundle("Interview training", 3, 30, 7_500, ("ben", "kenji", "sofia")),
)
MENTORS: Final = (
    Seed(
        "ben",
        "Ben Okafor",
        "Africa/Lagos",
        "From first portfolio to first offer in product design",
        "I review portfolios and practise interviews with you.\n\n- **Bring one case study**, even half done\n"
        "- We mend its story together\n- You leave with three next steps",
        ("Design", "Portfolio", "Interviews"),
        ("en", "yo"),
        "University of Lagos",
        "BSc Architecture",
        2017,
        "Paystack",
        4_000,
        ((9 * 60, 12 * 60), (14 * 60, 19 * 60)),
        (
            (5, "He found the story in my case study that I could not see. I left with three next steps."),
            (5, ""),
            (4, "Very clear, a little fast. I would take 60 minutes next time."),
            (5, "My third session. The interview went just as we had practised it."),
        ),
    ),
    Seed(
        "priya",
        "Priya Raman",
        "Asia/Kolkata",
        "Machine learning, explained until it is simple",
        "Ten years of teaching and building models. Come with a paper, a bug or a question.",
        ("Machine learning", "Python", "Research"),
        ("en", "hi", "ta"),
        "IIT Madras",
        "PhD Computer Science",
        2015,
        "Zoho",
        5_500,
        ((15 * 60, 21 * 60),),
        (
            (5, "I finally understand attention. She draws everything."),
            (5, "Patient with beginners, honest about my code."),
            (5, ""),
        ),
    ),
    Seed(
        "lena",
        "Lena Vogel",
        "Europe/Berlin",
        "Studying in Germany: applications, visas, first weeks",
        "I came here alone and made every mistake once. *You do not have to.*",
        ("Study abroad", "Applications", "German"),
        ("en", "de"),
        "TU Berlin",
        "MSc Urban Planning",
        2021,
        "",
        2_000,
        ((10 * 60, 13 * 60), (16 * 60, 20 * 60)),
        (
            (4, "Good advice about visas; some of it I had found already."),
            (5, "She read my letter twice and knew every office by name."),
        ),
    ),
    Seed(
        "kenji",
        "Kenji Mori",
        "Asia/Tokyo",
        "Backend interviews, from arrays to system design",
        "Mock interviews with honest notes afterwards. I have sat on both sides of the table.",
        ("Interviews", "System design", "Java"),
        ("en", "ja"),
        "University of Tokyo",
        "BEng",
        2013,
        "Mercari",
        6_000,
        ((18 * 60, 23 * 60),),
        (
            (5, ""),
            (4, ""),
            (4, ""),
        ),
    ),
    Seed(
        "sofia",
        "Sofia Costa",
        "America/Sao_Paulo",
        "Your first year as a data analyst",
        "SQL, dashboards and how to talk to people who hate numbers.",
        ("Data", "SQL", "Career"),
        ("en", "pt", "es"),
        "USP",
        "BA Economics",
        2019,
        "Nubank",
        3_000,
        ((8 * 60, 12 * 60),),
        ((4, ""),),
    ),
    Seed(
        "amira",
        "Amira Haddad",
        "Europe/Paris",
        "Writing a thesis that gets finished",
        "Structure, small steps, and somebody who asks how it went.",
        ("Writing", "Research", "Thesis"),
        ("en", "fr", "ar"),
        "Sorbonne",
        "PhD Linguistics",
        2018,
        "",
        0,
        ((17 * 60, 20 * 60),),
    ),
)

PLANS: Final = (
    Terms("Free", Money(0, "EUR"), 0, 0, 0),
    Terms("Pro", Money(2_900, "EUR"), 60, 1_000, 24, least=50),
    Terms("Premium", Money(7_900, "EUR"), 180, 2_000, 72, least=50),
)
"""What a month costs, the minutes that are included, the discount in basis points, and the hours before others."""
