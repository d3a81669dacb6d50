"""Faults of use: data that is FHIR and that the rules still cannot use."""

from __future__ import annotations

from lnfhir.message import say
from lnfhir.validation.kind import Kind

KINDS: tuple[Kind, ...] = (
    Kind(
        "wrong-patient",
        say(
            "Send one patient's data in one record, and let `subject` or `patient` of each resource name that patient."
        ),
        (
            "the record holds {count} patients; exactly one can be reviewed",
            "another patient in this patient's record: not used",
            "this belongs to someone else than the patient and is not used",
            "this record was merged into another one",
        ),
    ),
    Kind(
        "no-subject",
        say("Let `subject` (or `patient`) of the resource refer to the patient."),
        ("no patient is named: this is not used", "no patient is named; taken as the only patient of the record"),
    ),
    Kind(
        "copies",
        say("Send each resource once, or with `meta.versionId` or `meta.lastUpdated` so that the newest is known."),
        (
            "two different copies of this resource; the fuller one is used",
            "two different copies of this resource and no version to tell which holds: neither is used",
        ),
    ),
    Kind(
        "person",
        say("Send gender and the full birth date: eGFR and the dose limits need age and sex."),
        (
            "the sex is not given as female or male",
            "the day of birth is not known",
            "born after the day of this review",
            "results dated before the birth of the patient are not used",
            "the patient has died: what is still recorded as active is not",
        ),
    ),
    Kind(
        "status",
        say("Send the real status; only final, amended and corrected results and known orders are used."),
        (
            "the status is not final: not used",
            "preliminary: shown here, not used",
            "the status is not known: this is not used",
            "active but abated: taken as over",
        ),
    ),
    Kind(
        "date",
        say("Send the time of measurement, order or administration at least to the day, as 2025-03-14."),
        (
            "no time is given: this is not used",
            "{count} results are dated after the day of this review and not used",
            "this is not a date or time: the resource is not used",
            "this is not a date or time",
            "the day is not known: this is not used",
            "no time of measurement; the time of issue is used",
            "the day on which this began is not known",
            "this has ended, on a day that is not known",
        ),
    ),
    Kind(
        "code-not-mapped",
        say("Write the local code into the site's code map; `lnfhir codemap suggest` proposes the entries."),
        (
            "the test {name} is not mapped; it may be {proposal}",
            "the test {name} is understood by its name, as {proposal}; an entry in the code map makes it certain",
            "the test {name} has no code; by its name it is {proposal}",
            "a test has a local code that is not mapped",
            "the drug {name} is not recognised; it may be {proposal}",
            "the drug {name} is understood by its name, as {proposal}; an entry in the code map makes it certain",
            "a drug has no public code and a name that is not known here",
        ),
    ),
    Kind(
        "code-conflict",
        say(
            "Let the code, the display and the text of one concept name the same thing; correct the one that is wrong."
        ),
        (
            "the code and the text name different tests",
            "its codes or texts name different tests",
            "the code and the text name different drugs",
            "its texts name different drugs",
            "the text names alternatives: which drug is meant is not known",
            "the code and the text say different things",
            "its texts say different things",
            "the site's code map and the code or text name different tests",
            "the site's code map and the code or text name different drugs",
            "the site's code map gives it two meanings",
        ),
    ),
    Kind(
        "other-test",
        say("This code is close to one that is used but measures something else; check which test is meant."),
        (
            "the code is the inverse ratio, creatinine to protein",
            "creatinine before or after dialysis says nothing about kidney function",
            "urine protein of a collection shorter than 24 hours",
            "the code is another antibody, not anti-dsDNA",
            "{count} race-specific eGFR results are not used",
        ),
    ),
    Kind(
        "unit",
        say("Send the unit the number is in, as UCUM; for values sent without one the code map can name it."),
        (
            "no unit",
            "a unit that is not known for {analyte}",
            "the unit is longer than any unit",
            "the unit text and the unit code disagree",
            "a clearance in mL/min that is not per 1.73 m²",
            "the value is written with another unit than the one sent with it",
        ),
    ),
    Kind(
        "implausible",
        say("Check the unit: the number is not possible in it. It is often wrong by a factor of 10 or 1000."),
        ("{value} {unit} is not a plausible {analyte}; the unit may be wrong",),
    ),
    Kind(
        "value",
        say("Send a number in `valueQuantity`; send a qualitative answer as a SNOMED CT or LOINC answer code."),
        (
            "no readable value",
            "no value was given",
            "not a number",
            "neither a number nor a clear positive or negative",
            "the class of the biopsy is not readable",
            "the text of the report is not readable",
        ),
    ),
    Kind(
        "drug-unknown",
        say("Code the drug in RxNorm, ATC or SNOMED CT, or send its name; resolve references to Medication."),
        ("the drug cannot be told: this is not used",),
    ),
    Kind(
        "dose",
        say("Send `doseAndRate.doseQuantity` in mg, or in tablets of a drug whose strength is known."),
        (
            "no dosage is given",
            "no dose is given",
            "the dose is a range",
            "the dose is not a readable number",
            "the dose has no unit",
            "the unit of the dose is not understood",
            "tablets of unknown strength",
            "a volume of unknown strength",
            "several doses that differ",
            "the dose is ordered by body size",
            "the dose is that of another ingredient",
            "several doses that cannot be added up",
            "several doses, and not when each holds",
            "the administration was stopped",
            "given over several days",
            "to be taken as needed",
        ),
    ),
    Kind(
        "frequency",
        say("Send `timing.repeat` with frequency, period and periodUnit, and nothing that contradicts it."),
        (
            "how often is not given",
            "how often is given without a period",
            "the frequency is a range",
            "the frequency and its code contradict each other",
            "the codes of the frequency contradict each other",
            "the frequency and the times of day contradict each other",
            "the frequency and the days of the week contradict each other",
            "the period of the frequency is not readable",
            "the period of the dosage is not readable",
            "the period of the dosage ends before it begins",
            "the duration of the dosage is not readable",
        ),
    ),
    Kind(
        "sig-text",
        say("Structure the dosage: the text alone is not clear, or says something else than the structure."),
        (
            "the text of the dosage is not clear",
            "the text describes a changing dose",
            "the text and the structure of the dosage contradict each other",
        ),
    ),
    Kind(
        "dose-not-computable",
        say(
            "Look at the order's dosage: `lnfhir validate --explain dose` and `frequency` say what a daily dose needs."
        ),
        ("no daily dose of {drug}: {why}",),
    ),
    Kind(
        "need-not-covered",
        say("Grant the client access to this search, or send all of it; until then its absence is unknown, not no."),
        ("{need}: the record does not cover it completely ({coverage})",),
    ),
    Kind(
        "no-patient",
        say("Add a Patient resource, or let every resource name its patient."),
        ("no patient is named anywhere: the rules cannot be tried",),
    ),
    Kind(
        "rule-not-fed",
        say("Supply the missing datum: with it the rule can be decided for this patient."),
        ("{rule} cannot be decided: {missing}",),
    ),
    Kind(
        "address",
        say("Check the address and whether it answers without a token; `lnfhir fetch` sends one."),
        ("the address cannot be read: {why}",),
    ),
)
