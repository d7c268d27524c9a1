"""News of reviews: asked for, published, replied to, decided about."""

from bot.screens import bookings, reviews
from bot.screens.reviews import Reading
from bot.screens.view import View
from core.chat import Paragraph, Screen, Text, Tone, When, _


def asked(view: View, *, again: bool) -> Screen:
    """The session's card, which has the stars on it."""
    if not again or view.review.until is None:
        return bookings.card(view, news=_("How was it with {name}?", name=view.other))
    until = When(view.review.until)
    news = _("You can still say how it was with {name}, until {until}.", name=view.other, until=until)
    return bookings.card(view, news=news)


def published(reading: Reading, *, own: bool) -> Screen:
    """For the one it is about, or for its author."""
    text = (
        _("Your review of {name} is published.", name=reading.about)
        if own
        else _("{name}'s review of you is there.", name=reading.shown.name)
    )
    return reviews.one(reading, news=text)


def replied(reading: Reading) -> Screen:
    return reviews.one(reading, news=_("{name} has replied to your review.", name=reading.about))


def decided(reading: Reading, *, hidden: bool, own: bool) -> Screen:
    """For the author or for somebody who reported it; what is hidden is not shown to others again."""
    text = _outcome(reading.about, hidden=hidden, own=own)
    if not hidden:
        return reviews.one(reading, news=text)
    tone = Tone.BAD if own else Tone.GOOD
    return Screen(_("Review of {name}", name=reading.about), (Paragraph(text),), tone=tone)


def _outcome(name: str, *, hidden: bool, own: bool) -> Text:
    if own and hidden:
        return _("Somebody reported your review of {name}. The staff has hidden it.", name=name)
    if own:
        return _("Somebody reported your review of {name}. The staff has read it and keeps it.", name=name)
    if hidden:
        return _("You reported a review of {name}. The staff has hidden it. Thank you!", name=name)
    return _("You reported a review of {name}. The staff has read it and keeps it.", name=name)
