"""`lnfhir validate`: what it says of good, bad, broken and endless data, and how it leaves."""

from __future__ import annotations

import gzip
import json
import tracemalloc
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from lnfhir.validation.pool import Pool
from lnfhir.validation.run import Validation
from lnfhir.validation.sources import LONGEST_LINE, documents_in
from lnfhir.validation.tally import PLACES_KEPT, SENTENCES_KEPT
from tests.unit.chart.records import LOINC, PATIENT, Json, coded, creatinine, observation, order, quantity
from tests.unit.command_line import SECRET, Ran, bundle, patient, run

HERE = "urn:oid:1.2.3"
DAY = "2025-12-31"


def file(folder: Path, name: str, *resources: Json) -> str:
    path = folder / name
    lines = "\n".join(json.dumps(resource) for resource in resources)
    path.write_text(lines if name.endswith("ndjson") else bundle(*resources), "utf-8")
    return str(path)


def report(*arguments: str) -> tuple[int, Any]:
    ran = run("validate", "--json", "--as-of", DAY, *arguments)
    return ran.code, json.loads(ran.out)


def kinds(document: Any) -> set[str]:
    return {fault["kind"] for fault in document["faults"]} - {"rule-not-fed"}


def fault(document: Any, kind: str) -> Any:
    (found,) = [each for each in document["faults"] if each["kind"] == kind]
    return found


def test_data_that_is_in_order_is_fit(tmp_path: Path) -> None:
    code, document = report(file(tmp_path, "a.json", PATIENT, creatinine()))
    assert code == 0
    assert (document["patients"], document["counts"]["error"], document["counts"]["warning"]) == (1, 0, 0)
    assert document["needs"]["kidneyFunction"]["data"] == 1


@pytest.mark.parametrize(
    ("resource", "kind", "path"),
    [
        (creatinine(90, "mg/dL"), "implausible", "Bundle.entry[1].resource.valueQuantity"),
        (creatinine(1, "furlong"), "unit", "Bundle.entry[1].resource.valueQuantity"),
        (creatinine(effectiveDateTime="soon"), "date", "Bundle.entry[1].resource.effectiveDateTime"),
        (observation(coded("2160-0", display="Potassium"), valueQuantity=quantity(1, "mg/dL")), "code-conflict",
         "Bundle.entry[1].resource.code"),
        (creatinine(subject={"reference": "Patient/eve"}), "wrong-patient", "Bundle.entry[1].resource.subject"),
        (order("prednisone"), "dose-not-computable", None),
        (observation(coded("KREA", HERE, "Kreatinin i.S."), valueQuantity=quantity(1, "mg/dL")),
         "code-not-mapped", None),
    ],
)  # fmt: skip
def test_what_the_rules_cannot_use_is_named_with_its_place(
    tmp_path: Path, resource: Json, kind: str, path: str | None
) -> None:
    code, document = report(file(tmp_path, "a.json", PATIENT, resource))
    assert code in (1, 2)
    place = fault(document, kind)["places"][0]
    assert place.get("path") == path
    assert place["reference"].partition("/")[0] == resource["resourceType"]


@pytest.mark.parametrize(
    ("medication", "says"),
    [
        ("Prednisone 5 mg", ["the drug Prednisone 5 mg is understood by its name, as prednisone; "
                             "an entry in the code map makes it certain"]),
        ("Hydroxycloroquin 200", ["the drug Hydroxycloroquin 200 is not recognised; it may be hydroxychloroquine"]),
        (coded("X1", HERE, "azathioprine") | {"text": "prednisone"}, []),
    ],
)  # fmt: skip
def test_only_a_drug_that_is_not_understood_is_called_not_recognised(
    tmp_path: Path, medication: str | Json, says: list[str]
) -> None:
    _, document = report(file(tmp_path, "a.json", PATIENT, order(medication)))
    assert [each["text"] for each in document["faults"] if each["kind"] == "code-not-mapped"] == says
    assert ("code-conflict" in kinds(document)) is (not says)


def test_a_code_map_feeds_what_it_maps(tmp_path: Path) -> None:
    source = file(
        tmp_path, "a.json", PATIENT, observation(coded("KREA", HERE, "Kreatinin"), valueQuantity={"value": 88})
    )
    codes = tmp_path / "map.toml"
    codes.write_text(f'[[test]]\nsystem = "{HERE}"\ncode = "KREA"\nanalyte = "creatinine"\nunit = "umol/L"\n', "utf-8")
    assert report(source)[1]["needs"]["kidneyFunction"]["data"] == 0
    code, document = report(source, "--codemap", str(codes))
    assert (code, document["needs"]["kidneyFunction"]["data"]) == (0, 1)


