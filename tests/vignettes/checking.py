"""One case checked: through the service, against its expectations, and through the command line."""

from __future__ import annotations

from tests.vignettes.comparing import disagreements
from tests.vignettes.doors import ask, verdicts, verdicts_of_extension
from tests.vignettes.orders import ask_about_orders
from tests.vignettes.vignette import Case


def faults(case: Case) -> list[str]:
    """One line for each expectation that is not fulfilled, and for each difference between the doors."""
    record = case.record()
    answered = ask(record, case.policy)
    told, found = ask_about_orders(case, record) if case.orders else ({}, [])
    found += disagreements(case, {**answered.assessment, "orders": told})
    published, full = verdicts_of_extension(answered.extension), verdicts(answered.assessment)
    found += _differences("the hook's extension", published, full)
    found += _differences("the command line", verdicts(answered.offline), full)
    return found


def _differences(door: str, said: dict[str, dict[str, object]], full: dict[str, dict[str, object]]) -> list[str]:
    return [
        f"{door} says {key} {name} {said[key].get(name)}, the review {full[key].get(name)}"
        for key in full
        for name in {**full[key], **said[key]}
        if said[key].get(name) != full[key].get(name)
    ]
