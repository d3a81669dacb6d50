"""`lnfhir config check`, `lnfhir client add`, `lnfhir client check`: the service's settings, from the command line.

Exit codes: 0 sound, 1 a client's keys or FHIR server are not as they must be, 2 wrong usage or settings.
"""

from __future__ import annotations

import asyncio
import os
import tempfile
import tomllib
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import msgspec
import typer

from lnfhir.errors import KnowledgeError

if TYPE_CHECKING:
    from cds_hooks.config import Client

FAULTY = 1
USAGE = 2

config = typer.Typer(help="The service's settings.", no_args_is_help=True, rich_markup_mode=None)
client = typer.Typer(help="The clients whose signed calls are trusted.", no_args_is_help=True, rich_markup_mode=None)

ConfigFile = Annotated[Path | None, typer.Option("--config", metavar="FILE", help="The service's TOML file.")]


class Profile(StrEnum):
    """`cds_hooks.manner.ClientProfile`, as a choice on the command line."""

    STANDARD = "standard"
    EPIC = "epic"


def _stop(why: str) -> NoReturn:
    typer.echo(f"lnfhir: {why}", err=True)
    raise typer.Exit(USAGE)


@config.command("check", short_help="Would the service start with these settings?")
def check_config(
    file: Annotated[Path | None, typer.Argument(metavar="[FILE]", help="The service's TOML file.")] = None,
) -> None:
    """Whether the service would start with this file and this environment, without starting it.

    Exit codes: 0 it would, 2 it would not, and why.
    """
    from cds_hooks.config import check_reach, read_settings

    try:
        settings = read_settings(file)
        check_reach(settings)
    except KnowledgeError as error:
        _stop(str(error))
    typer.echo(f"sound: {settings.host} port {settings.port}, clients: {len(settings.clients)}")


@client.command("add", short_help="Write a client into the settings.")
def add_client(
    name: Annotated[str, typer.Argument(metavar="NAME", help="How the client is called here.")],
    issuer: Annotated[str, typer.Option("--issuer", metavar="URL", help="Exactly the `iss` of its tokens.")],
    jwks_url: Annotated[str, typer.Option("--jwks-url", metavar="URL", help="Where its public keys are.")] = "",
    jwks_file: Annotated[
        str, typer.Option("--jwks-file", metavar="FILE", help="A file of its public keys instead.")
    ] = "",
    fhir: Annotated[
        list[str] | None, typer.Option("--fhir", metavar="URL", help="A FHIR server of it. Repeatable.")
    ] = None,
    tenant: Annotated[
        list[str] | None, typer.Option("--tenant", metavar="NAME", help="An organisation of it. Repeatable.")
    ] = None,
    audience: Annotated[
        list[str] | None,
        typer.Option("--audience", metavar="URL", help="Another name of this service to it. Repeatable."),
    ] = None,
    profile: Annotated[Profile | None, typer.Option("--profile", help="The dialect of its cards.")] = None,
    file: ConfigFile = None,
) -> None:
    """Write a client as TOML: to standard output, or with --config into the file, which is checked first.

    Exit codes: 0 written, 2 wrong usage or settings; then the file is as it was.
    """
    from cds_hooks.clients import as_toml, with_client
    from cds_hooks.config import settings_from

    try:
        added = _client(
            name=name,
            issuer=issuer,
            jwks_url=jwks_url,
            jwks_file=jwks_file,
            fhir_servers=fhir or [],
            tenants=tenant or [],
            audiences=audience or [],
            profile=profile.value if profile else None,
        )
        if file is None:
            typer.echo(as_toml(added), nl=False)
            return
        text = with_client(file.read_text(encoding="utf-8"), added)
        settings_from(tomllib.loads(text))
        _replace(file, text)
    except (KnowledgeError, tomllib.TOMLDecodeError) as error:
        _stop(str(error))
    except (OSError, UnicodeDecodeError) as error:
        _stop(f"{file}: {error}")
    typer.echo(f"added {name} to {file}; restart the service")


def _client(**members: object) -> Client:
    from cds_hooks.config import Client

    try:
        return msgspec.convert(members, Client)
    except msgspec.ValidationError as error:
        raise KnowledgeError(str(error)) from error


def _replace(file: Path, text: str) -> None:
    """The whole new file or the whole old one, whatever happens between; with the old one's permissions."""
    with tempfile.NamedTemporaryFile("w", dir=file.parent, delete=False, encoding="utf-8") as written:
        written.write(text)
        written.flush()
        os.fsync(written.fileno())
    os.chmod(written.name, file.stat().st_mode & 0o777)
    os.replace(written.name, file)


@client.command("check", short_help="Are its keys sound, and do its FHIR servers answer?")
def check_client(
    names: Annotated[
        list[str] | None, typer.Argument(metavar="[NAME]...", help="Only these clients; all if none is named.")
    ] = None,
    file: ConfigFile = None,
) -> None:
    """Whether each client's keys can be read and are strong, and whether its FHIR servers answer.

    Exit codes: 0 sound, 1 a fault, 2 wrong usage or settings, or no client.
    """
    from cds_hooks.clients import checked, shown
    from cds_hooks.config import read_settings

    try:
        clients = read_settings(file).clients
    except KnowledgeError as error:
        _stop(str(error))
    unknown = set(names or ()) - {found.name for found in clients}
    if unknown:
        _stop(f"no client of this name: {sorted(unknown)[0]}")
    chosen = [found for found in clients if not names or found.name in names]
    if not chosen:
        _stop("no client is configured")
    sound = True
    for found in chosen:
        checks = asyncio.run(checked(found))
        typer.echo(f"{found.name or found.issuer}")
        for line in shown(checks):
            typer.echo(f"  {line}")
        sound = sound and all(check.sound for check in checks)
    if not sound:
        raise typer.Exit(FAULTY)
