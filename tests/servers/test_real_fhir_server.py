"""The same steps on a real FHIR server: load the demo patients, fetch one, validate and assess it.

A sekmet-fhir is started for it, unless `LNFHIR_TEST_FHIR` names a server (deploy/test-hapi.sh starts a HAPI FHIR).
"""

from __future__ import annotations

import json
from pathlib import Path
from uuid import uuid4

from lnfhir.sandbox.ehr import load
from lnfhir.sandbox.shorthand import Record
from tests.servers.conftest import TODAY
from tests.unit.command_line import run


def test_a_fetched_record_judges_as_the_one_that_was_loaded(server: str, records: list[Record], tmp_path: Path) -> None:
    for record in records:
        loaded, saved = tmp_path / "loaded.json", tmp_path / f"{record.patient_id}.json"
        loaded.write_text(json.dumps(record.transaction()), "utf-8")
        ran = run("fetch", "--server", server, "--patient", record.patient_id, "-o", str(saved))
        assert ran.code == 0, ran.err
        day = ("--json", "--as-of", TODAY.isoformat())
        local, fetched = (json.loads(run("assess", *day, str(file)).out) for file in (loaded, saved))
        assert fetched["headline"] == local["headline"]
        assert [v["overall"]["state"] for v in fetched["refractory"]] == [
            v["overall"]["state"] for v in local["refractory"]
        ]
        assert set(fetched["coverage"].values()) == {"complete"}


def test_a_fetched_record_validates_and_so_does_its_address(server: str, records: list[Record], tmp_path: Path) -> None:
    patient = records[0].patient_id
    saved = tmp_path / "saved.json"
    run("fetch", "--server", server, "--patient", patient, "-o", str(saved))
    for source in (str(saved), f"{server}/Condition?patient={patient}"):
        ran = run("validate", "--json", "--as-of", TODAY.isoformat(), source)
        report = json.loads(ran.out)
        assert (report["patients"], report["unreadable"], report["counts"]["error"]) == (1, 0, 0)


def test_what_was_written_a_moment_ago_is_read(server: str, records: list[Record], tmp_path: Path) -> None:
    """A server may repeat the answer to an equal search: HAPI FHIR does for a minute, unless it is told not to."""
    patient, saved, new = records[0].patient_id, tmp_path / "saved.json", f"new-{uuid4()}"

    def creatinines() -> list[float]:
        assert run("fetch", "--server", server, "--patient", patient, "-o", str(saved)).code == 0
        found = [entry["resource"] for entry in json.loads(saved.read_text("utf-8"))["entry"] if "resource" in entry]
        return [each["valueQuantity"]["value"] for each in found if each.get("id") == new]

    result = {
        "resourceType": "Observation",
        "id": new,
        "status": "final",
        "code": {"coding": [{"system": "http://loinc.org", "code": "2160-0"}]},
        "subject": {"reference": f"Patient/{patient}"},
        "effectiveDateTime": TODAY.isoformat(),
        "valueQuantity": {"value": 1.9, "unit": "mg/dL"},
    }
    place = f"Observation/{new}"
    gone = {"request": {"method": "DELETE", "url": place}}
    there = {"request": {"method": "PUT", "url": place}, "resource": result}
    assert creatinines() == []
    for entry, values in ((there, [1.9]), (gone, [])):
        load(server, {"resourceType": "Bundle", "type": "transaction", "entry": [entry]})
        assert creatinines() == values


def test_a_patient_who_is_not_there_is_told(server: str, records: list[Record], tmp_path: Path) -> None:
    assert records
    ran = run("fetch", "--server", server, "--patient", "nobody-of-this-id", "-o", str(tmp_path / "x"))
    assert (ran.code, ran.err) == (3, "lnfhir: the FHIR server did not find this\n")
