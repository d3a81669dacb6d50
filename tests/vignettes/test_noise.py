"""Thousands of unrelated resources, and another patient's record in the same file, change no verdict."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from cds_hooks.prefetch import PAGE
from lnfhir.sandbox.background import background
from lnfhir.sandbox.shorthand import Record
from tests.vignettes.doors import ask, verdicts
from tests.vignettes.vignette import Case, read_vignette

FILES = sorted(Path(__file__).parent.glob("V*.yaml"))
RESOURCES = 3000


def first(path: Path) -> Case:
    return next(iter(read_vignette(path)))


def amid_noise(record: Record, seed: int) -> Record:
    """The record with other resources before, between and after its own."""
    noise = list(background(record.patient_id, RESOURCES, record.as_of, seed))
    step = RESOURCES // len(record.resources)
    mixed = [*noise[:step]]
    for number, resource in enumerate(record.resources, start=1):
        mixed += [resource, *noise[number * step : (number + 1) * step]]
    return replace(record, resources=tuple(mixed))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_noise_changes_no_verdict(path: Path) -> None:
    case = first(path)
    alone = ask(case.record(), case.policy)
    amid = ask(amid_noise(case.record(), seed=len(path.stem)), case.policy)
    assert verdicts(amid.assessment) == verdicts(alone.assessment)
    assert verdicts(amid.offline) == verdicts(alone.offline)


def test_another_patient_in_the_same_file_changes_no_verdict() -> None:
    mine, hers = first(FILES[0]), first(FILES[7])
    record = mine.record()
    both = replace(record, resources=(*hers.record().resources, *record.resources))
    alone, together = ask(record, mine.policy), ask(both, mine.policy)
    assert verdicts(together.assessment) == verdicts(alone.assessment)
    assert verdicts(together.offline) == verdicts(alone.offline)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_page_that_is_not_read_makes_answers_unknown_and_never_different(path: Path) -> None:
    case = first(path)
    record = case.record()
    flood = [r for r in background(record.patient_id, 9000, record.as_of, seed=1) if r["resourceType"] == "Condition"]
    assert len(flood) > PAGE
    alone = verdicts(ask(record, case.policy).assessment)["refractory"]
    answered = ask(replace(record, resources=(*flood, *record.resources)), case.policy)
    assert answered.extension["coverage"]["conditions"] == "partial"
    for profile, states in verdicts(answered.assessment)["refractory"].items():
        for name in ("overall", "C1", "C2", "C3", "C4"):
            assert states[name] in (alone[profile][name], "unknown"), (profile, name)
    assert verdicts(answered.offline)["refractory"] == alone


def test_noise_is_the_same_for_the_same_seed_and_belongs_to_the_patient() -> None:
    day = first(FILES[0]).record().as_of
    once, again, other = (list(background("v1", 500, day, seed)) for seed in (1, 1, 2))
    assert once == again
    assert once != other
    assert {r["subject" if "subject" in r else "patient"]["reference"] for r in once} == {"Patient/v1"}
    assert len({r["resourceType"] for r in once}) >= 7
