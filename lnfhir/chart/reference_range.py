"""The upper limit of normal that a laboratory sent with a result.

Only a plain range counts: one of a kind other than normal, for an age or for some patients only, is none; neither are
several that differ, nor one in words.
"""

from __future__ import annotations

import msgspec

from lnfhir.fhir.resource import CodeableConcept, Quantity, ReferenceRange

_RANGES = msgspec.json.Decoder(tuple[ReferenceRange, ...])


def upper_limit(sent: msgspec.Raw, value: Quantity) -> Quantity | None:
    """The limit as a quantity, in the unit of the value where it has none of its own; None when none is clear."""
    try:
        ranges = _RANGES.decode(sent)
    except msgspec.DecodeError:
        return None
    plain = [r for r in ranges if r.high is not None and r.high.value is not None and _is_normal(r)]
    if len({r.high for r in plain}) != 1:
        return None
    high = plain[0].high
    if high is None or high.comparator is not None:
        return None
    if high.unit or high.code:
        return high
    return Quantity(high.value, None, value.unit, value.system, value.code)


def _is_normal(found: ReferenceRange) -> bool:
    return not found.appliesTo and found.age is None and (found.type is None or _says_normal(found.type))


def _says_normal(kind: CodeableConcept) -> bool:
    return any(coding.code == "normal" for coding in kind.coding)
