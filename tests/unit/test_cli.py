"""`lnfhir assess`: what it prints, where, and how it leaves."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from referencing import Registry, Resource

import lnfhir
from lnfhir import cli
from lnfhir.chart.chart import Chart
from lnfhir.chart.coverage import Need
from lnfhir.cli_common import Language
from lnfhir.fhir.answer import Answer
from lnfhir.languages import LANGUAGES
from lnfhir.policy import Policy
from lnfhir.review import Review
from lnfhir.terminology.code_map import NO_MAP, CodeMap
from tests import reviews
from tests.unit.command_line import ONE, SECRET, TWO, bundle, creatinine, one_line, patient, run, written

SCHEMAS = Path(__file__).parents[2] / "profiles" / "schema"


@dataclass
class Seen:
    """What the command handed to the brain."""

    answer: Answer = field(default_factory=Answer)
    as_of: date = date.min
    patient: str | None = None
    not_searched: frozenset[Need] = frozenset()
    policy: Policy = field(default_factory=Policy)


@pytest.fixture
def seen(monkeypatch: pytest.MonkeyPatch) -> Seen:
    """The brain is replaced by one that knows a rich review, and remembers what it was asked."""
    seen = Seen()

    def charted(
        answer: Answer,
        as_of: date,
        patient_id: str | None = None,
        not_searched: frozenset[Need] = frozenset(),
        codes: CodeMap = NO_MAP,
    ) -> Chart:
        del codes
        seen.answer, seen.as_of, seen.patient, seen.not_searched = answer, as_of, patient_id, not_searched
        return reviews.chart(as_of)

    def reviewed(chart: Chart, policy: Policy) -> Review:
        seen.policy = policy
        return replace(reviews.rich_review(policy), chart=chart)

    monkeypatch.setattr(cli, "chart_from_record", charted)
    monkeypatch.setattr(cli, "review", reviewed)
    return seen


@pytest.fixture
def one(tmp_path: Path) -> str:
    path = tmp_path / "one.json"
    path.write_text(ONE, "utf-8")
    return str(path)


def test_a_piped_report_is_plain_text(seen: Seen, one: str) -> None:
    ran = run("assess", one, "--as-of", "2024-07-16")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith("VERDICT\nPatient p1, Ada Example, female")
    assert "\x1b" not in ran.out
    assert seen.as_of == date(2024, 7, 16)
    assert [r.resourceType for _, r in seen.answer.resources] == ["Patient", "Observation"]


def test_an_unknown_verdict_is_an_answer(seen: Seen, one: str) -> None:
    ran = run("assess", one)
    assert "cannot be determined" in ran.out
    assert ran.code == 0


def test_json_follows_the_published_schema(seen: Seen, one: str) -> None:
    ran = run("assess", one, "--json", "--as-of", "2024-07-16")
    schema = json.loads((SCHEMAS / "assessment.json").read_text("utf-8"))
    policy = json.loads((SCHEMAS / "policy.json").read_text("utf-8"))
    known = Registry().with_resource(policy["$id"], Resource.from_contents(policy))
    got = json.loads(ran.out)
    Draft202012Validator(schema, registry=known).validate(got)
    assert (got["version"], got["asOf"]) == (lnfhir.__version__, "2024-07-16")
    assert ran.out.endswith("}\n")


def test_the_day_is_today_unless_told(seen: Seen, one: str) -> None:
    before = datetime.now(UTC).astimezone().date()  # noqa: TID251  the clock is what this is about
    run("assess", one)
    assert before <= seen.as_of <= before + timedelta(days=1)


def test_standard_input_is_a_file(seen: Seen) -> None:
    assert run("assess", "-", stdin=ONE).code == 0
    assert len(seen.answer.resources) == 2


def test_ndjson_is_a_file(seen: Seen, tmp_path: Path) -> None:
    lines = "\n".join(json.dumps(r) for r in (patient("p1"), creatinine("c1", "p1", "2024-01-02", 0.8)))
    assert run("assess", written(tmp_path, lines, "record.ndjson")).code == 0
    assert len(seen.answer.resources) == 2


def test_the_policy_of_the_file_is_the_policy_in_force(seen: Seen, one: str, tmp_path: Path) -> None:
    path = written(tmp_path, '[service]\nport = 1\n[policy]\nmmf_min = 1.5\ngc_mode = "guideline"\n')
    ran = run("assess", one, "--policy", path)
    assert seen.policy == Policy(mmf_min=1.5, gc_mode="guideline")
    assert "mmf_min = 1.5" in ran.out


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("[policy]\nmmf_minimum = 2.0\n", "mmf_minimum"),
        ("[policy]\nmmf_min = 3.0\n", "mmf_min"),
        ('[policy]\ngc_mode = "lots"\n', "gc_mode"),
        ("mmf_min = 2.0\n", "no [policy] table"),
        ("policy = 3\n", "no [policy] table"),
        ("[policy\n", "not TOML"),
        ("[policy]\nmmf_min = 2.0\nmmf_min = 2.0\n", "not TOML"),
    ],
)
def test_a_faulty_policy_is_refused_by_name(seen: Seen, one: str, tmp_path: Path, text: str, named: str) -> None:
    ran = run("assess", one, "--policy", written(tmp_path, text))
    assert (ran.code, ran.out) == (2, "")
    assert named in ran.err
    assert one_line(ran.err)


def test_a_policy_file_that_is_not_there_is_wrong_usage(seen: Seen, one: str, tmp_path: Path) -> None:
    ran = run("assess", one, "--policy", str(tmp_path / "none.toml"))
    assert ran.code == 2
    assert one_line(ran.err)


@pytest.mark.parametrize("day", ["yesterday", "2024-02-30", "2024-01", "20240101T00", ""])
def test_a_day_that_is_none_is_wrong_usage(seen: Seen, one: str, day: str) -> None:
    ran = run("assess", one, "--as-of", day)
    assert ran.code == 2
    assert one_line(ran.err)


def test_several_patients_are_counted_not_named(seen: Seen, tmp_path: Path) -> None:
    ran = run("assess", written(tmp_path, TWO, "two.json"))
    assert ran.code == 2
    assert "2 patients" in ran.err
    assert "p1" not in ran.err
    assert one_line(ran.err)


def test_one_of_several_patients_can_be_chosen(seen: Seen, tmp_path: Path) -> None:
    path = written(tmp_path, TWO, "two.json")
    assert run("assess", path, "--patient", "p2").code == 0
    assert (seen.patient, [r.id for _, r in seen.answer.resources]) == ("p2", ["p2"])
    ran = run("assess", path, "--patient", "p3")
    assert ran.code == 2
    assert "p3" not in ran.err


def test_what_was_not_searched_is_passed_on(seen: Seen, one: str) -> None:
    run("assess", one, "--not-searched", "medicationDispenses", "--not-searched", "procedures")
    assert seen.not_searched == {Need.DISPENSES, Need.PROCEDURES}
    assert run("assess", one, "--not-searched", "horoscope").code == 2


@pytest.mark.parametrize(
    "text",
    ["", "not json", f'{{"resourceType": "Patient", "name": "{SECRET}', "[1, 2]", '{"resourceType": "Nonsense"}'],
)
def test_an_unreadable_file_is_3_in_one_line_without_its_content(seen: Seen, tmp_path: Path, text: str) -> None:
    ran = run("assess", written(tmp_path, text, "bad.json"))
    assert (ran.code, ran.out) == (3, "")
    assert one_line(ran.err)
    assert SECRET not in ran.err


def test_a_file_that_names_no_patient_is_3(seen: Seen, tmp_path: Path) -> None:
    for resources in ([], [{"resourceType": "Medication", "id": "m1"}]):
        ran = run("assess", written(tmp_path, bundle(*resources), "nobody.json"))
        assert (ran.code, ran.err) == (3, "lnfhir: the file names no patient\n")


def test_a_file_that_is_not_there_is_3(seen: Seen, tmp_path: Path) -> None:
    for path in (tmp_path / "none.json", tmp_path):
        ran = run("assess", str(path))
        assert ran.code == 3
        assert one_line(ran.err)


@pytest.mark.parametrize("arguments", [("assess",), ("assess", "a", "b"), ("nonsense",), ("assess", "a", "--nonsense")])
def test_wrong_usage_is_2(arguments: tuple[str, ...]) -> None:
    ran = run(*arguments)
    assert (ran.code, ran.out) == (2, "")


def test_the_version_is_that_of_the_package() -> None:
    ran = run("--version")
    assert (ran.code, ran.out) == (0, f"lnfhir {lnfhir.__version__}\n")


def test_the_exit_codes_are_in_the_help() -> None:
    assert "3 unreadable file" in " ".join(run("assess", "--help").out.split())


def test_the_languages_of_the_command_are_those_there_are() -> None:
    assert tuple(language.value for language in Language) == LANGUAGES
    assert run("assess", "-", "--lang", "tlh", stdin=ONE).code == 2


def test_a_report_can_be_had_in_chinese(seen: Seen, one: str) -> None:
    text = run("assess", one, "--lang", "zh-CN").out
    got = json.loads(run("assess", one, "--lang", "zh-CN", "--json").out)
    assert got["language"] == "zh-CN"
    assert text.startswith("结论\n")
    assert got["refractory"][0]["C1"]["state"] == "met"
