"""Every refusal as a sentence that names what was wrong and what would work."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from bot.screens import changing, times
from bot.screens.noes import SENTENCES
from core.chat import (
    Button,
    Control,
    Note,
    Outcome,
    Paragraph,
    Route,
    Screen,
    Style,
    Text,
    Tone,
    Value,
    When,
    _,
    to,
)
from core.errors import Conflict, Forbidden, NotFound, Refusal
from core.money import Money
from core.schedule.times import Reason

FIELDS: Final[Mapping[str, Text]] = {
    "name": _("Name"),
    "headline": _("Headline"),
    "bio": _("About you"),
    "topics": _("Topics"),
    "languages": _("Languages"),
    "university": _("University"),
    "degree": _("Degree"),
    "company": _("Company"),
    "reason": _("Reason"),
    "words": _("A few words"),
    "reply": _("Reply"),
    "topic": _("Topic"),
    "agenda": _("Agenda"),
    "ranges": _("Hours"),
    "items": _("Action items"),
    "objection": _("What happened"),
    "statement": _("Your view"),
    "note": _("Note"),
    "plan": _("Name of the plan"),
}

REASONS: Final[Mapping[Reason, Text]] = {
    Reason.VACATION: _("The mentor is away on these days."),
    Reason.NOTICE: _("It is too soon: mentors here need some notice."),
    Reason.HORIZON: _("It is too far ahead to be booked yet."),
    Reason.DAY_LIMIT: _("The mentor takes no more sessions on that day."),
    Reason.BUSY: _("Somebody was faster, or you are busy then yourself."),
    Reason.CLOSED: _("The mentor is not open then."),
    Reason.PACK_ENDS: _("The pack that pays for it ends before then."),
}

OUTCOMES: Final = {
    NotFound: Outcome.UNKNOWN,
    Forbidden: Outcome.FORBIDDEN,
    Conflict: Outcome.CONFLICT,
}

LONGEST_WORDS: Final = 80
"""How much of what somebody typed is said back to them."""


def screen(refusal: Refusal, *, retry: Route | None, kept: bool = True) -> Screen:
    """What a person sees instead; with the nearest times where there are any, and a way to try again."""
    facts = refusal.facts
    controls: list[Control] = []
    nearest = facts.get("nearest", ())
    if nearest and "slug" in facts:
        controls.append(times.to_hold(facts["slug"], facts["minutes"], nearest))
    elif nearest and refusal.key.startswith("move."):
        controls.append(changing.to_move(facts["short"], nearest))
    elif nearest:
        controls.append(times.to_take(facts["short"], nearest))
    if refusal.key.startswith("quote.") and "short" in facts:
        controls.append(Button(_("See it again"), to("booking.quote", facts["short"]), Style.PRIMARY))
    elif refusal.key.startswith("quote.") and "pack" in facts:
        controls.append(Button(_("See it again"), to("pack.quote", facts["pack"]), Style.PRIMARY))
    elif retry is not None:
        controls.append(Button(_("Try again"), retry, Style.PRIMARY))
    elif refusal.key == "community.none":
        controls.append(Button(_("Choose one"), to("start"), Style.PRIMARY))
    elif "slug" in facts and "minutes" in facts:
        controls.append(Button(_("All free days"), to("book.days", facts["slug"], facts["minutes"], 0)))
    controls += _about_packs(refusal)
    parts: tuple[Paragraph | Note, ...] = (Paragraph(sentence(refusal)),)
    if retry is not None and kept:
        parts += (Note(_("Nothing you typed is lost.")),)
    return Screen(_("That does not work"), parts, tuple(controls), tone=Tone.BAD)


def _about_packs(refusal: Refusal) -> list[Control]:
    """The line where no seat is free, and what is sold now."""
    facts = refusal.facts
    if refusal.key == "seat.none" and "product" in facts:
        wait = to("seat.join", facts["slug"], facts["product"])
        return [Button(_("Wait for a seat"), wait, Style.PRIMARY)]
    if refusal.key == "product.changed" and "product" in facts:
        now = to("pack.buy", facts["product"], facts["slug"], facts["revision"])
        return [Button(_("Buy it like this"), now, Style.PRIMARY), Button(_("Your packs"), to("packs"))]
    if refusal.key == "seat.free" and "slug" in facts:
        return [Button(_("See the packs"), to("packs.mentor", facts["slug"]), Style.PRIMARY)]
    return []


def outcome(refusal: Refusal) -> Outcome:
    return next((found for kind, found in OUTCOMES.items() if isinstance(refusal, kind)), Outcome.INVALID)


def sentence(refusal: Refusal) -> Text:
    """The refusal's sentence with its facts filled in."""
    text = SENTENCES[refusal.key]
    said = {name: fact for name, fact in refusal.facts.items() if f"{{{name}}}" in text.msgid}
    return replace(text, values={name: _value(name, fact) for name, fact in said.items()})


def broken(reference: str) -> Screen:
    """Something that nobody expected; the reference stands in the log."""
    return Screen(
        _("Something went wrong"),
        (
            Paragraph(_("This is our fault, not yours. Nothing was changed.")),
            Note(_("If it happens again, tell the staff this reference: {reference}", reference=reference)),
        ),
        tone=Tone.BAD,
    )


def _value(name: str, fact: object) -> Value:
    if name == "field":
        return FIELDS[str(fact)]
    if isinstance(fact, Reason):
        return REASONS[fact]
    if isinstance(fact, datetime):
        return When(fact)
    if isinstance(fact, str) and len(fact) > LONGEST_WORDS:
        return fact[:LONGEST_WORDS].rstrip() + "…"
    return fact if isinstance(fact, str | int | Money | timedelta) else ""
