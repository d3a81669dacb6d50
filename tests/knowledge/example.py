"""The example of the README: one invented patient's record, the request an EHR makes of it, and the card it gets.

`python -m tests.knowledge.example` (or `make docs`) writes all three anew.
"""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Any

import msgspec

from cds_hooks.answer import answer
from cds_hooks.config import read_settings
from lnfhir.sandbox.demo import example_patients
from lnfhir.sandbox.shorthand import Record
from tests.vignettes.doors import SERVICE, hook_request

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "docs" / "example"
README = ROOT / "README.md"
SETTINGS = FOLDER / "lnfhir.toml"
PATIENT = "maria-santos"
CARD = re.compile(r"(?<=<!-- card -->\n)(.*?)(?=<!-- /card -->)", re.DOTALL)


def today() -> date:
    """The day the example is written for."""
    day = read_settings(SETTINGS).as_of
    assert day is not None
    return day


def record() -> Record:
    """The patient's record as of that day."""
    return next(found for found, _, _ in example_patients(today()) if found.patient_id == PATIENT)


def indented(document: Any) -> str:
    """JSON for people."""
    return msgspec.json.format(msgspec.json.encode(document), indent=1).decode() + "\n"


def card(request: bytes) -> str:
    """The first card of the answer as Markdown, without its list of evidence."""
    settings = read_settings(SETTINGS)
    first = msgspec.json.decode(answer(SERVICE, request, today(), settings).body)["cards"][0]
    because, rest = first["detail"].split("\n**Evidence**\n")
    evidence = len(re.findall(r"^- ", rest.split("\n**")[0], re.MULTILINE))
    lines = [f"**{first['summary']}** · {first['indicator']}", "", *because.splitlines()]
    lines += ["", f"**Evidence**: {evidence} entries, each with its date and resource"]
    return "\n".join(f"> {line}".rstrip() for line in lines) + "\n"


def files() -> dict[Path, str]:
    """Each file of the example and what it should hold."""
    patient = record()
    request = indented(hook_request(patient))
    bundle = {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": r} for r in patient.resources]}
    shown = card(request.encode())
    return {
        FOLDER / "request.json": request,
        FOLDER / "patient.json": indented(bundle),
        README: CARD.sub(lambda _: shown, README.read_text(encoding="utf-8")),
    }


def main() -> None:
    """Write the files."""
    for path, content in files().items():
        path.write_text(content, encoding="utf-8")


if __name__ == "__main__":
    main()