def test_lines_are_gathered_by_patient_over_files(tmp_path: Path) -> None:
    drug = {"resourceType": "Medication", "id": "d", "code": {"text": "prednisone 5 mg tablet"}}
    dose = {"doseAndRate": [{"doseQuantity": {"value": 1, "unit": "tablet"}}],
            "timing": {"repeat": {"frequency": 1, "period": 1, "periodUnit": "d"}}}  # fmt: skip
    steroid = {**order("x"), "medicationReference": {"reference": "Medication/d"}, "dosageInstruction": [dose]}
    del steroid["medicationCodeableConcept"]
    first = file(tmp_path, "Patient.ndjson", PATIENT, patient("bob"))
    second = file(tmp_path, "rest.ndjson", steroid, drug, creatinine(1, "furlong"))
    code, document = report(first, second)
    assert (document["patients"], document["documents"], code) == (2, 5, 1)
    assert document["needs"]["medicationRequests"]["data"] == 1
    assert fault(document, "unit")["places"][0]["document"].endswith("rest.ndjson:3")
    assert fault(document, "unit")["places"][0]["path"] == "Observation.valueQuantity"


def test_one_bad_file_never_stops_the_others(tmp_path: Path) -> None:
    (tmp_path / "broken.json").write_text('{"resourceType": "Bundle", ', "utf-8")
    (tmp_path / "empty.json").write_text("", "utf-8")
    (tmp_path / "list.json").write_text("[1]", "utf-8")
    (tmp_path / "cut.ndjson.gz").write_bytes(gzip.compress(json.dumps(PATIENT).encode() * 50)[:40])
    file(tmp_path, "good.json", PATIENT, creatinine())
    code, document = report(str(tmp_path), str(tmp_path / "absent.json"))
    assert code == 3
    assert (document["unreadable"], document["patients"], document["documents"]) == (5, 1, 6)
    assert kinds(document) == {"not-fhir"}


GOOD = bundle(PATIENT, creatinine())


@pytest.mark.parametrize(
    ("name", "raw", "says"),
    [
        ("a.json", b"<?xml version='1.0'?><Patient/>", "this is XML or HTML: send FHIR as JSON"),
        ("a.json", GOOD.encode("utf-16"), "this is UTF-16 or UTF-32: send UTF-8"),
        ("a.json", GOOD.encode("utf-16-be"), "this is UTF-16 or UTF-32: send UTF-8"),
        ("a.json", b'{"resourceType":\n "M\xfcller"}', "this is not UTF-8: line 2, byte 4"),
        ("a.json", b"PK\x03\x04rest", "this is a ZIP archive: unpack it first"),
        ("a.json", b'{"resourceType": "Patient",\n "id": }', "this is not JSON: see line 2, byte 8"),
        ("a.json", b"[" * 5000 + b"]" * 5000, "this is nested too deeply to be read"),
        ("a.json", b'[{"resourceType": "Patient"}]', "this is a list: put the resources into a Bundle, or one on each "
         "line of a file named .ndjson"),
        ("a.json", b'{"id": "a"}', "there is no `resourceType` at the top: this is not a FHIR resource"),
        ("a.ndjson", gzip.compress(GOOD.encode()).replace(b"\n", b"x"),
         "this is packed with gzip: a file of lines must be named .ndjson.gz"),
    ],
)  # fmt: skip
def test_what_is_no_fhir_is_told_with_what_to_change(tmp_path: Path, name: str, raw: bytes, says: str) -> None:
    (tmp_path / name).write_bytes(raw)
    code, document = report(str(tmp_path / name))
    assert (code, document["unreadable"]) == (3, 1)
    assert fault(document, "not-fhir")["text"] == says


