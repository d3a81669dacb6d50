"""Bodies that are no JSON, or no call of CDS Hooks: numbers 23 to 36 and 57 to 72."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from tests.faults.bad_inputs.case import CANARY, FEEDBACK, GOOD, SELECT, VIEW, Answered, Case, Json
from tests.hook_calls import INSTANCE, OUTCOME, authorized, body, bundle, call, patient, with_context

TEXT = GOOD.decode()
LIMIT = 200_000
"""The size that the service of these tests takes."""


def replaced(old: str, new: str) -> bytes:
    """A good call with a piece of its text replaced."""
    assert old in TEXT
    return TEXT.replace(old, new, 1).encode("utf-8", "surrogatepass")


def nested(depth: int, opening: str = "[", closing: str = "]") -> bytes:
    """A good call with an unknown member this deep."""
    return replaced("{", '{"x": ' + opening * depth + "1" + closing * depth + ", ")


INSTANCES: tuple[Any, ...] = (
    "",
    CANARY,
    f"urn:uuid:{INSTANCE}",
    f"{{{INSTANCE}}}",
    INSTANCE + "\n",
    7,
    None,
    [INSTANCE],
)
PATIENT_IDS: tuple[Any, ...] = (
    *("", "Patient/1", "a?b", "a/b", "../p1", "p1\n", "p1 ", "ä", "p" * 65, "p" * 200),
    *(1, None, {}, ["p1"]),
)
EXTENSIONS: tuple[Any, ...] = ([], "x", 7, None, {"com.example": {"a": [CANARY]}})
PREFETCHES: tuple[Any, ...] = ([], "", 0, False)


def json_cases() -> Iterator[Case]:
    """23 to 36: all refused, none opened further than needed."""
    yield Case(23, "empty", 400, b"")
    yield Case(23, "blank", 400, b" \r\n ")
    yield Case(24, "cut off", 400, GOOD[:-10])
    yield Case(24, "cut off in a string", 400, GOOD[: TEXT.index("patient-view") + 4])
    for top in (b"[]", b'"%s"' % CANARY.encode(), b"17", b"true", b"null"):
        yield Case(25, top.decode()[:6], 400, top)
    yield Case(26, "65 deep", 400, nested(65), says="64 levels")
    yield Case(26, "100 000 deep", 413, b'{"x": ' + b"[" * 100_000 + b"]" * 100_001)
    yield Case(26, "90 000 arrays deep", 400, b'{"x": ' + b"[" * 90_000 + b"]" * 90_000 + b"}", says="64 levels")
    yield Case(26, "objects deep", 400, nested(9000, '{"a": ', "}"), says="64 levels")
    yield Case(26, "opened and never closed", 400, b"[" * 90_000)
    yield Case(26, "63 deep is taken", 200, nested(62))
    for number in ("NaN", "Infinity", "-Infinity", "0x10", "1.", ".5", "+1", "01"):
        yield Case(27, number, 400, replaced("{", '{"extension": {"a": ' + number + "}, "))
    yield Case(27, "1e400 where a number is read", 200, lifetime("1e400"))
    digits = "9" * 5000
    yield Case(28, "5 000 digits for a text", 400, replaced(f'"{INSTANCE}"', digits), says="hookInstance")
    yield Case(28, "5 000 digits where a number is read", 200, lifetime(digits))
    yield Case(29, "byte order mark", 400, b"\xef\xbb\xbf" + GOOD)
    yield Case(29, "UTF-16", 400, TEXT.encode("utf-16"))
    yield Case(29, "UTF-16 without mark", 400, TEXT.encode("utf-16-le"))
    yield Case(29, "UTF-32", 400, TEXT.encode("utf-32-be"))
    yield Case(29, "invalid UTF-8", 400, GOOD.replace(b"dr", b"d\xff"))
    yield Case(29, "overlong slash", 400, GOOD.replace(b"dr", b"d\xc0\xaf"))
    yield Case(30, "raw lone surrogate", 400, replaced("dr", "d\ud800"))
    yield Case(30, "escaped lone surrogate", 400, replaced("Practitioner/dr", r"Practitioner/\ud800"))
    yield Case(31, "raw NUL", 400, replaced("dr", "d\0"))
    yield Case(31, "escaped NUL in an id", 400, replaced('"p1"', r'"p1\u0000"'), says="context.patientId")
    yield Case(31, "escaped NUL in a record", 200, body(call(prefetch={"patient": patient(name=[{"text": "A\0B"}])})))
    yield Case(32, "patientId twice", 400, replaced('"patientId"', f'"patientId": "{CANARY}", "patientId"'))
    yield Case(32, "hook twice, once escaped", 400, replaced('"hook"', r'"\u0068ook": "x", "hook"'))
    yield Case(32, "prefetch twice", 400, replaced('"prefetch"', '"prefetch": {}, "prefetch"'))
    yield Case(33, "trailing text", 400, GOOD + CANARY.encode())
    yield Case(33, "second document", 400, GOOD + GOOD)
    yield Case(33, "comment", 400, replaced("{", "{/* " + CANARY + " */"))
    yield Case(33, "single quotes", 400, TEXT.replace('"', "'").encode())
    yield Case(33, "trailing comma", 400, TEXT.replace("}}}", "},}}").encode())
    yield Case(34, "one long string", 413, body(call(extension={"a": CANARY * 50_000})))
    yield Case(34, "a long string within the size", 400, replaced('"p1"', json.dumps("p" * 150_000)))
    yield Case(34, "many keys", 413, body({str(n): 0 for n in range(40_000)}))
    yield Case(34, "many keys within the size", 200, body({**patient_call(), **{f"x{n}": 0 for n in range(15_000)}}))
    yield Case(34, "long array", 413, body(call(context=list(range(100_000)))))
    yield Case(34, "long array within the size", 400, body(call(context=[0] * 50_000)), says="context")
    for key in ("__proto__", "constructor", "__class__", "prototype"):
        yield Case(35, key, 200, body({key: {"polluted": CANARY}, **patient_call()}))
        yield Case(35, f"{key} in the context", 200, body({**patient_call(), "context": context(**{key: CANARY})}))
    yield Case(36, "keys alike", 413, body({"Ez" * n + "FY" * (200 - n): 0 for n in range(200)} | filler()))
    yield Case(36, "keys alike within the size", 200, body({**patient_call(), **{"Ez" * n: 0 for n in range(1, 300)}}))


def filler() -> Json:
    """Enough to be too large."""
    return {f"k{n:08}": n for n in range(12_000)}


def patient_call(**changes: Any) -> Json:
    """A good call."""
    return call(prefetch={"patient": patient()}, **changes)


def context(**changes: Any) -> Json:
    """A context with a change."""
    return {"userId": "Practitioner/dr", "patientId": "p1", **changes}


def lifetime(digits: str) -> bytes:
    """A good call whose access lasts this many seconds."""
    sent = {**authorized(expires_in=17), "prefetch": {"patient": patient()}}
    return json.dumps(sent).replace(": 17", f": {digits}").encode()


def service_cases() -> Iterator[Case]:
    """57 to 68 and 70 to 72: the envelope of a call."""
    yield Case(57, "hook of another service", 400, body(patient_call(hook="order-sign")), says='"hook"')
    yield Case(58, "no hookInstance", 400, body(patient_call(hookInstance=...)), says="hookInstance")
    for value in INSTANCES:
        yield Case(58, f"hookInstance {value!r:.12}", 400, body(patient_call(hookInstance=value)), says="hookInstance")
    yield Case(59, "no context", 400, body(patient_call(context=...)), says="context")
    yield Case(59, "null context", 400, body(patient_call(context=None)), says="context")
    for value in PATIENT_IDS:
        yield Case(
            59,
            f"patientId {value!r:.12} of {len(repr(value))}",
            400,
            body(with_context(patientId=value)),
            says="context.patientId",
        )
    yield Case(59, "no patientId", 400, body(with_context(patientId=...)), says="context.patientId")
    for user in (
        "Device/1",
        "Practitioner",
        "Practitioner/",
        "Practitioner/a/b",
        f"https://x/Practitioner/{CANARY}",
        "",
    ):
        yield Case(60, f"userId {user:.20}", 400, body(with_context(userId=user)), says="context.userId")
    yield Case(60, "no userId", 400, body(with_context(userId=...)), says="context.userId")
    other = {**authorized(patient="p2"), "prefetch": {"patient": patient()}}
    yield Case(61, "access for another patient", 400, body(other), says="fhirAuthorization.patient")
    wrong = call(prefetch={"patient": patient("p2")})
    yield Case(62, "another patient", 400, body(wrong), says="prefetch.patient.id")
    both = call(prefetch={"patient": bundle(patient(), patient("p2"))})
    yield Case(62, "another patient beside ours", 400, body(both), says="prefetch.patient.id")
    homeless = {k: v for k, v in authorized().items() if k != "fhirServer"}
    yield Case(63, "access to nowhere", 400, body(homeless), says="fhirServer")
    for server in (
        "",
        "ehr",
        "ftp://ehr.example/fhir",
        "//ehr.example",
        "javascript:alert(1)",
        f"https://u@{CANARY}/x",
    ):
        yield Case(63, f"server {server:.12}", 400, body({**authorized(), "fhirServer": server}), says="fhirServer")
    unusable: tuple[Json, ...] = (
        {"token_type": "MAC"},
        {"token_type": "bearer "},
        {"expires_in": 0},
        {"expires_in": -5},
        {"expires_in": "300"},
        {"expires_in": ...},
        {"token_type": ...},
    )
    for change in unusable:
        known = {**authorized(**change), "prefetch": {"patient": patient()}}
        name = repr(change)[1:24]
        yield Case(64, f"{name} beside a prefetch", 200, body(known))
        yield Case(64, f"{name} alone", 412, body(authorized(**change)), says="prefetch.patient")
    yield Case(64, "empty token", 400, body(authorized(access_token="")), says="fhirAuthorization.access_token")
    yield Case(64, "empty scope", 200, body({**authorized(scope=""), "prefetch": {"patient": patient()}}))
    yield from prefetch_cases()
    yield from order_cases()
    for extension in EXTENSIONS:
        yield Case(68, f"extension {extension!r:.8}", 200, body(patient_call(extension=extension, surprise=CANARY)))
    yield Case(70, "discovery with a query", 200, b"", f"/cds-services?x=%00&hook={CANARY}&id[]=1", "GET")
    for hook in ("Patient-View", "PATIENT-VIEW", "patient-view ", "patientview", "patient_view"):
        yield Case(71, hook, 400, body(patient_call(hook=hook)), says='"hook"')


def prefetch_cases() -> Iterator[Case]:
    """65 and 66: the shapes of a prefetch."""
    yield Case(65, "no prefetch", 412, body(call()), says="prefetch.patient")
    yield Case(65, "null prefetch", 412, body(call(prefetch=None)), says="prefetch.patient")
    yield Case(65, "empty prefetch", 412, body(call(prefetch={})), says="prefetch.patient")
    for shape in PREFETCHES:
        yield Case(65, f"prefetch {shape!r}", 400, body(call(prefetch=shape)), says='"prefetch"')
    for value, status in ((None, 412), ([], 412), ("", 412), ({}, 412), (OUTCOME, 412), (bundle(), 412), (7, 412)):
        yield Case(
            65, f"patient {value!r:.20}", status, body(call(prefetch={"patient": value})), says="prefetch.patient"
        )
    onward = {
        "resourceType": "Bundle",
        "type": "searchset",
        "link": [{"relation": "next", "url": "https://e.example/2"}],
    }
    states: Json = {"none": None, "array": [], "text": "", "object": {}, "outcome": OUTCOME, "only a next page": onward}
    for name, state in states.items():
        sent = call(prefetch={"patient": patient(), "conditions": state})
        yield Case(65, f"conditions {name}", 200, body(sent), also=covers("conditions", COVERAGE[name]))
    many = {f"unasked{n}": [CANARY] for n in range(5000)}
    yield Case(66, "keys never asked for", 200, body(call(prefetch={"patient": patient(), **many})))
    entries = b",".join([b"{}"] * 20_000)
    flood = TEXT.replace('"prefetch": {', '"prefetch": {"conditions": {"resourceType": "Bundle", "entry": [@]}, ', 1)
    yield Case(66, "20 000 entries", 200, flood.encode().replace(b"@", entries))


COVERAGE = {
    "none": "complete",
    "array": "failed",
    "text": "failed",
    "object": "failed",
    "outcome": "failed",
    "only a next page": "partial",
}


def covers(need: str, coverage: str) -> Any:
    """The answer knows how far a need was searched."""

    def also(answered: Answered) -> None:
        assert answered.json()["extension"]["org.lnfhir.assessment"]["coverage"][need] == coverage

    return also


def no_cards(answered: Answered) -> None:
    """There is nothing to say about orders that hold nothing of ours."""
    assert answered.json()["cards"] == []


def order_cases() -> Iterator[Case]:
    """67: draft orders that are empty, strange, or not what was selected."""

    def ordering(drafts: Any, selections: Any = ()) -> bytes:
        sent = call(hook="order-select", prefetch={"patient": patient()})
        sent["context"] = {**sent["context"], "draftOrders": drafts, "selections": selections}
        return body(sent)

    strange = {"resourceType": "Nonsense", "id": "x", "code": CANARY}
    yield Case(67, "no orders", 200, ordering(bundle()), SELECT, also=no_cards)
    yield Case(67, "unknown types", 200, ordering(bundle(strange)), SELECT, also=no_cards)
    yield Case(67, "selections elsewhere", 200, ordering(bundle(), ["MedicationRequest/none"]), SELECT, also=no_cards)
    yield Case(67, "no Bundle", 400, ordering([]), SELECT, says="context.draftOrders")
    yield Case(67, "selections no array", 400, ordering(bundle(), "MedicationRequest/1"), SELECT, says="selections")
    yield Case(67, "selections of numbers", 400, ordering(bundle(), [1]), SELECT, says="selections")
    yield Case(67, "selections null", 400, ordering(bundle(), None), SELECT, says="selections")
    yield Case(67, "entries no objects", 200, ordering({"resourceType": "Bundle", "entry": [1, None, "x"]}), SELECT)


UUID = "0e3a8f1c-6a1f-4b7e-9a52-1f0f7e2c9b10"


def feedback_cases() -> Iterator[Case]:
    """69: feedback about cards nobody knows, contradictory, endless or hostile."""

    def about(*items: Json) -> bytes:
        usual = {"card": UUID, "outcome": "overridden", "outcomeTimestamp": "2024-07-16T09:26:53Z"}
        return body({"feedback": [{k: v for k, v in {**usual, **item}.items() if v is not ...} for item in items]})

    yield Case(69, "unknown card", 200, about({}), FEEDBACK)
    yield Case(69, "other outcome", 400, about({"outcome": CANARY}), FEEDBACK, says="outcome")
    yield Case(69, "accepted without suggestions", 400, about({"outcome": "accepted"}), FEEDBACK, says="acceptedSugg")
    yield Case(69, "10 000 items", 413, about(*({} for _ in range(10_000))), FEEDBACK)
    yield Case(69, "1 001 items", 200, about(*({} for _ in range(1001))), FEEDBACK)
    yield Case(69, "time to come", 200, about({"outcomeTimestamp": "2999-01-01T00:00:00Z"}), FEEDBACK)
    yield Case(69, "no time", 400, about({"outcomeTimestamp": CANARY}), FEEDBACK, says="outcomeTimestamp")
    hostile = {"overrideReason": {"userComment": f"<script>{CANARY}</script>"}}
    yield Case(69, "comment with a script", 200, about(hostile), FEEDBACK)
    yield Case(69, "endless comment", 413, about({"overrideReason": {"userComment": CANARY * 100_000}}), FEEDBACK)
    yield Case(69, "card no uuid", 400, about({"card": CANARY}), FEEDBACK, says="card")
    yield Case(69, "no feedback", 400, b"{}", FEEDBACK, says="feedback")
    yield Case(69, "feedback for no service", 404, about({}), f"/cds-services/{CANARY}/feedback")


CASES = (*json_cases(), *service_cases(), *feedback_cases())
PRODUCTION = (
    Case(72, "FHIR server without TLS", 400, body({**authorized(), "fhirServer": "http://ehr.example/fhir"}), VIEW),
    Case(
        72, "FHIR server without TLS, in capitals", 400, body({**authorized(), "fhirServer": "HTTP://e.example"}), VIEW
    ),
)
