"""sms-analyzer ingest."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

import click

from analyzer.cli.options import Asked, shared_options

if TYPE_CHECKING:
    from analyzer.store import ImportReport, Store


@click.command(
    epilog="Examples:\n\n\b\n  sms-analyzer ingest exports/ --store fleet/ --device-from-folder\n"
    "  sms-analyzer report --store fleet/ --since 2026-03-01\n"
    "  sms-analyzer ingest --store fleet/ --compact"
)
@click.option("--private", is_flag=True, help="A new store keeps no texts: templates instead.")
@click.option(
    "--buckets",
    type=click.IntRange(1, 1000),
    metavar="N",
    help="Into how many parts a new store puts its phones.  [default: 16]",
)
@click.option("--compact", is_flag=True, help="Merge small files and remove unused ones.")
@click.option(
    "--keep-hours",
    type=click.IntRange(0),
    default=24,
    show_default=True,
    help="With --compact: unused files younger than this stay.",
)
@shared_options("text", "json")
def ingest(
    asked: Asked, private: bool, buckets: int | None, compact: bool, keep_hours: int
) -> None:
    """Add logs to a store that grows: a folder, or an s3:// address.

    Importing a log again, or one that overlaps, adds nothing twice. An import that is stopped
    leaves the store as it was. --since, --until and the other filters do not narrow what is
    stored.
    """
    from analyzer.cli.session import imported
    from analyzer.store import Store, StoreError

    if not asked.store:
        raise click.UsageError("Name the store with --store FOLDER.")
    if not asked.has_inputs and not compact:
        raise click.UsageError("Name a log or a folder, or --compact.")
    try:
        store = Store.open_or_create(asked.store, private, buckets)
        report = imported(store, asked) if asked.has_inputs else None
        compacted = store.compact(keep_hours) if compact else None
    except StoreError as error:
        click.echo(str(error), err=True)
        sys.exit(2)
    _show(asked, store, report, compacted)
    nothing = report and not report.already and not any(log.readable for log in report.accounts)
    sys.exit(2 if nothing else 0)


def _show(
    asked: Asked, store: Store, report: ImportReport | None, compacted: dict[str, int] | None
) -> None:
    from analyzer.cli.output import as_json, chosen_format, emit, show
    from analyzer.report.document import log_row
    from analyzer.report.masking import Masker
    from analyzer.report.tables import logs_table
    from analyzer.report.text import paragraph
    from analyzer.report.words import Words
    from analyzer.store.reading import message_count

    words = Words(asked.lang, asked.tz)
    masker = Masker(asked.reveal, words("person"), asked.key)
    added = report.accounts if report else []
    already = report.already if report else []
    logs = [log_row(account, words, masker) for account in added]
    count = message_count(store)
    if chosen_format(asked, ("text", "json")) == "json":
        said: dict[str, Any] = {
            "store": asked.store,
            "logs": logs,
            "already_stored": [account.log for account in already],
            "message_rows": count,
            "compacted": compacted,
        }
        emit(as_json(said), asked)
        return
    parts: list[Any] = [logs_table(logs, words)] if logs else []
    if report:
        kept = sum(account.kept for account in added if account.readable)
        parts.append(paragraph(words("imported", kept=kept, logs=len(added), count=count)))
        if already:
            parts.append(paragraph(words("already", logs=len(already))))
    if compacted:
        parts.append(paragraph(words("compacted", **compacted)))
    show(parts, asked)
