"""Only known clients are let in, once per token, for the address they name; everyone else learns nothing."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cds_hooks.config import Client, Settings
from cds_hooks.security import Gate, Refused
from tests.unit.cds_hooks.signing import (
    ISSUER,
    NOW,
    P256,
    SERVICE,
    claims,
    ec_jwk,
    ec_key,
    header,
    packed,
    rsa_jwk,
    token,
)

KEY_SET = {"keys": [ec_jwk(), rsa_jwk(), ec_jwk("small", ec_key(P256))]}
PATH = "/cds-services"


@pytest.fixture
def gate(tmp_path: Path) -> Callable[..., Gate]:
    """A gate for one client whose keys are in a file."""
    path = tmp_path / "keys.json"
    path.write_text(json.dumps(KEY_SET))

    def build(client: dict[str, Any] | None = None, now: float = NOW, **settings: Any) -> Gate:
        trusted = Client(issuer=ISSUER, jwks_file=str(path), **(client or {}))
        return Gate(Settings(base_url=SERVICE, clients=(trusted,), **settings), now=lambda: now)

    return build


def admitted(gate: Gate, *headers: str, path: str = PATH) -> Client | Refused:
    """What the gate says to these Authorization headers."""
    return asyncio.run(gate.admit(headers, path, None))


def judged(gate: Gate, text: str, path: str = PATH) -> Refused | None:
    """Why a token is refused, None when it is not."""
    result = admitted(gate, f"Bearer {text}", path=path)
    return result if isinstance(result, Refused) else None


@pytest.mark.parametrize("algorithm", ["ES384", "RS384"])
def test_a_known_client_is_let_in(gate: Callable[..., Gate], algorithm: str) -> None:
    result = admitted(gate(), f"Bearer {token(header(algorithm))}")
    assert isinstance(result, Client)
    assert result.issuer == ISSUER


@pytest.mark.parametrize(
    "changes",
    [
        {"aud": [SERVICE + PATH, "https://other.example"]},
        {"sub": "someone", "nbf": NOW - 300, "unheard": {"of": 1}},
        {"tenant": "ward"},
        {"exp": int(NOW) + 300, "iat": int(NOW)},
        {"exp": NOW - 59, "iat": NOW - 300},
        {"iat": NOW + 59, "exp": NOW + 300},
    ],
)
def test_what_the_standard_allows_is_let_in(gate: Callable[..., Gate], changes: dict[str, Any]) -> None:
    assert judged(gate(), token(body=claims(**changes))) is None


def test_the_token_of_a_client_in_use_is_let_in(gate: Callable[..., Gate]) -> None:
    """Epic's: RS384, good from five minutes ago for a quarter of an hour, with `sub`, for an address typed by hand."""
    typed = f"{SERVICE}{PATH}/"
    body = claims(aud=typed, sub="client-id", nbf=NOW - 300, exp=NOW + 900)
    keys = "https://ehr.example/jwks"
    by_hand = gate({"audiences": (typed,)})
    assert judged(by_hand, token(header("RS384"), body)) is None
    assert judged(by_hand, token(header("RS384"), {**body, "jti": "two", "exp": NOW + 901})) is Refused.TIME
    assert judged(by_hand, token(header("RS384", jku=keys), {**body, "jti": "three"})) is Refused.HEADER


def test_a_header_may_hold_more_than_was_agreed(gate: Callable[..., Gate]) -> None:
    assert judged(gate(), token(header(unheard="x"))) is None


@pytest.mark.parametrize(
    "headers", [(), ("",), ("Bearer",), ("Bearer  ",), ("Basic YTpi",), (f"Bearer {token()}", f"Bearer {token()}")]
)
def test_without_one_token_there_is_no_entry(gate: Callable[..., Gate], headers: tuple[str, ...]) -> None:
    assert admitted(gate(), *headers) is Refused.NO_TOKEN


