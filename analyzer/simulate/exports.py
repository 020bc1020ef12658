"""The files of one phone: its story in the formats of the logs that are handed over."""

from __future__ import annotations

from analyzer.simulate.reception import NOWHERE
from analyzer.simulate.story import Story
from analyzer.simulate.writers.backup_xml import backup_xml
from analyzer.simulate.writers.content_query import content_query, siminfo
from analyzer.simulate.writers.databases import harassment_db, mmssms_db
from analyzer.simulate.writers.filter_logs import radio_log, spamblocker_gz
from analyzer.simulate.writers.json_exports import fossify_json, ndjson_zip, quik_json
from analyzer.simulate.writers.own_logs import blocked_log, request_log, sim_map
from analyzer.simulate.writers.provider import Row, blocked_messages, inbox_rows, sim_rows


def files(story: Story) -> dict[str, bytes]:
    """Return the content of every log of a phone by its file name."""
    rows = inbox_rows(story)
    found: dict[str, bytes] = {}
    for number, export in enumerate(story.given.exports):
        # A second export was made earlier and holds the older part of the first.
        held = rows if number == 0 or export == "mmssms_db" else rows[: len(rows) * 2 // 3]
        name, data = _export(story, export, held)
        found[name] = data
    return found | _others(story)


def _export(story: Story, export: str, rows: list[Row]) -> tuple[str, bytes]:
    made_at = rows[-1]["date"] if rows else story.end
    match export:
        case "sms_backup_restore":
            return "sms.xml", backup_xml(rows, made_at, cut=story.given.cut_after is not None)
        case "sms_import_export":
            return "messages.zip", ndjson_zip(rows, made_at)
        case "mmssms_db":
            return "mmssms.db", mmssms_db(story, rows)
        case "qksms":
            return "backup.json", quik_json(rows)
        case "fossify":
            return "messages.json", fossify_json(rows)
        case _:
            return "content.txt", content_query(rows, wrapped=story.given.wrapped)


def _others(story: Story) -> dict[str, bytes]:
    given = story.given
    found: dict[str, bytes] = {}
    if given.requests:
        found["requests.csv"] = request_log(story)
    if given.sims:
        by_map = given.sims == "csv"
        name = "sims.csv" if by_map else "siminfo.txt"
        found[name] = sim_map(sim_rows(story)) if by_map else siminfo(sim_rows(story))
    if given.radio and (story.refusals or story.reception.drops):
        refusals = [(at + story.reception.skew(at), slot) for at, slot in story.refusals]
        found["radio.txt"] = radio_log(refusals, story.reception.drops)
    return found | _blocked(story)


def _blocked(story: Story) -> dict[str, bytes]:
    """The log of the phone's filter, where its system keeps one apart from the messages."""
    system = story.phone.system
    if not story.given.blocked or system.keeps in ("miui", "samsung"):
        return {}
    if system.keeps == "huawei":
        return {"harassment.db": harassment_db(blocked_messages(story))}
    if system.keeps == "spamblocker":
        # What Android itself drops never reaches an app.
        screened = [s for s in story.messages if not s.sent and s.kept_by != NOWHERE]
        return {"SpamBlocker.2026_02_01.gz": spamblocker_gz(screened)}
    return {"blocked.csv": blocked_log(blocked_messages(story), system.source)}
