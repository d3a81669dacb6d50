"""The command line: `lnfhir assess`, `lnfhir serve`.

Exit codes: 0 assessed or served (whatever the verdict: unknown is an answer), 2 wrong usage, settings or
choice of patient, 3 the file cannot be read as FHIR, 70 a defect of lnfhir. Errors are one line on standard
error and repeat nothing of the record.
"""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Callable
from datetime import UTC, date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, NoReturn

import msgspec
import typer

from lnfhir import __version__, administration
from lnfhir.chart.build import chart_from_record
from lnfhir.chart.coverage import Coverage, Need
from lnfhir.console import plain, show, terminal
from lnfhir.errors import KnowledgeError
from lnfhir.fhir.answer import Answer
from lnfhir.languages import lookup_in
from lnfhir.policy import Policy, policy_from
from lnfhir.record import about, patients_in, read_record
from lnfhir.report.document import document
from lnfhir.report.text import report
from lnfhir.review import Review, review
from lnfhir.site_map import read_code_map
from lnfhir.terminology.code_map import CodeMap

USAGE = 2
UNREADABLE = 3
DEFECT = 70

app = typer.Typer(
    help="Decision support for lupus nephritis on FHIR data.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.add_typer(administration.config, name="config")
app.add_typer(administration.client, name="client")


class Language(StrEnum):
    """`lnfhir.languages.LANGUAGES`, as a choice on the command line."""

    ENGLISH = "en"
    CHINESE = "zh-CN"


def stop(code: int, why: str) -> NoReturn:
    """Say why on standard error, in one line, and leave."""
    typer.echo(f"lnfhir: {why}", err=True)
    raise typer.Exit(code)


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"lnfhir {__version__}")
        raise typer.Exit


@app.callback()
def lnfhir(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and leave.")
    ] = False,
) -> None:
    """Decision support for lupus nephritis on FHIR data."""
    del version


@app.command()
def assess(
    bundle: Annotated[
        str, typer.Argument(help="A FHIR R4 file: a Bundle, one resource, or NDJSON; - for standard input.")
    ],
    as_of: Annotated[
        str | None,
        typer.Option("--as-of", metavar="DATE", help="The day of the judgement (2025-03-14); today if not given."),
    ] = None,
    policy: Annotated[
        Path | None, typer.Option("--policy", metavar="FILE", help="A TOML file with a [policy] table.")
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Write the JSON document (schema: lnfhir.profiles/schema/assessment.json).")
    ] = False,
    patient: Annotated[
        str | None, typer.Option("--patient", metavar="ID", help="Which patient, when the file holds several.")
    ] = None,
    not_searched: Annotated[
        list[Need] | None,
        typer.Option("--not-searched", help="What the file does not cover, so that absence means nothing. Repeatable."),
    ] = None,
    language: Annotated[Language, typer.Option("--lang", help="The language of the report.")] = Language.ENGLISH,
    codemap: Annotated[
        Path | None, typer.Option("--codemap", metavar="FILE", help="The site's code map (TOML); see `lnfhir codemap`.")
    ] = None,
) -> None:
    """Is this lupus nephritis refractory, is it responding, what is missing to know, what could be done?

    Exit codes: 0 assessed (an unknown verdict included), 2 wrong usage, settings or patient, 3 unreadable file.
    """
    day = _day(as_of)
    settings = _policy(policy)
    codes = code_map(codemap)
    answer = _read(bundle)
    answer = _of_one_patient(answer, patient)
    chart = chart_from_record(answer, day, patient, frozenset(not_searched or ()), codes)
    _write(review(chart, settings), as_json, language.value)


def _day(text: str | None) -> date:
    if text is None:
        # A door may ask the clock: the calendar day here, where the reader is.
        return datetime.now(UTC).astimezone().date()
    try:
        return date.fromisoformat(text)
    except ValueError:
        stop(USAGE, "--as-of is a day such as 2025-03-14")


def _policy(path: Path | None) -> Policy:
    if path is None:
        return Policy()
    try:
        table = tomllib.loads(path.read_bytes().decode("utf-8")).get("policy")
    except OSError as error:
        stop(USAGE, f"the policy file cannot be read: {error.strerror}")
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        stop(USAGE, f"the policy file is not TOML: {error}")
    if not isinstance(table, dict):
        stop(USAGE, "the policy file has no [policy] table")
    try:
        return policy_from(table)
    except KnowledgeError as error:
        stop(USAGE, str(error))


def code_map(path: Path | None) -> CodeMap:
    """The site's code map, or an end with exit code 2."""
    try:
        return read_code_map(path)
    except KnowledgeError as error:
        stop(USAGE, str(error))


def _read(place: str) -> Answer:
    try:
        raw = sys.stdin.buffer.read() if place == "-" else Path(place).read_bytes()
    except OSError as error:
        stop(UNREADABLE, f"the file cannot be read: {error.strerror}")
    lined = True if Path(place).suffix in {".ndjson", ".jsonl"} else None
    answer = read_record(raw, lined)
    if answer.coverage is Coverage.FAILED:
        why = answer.issues[0].says if answer.issues else "nothing in it is FHIR"
        stop(UNREADABLE, f"the file cannot be used: {why}")
    return answer


def _of_one_patient(answer: Answer, patient: str | None) -> Answer:
    present = patients_in(answer)
    if not present:
        stop(UNREADABLE, "the file names no patient")
    if patient is None:
        if len(present) > 1:
            stop(USAGE, f"the file holds {len(present)} patients; choose one with --patient")
        return answer
    if patient not in present:
        stop(USAGE, "the file holds nothing about the patient named by --patient")
    return about(answer, patient, present - {patient})


def _write(result: Review, as_json: bool, language: str) -> None:
    lookup: Callable[[str], str] = lookup_in(language)
    if as_json:
        body = msgspec.json.encode(document(result, __version__, language, lookup))
        typer.echo(msgspec.json.format(body, indent=2))
        return
    sections = report(result, __version__)
    if sys.stdout.isatty():
        show(sections, terminal(), lookup)
    else:
        typer.echo(plain(sections, lookup).encode("utf-8"), nl=False)


@app.command()
def serve(
    config: Annotated[Path | None, typer.Option("--config", metavar="FILE", help="The service's TOML file.")] = None,
    host: Annotated[str | None, typer.Option("--host", help="The address to listen on.")] = None,
    port: Annotated[int | None, typer.Option("--port", min=0, max=65535, help="The port to listen on.")] = None,
) -> None:
    """Run the CDS Hooks service."""
    # Imported here: a report needs no server.
    from cds_hooks.config import read_settings
    from cds_hooks.server import serve as run

    chosen = {name: value for name, value in (("host", host), ("port", port)) if value is not None}
    try:
        run(msgspec.structs.replace(read_settings(config), **chosen))
    except KnowledgeError as error:
        stop(USAGE, str(error))


def main() -> None:
    """The console entry point."""
    try:
        app(prog_name="lnfhir")
    except Exception as error:  # noqa: BLE001  the last door: a traceback may carry what is in the record
        where = error.__traceback__
        while where is not None and where.tb_next is not None:
            where = where.tb_next
        place = f"{Path(where.tb_frame.f_code.co_filename).name}:{where.tb_lineno}" if where else "?"
        sys.stderr.write(f"lnfhir: a defect of lnfhir: {type(error).__name__} at {place}; please report it\n")
        sys.exit(DEFECT)


if __name__ == "__main__":
    main()
