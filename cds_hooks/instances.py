"""Which patient each hookInstance was for: an EHR that mixes up two charts shows it by one instance for both."""

from __future__ import annotations

from collections import OrderedDict

from cds_hooks.told import Caller

MOST_REMEMBERED = 50_000


class Instances:
    """Remembers the last instances of this process as numbers, from which no patient can be read."""

    def __init__(self, most: int = MOST_REMEMBERED) -> None:
        self._most = most
        self._patients: OrderedDict[int, int] = OrderedDict()

    def of_another(self, caller: Caller, hook_instance: str, patient_id: str) -> bool:
        """Whether this caller's instance was seen with another patient. A repeat for the same patient is usual."""
        name, patient = hash((caller, hook_instance.lower())), hash(patient_id)
        known = self._patients.setdefault(name, patient)
        self._patients.move_to_end(name)
        if len(self._patients) > self._most:
            self._patients.popitem(last=False)
        return known != patient
