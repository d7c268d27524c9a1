from typing import Final
import pytest
from sqlalchemy.orm import Session
from bot import commands
from core.booking.life import BookingState
from tests.bot.frontdesk import STRANGER, FAR_STAFF, FAR_MENTOR, APPLICANT, FrontDesk, sentence
from tests.bot.test_wrong_states import _book, _put, ANSWERS
from core.chat import Paragraph
pytestmark = pytest.mark.anyio

def said(reply):
    s = reply.screen
    return repr((s.title, s.parts, s.controls, s.form))

async def test_probe(quick_desk: FrontDesk) -> None:
    desk = quick_desk
    short = await desk.db.write(_book)
    names = sorted(commands.table().handlers)
    out = set()
    for state in BookingState:
        await desk.db.write(_put, short, state)
        for name in names:
            for who in (STRANGER, FAR_STAFF, APPLICANT):
                for place in (None, "guild"):
                    kw = {"place": None} if place is None else {}
                    for tail in ("", ":1", ":20261126", ":1:1:1:1"):
                        a = said(await desk.ask(who, f"{name}:{short}{tail}", ANSWERS, **kw))
                        b = said(await desk.ask(who, f"{name}:ZZZZZZZZ{tail}", ANSWERS, **kw))
                        if a.replace(short, "X") != b.replace("ZZZZZZZZ", "X"):
                            out.add((name, who, place, tail, str(state)[:4], a[:200], b[:200]))
    seen=set()
    for row in sorted(out, key=str):
        k=(row[0],row[1],row[2])
        if k in seen: continue
        seen.add(k)
        print(row)
