"""The command line: `lnfhir assess`, `lnfhir serve`.

Exit codes: 0 assessed or served (whatever the verdict: unknown is an answer), 2 wrong usage, settings or
choice of patient, 3 the file cannot be read as FHIR, 70 a defect of lnfhir. Errors are one line on standard
error and repeat nothing of the record.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from lnfhir import __version__, administration, cli_store
from lnfhir.chart.build import chart_from_record
from lnfhir.chart.coverage import Coverage, Need
from lnfhir.cli_code_map import codemap, terminology
from lnfhir.cli_common import UNREADABLE, USAGE, Language, code_map, day_of, policy_of, stop
from lnfhir.cli_fetch import fetch
from lnfhir.cli_profiles import app as profiles
from lnfhir.cli_sandbox import sandbox
from lnfhir.cli_validate import validate
from lnfhir.console import plain, show, terminal
from lnfhir.errors import KnowledgeError
from lnfhir.fhir.answer import Answer
from lnfhir.languages import lookup_in
from lnfhir.record import about, patients_in, read_record
from lnfhir.report.document import document
from lnfhir.report.guidance_response import guidance_response
from lnfhir.report.text import report
from lnfhir.review import Review, review

DEFECT = 70

app = typer.Typer(
    help="Decision support for lupus nephritis on FHIR data.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.add_typer(profiles, name="profiles")
app.add_typer(administration.config, name="config")
app.add_typer(administration.client, name="client")
app.command(short_help="Can this data feed the rules, and what is to be mended?")(validate)
app.add_typer(codemap, name="codemap")
app.add_typer(terminology, name="terminology")
app.command(short_help="Save one patient's record from a FHIR server.")(fetch)
app.command(short_help="Start a FHIR server with demo patients, and the service.")(sandbox)
app.add_typer(cli_store.feedback, name="feedback")
app.add_typer(cli_store.audit, name="audit")
app.add_typer(cli_store.store, name="store")


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


@app.command(short_help="Refractory, responding, what is missing, what next?")
def assess(
    bundle: Annotated[
        str,
        typer.Argument(metavar="FILE", help="A FHIR R4 file: a Bundle, one resource, or NDJSON; - for standard input."),
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
    as_guidance: Annotated[bool, typer.Option("--guidance-response", help="Write a FHIR R4 GuidanceResponse.")] = False,
    patient: Annotated[
        str | None, typer.Option("--patient", metavar="ID", help="Which patient, when the file holds several.")
    ] = None,
    not_searched: Annotated[
        list[Need] | None,
        typer.Option(
            "--not-searched",
            metavar="NEED",
            help="What the file does not cover, so that absence there means nothing: a prefetch key such as"
            " medicationDispenses. Repeatable.",
        ),
    ] = None,
    language: Annotated[Language, typer.Option("--lang", help="The language of the report.")] = Language.ENGLISH,
    codemap: Annotated[
        Path | None, typer.Option("--codemap", metavar="FILE", help="The site's code map (TOML); see `lnfhir codemap`.")
    ] = None,
) -> None:
    """Is this lupus nephritis refractory, is it responding, what is missing to know, what could be done?

    Exit codes: 0 assessed (an unknown verdict included), 2 wrong usage, settings or patient, 3 unreadable file.
    """
    if as_json and as_guidance:
        stop(USAGE, "--json and --guidance-response are two documents; choose one")
    day = day_of(as_of)
    settings = policy_of(policy)
    codes = code_map(codemap)
    answer = _read(bundle)
    answer = _of_one_patient(answer, patient)
    chart = chart_from_record(answer, day, patient, frozenset(not_searched or ()), codes)
    _write(review(chart, settings), as_json, as_guidance, language.value)


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


def _write(result: Review, as_json: bool, as_guidance: bool, language: str) -> None:
    lookup: Callable[[str], str] = lookup_in(language)
    if as_json or as_guidance:
        written = (
            guidance_response(result, __version__, lookup)
            if as_guidance
            else document(result, __version__, language, lookup)
        )
        typer.echo(msgspec.json.format(msgspec.json.encode(written), indent=2))
        return
    sections = report(result, __version__)
    if sys.stdout.isatty():
        show(sections, terminal(), lookup)
    else:
        typer.echo(plain(sections, lookup).encode("utf-8"), nl=False)


@app.command()
def serve(
    config: Annotated[Path | None, typer.Option("--config", metavar="FILE", help="The service's TOML file.")] = None,
    host: Annotated[
        str | None,
        typer.Option("--host", metavar="ADDRESS", help="The address to listen on, instead of that of the settings."),
    ] = None,
    port: Annotated[
        int | None, typer.Option("--port", metavar="NUMBER", min=0, max=65535, help="The port, likewise.")
    ] = None,
) -> None:
    """Run the CDS Hooks service.

    Exit code: 2 when the settings do not let it start.
    """
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
