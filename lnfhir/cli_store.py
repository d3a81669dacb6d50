"""The commands about what the service keeps: `lnfhir feedback report`, `lnfhir audit export`, `lnfhir store ...`.

Exit codes: 0 done, 1 `store check` found a fault, 2 wrong usage or settings, 4 the store cannot be used.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import msgspec
import typer

from lnfhir.errors import KnowledgeError

if TYPE_CHECKING:
    from cds_hooks.config import Settings
    from cds_hooks.store.database import Database
    from cds_hooks.store.report import FeedbackReport, Line

FAULTY = 1
USAGE = 2
UNUSABLE = 4

feedback = typer.Typer(help="What became of the cards.", no_args_is_help=True)
audit = typer.Typer(help="Who asked what about whom.", no_args_is_help=True)
store = typer.Typer(
    help="The store of the service: its schema, its soundness, a copy of it, how long it keeps.",
    short_help="The store of the service: upgrade, check, copy, purge.",
    no_args_is_help=True,
)

Config = Annotated[Path | None, typer.Option("--config", metavar="FILE", help="The service's TOML file.")]
Since = Annotated[str | None, typer.Option("--since", metavar="DATE", help="From this day on (2025-03-14).")]


@feedback.command("report", short_help="Shown, accepted, overridden, unanswered: by month and rule.")
def report(
    config: Config = None,
    since: Since = None,
    as_json: Annotated[bool, typer.Option("--json", help="Write JSON.")] = False,
) -> None:
    """Per month and rule: shown, accepted, overridden with reasons, unanswered.

    Exit codes: 0 written, 2 wrong usage or settings, 4 the store cannot be used.
    """
    from cds_hooks.store.report import feedback_report

    begin = _instant(since)
    with _opened(config) as database, database.reading() as connection:
        found = feedback_report(connection, begin)
    if as_json:
        typer.echo(msgspec.json.format(msgspec.json.encode(found), indent=2))
    else:
        typer.echo("\n".join(_shown(found)))


@audit.command("export", short_help="Write the audit as FHIR AuditEvents, one a line.")
def export(config: Config = None, since: Since = None) -> None:
    """Write the audit as FHIR R4 AuditEvents, one a line, to standard output.

    Exit codes: 0 written, 2 wrong usage or settings, 4 the store cannot be used.
    """
    from cds_hooks.store.audit_event import audit_events

    begin = _instant(since)
    with _opened(config) as database, database.reading() as connection:
        for event in audit_events(connection, begin):
            sys.stdout.buffer.write(event + b"\n")
    sys.stdout.buffer.flush()


@store.command("upgrade")
def upgrade(
    config: Config = None,
    sql: Annotated[bool, typer.Option("--sql", help="Only write the statements for a new database.")] = False,
    since: Annotated[str, typer.Option("--since", metavar="REVISION", help="With --sql: from this revision on.")] = "",
) -> None:
    """Bring the schema up to date, or make the store.

    Exit codes: 0 up to date, 2 wrong usage or settings, 4 the store cannot be used.
    """
    from cds_hooks.store import schema

    with _opened(config, must_exist=False) as database:
        if sql:
            try:
                typer.echo(schema.as_sql(database.url, since))
            except KnowledgeError as error:
                _stop(USAGE, str(error))
            return
        schema.upgrade(database)
        typer.echo(f"the schema is at {schema.newest()}")


@store.command("check")
def check(config: Config = None) -> None:
    """Check the schema, the file's soundness and the right to write.

    Exit codes: 0 in order, 1 a fault, 2 wrong usage or settings, 4 the store cannot be used.
    """
    from cds_hooks.store.maintenance import faults_of

    with _opened(config) as database:
        faults = list(faults_of(database))
    for fault in faults:
        typer.echo(fault)
    if faults:
        raise typer.Exit(FAULTY)
    typer.echo("the store is in order")


@store.command("backup", short_help="Copy the embedded store while the service runs.")
def backup(
    target: Annotated[Path, typer.Argument(metavar="FILE", help="The copy; it must not exist.")], config: Config = None
) -> None:
    """Copy the embedded store while the service runs. Keep its key too, elsewhere: without it no patient is recognised.

    Exit codes: 0 copied, 2 wrong usage or settings, 4 the store cannot be used.
    """
    from cds_hooks.store.maintenance import back_up

    with _opened(config) as database:
        if not database.embedded:
            _stop(USAGE, "PostgreSQL has its own: pg_dump")
        try:
            back_up(database, target)
        except FileExistsError:
            _stop(USAGE, "the file exists")
        except OSError as error:
            _stop(USAGE, f"the file cannot be written: {error.strerror}")
    typer.echo(f"copied to {target}")


@store.command("purge", short_help="Delete what was kept long enough.")
def purge(
    config: Config = None,
    older_than: Annotated[
        int | None,
        typer.Option(
            "--older-than", metavar="DAYS", min=1, help="For all tables, instead of the days of the settings."
        ),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be deleted.")] = False,
) -> None:
    """Delete cards, feedback and audit records that were kept long enough. The service may run.

    Exit codes: 0 done, 2 wrong usage or settings (no days are set), 4 the store cannot be used.
    """
    from cds_hooks.store.purging import purged
    from cds_hooks.store.settings import KeepDays
    from cds_hooks.store.store import utc_now

    settings = _settings(config)
    keep = settings.store.keep
    if older_than is not None:
        keep = KeepDays(cards=older_than, feedback=older_than, audit=older_than)
        if older_than < settings.quiet.longest:
            _stop(USAGE, f"advice is quiet for up to {settings.quiet.longest} days, which such a purge would cut short")
    if keep == KeepDays():
        _stop(USAGE, "nothing says how long to keep: [service.store.keep] of the settings, or --older-than")
    with _opened(config) as database:
        found = purged(database, keep, utc_now(), dry=dry_run)
    for table, number in found.items():
        typer.echo(f"{table}: {number} {'would be deleted' if dry_run else 'deleted'}")


def _stop(code: int, why: str) -> NoReturn:
    typer.echo(f"lnfhir: {why}", err=True)
    raise typer.Exit(code)


def _settings(config: Path | None) -> Settings:
    # Imported here: a report on a patient needs no database.
    from cds_hooks.config import read_settings

    try:
        return read_settings(config)
    except KnowledgeError as error:
        _stop(USAGE, str(error))


@contextmanager
def _opened(config: Path | None, *, must_exist: bool = True) -> Iterator[Database]:
    """The store of these settings; leaves with a line when it cannot be used."""
    from cds_hooks.store.database import Database
    from cds_hooks.store.errors import StoreUnavailableError

    settings = _settings(config).store
    if not settings.enabled:
        _stop(USAGE, "these settings have no store")
    if must_exist and isinstance(settings.place, Path) and not settings.place.is_file():
        _stop(UNUSABLE, f"there is no store in {settings.folder}")
    database = Database(settings.place)
    try:
        yield database
    except StoreUnavailableError as error:
        _stop(UNUSABLE, f"the store cannot be used: {error}")
    finally:
        database.close()


def _instant(day: str | None) -> datetime | None:
    """The beginning of a day here."""
    if day is None:
        return None
    try:
        return datetime.fromisoformat(day).astimezone()
    except ValueError:
        _stop(USAGE, "--since is a day such as 2025-03-14")


def _shown(found: FeedbackReport) -> Iterator[str]:
    width = max([len(line.rule) for line in found.lines], default=0)
    numbers = ("shown", "accepted", "overridden", "unanswered", "quieted")
    yield "  ".join(("month  ", "rule".ljust(width), *numbers))
    for line in found.lines:
        counts = (str(getattr(line, name)).rjust(len(name)) for name in numbers)
        yield "  ".join((line.month, line.rule.ljust(width), *counts))
        yield from _reasons(line)
    if found.silent:
        yield f"{found.silent} cards were composed in silence"
    if found.unknown_cards:
        yield f"{found.unknown_cards} reports name a card that is not known here"
    if found.ahead:
        yield f"{found.ahead} reports were dated in the future"


def _reasons(line: Line) -> Iterator[str]:
    if line.dismissed:
        yield f"         {line.dismissed} × accepted, then dismissed"
    for reason, number in sorted(line.reasons.items(), key=lambda item: (-item[1], item[0])):
        yield f"         {number} × {reason.rpartition('|')[2]}"
