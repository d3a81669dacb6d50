"""`python -m lnfhir.sandbox.demo`: a FHIR server with example patients, the service, and an EHR that calls it.

Everything runs on this machine and only on 127.0.0.1. `--once` shows the cards of every patient and ends; without it
the servers stay up until Ctrl-C. `--full` shows the cards with all their detail. Exit codes: 0 shown, 1 a server did
not start or refused, 2 wrong usage.
"""

from __future__ import annotations

import argparse
import contextlib
import importlib.util
import signal
import sys
import tempfile
import textwrap
import time
from collections.abc import Iterator, Mapping
from datetime import date, datetime
from importlib import resources
from pathlib import Path
from typing import Any, TextIO

import msgspec

from lnfhir.sandbox.ehr import Offer, RefusedError, call, discover, load, request_for
from lnfhir.sandbox.servers import HOST, NotStartedError, Server, free_port, start
from lnfhir.sandbox.shorthand import Record, read_record
from lnfhir.sandbox.web import Unreachable
from lnfhir.sandbox.writer import Json

FHIR_PORT = 8090
SERVICE_PORT = 8080
WIDTH = 100
EXTRA = "the sandbox needs its extra: pip install 'lnfhir[sandbox]'"


def example_patients(today: date) -> Iterator[tuple[Record, str, str]]:
    """Each example patient's record as of today, with the name and the story."""
    import yaml  # of the `sandbox` extra

    for file in sorted((resources.files("lnfhir.sandbox") / "patients").iterdir(), key=lambda f: f.name):
        if file.name.endswith(".yaml"):
            document: Mapping[str, Any] = yaml.safe_load(file.read_text("utf-8"))
            story = str(document["story"])
            shorthand = {key: value for key, value in document.items() if key != "story"}
            yield read_record(shorthand, today), str(document["name"]), story


def start_fhir_server(folder: Path) -> Server:
    """An empty sekmet-fhir on a free port, its data in `folder`."""
    port = free_port(FHIR_PORT)
    url = f"http://{HOST}:{port}/fhir"
    command = [_script("sekmet"), "serve", "--host", HOST, "--port", str(port)]
    return start("fhir-server", command, url, f"{url}/metadata", folder, {"SEKMET_BASE_URL": url})


def start_service(folder: Path) -> Server:
    """The CDS Hooks service with default settings on a free port."""
    port = free_port(SERVICE_PORT)
    url = f"http://{HOST}:{port}"
    command = [sys.executable, "-m", "lnfhir.cli", "serve", "--host", HOST, "--port", str(port)]
    return start("service", command, url, f"{url}/cds-services", folder, {"STATE_DIRECTORY": str(folder)})


def _script(name: str) -> str:
    beside = Path(sys.executable).with_name(name)
    return str(beside) if beside.exists() else name


def show_patient(record: Record, name: str, story: str, answer: Json, full: bool, out: TextIO) -> None:
    """One patient's cards as text: summary, first paragraph and suggestions, or with `full` the whole detail."""
    out.write(f"\n{'=' * WIDTH}\n{name}  ({record.patient_id})\n")
    out.write(textwrap.fill(story, WIDTH) + "\n")
    if not answer["cards"]:
        out.write("  (no card)\n")
    for card in answer["cards"]:
        out.write(f"\n  [{card['indicator'].upper()}] {card['summary']}\n")
        detail = str(card.get("detail", ""))
        paragraph = detail.partition("\n\n")[0]
        for line in (detail if full else "" if _is_heading(paragraph, card) else paragraph).splitlines():
            wrapped = textwrap.wrap(line, WIDTH - 6, subsequent_indent="  ") or [""]
            out.write("".join(f"      {part}\n" for part in wrapped))
        for suggestion in card.get("suggestions", ()):
            out.write(f"      -> {suggestion['label']}\n")
        out.write(f"      ({card['source']['label']})\n")


