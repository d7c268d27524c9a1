"""What a profile says in numbers: sessions, how fast the mentor answers, how many students come back."""

from datetime import timedelta
from math import ceil

from core.chat import Fact, Percent, Text, _, _n
from core.discovery.search import Found

MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def facts(found: Found) -> list[Fact]:
    """Only what there is something to say about."""
    numbers, said = found.figures, list[Fact]()
    if found.mentor.sessions:
        said.append(Fact(_("Sessions"), found.mentor.sessions))
    if numbers.answers_in is not None:
        said.append(Fact(_("Requests"), _answers(numbers.answers_in)))
    if numbers.repeat_basis_points is not None:
        share = Percent(numbers.repeat_basis_points)
        come_back = _n("{share} of {n} student", "{share} of {n} students", numbers.students, share=share)
        said.append(Fact(_("Students who return"), come_back))
    return said


def _answers(wait: timedelta) -> Text:
    """Rounded up to ten minutes, to hours from one hour on, to days from two."""
    unit = 10 * MINUTE if wait <= HOUR else HOUR if wait < 2 * DAY else DAY
    return _("usually answers within {span}", span=max(1, ceil(wait / unit)) * unit)
