"""Faults of form: of JSON, of FHIR R4, of our profiles, and of answers that are not whole."""

from __future__ import annotations

from lnfhir.message import say
from lnfhir.validation.kind import Kind

KINDS: tuple[Kind, ...] = (
    Kind(
        "not-fhir",
        say("Send FHIR R4 as JSON: one resource or Bundle in a file, or one resource a line in a file named .ndjson."),
        (
            "this is a list: put the resources into a Bundle, or one on each line of a file named .ndjson",
            "there is no `resourceType` at the top: this is not a FHIR resource",
            "this is a ZIP archive: unpack it first",
            "this is packed with gzip: a file of lines must be named .ndjson.gz",
            "this is UTF-16 or UTF-32: send UTF-8",
            "this is XML or HTML: send FHIR as JSON",
            "this is nested too deeply to be read",
            "this is not UTF-8: line {line}, byte {column}",
            "this is not JSON: see line {line}, byte {column}",
            "{count} files of the folder are not read: by their names they are no JSON",
            "the answer is not a FHIR resource",
            "the answer is not readable JSON",
            "the Bundle is not readable",
            "the file is empty",
            "the file cannot be read: {why}",
            "there is no such resource type in FHIR R4",
            "no resource type of FHIR R4: this entry is not used",
            "it holds a resource of a type that FHIR R4 does not have",
        ),
    ),
    Kind(
        "unreadable-part",
        say("Mend the member at the path: its JSON type is not the one FHIR gives it, so the whole resource is lost."),
        (
            "this part cannot be read and is not used",
            "`{member}` of the patient cannot be read and is not used",
            "it is nested too deeply to be checked",
        ),
    ),
    Kind(
        "missing-member",
        say("Add the member: FHIR R4 does not allow the resource without it."),
        ("a required member is missing",),
    ),
    Kind(
        "fhir-condition",
        say("Correct the resource: FHIR R4 does not allow these members together, or wants one of them."),
        (
            "an extension has either a value or extensions of its own",
            "it was handed over before it was prepared",
            "a contained resource contains another one",
            "a contained resource has a version or a time of update",
            "a contained resource has a security label",
            "nothing refers to this contained resource",
            "there are a value and a reason why there is none",
            "the reference range has neither a low nor a high limit nor a text",
            "the code of the whole stands on a component too, and both may have a value",
            "it was entered in error, so it has no clinical status",
            "it is abated, but its clinical status does not say so",
            "a problem of the problem list has no clinical status",
            "the stage has neither a summary nor an assessment",
            "the evidence has neither a code nor a detail",
        ),
    ),
    Kind(
        "unknown-member",
        say("Remove the member or move it into an extension; if it is of FHIR R5 or STU3, send R4 instead."),
        ("FHIR R4 has no such member here",),
    ),
    Kind(
        "wrong-type",
        say("Write the value as FHIR R4 does: numbers without quotes, dates as 2025-03-14, codes as text."),
        ("the value is not of the type that FHIR R4 demands",),
    ),
    Kind(
        "wrong-code",
        say("Use one of the codes of FHIR's own required value set for this member."),
        ("`{value}` is none of the codes FHIR R4 allows here", "the verification status is not understood"),
    ),
    Kind(
        "bad-id",
        say("Shorten or rewrite the id; references to it must change with it."),
        ("the id is not one that FHIR R4 allows (1 to 64 letters, digits, - and .)",),
    ),
    Kind(
        "null-member",
        say("Leave out members that have no value; FHIR JSON has no null."),
        (
            "null is not allowed in FHIR: leave the member out",
            "empty members are not allowed in FHIR: leave the member out",
        ),
    ),
    Kind(
        "no-time-zone",
        say("Send the time with its zone (2025-03-14T09:30:00+08:00) or the day alone."),
        ("a time without its time zone",),
    ),
    Kind(
        "comparator",
        say("Use <, <=, >= or > in `comparator`, and only with a single number."),
        ("the comparator is not one of <, <=, >= and >", "two comparators that disagree", "a comparator on a range"),
    ),
    Kind(
        "profile-requires",
        say("Send the member that the profile requires: without it the rules cannot use the datum."),
        ("profile {profile} requires `{element}`",),
    ),
    Kind(
        "profile-supports",
        say("Send the member if the source system knows it: the rules use it when it is there."),
        ("profile {profile} would use `{element}`, which is not sent",),
    ),
    Kind(
        "profile-forbids",
        say("Leave the member out, or do not claim the profile in `meta.profile`."),
        (
            "profile {profile} allows no such `{element}`",
            "profile {profile} does not allow {type} here",
            "profile {profile} demands another value",
            "profile {profile} is for resources of the type {type}",
        ),
    ),
    Kind(
        "profile-condition",
        say("Send what the profile demands at this place; docs/profiles.md tells what each profile is for."),
        ("profile {profile} demands {what}",),
    ),
    Kind(
        "profile-unknown",
        say("Nothing to mend for profiles of others; check the address of a profile that should be lnfhir's."),
        (
            "lnfhir has no profile {url}",
            "a profile is claimed that is not lnfhir's: it is not checked here",
        ),
    ),
    Kind(
        "profile-binding",
        say("Add a coding from the value set beside your own, or map your own code in the site's code map."),
        ("none of the codes is in the value set {values} of profile {profile}",),
    ),
    Kind(
        "answer-incomplete",
        say("Follow every page and send all results: while some are missing, absence is never read as no."),
        (
            "the answer has further pages that were not read",
            "the sender counts {total} results but sent {sent}",
            "a request of this batch failed: its results are missing",
            "the sender reports an error in its answer",
            "the sender withheld results: the answer is incomplete",
            "the sender answered with an error (OperationOutcome)",
        ),
    ),
    Kind(
        "modifier",
        say("A modifierExtension or implicitRules can reverse the meaning, so it is left out; send it without."),
        (
            "`{member}` may change the meaning: this resource is not used",
            "`{member}` may change the meaning: this value is not used",
            "the dosage has a modifier that is not understood",
        ),
    ),
)
