"""The command line: `lnfhir profiles list`, `lnfhir profiles pack`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import msgspec
import typer

from lnfhir.fhir_package import manifest, pack, resources

UNWRITABLE = 3

app = typer.Typer(help="The FHIR profiles, value sets and rules that are published.", no_args_is_help=True)


@app.command("list", short_help="One line for each resource.")
def list_(
    kind: Annotated[
        str | None, typer.Option("--type", metavar="TYPE", help="Only this resource type, such as StructureDefinition.")
    ] = None,
) -> None:
    """One line for each resource: its type, id, version, canonical URL and title, separated by tabs.

    Exit codes: 0 listed, 2 wrong usage.
    """
    for resource in resources():
        if kind is None or resource.kind == kind:
            told = (resource.content.get(name, "") for name in ("id", "version", "url", "title"))
            typer.echo("\t".join((resource.kind, *map(str, told))))


@app.command("pack", short_help="Write them as a FHIR package (.tgz).")
def pack_(
    output: Annotated[
        Path | None, typer.Option("-o", "--output", metavar="FILE.tgz", help="Where to; NAME-VERSION.tgz if not given.")
    ] = None,
) -> None:
    """Write the FHIR package (.tgz) for a registry, a validator or a FHIR server. The same version has the same bytes.

    Exit codes: 0 written, 2 wrong usage, 3 the file cannot be written.
    """
    named = msgspec.json.decode(manifest(), type=dict[str, object])
    place = output if output is not None else Path(f"{named['name']}-{named['version']}.tgz")
    packed = pack()
    try:
        place.write_bytes(packed)
    except OSError as error:
        typer.echo(f"lnfhir: the package cannot be written: {error.strerror}", err=True)
        raise typer.Exit(UNWRITABLE) from None
    typer.echo(f"{place}: {len(resources())} resources, {len(packed)} bytes", err=True)