@pytest.mark.parametrize(
    "text",
    [
        "x",
        "a.b",
        "a.b.c.d",
        token() + ".x",
        token().replace(".", "!.", 1),
        f"{packed(b'[]')}.{packed(b'{}')}.x",
        f"{packed(b'{')}.{packed(b'{}')}.x",
        token(header(kid=...)),
        token(header(typ=...)),
        token(header(kid=7)),
        token(body=claims(iss=...)),
        token(body=claims(iss=[ISSUER])),
        token(body=b'{"iss":' + b"[" * 5000 + b"]" * 5000 + b"}"),
        token(body=claims(pad="x" * 20_000)),
        "é.é.é",
    ],
)
def test_what_is_no_token_of_this_kind_is_refused(gate: Callable[..., Gate], text: str) -> None:
    assert judged(gate(), text) is Refused.MALFORMED


@pytest.mark.parametrize("issuer", ["https://evil.example", ISSUER + "/", ISSUER.upper(), ""])
def test_another_issuer_is_unknown(gate: Callable[..., Gate], issuer: str) -> None:
    assert judged(gate(), token(body=claims(iss=issuer))) is Refused.UNKNOWN_ISSUER


@pytest.mark.parametrize(
    "head",
    [
        header(alg="none"),
        header(alg="None"),
        header(alg="HS256", kid="rsa"),
        header("RS256"),
        header(alg="ES256", kid="small"),
        header(typ="at+jwt"),
        header(typ="jwt"),
        header(crit=["exp"]),
        header(b64=False, crit=["b64"]),
        header(zip="DEF"),
        header(jku="https://evil.example/jwks.json"),
        header(jku="https://ehr.example@evil.example/jwks.json"),
        header(jku="file:///etc/passwd"),
    ],
)
def test_a_header_that_was_not_agreed_is_refused(gate: Callable[..., Gate], head: dict[str, Any]) -> None:
    assert judged(gate(), token(head)) is Refused.HEADER


@pytest.mark.parametrize("kid", ["other", "../keys", "ec' or 1=1", "ec\n", "x" * 1500])
def test_an_unknown_key_is_refused(gate: Callable[..., Gate], kid: str) -> None:
    assert judged(gate(), token(header(kid=kid), sign_as="ES384")) is Refused.UNKNOWN_KEY


def zero_signature() -> str:
    """A signature of zeros, which careless libraries accept."""
    return token().rpartition(".")[0] + "." + packed(b"\0" * 96)


def tampered() -> str:
    """A good signature under other claims."""
    head, _, sign = token().split(".")
    return ".".join((head, packed(json.dumps(claims(jti="two")).encode()), sign))


@pytest.mark.parametrize(
    "text",
    [
        zero_signature(),
        tampered(),
        token().rpartition(".")[0] + ".",
        token(header("RS384", kid="ec")),
        token(header("ES384", kid="rsa")),
        token(header("ES384", kid="small"), sign_as="ES256"),
        token(header("RS384"), sign_as="HS256"),
        token(header(jwk=ec_jwk("own", ec_key(P256))), sign_as="ES256"),
        token(header(pad="x" * 3000)),
    ],
)
def test_a_signature_that_is_not_the_clients_is_refused(gate: Callable[..., Gate], text: str) -> None:
    assert judged(gate(), text) is Refused.SIGNATURE


@pytest.mark.parametrize(
    "changes",
    [
        {"exp": ...},
        {"exp": str(int(NOW + 300))},
        {"exp": None},
        {"iat": ...},
        {"iat": "now"},
        {"jti": ...},
        {"jti": ""},
        {"jti": "x" * 257},
        {"jti": 7},
        {"aud": ...},
        {"aud": {"a": 1}},
        {"nbf": "soon"},
        {"tenant": ["ward"]},
    ],
)
def test_claims_that_are_missing_or_of_another_kind_are_refused(gate: Callable[..., Gate], changes: Any) -> None:
    assert judged(gate(), token(body=claims(**changes))) is Refused.CLAIMS


def test_a_number_too_large_is_refused(gate: Callable[..., Gate]) -> None:
    raw = json.dumps(claims()).encode().replace(str(NOW + 300).encode(), b"1e400")
    assert judged(gate(), token(body=raw)) in (Refused.CLAIMS, Refused.TIME)