def test_a_packed_file_is_read_whatever_its_name(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_bytes(gzip.compress(GOOD.encode()))
    assert report(str(tmp_path / "a.json"))[0] == 0


def test_files_that_are_no_json_by_their_name_are_counted(tmp_path: Path) -> None:
    file(tmp_path, "a.json", PATIENT, creatinine())
    for name in ("b.xml", "c.zip", ".hidden"):
        (tmp_path / name).write_bytes(b"x")
    code, document = report(str(tmp_path))
    assert (code, fault(document, "not-fhir")["severity"]) == (0, "information")
    assert fault(document, "not-fhir")["text"].startswith("2 files of the folder are not read")


def test_what_a_patient_s_rules_cannot_use_names_the_line_it_came_from(tmp_path: Path) -> None:
    _, document = report(file(tmp_path, "a.ndjson", PATIENT, creatinine(), order("prednisone")))
    assert fault(document, "dose-not-computable")["places"][0]["document"].endswith("a.ndjson:3")


def test_a_test_without_a_code_is_not_said_to_want_an_entry_of_a_code_map(tmp_path: Path) -> None:
    named = {**creatinine(), "code": {"text": "血肌酐"}}
    _, document = report(file(tmp_path, "a.json", PATIENT, named))
    assert fault(document, "code-not-mapped")["text"] == "the test 血肌酐 has no code; by its name it is creatinine"


def test_odd_lines_are_read_or_named_by_number(tmp_path: Path) -> None:
    lines = [
        b"\xef\xbb\xbf" + json.dumps(PATIENT).encode() + b"\r",
        b"",
        b"{nonsense",
        json.dumps(creatinine()).encode(),
    ]
    (tmp_path / "a.ndjson").write_bytes(b"\n".join(lines))
    code, document = report(str(tmp_path / "a.ndjson"))
    assert (code, document["unreadable"], document["patients"]) == (3, 1, 1)
    assert fault(document, "not-fhir")["places"][0]["document"].endswith("a.ndjson:3")


def test_a_line_too_long_is_skipped_and_the_next_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lnfhir.validation.sources.LONGEST_LINE", 500)
    (tmp_path / "a.ndjson").write_text("x" * 5000 + "\n" + json.dumps(PATIENT) + "\n", "utf-8")
    long, good = documents_in(tmp_path / "a.ndjson", lambda size: None)
    assert LONGEST_LINE > 500
    assert long.unreadable is not None
    assert (good.place[-2:], good.unreadable) == (":2", None)


def test_several_patients_in_a_bundle_are_each_judged(tmp_path: Path) -> None:
    code, document = report(file(tmp_path, "a.json", PATIENT, patient("bob"), creatinine()))
    assert (code, document["patients"]) == (0, 2)


def test_the_table_says_what_to_mend_and_in_chinese(tmp_path: Path) -> None:
    source = file(tmp_path, "a.json", {**patient("ann")}, creatinine(1, "furlong"))
    english = run("validate", "--as-of", DAY, source)
    assert english.code == 1
    for said in ("Usable, with warnings", "unit", "kidneyFunction", "lnfhir validate --explain KIND"):
        assert said in english.out
    assert "a.json entry[1].valueQuantity" in " ".join(english.out.split())
    assert SECRET not in english.out
    assert "可用，但有警告" in run("validate", "--as-of", DAY, "--lang", "zh-CN", source).out


def test_an_explanation_says_how_to_mend_and_an_unknown_one_what_there_is() -> None:
    assert "UCUM" in run("validate", "--explain", "unit").out
    refused = run("validate", "--explain", "nonsense")
    assert (refused.code, "implausible" in refused.err) == (2, True)


@pytest.mark.parametrize("arguments", [(), ("--json", "--outcome", "x"), ("--as-of", "today", "x")])
def test_wrong_usage_leaves_with_two(arguments: tuple[str, ...]) -> None:
    ran: Ran = run("validate", *arguments)
    assert (ran.code, ran.out) == (2, "")


def test_standard_input_is_a_source() -> None:
    assert run("validate", "--as-of", DAY, "-", stdin=bundle(PATIENT, creatinine())).code == 0


def test_an_address_nobody_answers_at_is_unreadable() -> None:
    code, document = report("http://127.0.0.1:9/fhir/Patient/ann")
    assert (code, kinds(document)) == (3, {"address"})


def test_memory_does_not_grow_with_the_number_of_lines(tmp_path: Path) -> None:
    def peak(lines: int) -> int:
        (tmp_path / str(lines)).mkdir()
        with Pool(tmp_path / str(lines)) as pool:
            validation = Validation(pool, date(2025, 12, 31))
            tracemalloc.start()
            for number in range(lines):
                subject = {"reference": f"Patient/p{number // 10}"}
                one = creatinine(number, f"unit{number % 50}", id=f"o{number}", subject=subject)
                validation.document(json.dumps(one).encode(), f"f:{number}")
            for _ in validation.judge_pooled():
                pass
            _, top = tracemalloc.get_traced_memory()
            tracemalloc.stop()
            assert validation.tally.patients == lines / 10
        return top

    peak(500)  # what is remembered of codes and units has its own bound
    few = peak(1500)
    assert peak(6000) < few + 1024 * 1024  # the bytes of 4500 resources alone are twice that


def test_many_different_sentences_and_places_are_counted_and_not_kept(tmp_path: Path) -> None:
    bad = [creatinine(100 + number, "mg/dL", id=f"o{number}") for number in range(SENTENCES_KEPT + 150)]
    worse = [creatinine(1, "furlong", id=f"u{number}") for number in range(PLACES_KEPT + 20)]
    _, document = report(file(tmp_path, "a.ndjson", PATIENT, *bad, *worse))
    implausible = [each for each in document["faults"] if each["kind"] == "implausible"]
    assert len(implausible) == SENTENCES_KEPT + 1
    assert sum(each["count"] for each in implausible) == len(bad)
    unit = fault(document, "unit")
    assert (unit["count"], len(unit["places"])) == (len(worse), PLACES_KEPT)


def test_the_loinc_of_another_test_is_no_fault(tmp_path: Path) -> None:
    other = observation(coded("2345-7", LOINC, "Glucose"), valueQuantity=quantity(90, "mg/dL"))
    assert report(file(tmp_path, "a.json", PATIENT, other))[0] == 0
