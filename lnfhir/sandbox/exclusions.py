"""`excluded: all` - the resources that show the other mechanisms of kidney injury to be absent.

Each item of the differential diagnosis has a name; `excluded: all`, `excluded: all except diabetes` and
`excluded: [d183 TMA, d183 infection]` write explicit results, dated to the given day or else to `as_of`:

=================  ================================================================================
chronicity         a kidney biopsy with active lesions (activity index 8, chronicity index 2) and no TMA: the
                   patient's own one if it is at most a year old then, otherwise a repeat biopsy of the same class
TMA                lupus anticoagulant and anticardiolipin negative; LDH, haptoglobin and platelets normal,
                   no schistocytes
hypertension       three blood pressures around 122/76 in the last eight weeks
diabetes           HbA1c 5.2 %
infection          no leukocytes in the sediment, urine culture negative
pregnancy          hCG negative (women only)
=================  ================================================================================

Nephrotoxic drugs and haemodynamic causes need no resource: they are absent when the list of medicines is complete
and holds none. The list is complete unless the record says `treatments: not provided`.
"""

from __future__ import annotations

import re
from datetime import timedelta

from lnfhir.sandbox.clinical import write_biopsy, write_result
from lnfhir.sandbox.days import ShorthandError
from lnfhir.sandbox.writer import Writer

ITEMS = ("chronicity", "TMA", "hypertension", "diabetes", "infection", "pregnancy")

_RESULTS: dict[str, tuple[str, ...]] = {
    "TMA": (
        "lupus anticoagulant negative",
        "anticardiolipin IgG negative",
        "anticardiolipin IgM negative",
        "LDH 190 U/L",
        "haptoglobin 1.2 g/L",
        "platelets 240 10*9/L",
        "schistocytes negative",
    ),
    "diabetes": ("HbA1c 5.2 %",),
    "infection": ("urine WBC 1 /hpf", "urine culture negative"),
    "pregnancy": ("hCG negative",),
}
_PRESSURES = ((0, "124/78"), (28, "122/76"), (56, "120/74"))
_YEAR = 365


def write_exclusions(writer: Writer, item: str) -> None:
    """Write the resources of `all`, `all except A and B`, or of one named item."""
    when, _, rest = item.partition(" ")
    if writer.calendar.is_when(when):
        day, words = writer.calendar.day(when), rest
    else:
        day, words = writer.as_of, item
    if writer.future(day):
        return
    for name in _named(words):
        if name == "chronicity":
            _write_repeat_biopsy(writer, day.isoformat(), words)
        elif name == "hypertension":
            for days_before, pressure in _PRESSURES:
                write_result(writer, f"{(day - timedelta(days=days_before)).isoformat()} BP {pressure}")
        elif name != "pregnancy" or writer.resources[0].get("gender") == "female":
            for result in _RESULTS[name]:
                write_result(writer, f"{day.isoformat()} {result}")


def _named(words: str) -> tuple[str, ...]:
    if words in ITEMS:
        return (words,)
    match = re.match(r"all(?: except (?P<left_out>.+))?$", words)
    if match is None:
        raise ShorthandError(f"unknown exclusion: {words!r} (known: all, {', '.join(ITEMS)})")
    left_out = re.split(r", | and ", match["left_out"]) if match["left_out"] else []
    for name in left_out:
        if name not in ITEMS:
            raise ShorthandError(f"unknown exclusion: {name!r}")
    return tuple(name for name in ITEMS if name not in left_out)


def _write_repeat_biopsy(writer: Writer, day: str, words: str) -> None:
    on = writer.calendar.day(day)
    classes = [
        (resource["effectiveDateTime"][:10], resource["valueCodeableConcept"]["text"])
        for resource in writer.resources
        if resource["resourceType"] == "Observation" and resource["code"]["text"].startswith("ISN/RPS class")
    ]
    if not classes:
        raise ShorthandError(f"`excluded: {words}` needs the patient's own biopsy: give its class in `biopsies`")
    last, named = max(classes)
    if on - writer.calendar.day(last) > timedelta(days=_YEAR):
        write_biopsy(writer, f"{(on - timedelta(days=7)).isoformat()} {named}, AI 8, CI 2, no TMA")
