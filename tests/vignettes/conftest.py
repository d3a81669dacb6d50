"""Collects every `V*.yaml` of this folder: one test for the vignette, one for each `but:`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.vignettes.checking import faults
from tests.vignettes.vignette import Case, read_vignette


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Take the vignettes of this folder."""
    if file_path.suffix == ".yaml" and file_path.parent == Path(__file__).parent:
        return VignetteFile.from_parent(parent, path=file_path)
    return None


class VignetteFile(pytest.File):
    """One file: a patient and what changes about her."""

    def collect(self) -> Iterator[pytest.Item]:
        """The vignette, then its variants."""
        for case in read_vignette(self.path):
            yield CaseItem.from_parent(self, name=case.title, case=case)


class DisagreementError(Exception):
    """The product and the vignette disagree."""


class CaseItem(pytest.Item):
    """One case, through both doors."""

    def __init__(self, *, case: Case, **kwargs: object) -> None:
        super().__init__(**kwargs)  # type: ignore[arg-type]
        self.case = case

    def runtest(self) -> None:
        """Fail with one line for each disagreement."""
        found = faults(self.case)
        if found:
            raise DisagreementError("\n".join(found))

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: object = None) -> str:
        """Only the lines: the traceback of the harness tells nobody anything."""
        if isinstance(excinfo.value, DisagreementError):
            return str(excinfo.value)
        return str(super().repr_failure(excinfo))

    def reportinfo(self) -> tuple[Path, int, str]:
        """Named by its sentence."""
        return self.path, 0, f"{self.path.stem}: {self.name}"
