"""`lnfhir sandbox`: a FHIR server with the demo patients, the service, and an EHR that calls it, on this machine."""

from __future__ import annotations

import sys
from typing import Annotated

import typer


def sandbox(
    once: Annotated[bool, typer.Option("--once", help="Show every patient's cards once and end.")] = False,
    full: Annotated[bool, typer.Option("--full", help="Show the whole detail of every card.")] = False,
) -> None:
    """Start a FHIR server with the demo patients and the service, and show what the service answers.

    Everything listens on 127.0.0.1 only. Exit codes: 0 shown, 1 a server did not start or refused.
    """
    # Imported here: it is for those who try lnfhir, and needs the extra `sandbox`.
    from lnfhir.sandbox.demo import run

    raise typer.Exit(run(once, full, sys.stdout))