def _is_heading(paragraph: str, card: Json) -> bool:
    return paragraph.startswith("**") or paragraph == card["summary"]


def _usable(offers: tuple[Offer, ...]) -> Offer:
    for offer in offers:
        if offer.hook == "patient-view":
            return offer
    raise RefusedError("the service offers nothing for the hook patient-view")


def play(fhir: Server, service: Server, folder: Path, today: date, full: bool, out: TextIO) -> None:
    """Load the patients, call the service for each of them as an EHR would, and show the cards."""
    patients = list(example_patients(today))
    for record, _, _ in patients:
        load(fhir.url, record.transaction())
    resources_loaded = sum(len(record.resources) for record, _, _ in patients)
    out.write(f"loaded {len(patients)} patients, {resources_loaded} resources\n")
    offer = _usable(discover(service.url))
    out.write(f"discovered {offer.id}: {offer.title} ({len(offer.prefetch)} prefetch templates)\n")
    for record, name, story in patients:
        body = request_for(offer, fhir.url, record.patient_id)
        (folder / f"{record.patient_id}.json").write_bytes(msgspec.json.encode(body))
        started = time.perf_counter()
        answer = call(service.url, offer, body)
        milliseconds = 1000 * (time.perf_counter() - started)
        show_patient(record, name, story, answer, full, out)
        out.write(f"\n  answered in {milliseconds:.0f} ms\n")
        out.flush()


def _stay(fhir: Server, service: Server, folder: Path, out: TextIO) -> None:
    example = next(iter(sorted(folder.glob("*.json"))))
    out.write(f"\n{'=' * WIDTH}\nStill running; Ctrl-C ends both servers and deletes their data.\n")
    out.write(f"  FHIR server      {fhir.url}   (try {fhir.url}/Patient)\n")
    out.write(f"  CDS service      {service.url}/cds-services\n")
    out.write(f"  requests sent    {folder}/<patient>.json\n")
    out.write(f"  logs             {fhir.log}  {service.log}\n")
    out.write("  call it yourself:\n")
    out.write(f"    curl -H 'Content-Type: application/json' --data @{example} {service.url}/cds-services/")
    out.write("ln-patient-view\n")
    out.flush()
    while fhir.process.poll() is None and service.process.poll() is None:
        time.sleep(0.5)
    raise NotStartedError("a server has ended on its own; see its log above")


def _interrupted(*_: object) -> None:
    raise KeyboardInterrupt


def run(once: bool, full: bool, out: TextIO) -> int:
    """The whole demonstration. Leaves no process and no file behind, however it ends."""
    if importlib.util.find_spec("sekmet") is None or importlib.util.find_spec("yaml") is None:
        sys.stderr.write(f"{EXTRA}\n")
        return 1
    # Set even for Ctrl-C: a shell that started us in the background would have it ignored.
    for sign in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(sign, _interrupted)
    today = datetime.now().astimezone().date()  # noqa: TID251 - a door may ask the clock
    with contextlib.ExitStack() as stack:
        try:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="lnfhir-sandbox-")))
            fhir = start_fhir_server(folder)
            stack.callback(fhir.stop)
            out.write(f"FHIR server at {fhir.url}\n")
            service = start_service(folder)
            stack.callback(service.stop)
            out.write(f"service at {service.url}\n")
            play(fhir, service, folder, today, full, out)
            if not once:
                _stay(fhir, service, folder, out)
        except KeyboardInterrupt:
            out.write("\nended\n")
        except (NotStartedError, RefusedError, Unreachable) as error:
            sys.stderr.write(f"{error}\n")
            return 1
    return 0


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(prog="python -m lnfhir.sandbox.demo", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--once", action="store_true", help="show every patient's cards once and end")
    parser.add_argument("--full", action="store_true", help="show the whole detail of every card")
    chosen = parser.parse_args()
    sys.exit(run(chosen.once, chosen.full, sys.stdout))


if __name__ == "__main__":
    main()
