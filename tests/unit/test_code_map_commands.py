"""`lnfhir codemap suggest`, `lnfhir codemap check`, `lnfhir terminology import`."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path
from typing import Any

import pytest

from lnfhir.site_codes.toml import Draft, toml
from lnfhir.site_codes.unmapped import propose_drug, propose_test
from lnfhir.terminology.code_map import code_map_from
from tests.unit.chart.records import LOINC, PATIENT, RXNORM, coded, creatinine, observation, order, quantity
from tests.unit.command_line import bundle, run

HERE = "urn:oid:1.2.3"
NASTY = 'a"b\\c\n[[drug]]\td'


def suggested(tmp_path: Path, *resources: dict[str, Any]) -> tuple[list[Any], str]:
    (tmp_path / "a.json").write_text(bundle(PATIENT, *resources), "utf-8")
    written = tmp_path / "map.toml"
    ran = run("codemap", "suggest", "--json", "-o", str(written), str(tmp_path / "a.json"))
    assert ran.code == 0
    return json.loads(ran.out), written.read_text("utf-8")


def local(number: int, code: str = "KREA", text: str = "Kreatinin i.S.", unit: str = "mg/dL") -> dict[str, Any]:
    return observation(coded(code, HERE, text), f"o{number}", valueQuantity=quantity(1, unit))


def test_local_codes_are_counted_and_given_a_meaning_to_review(tmp_path: Path) -> None:
    found, text = suggested(tmp_path, local(1), local(2, unit="umol/L"), local(3, "XYZ", "Quux"), creatinine())
    (first, second) = found
    assert (first["code"], first["count"], first["proposal"]) == ("KREA", 2, "creatinine")
    assert first["units"] == {"mg/dL": 1, "umol/L": 1}
    assert "2160-0" in first["loinc"]
    assert (second["code"], second["proposal"]) == ("XYZ", "")
    assert len(code_map_from(tomllib.loads(text))) == 1
    assert '# analyte = "?"' in text


def test_drugs_known_only_by_a_text_are_listed(tmp_path: Path) -> None:
    found, text = suggested(
        tmp_path, order("Hydroxycloroquin 200"), order(coded("8640", RXNORM), "b"), order("Prednisone 5 mg", "c")
    )
    meant = {each["text"]: (each["proposal"], each["understoodByName"]) for each in found}
    assert meant == {"Hydroxycloroquin 200": ("hydroxychloroquine", False), "Prednisone 5 mg": ("prednisone", True)}
    assert set(code_map_from(tomllib.loads(text)).drug_texts) == {"hydroxycloroquin 200", "prednisone 5 mg"}


def test_what_the_map_holds_already_is_not_suggested_again(tmp_path: Path) -> None:
    _, text = suggested(tmp_path, local(1))
    (tmp_path / "known.toml").write_text(text, "utf-8")
    again = run("codemap", "suggest", "--codemap", str(tmp_path / "known.toml"), str(tmp_path / "a.json"))
    assert "Every code seen is a public one." in again.out


def test_hostile_texts_stay_inside_their_quotes(tmp_path: Path) -> None:
    _, text = suggested(tmp_path, local(1, NASTY, "Kreatinin " + NASTY))
    (entry,) = tomllib.loads(text)["test"]
    assert entry["code"] == NASTY
    assert toml([Draft("test", {"code": NASTY}, "x\n[[drug]]")], "y\nz").count("[[") == 3


def test_nothing_to_read_leaves_with_three(tmp_path: Path) -> None:
    (tmp_path / "empty.json").write_text("", "utf-8")
    assert run("codemap", "suggest", str(tmp_path)).code == 3


@pytest.mark.parametrize(
    ("text", "analyte"),
    [
        ("Kreatinin i.S.", "creatinine"), ("Eiweiß im Urin", "urine-protein"), ("Creatinina en suero", "creatinine"),
        ("Kalium", "potassium"), ("Thrombozyten", "platelets"), ("Quux", ""), ("", ""), ("x" * 5000, ""),
    ],
)  # fmt: skip
def test_names_of_other_languages_are_proposed(text: str, analyte: str) -> None:
    assert propose_test(text) == analyte


@pytest.mark.parametrize(
    ("text", "ingredient"),
    [("Ciclosporina 50", "ciclosporin"), ("Azatioprine", "azathioprine"), ("Hydrocodone 5 mg", ""), ("Aspirin", "")],
)
def test_misspelt_drugs_are_proposed_and_other_drugs_are_not(text: str, ingredient: str) -> None:
    assert propose_drug(text) == ingredient


def test_check_names_every_fault_and_passes_a_right_map(tmp_path: Path) -> None:
    (tmp_path / "right.toml").write_text('[[test]]\ncode = "K"\nanalyte = "creatinine"\n', "utf-8")
    right = run("codemap", "check", str(tmp_path / "right.toml"))
    assert (right.code, "1 entries, no fault" in right.out) == (0, True)
    (tmp_path / "wrong.toml").write_text(
        "".join(
            f'[[test]]\ncode = "{code}"\nanalyte = "{meant}"\n'
            for code, meant in (("K", "x"), ("L", "c3"), ("L", "c4"))
        ),
        "utf-8",
    )
    wrong = run("codemap", "check", str(tmp_path / "wrong.toml"))
    assert wrong.code == 2
    assert "`x` is no analyte" in wrong.err
    assert "L: is mapped to two meanings" in wrong.err


def imported(tmp_path: Path, document: Any, *arguments: str) -> tuple[int, dict[str, Any], str]:
    source = tmp_path / "source.json"
    source.write_text(json.dumps(document), "utf-8")
    written = tmp_path / "imported.toml"
    ran = run("terminology", "import", str(source), "-o", str(written), *arguments)
    return ran.code, tomllib.loads(written.read_text("utf-8")) if ran.code == 0 else {}, ran.err + ran.out


def concept_map(*targets: dict[str, Any]) -> dict[str, Any]:
    element = {"code": "KREA", "display": "Kreatinin", "target": list(targets)}
    return {"resourceType": "ConceptMap", "group": [{"source": HERE, "target": LOINC, "element": [element]}]}


def test_a_concept_map_becomes_entries(tmp_path: Path) -> None:
    _, entries, _ = imported(tmp_path, concept_map({"code": "2160-0", "equivalence": "equivalent"}))
    assert entries["test"] == [{"system": HERE, "code": "KREA", "display": "Kreatinin", "analyte": "creatinine"}]


@pytest.mark.parametrize("equivalence", ["wider", "narrower", "inexact", "unmatched", "disjoint", "relatedto"])
def test_a_target_that_is_not_the_same_is_left_out(tmp_path: Path, equivalence: str) -> None:
    _, entries, _ = imported(tmp_path, concept_map({"code": "2160-0", "equivalence": equivalence}))
    assert entries == {}


def test_targets_that_mean_different_things_are_doubtful(tmp_path: Path) -> None:
    same = {"equivalence": "equal"}
    _, entries, said = imported(tmp_path, concept_map({"code": "2160-0", **same}, {"code": "2823-3", **same}))
    assert entries == {}
    assert "1 are doubtful" in said


def value_set(*codes: tuple[str, str, str]) -> dict[str, Any]:
    contains = [{"system": system, "code": code, "display": display} for system, code, display in codes]
    return {"resourceType": "ValueSet", "expansion": {"contains": contains}}


def test_a_value_set_is_recognised_by_its_displays_or_means_what_is_said(tmp_path: Path) -> None:
    codes = value_set(
        (HERE, "1", "Prednisone 5 mg Oral Tablet"), (HERE, "2", "Bandage"), (RXNORM, "8640", "prednisone")
    )
    _, entries, said = imported(tmp_path, codes)
    (drug,) = entries["drug"]
    assert (drug["ingredient"], drug["strength_mg"], drug["route"]) == ("prednisone", 5, "oral")
    assert "1 codes are known already, 1 are not of this field" in said
    _, entries, _ = imported(tmp_path, value_set((HERE, "7", "LN Klasse IV")), "--as", "lupus-nephritis-class-iv")
    assert entries["condition"][0]["concept"] == "lupus-nephritis-class-iv"


@pytest.mark.parametrize(
    ("document", "arguments"),
    [({"resourceType": "Patient"}, ()), ([1], ()), (value_set((HERE, "1", "x")), ("--as", "nonsense")),
     ({"resourceType": "ConceptMap", "group": 3}, ())],
)  # fmt: skip
def test_what_is_no_terminology_leaves_with_two(tmp_path: Path, document: Any, arguments: tuple[str, ...]) -> None:
    assert imported(tmp_path, document, *arguments)[0] == 2


def rrf(folder: Path, name: str, rows: list[dict[int, str]], columns: int) -> None:
    lines = ["|".join(row.get(column, "") for column in range(columns)) + "|" for row in rows]
    (folder / name).write_text("".join(f"{line}\n" for line in lines), "utf-8")


def release(folder: Path) -> Path:
    """An RxNorm release of two ingredients, three products and an NDC."""
    names = [("8640", "IN", "prednisone"), ("1256", "IN", "azathioprine"),
             ("9000001", "SCD", "prednisone 4 MG Oral Tablet"), ("9000002", "SCD", "prednisone 3 MG Oral Tablet"),
             ("9000003", "SCD", "gauze bandage")]  # fmt: skip
    concepts = [{0: code, 11: "RXNORM", 12: kind, 14: name, 16: "N"} for code, kind, name in names]
    rrf(folder, "RXNCONSO.RRF", concepts, 18)
    related = [("8640", "9000001"), ("1256", "9000002")]
    rrf(folder, "RXNREL.RRF", [{0: low, 4: high, 7: "has_ingredient"} for low, high in related], 16)
    rrf(folder, "RXNSAT.RRF", [{0: "9000001", 8: "NDC", 9: "RXNORM", 10: "00012345678", 11: "N"}], 13)
    return folder


def test_an_rxnorm_release_becomes_entries_where_name_and_relations_agree(tmp_path: Path) -> None:
    written = tmp_path / "rx.toml"
    ran = run("terminology", "import", str(release(tmp_path)), "-o", str(written))
    assert ran.code == 0
    drugs = {(each["system"], each["code"]): each for each in tomllib.loads(written.read_text("utf-8"))["drug"]}
    assert drugs[(RXNORM, "9000001")]["strength_mg"] == 4
    assert drugs[("http://hl7.org/fhir/sid/ndc", "00012345678")]["ingredient"] == "prednisone"
    assert (RXNORM, "9000002") not in drugs
    assert "9000002 prednisone 3 MG Oral Tablet: named prednisone, made of azathioprine" in ran.err


def test_a_release_that_is_cut_off_leaves_with_two(tmp_path: Path) -> None:
    (tmp_path / "RXNCONSO.RRF").write_text("8640|ENG\n", "utf-8")
    ran = run("terminology", "import", str(tmp_path), "-o", str(tmp_path / "x.toml"))
    assert (ran.code, "line 1 has too few columns" in ran.err) == (2, True)
