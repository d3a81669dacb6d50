"""The store as the service uses it: ledger, feedback, quiet, tokens, audit, on both databases."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import pytest
import structlog
from fhir.resources.R4B.auditevent import AuditEvent
from sqlalchemy import text

from cds_hooks.feedback import Feedback
from cds_hooks.store.audit_event import audit_events
from cds_hooks.store.database import Database
from cds_hooks.store.report import FeedbackReport, feedback_report
from cds_hooks.store.settings import QuietDays, QuietSettings, StoreSettings
from cds_hooks.store.store import Store
from cds_hooks.told import Advice, AuditRecord, Caller, Told

T = TypeVar("T")

SERVICE = "ln-patient-view"
INSTANCE = "d1577c69-dfbe-44ad-ba6d-3e05e953b2ea"
CARDS = [f"00000000-0000-4000-8000-00000000000{number}" for number in range(9)]
EHR = Caller("https://ehr.example", "ward")
NOW = datetime(2026, 3, 14, 9, 0, tzinfo=UTC)
CONTRAINDICATED = ("http://terminology.hl7.org/CodeSystem/non-adherence-reason-codes|patient-contraindication",)
LATER = ("https://lnfhir.org/fhir/CodeSystem/override-reason|will-do-later",)


class Clock:
    """A time of day that is set."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    """A clock."""
    return Clock()


@pytest.fixture
def during(settings: StoreSettings, clock: Clock) -> Callable[..., Any]:
    """Runs something while a store is open; what was deferred is written afterwards."""

    def run(work: Callable[[Store], Awaitable[T]], **changes: Any) -> T:
        async def go() -> T:
            quiet = changes.get("quiet", QuietSettings())
            async with Store(changes.get("settings", settings), quiet, clock) as store:
                while store.trouble:
                    await asyncio.sleep(0.01)
                return await work(store)

        return asyncio.run(go())

    return run


@pytest.fixture
def raw(place: str | Path) -> Iterator[Callable[[str], list[Any]]]:
    """Asks the database itself."""
    opened = Database(place)

    def ask(question: str) -> list[Any]:
        with opened.reading() as connection:
            return [tuple(row) for row in connection.execute(text(question))]

    yield ask
    opened.close()


@pytest.fixture
def report(place: str | Path) -> Iterator[Callable[[], FeedbackReport]]:
    """The feedback report."""
    opened = Database(place)

    def ask() -> FeedbackReport:
        with opened.reading() as connection:
            return feedback_report(connection)

    yield ask
    opened.close()


def told(card: str = CARDS[0], rule: str = "hcq-missing", **changes: Any) -> Told:
    """A call with one card."""
    advice = Advice(card, rule, changes.pop("indicator", "info"), changes.pop("outcome", "advise"))
    usual: dict[str, Any] = {
        "service": SERVICE,
        "hook_instance": INSTANCE,
        "patient_id": "canary-patient",
        "user_id": "Practitioner/canary-user",
        "fhir_server": "https://ehr.example/fhir",
        "advice": (advice,),
    }
    return Told(**{**usual, **changes})


def override(card: str = CARDS[0], reasons: tuple[str, ...] = (), at: datetime = NOW, comment: str = "") -> Feedback:
    """An override."""
    return Feedback(card, "overridden", at, (), reasons, comment)


def acceptance(card: str = CARDS[0], at: datetime = NOW) -> Feedback:
    """An acceptance."""
    return Feedback(card, "accepted", at, (CARDS[8],))


def noting(*calls: Told, caller: Caller = EHR, status: int = 200) -> Callable[[Store], Awaitable[None]]:
    """Notes calls."""

    async def note(store: Store) -> None:
        for one in calls:
            store.note(AuditRecord("call", SERVICE, caller, status, 12.5, told=one))

    return note


def receiving(*found: Feedback, caller: Caller = EHR) -> Callable[[Store], Awaitable[bool]]:
    """Sends feedback."""

    async def receive(store: Store) -> bool:
        return await store.receive(SERVICE, caller, found)

    return receive


def asking(patient: str = "canary-patient", caller: Caller = EHR, service: str = SERVICE) -> Any:
    """Asks what is quiet."""

    async def ask(store: Store) -> Any:
        return dict(await store.quiet(service, patient, caller, "https://ehr.example/fhir"))

    return ask


def test_the_ledger_has_the_cards_and_no_name_of_a_person(during: Any, raw: Any) -> None:
    during(noting(told()))
    assert raw("SELECT card, rule, indicator, outcome, issuer, tenant, shown_at, times FROM card") == [
        (CARDS[0], "hcq-missing", "info", "advise", EHR.issuer, EHR.tenant, "2026-03-14T09:00:00.000000Z", 1)
    ]
    for table in ("card", "audit"):
        assert "canary" not in repr(raw(f"SELECT * FROM {table}"))
    [(patient,)] = raw("SELECT patient FROM card")
    assert len(patient) == 64


def test_a_patient_has_one_hash_in_one_organisation_and_another_in_the_next(during: Any, raw: Any) -> None:
    during(noting(told(CARDS[0]), told(CARDS[1])))
    during(noting(told(CARDS[2]), caller=Caller(EHR.issuer, "other")))
    during(noting(told(CARDS[3]), told(CARDS[4], fhir_server="https://b.example"), caller=Caller()))
    hashes = [patient for (patient,) in raw("SELECT patient FROM card ORDER BY card")]
    assert hashes[0] == hashes[1]
    assert len(set(hashes)) == 4


def test_a_call_that_is_repeated_has_its_cards_once(during: Any, raw: Any) -> None:
    during(noting(told(), told(), told(silent=True)))
    [(times, silent)] = raw("SELECT times, silent FROM card")
    assert (times, bool(silent)) == (3, False)


def test_a_card_that_two_patients_claim_is_nobodys(during: Any, raw: Any) -> None:
    during(noting(told(), told(patient_id="another")))
    assert raw("SELECT patient FROM card") == [("",)]
    during(receiving(override(reasons=LATER)))
    assert during(asking()) == {}
    assert during(asking("another")) == {}


def test_feedback_is_one_row_for_a_card_an_outcome_and_a_time(during: Any, raw: Any) -> None:
    assert during(receiving(override(), override(), override(at=NOW + timedelta(seconds=1)), acceptance()))
    assert during(receiving(override(reasons=("s|c",))))
    assert raw("SELECT outcome, reasons, times FROM feedback ORDER BY outcome, at") == [
        ("accepted", "[]", 1),
        ("overridden", '["s|c"]', 2),
        ("overridden", "[]", 1),
    ]
    assert raw("SELECT card, suggestion FROM accepted_suggestion") == [(CARDS[0], CARDS[8])]


def test_a_comment_is_kept_only_where_the_site_wants_it(during: Any, raw: Any, settings: StoreSettings) -> None:
    import msgspec

    during(receiving(override(comment="canary")))
    assert raw("SELECT comment FROM feedback") == [("",)]
    during(receiving(override(comment="canary")), settings=msgspec.structs.replace(settings, user_comments=True))
    assert raw("SELECT comment FROM feedback") == [("canary",)]


def test_the_report_adds_up(during: Any, report: Any) -> None:
    calls = [told(card) for card in CARDS[:5]]
    during(noting(*calls, told(CARDS[5], "bone", silent=True), told(CARDS[6], "bone", outcome="quieted")))
    during(
        receiving(
            acceptance(CARDS[0]),
            override(CARDS[0], at=NOW + timedelta(minutes=1)),
            acceptance(CARDS[1]),
            override(CARDS[2], LATER),
            override(CARDS[2], (*LATER, "s|c"), at=NOW + timedelta(seconds=9)),
            override(CARDS[3], at=NOW + timedelta(days=400)),
            override(CARDS[7]),
        )
    )
    found = report()
    bone, hcq = found.lines
    assert (bone.rule, bone.month, bone.shown, bone.quieted) == ("bone", "2026-03", 0, 1)
    assert (hcq.shown, hcq.accepted, hcq.overridden, hcq.unanswered, hcq.dismissed) == (5, 2, 2, 1, 1)
    assert hcq.reasons == {LATER[0]: 1, "s|c": 1}
    assert (found.silent, found.unknown_cards, found.ahead) == (1, 1, 1)


def test_feedback_of_another_client_on_a_card_is_of_an_unknown_card(during: Any, report: Any) -> None:
    during(noting(told()))
    during(receiving(override(reasons=LATER), caller=Caller("https://other.example")))
    assert report().lines[0].overridden == 0
    assert report().unknown_cards == 1
    assert during(asking()) == {}


def test_an_unknown_card_is_counted_and_logged_without_its_name(during: Any) -> None:
    async def work(store: Store) -> int:
        assert await receiving(override(CARDS[0]), override(CARDS[1]))(store)
        return store.figures["unknown_cards"]

    with structlog.testing.capture_logs() as lines:
        assert during(work) == 2
    assert ("feedback-of-unknown-cards", 2) in [(line["event"], line.get("number")) for line in lines]
    assert CARDS[0] not in repr(lines)


@pytest.mark.parametrize(("reasons", "days"), [(CONTRAINDICATED, 90), (LATER, 7), ((*LATER, *CONTRAINDICATED), 90)])
def test_a_reason_quiets_its_rule_for_its_patient_for_a_while(
    during: Any, clock: Clock, reasons: tuple[str, ...], days: int
) -> None:
    during(noting(told()))
    assert during(asking()) == {}
    # The client's clock is a year ahead; that does not lengthen the quiet.
    during(receiving(override(reasons=reasons, at=NOW + timedelta(days=365))))
    clock.now = NOW + timedelta(days=days, seconds=-1)
    quiet = during(asking())
    assert list(quiet) == ["hcq-missing"]
    assert quiet["hcq-missing"].until == (NOW + timedelta(days=days)).astimezone().date()
    assert quiet["hcq-missing"].indicator == "info"
    assert during(asking("another")) == {}
    assert during(asking(service="ln-order-sign")) == {}
    clock.now = NOW + timedelta(days=days, seconds=1)
    assert during(asking()) == {}


def test_other_reasons_and_acceptance_quiet_nothing(during: Any) -> None:
    during(noting(told(), told(CARDS[1], "nsaid"), told(CARDS[2], "data-needed"), told(CARDS[3], "refractory")))
    during(receiving(override(reasons=("s|too-costly",)), acceptance(), override(CARDS[1], CONTRAINDICATED)))
    during(receiving(override(CARDS[2], CONTRAINDICATED), override(CARDS[3], LATER)))
    assert during(asking()) == {}
    during(receiving(override(CARDS[2], LATER)))
    assert list(during(asking())) == ["data-needed"]


def test_a_site_sets_the_days_for_a_family_and_its_own_reasons(during: Any, clock: Clock) -> None:
    quiet = QuietSettings(later=30, families={"hcq": QuietDays(later=0)}, reasons={"urn:oid:1.2|9": "later"})
    during(noting(told(), told(CARDS[1], "bone")))
    found = receiving(override(reasons=LATER), override(CARDS[1], ("urn:oid:1.2|9",)))
    during(found, quiet=quiet)
    clock.now = NOW + timedelta(days=29)
    assert list(during(asking(), quiet=quiet)) == ["bone"]


def test_a_token_is_used_once_by_all_processes_and_forgotten_at_its_end(during: Any, clock: Clock, raw: Any) -> None:
    def use(jti: str) -> Callable[[Store], Awaitable[bool | None]]:
        return lambda store: store.first_use("https://ehr.example", jti, 60)

    assert [during(use("canary")), during(use("canary")), during(use("two"))] == [True, False, True]
    assert "canary" not in repr(raw("SELECT * FROM token"))

    async def at_once(store: Store) -> list[bool | None]:
        return list(await asyncio.gather(*(use("three")(store) for _ in range(10))))

    assert sorted(during(at_once), key=str) == [False] * 9 + [True]
    clock.now = NOW + timedelta(hours=1)
    assert during(use("canary")) is True
    assert raw("SELECT count(*) FROM token") == [(1,)]


def test_the_audit_is_valid_fhir_and_names_nobody(during: Any, place: str | Path) -> None:
    during(noting(told()))
    during(noting(told(advice=(), user_id="", patient_id=""), status=400, caller=Caller()))
    during(noting(told(), status=500))
    opened = Database(place)
    with opened.reading() as connection:
        lines = list(audit_events(connection))
        assert list(audit_events(connection, NOW + timedelta(seconds=1))) == []
    opened.close()
    events = [json.loads(line) for line in lines]
    for event in events:
        AuditEvent.model_validate(event)
        assert "canary" not in repr(event)
    assert [event["outcome"] for event in events] == ["0", "4", "8"]
    assert events[0]["agent"][1]["who"]["identifier"] == {"system": "https://ehr.example", "value": "ward"}
    assert {"type": "rule", "valueString": "hcq-missing"} in events[0]["entity"][-1]["detail"]
    assert events[0]["entity"][1]["what"]["identifier"]["value"] == INSTANCE
