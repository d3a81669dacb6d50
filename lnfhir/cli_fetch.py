"""`lnfhir fetch`: one patient's record from a FHIR server, saved as a Bundle."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from lnfhir.cli_common import USAGE, stop
from lnfhir.errors import KnowledgeError

UNREACHABLE = 3
INCOMPLETE = 1
SCOPE = "system/*.read"


def fetch(
    server: Annotated[str, typer.Option("--server", metavar="URL", help="The FHIR server's base address.")],
    patient: Annotated[str, typer.Option("--patient", metavar="ID", help="The id of the Patient there.")],
    output: Annotated[Path, typer.Option("-o", "--output", metavar="FILE", help="Where to save the Bundle.")],
    token_file: Annotated[
        Path | None, typer.Option("--token-file", metavar="FILE", help="A file that holds an access token.")
    ] = None,
    client_id: Annotated[
        str | None, typer.Option("--client-id", metavar="ID", help="The client registered for SMART Backend Services.")
    ] = None,
    key_file: Annotated[
        Path | None, typer.Option("--key-file", metavar="FILE", help="Its private key: a JWK or PEM, RSA or P-384.")
    ] = None,
    scope: Annotated[str, typer.Option("--scope", help="The scope asked for.")] = SCOPE,
) -> None:
    """Save what the rules read of one patient as a Bundle that `assess` and `validate` take.

    Exit codes: 0 saved, 1 saved but some searches failed (the Bundle says which), 2 wrong usage, 3 nothing came.
    """
    # Imported here: what reads files needs no network.
    from cds_hooks.addresses import address
    from lnfhir.fhir_server import Access, CannotFetchError, fetch_patient, key_in, token_in

    if address(server) is None:
        stop(USAGE, "--server is an absolute http or https address")
    if bool(client_id) != bool(key_file) or (token_file and client_id):
        stop(USAGE, "give --token-file, or --client-id with --key-file, or neither")
    if not patient or any(not (c.isalnum() or c in "-._~") for c in patient):
        stop(USAGE, "--patient is the id of a Patient")
    try:
        token = token_in(token_file) if token_file is not None else ""
        key = key_in(key_file) if key_file is not None else None
        bundle, failed = fetch_patient(server.rstrip("/"), patient, Access(token, client_id or "", key, scope))
    except KnowledgeError as error:
        stop(USAGE, str(error))
    except CannotFetchError as error:
        stop(UNREACHABLE, str(error.says))
    try:
        output.write_bytes(bundle)
    except OSError as error:
        stop(UNREACHABLE, f"the Bundle cannot be written: {error.strerror}")
    for need, why in failed.items():
        typer.echo(f"lnfhir: {need.value}: {why}", err=True)
    typer.echo(f"{output}: {len(bundle)} bytes", err=True)
    if failed:
        raise typer.Exit(INCOMPLETE)
