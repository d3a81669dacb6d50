"""`lnfhir validate`: can this data feed the rules, and if not, what is to be mended?"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import msgspec
import typer
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

from lnfhir import __version__
from lnfhir.cli_common import USAGE, Language, code_map, day_of, policy_of, stop
from lnfhir.console import plain, show, terminal
from lnfhir.languages import lookup_in
from lnfhir.message import say
from lnfhir.report.layout import Section
from lnfhir.validation.kinds import BY_ID
from lnfhir.validation.outcome import document, outcome
from lnfhir.validation.pool import Pool
from lnfhir.validation.sources import Advance, Document, documents_in, files_in, left_out
from lnfhir.validation.table import explained, sections


def validate(
    sources: Annotated[
        list[str] | None,
        typer.Argument(metavar="FILE|DIR|NDJSON|URL...", help="What to validate; - for standard input."),
    ] = None,
    as_of: Annotated[
        str | None, typer.Option("--as-of", metavar="DATE", help="The day of the judgement; today if not given.")
    ] = None,
    policy: Annotated[
        Path | None, typer.Option("--policy", metavar="FILE", help="A TOML file with a [policy] table.")
    ] = None,
    codemap: Annotated[
        Path | None, typer.Option("--codemap", metavar="FILE", help="The site's code map (TOML); see `lnfhir codemap`.")
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Write the report as JSON (schema: lnfhir.profiles/schema/validation.json).")
    ] = False,
    as_outcome: Annotated[bool, typer.Option("--outcome", help="Write the report as a FHIR OperationOutcome.")] = False,
    explain: Annotated[
        str | None, typer.Option("--explain", metavar="KIND", help="How to mend a kind of fault; `all` for every kind.")
    ] = None,
    language: Annotated[Language, typer.Option("--lang", help="The language of the report.")] = Language.ENGLISH,
) -> None:
    """Can this data feed the rules? Structure, profile and fitness in one report.

    Exit codes: 0 fit, 1 warnings, 2 errors (or wrong usage), 3 something cannot be read.
    """
    lookup = lookup_in(language.value)
    if explain is not None:
        found = explained(explain)
        if not found:
            stop(USAGE, f"there is no such kind of fault; there is {', '.join(BY_ID)}")
        _print(found, language)
        return
    if not sources:
        stop(USAGE, "name a file, a folder or an address to validate")
    if as_json and as_outcome:
        stop(USAGE, "choose one of --json and --outcome")
    # Imported here: the models of FHIR take their time, and the other commands do not need them.
    from lnfhir.validation.run import Validation

    settings, codes, day = policy_of(policy), code_map(codemap), day_of(as_of)
    with tempfile.TemporaryDirectory(prefix="lnfhir-validate-") as folder, Pool(Path(folder)) as pool:
        run = Validation(pool, day, settings, codes)
        with _progress(sources) as advance:
            for source in sources:
                run.left_out(source, 0 if _is_address(source) else left_out(Path(source)))
            for found_document in _documents(sources, advance):
                if found_document.unreadable is not None:
                    run.unreadable(found_document.place, found_document.unreadable)
                else:
                    run.document(found_document.raw, found_document.place)
            for _ in run.judge_pooled():
                advance(0)
        tally = run.tally
    if as_json or as_outcome:
        body = outcome(tally, lookup) if as_outcome else document(tally, __version__, language.value, lookup)
        typer.echo(msgspec.json.format(msgspec.json.encode(body), indent=2))
    else:
        _print(sections(tally), language)
    raise typer.Exit(tally.exit_code)


def _print(found: tuple[Section, ...], language: Language) -> None:
    lookup = lookup_in(language.value)
    if sys.stdout.isatty():
        show(found, terminal(), lookup)
    else:
        typer.echo(plain(found, lookup).encode("utf-8"), nl=False)


def _is_address(source: str) -> bool:
    return source.startswith(("http://", "https://"))


def _documents(sources: list[str], advance: Advance) -> Iterator[Document]:
    for source in sources:
        if _is_address(source):
            yield _fetched(source)
            continue
        found = files_in(Path(source))
        if not found:
            yield Document(source, unreadable=say("the file cannot be read: {why}", why="the folder has no JSON in it"))
        for file in found:
            yield from documents_in(file, advance)


def _fetched(url: str) -> Document:
    # Imported here: files need no network.
    from lnfhir.fhir_server import CannotFetchError, fetch_address

    try:
        return Document(url.partition("?")[0], fetch_address(url))
    except CannotFetchError as error:
        return Document(url.partition("?")[0], unreadable=say("the address cannot be read: {why}", why=error.says))


@contextmanager
def _progress(sources: list[str]) -> Iterator[Advance]:
    """A bar on standard error while somebody watches it."""
    if not sys.stderr.isatty():
        yield lambda size: None
        return
    files = [file for source in sources if not _is_address(source) and source != "-" for file in files_in(Path(source))]
    total = sum(file.stat().st_size for file in files if file.exists())
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("lnfhir validate", total=total or None)
        yield lambda size: bar.update(task, advance=size)
