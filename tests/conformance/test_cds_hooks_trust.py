"""The duties of a service towards those who call it, in CDS Hooks 2.0, under the numbers of a public list of them."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from cds_hooks.app import service_app
from cds_hooks.config import Client, Settings
from cds_hooks.security import Gate, Refused
from tests.unit.cds_hooks.signing import ISSUER, NOW, SERVICE, ec_jwk, header, rsa_jwk, token


def refusal(tmp_path: Path, text: str, **client: Any) -> Refused | None:
    """Why a token is refused, None when it is not."""
    path = tmp_path / "keys.json"
    path.write_text(json.dumps({"keys": [ec_jwk(), rsa_jwk()]}))
    trusted = Client(issuer=ISSUER, jwks_file=str(path), **client)
    gate = Gate(Settings(base_url=SERVICE, clients=(trusted,)), now=lambda: NOW)
    result = asyncio.run(gate.admit([f"Bearer {text}"], "/cds-services", None))
    return result if isinstance(result, Refused) else None


@pytest.mark.req("cds-hooks_2.0@176")
@pytest.mark.req("cds-hooks_2.0@205")
@pytest.mark.parametrize("algorithm", ["ES384", "RS384"])
def test_the_caller_is_known_by_a_signed_token(tmp_path: Path, algorithm: str) -> None:
    """To authenticate clients, CDS Hooks uses signed JSON web tokens; ES384 and RS384 are RECOMMENDED."""
    assert refusal(tmp_path, token(header(algorithm))) is None


@pytest.mark.req("cds-hooks_2.0@201")
def test_an_unsigned_token_is_refused(tmp_path: Path) -> None:
    """Services SHALL NOT accept tokens signed with the algorithm none."""
    assert refusal(tmp_path, token(header(alg="none"))) is Refused.HEADER


@pytest.mark.req("cds-hooks_2.0@203")
def test_a_symmetric_signature_is_refused(tmp_path: Path) -> None:
    """Tokens SHALL NOT be signed using any symmetric algorithm."""
    assert refusal(tmp_path, token(header(alg="HS256", kid="rsa"))) is Refused.HEADER


@pytest.mark.req("cds-hooks_2.0@195")
def test_issuers_and_key_addresses_are_listed(tmp_path: Path) -> None:
    """Services SHOULD limit the clients they trust by maintaining an allowlist of iss and jku urls."""
    head = header(jku="https://evil.example/jwks.json")
    assert refusal(tmp_path, token(head)) is Refused.HEADER
    assert refusal(tmp_path, token(header(), {"iss": "https://evil.example"})) is Refused.UNKNOWN_ISSUER


@pytest.mark.req("cds-hooks_2.0@199")
def test_keys_may_be_agreed_out_of_band(tmp_path: Path) -> None:
    """If jku is omitted, client and service SHALL communicate the key set out of band."""
    assert refusal(tmp_path, token(header(jku=...))) is None


@pytest.mark.req("cds-hooks_2.0@208")
def test_browser_clients_are_served() -> None:
    """Services and browser-based clients will require cross-origin resource sharing."""
    origin = "https://sandbox.example"
    with TestClient(service_app(Settings(cors_origins=(origin,)))) as opened:
        answered = opened.get("/cds-services", headers={"origin": origin})
    assert answered.headers["access-control-allow-origin"] == origin