@pytest.mark.parametrize(
    "audience",
    [
        [],
        SERVICE,
        SERVICE + PATH + "/",
        SERVICE + PATH + "/ln-patient-view",
        SERVICE + PATH + "?x",
        "https://evil.example/?" + SERVICE + PATH,
        "http://cds.example/cds-services",
    ],
)
def test_another_audience_is_refused(gate: Callable[..., Gate], audience: Any) -> None:
    assert judged(gate(), token(body=claims(aud=audience))) is Refused.AUDIENCE


def test_a_token_for_discovery_does_not_call_a_service(gate: Callable[..., Gate]) -> None:
    path = PATH + "/ln-patient-view"
    assert judged(gate(), token(), path) is Refused.AUDIENCE
    assert judged(gate(), token(body=claims(path)), path) is None


def test_a_site_may_agree_on_another_name(gate: Callable[..., Gate]) -> None:
    named = gate({"audiences": ("urn:cds",)})
    assert judged(named, token(body=claims(aud="urn:cds"))) is None
    assert judged(gate(), token(body=claims(aud="urn:cds"))) is Refused.AUDIENCE


@pytest.mark.parametrize(
    "changes",
    [
        {"exp": NOW - 60, "iat": NOW - 300},
        {"exp": NOW + 901},
        {"exp": NOW + 30 * 365 * 86400},
        {"iat": NOW + 61, "exp": NOW + 300},
        {"iat": NOW + 50, "exp": NOW + 50},
        {"iat": NOW + 50, "exp": NOW + 40},
        {"nbf": NOW + 61},
    ],
)
def test_a_token_out_of_time_is_refused(gate: Callable[..., Gate], changes: Any) -> None:
    assert judged(gate(), token(body=claims(**changes))) is Refused.TIME


def test_a_token_is_good_for_one_call(gate: Callable[..., Gate]) -> None:
    opened = gate()
    assert judged(opened, token()) is None
    assert judged(opened, token()) is Refused.REPLAY
    assert judged(opened, token(body=claims(jti="two"))) is None


def test_of_two_calls_at_once_one_wins(gate: Callable[..., Gate]) -> None:
    opened = gate()

    async def both() -> list[Client | Refused]:
        return list(await asyncio.gather(*(opened.admit([f"Bearer {token()}"], PATH, None) for _ in range(2))))

    results = asyncio.run(both())
    assert sorted(isinstance(result, Client) for result in results) == [False, True]


@pytest.mark.parametrize("replay", ["log", "off"])
def test_a_site_may_let_a_token_be_used_again(gate: Callable[..., Gate], replay: str) -> None:
    opened = gate(replay=replay)
    assert [judged(opened, token()) for _ in range(2)] == [None, None]


def test_a_refused_token_is_not_remembered_as_used(gate: Callable[..., Gate]) -> None:
    opened = gate()
    assert judged(opened, tampered()) is Refused.SIGNATURE
    assert judged(opened, token(body=claims(jti="two"))) is None


@pytest.mark.parametrize("tenant", [..., "other"])
def test_a_client_speaks_for_its_tenants_only(gate: Callable[..., Gate], tenant: Any) -> None:
    result = judged(gate({"tenants": ("ward",)}), token(body=claims(tenant=tenant)))
    assert result is Refused.TENANT
    assert result.status == 403
    assert judged(gate({"tenants": ("ward",)}), token(body=claims(tenant="ward"))) is None


def test_an_algorithm_may_be_added_for_one_client(gate: Callable[..., Gate]) -> None:
    head = header("ES256", kid="small")
    assert judged(gate({"algorithms": ("ES256",)}), token(head)) is None
    assert judged(gate({"algorithms": ("ES256",)}), token()) is Refused.HEADER


def test_every_refusal_but_of_a_tenant_is_the_same_from_outside() -> None:
    assert {reason.status for reason in Refused if reason is not Refused.TENANT} == {401}


def test_without_clients_the_gate_is_open() -> None:
    assert Gate(Settings()).open
