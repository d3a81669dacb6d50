"""`lnfhir codemap suggest`, `lnfhir codemap check`, `lnfhir terminology import`: a site's own codes."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from lnfhir.cli_common import USAGE, code_map, stop
from lnfhir.console import plain
from lnfhir.errors import KnowledgeError
from lnfhir.fhir.bundle import read_answer
from lnfhir.message import Message, say
from lnfhir.report.layout import Cell, Line, Section, Table
from lnfhir.site_codes.imports import Imported, import_fhir, import_rxnorm
from lnfhir.site_codes.suggest import Seen, Suggestions, drafts
from lnfhir.site_codes.toml import toml
from lnfhir.site_map import read_entries
from lnfhir.terminology.code_map import code_map_from, faults_of
from lnfhir.validation.sources import documents_in, files_in

UNREADABLE = 3

codemap = typer.Typer(
    help="A site's own codes: what they may mean, and whether its code map is right.",
    short_help="A site's own codes: what they may mean.",
    no_args_is_help=True,
)
terminology = typer.Typer(help="Terminology a site already has.", no_args_is_help=True)

_HEADING = "A code map for lnfhir. Review every entry: what is written here is believed."


@codemap.command(short_help="List local codes and text-only drugs, and what they may mean.")
def suggest(
    sources: Annotated[list[Path], typer.Argument(metavar="FILE|DIR...", help="FHIR JSON or NDJSON of the site.")],
    known: Annotated[
        Path | None, typer.Option("--codemap", metavar="FILE", help="A code map whose entries are not suggested again.")
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", metavar="FILE.toml", help="Write the suggestions as a code map to review."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Write the suggestions as JSON.")] = False,
) -> None:
    """List the local codes and text-only drugs seen, how often, and what each may mean.

    Exit codes: 0 listed, 2 wrong usage, 3 nothing could be read.
    """
    suggestions = Suggestions(code_map(known))
    read = skipped = 0
    for file in (file for source in sources for file in files_in(source)):
        for document in documents_in(file, lambda size: None):
            if document.unreadable is None:
                read += 1
                suggestions.look(read_answer(document.raw, "document"))
            else:
                skipped += 1
    if skipped:
        typer.echo(f"lnfhir: {skipped} documents cannot be read", err=True)
    if not read:
        stop(UNREADABLE, "nothing could be read")
    if output is not None:
        _write(output, toml(drafts(suggestions), _HEADING))
    if as_json:
        typer.echo(msgspec.json.format(msgspec.json.encode([_plain(seen) for seen in suggestions.ranked()]), indent=2))
    else:
        typer.echo(plain((_table(suggestions),)).encode("utf-8"), nl=False)


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        stop(UNREADABLE, f"the code map cannot be written: {error.strerror}")


def _plain(seen: Seen) -> dict[str, object]:
    what = seen.what
    named = {"table": what.table, "system": what.system, "code": what.code, "text": what.text}
    meant = {"proposal": what.proposal, "understoodByName": what.known, "loinc": list(seen.loinc)}
    return {**named, "count": seen.count, "units": dict(seen.units), **meant}


def _word(text: str) -> Message:
    return say("{text}", text=text)


def _table(suggestions: Suggestions) -> Section:
    headings = (say("Count"), say("Code"), say("Name"), say("May mean"), say("LOINC"))
    rows = tuple(
        (
            Cell(say("{count}", count=seen.count)),
            Cell(_word(f"{seen.what.system}|{seen.what.code}" if seen.what.code else "-")),
            Cell(_word(seen.what.text or "-")),
            Cell(_word((seen.what.proposal or "?") + (" *" if seen.what.known else ""))),
            Cell(_word(", ".join(seen.loinc) or "-")),
        )
        for seen in suggestions.ranked()
    )
    lines: list[Line | Table] = [Table(headings, rows)] if rows else [Line(say("Every code seen is a public one."))]
    if any(seen.what.known for seen in suggestions.seen.values()):
        lines.append(Line(say("* understood by its name already; an entry makes it certain")))
    if suggestions.left_out:
        lines.append(Line(say("{count} further ones had no room here", count=suggestions.left_out)))
    return Section("suggestions", say("Local codes and drugs known only by a text"), tuple(lines))


@codemap.command()
def check(file: Annotated[Path, typer.Argument(metavar="FILE", help="The code map (TOML).")]) -> None:
    """Check a code map; every fault is named. Exit codes: 0 right, 2 wrong."""
    try:
        entries = read_entries(file)
        faults = list(faults_of(entries))
    except KnowledgeError as error:
        faults = [str(error)]
    for fault in faults:
        typer.echo(f"lnfhir: {fault}", err=True)
    if faults:
        raise typer.Exit(USAGE)
    typer.echo(f"{file}: {len(code_map(file))} entries, no fault")


@terminology.command("import", short_help="Write entries of a code map from terminology.")
def import_(
    source: Annotated[
        Path, typer.Argument(metavar="FILE|DIR", help="A FHIR ConceptMap or ValueSet, or the rrf folder of RxNorm.")
    ],
    output: Annotated[Path, typer.Option("-o", "--output", metavar="FILE.toml", help="Where to write the entries.")],
    meaning: Annotated[
        str,
        typer.Option("--as", metavar="KEY", help="What every code of a ValueSet means: creatinine, prednisone, ..."),
    ] = "",
) -> None:
    """Write code map entries from an RxNorm release, a ConceptMap or a ValueSet expansion.

    Exit codes: 0 written, 2 not usable as terminology.
    """
    try:
        found = _imported(source, meaning)
        text = toml(found.drafts, _HEADING)
        _checked(text)
    except KnowledgeError as error:
        stop(USAGE, str(error))
    _write(output, text)
    for doubt in found.doubtful[:20]:
        typer.echo(f"lnfhir: left out: {doubt}", err=True)
    typer.echo(
        f"{output}: {len(found.drafts)} entries; {found.known} codes are known already, {found.not_ours} are not of "
        f"this field, {len(found.doubtful)} are doubtful"
    )


def _imported(source: Path, meaning: str) -> Imported:
    folder = source if source.is_dir() else source.parent
    if source.is_dir() or source.suffix.upper() == ".RRF":
        return import_rxnorm(folder / "rrf" if (folder / "rrf").is_dir() else folder)
    try:
        document = msgspec.json.decode(source.read_bytes())
    except (OSError, msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        document = None
    if not isinstance(document, dict):
        raise KnowledgeError("the file is not JSON that can be read")
    with contextlib.suppress(TypeError, AttributeError):
        return import_fhir(document, meaning)
    raise KnowledgeError("the resource is not built as FHIR R4 demands")


def _checked(text: str) -> None:
    """What is written can be read back: no entry contradicts another or a public code."""
    import tomllib

    code_map_from(tomllib.loads(text))
