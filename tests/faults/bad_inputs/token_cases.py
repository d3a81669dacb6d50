"""Tokens that let nobody in: numbers 1 to 3 and 37 to 54. Each with the word that only the operator's log says."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tests.faults.bad_inputs.case import CANARY, VIEW
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
    signature,
    token,
)

ORDER_OF_P384 = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFC7634D81F4372DDF581A0DB248B0A77AECEC196ACCC52973


@dataclass(frozen=True, slots=True)
class TokenCase:
    """`authorization` are the values of that header; `reason` is empty where the token is good."""

    number: int
    name: str
    reason: str
    authorization: tuple[str, ...]

    @property
    def status(self) -> int:
        """What the caller learns."""
        return {"": 200, "tenant": 403}.get(self.reason, 401)

    @property
    def id(self) -> str:
        """The name of the test."""
        return f"{self.number}-{self.name}"


def bearer(number: int, name: str, reason: str, text: str) -> TokenCase:
    """A case of one token."""
    return TokenCase(number, name, reason, (f"Bearer {text}",))


def head(number: int, name: str, reason: str, sign_as: str = "", **changes: Any) -> TokenCase:
    """A case of a good token with another header."""
    algorithm = changes.pop("algorithm", "ES384")
    return bearer(number, name, reason, token(header(algorithm, **changes), good(), sign_as=sign_as or algorithm))


def body(number: int, name: str, reason: str, **changes: Any) -> TokenCase:
    """A case of a well signed token with other claims."""
    return bearer(number, name, reason, token(body=good(**changes)))


def good(**changes: Any) -> Any:
    """The claims of a token for this service that nobody used before."""
    return claims(VIEW, **{"jti": f"{changes!r}"[:200] + "-", "tenant": "ward", **changes})


def raw(changed: str, by: str) -> bytes:
    """Good claims with a piece of their text replaced."""
    text = json.dumps(good(jti=f"raw {by}"[:100]))
    assert changed in text
    return text.replace(changed, by, 1).encode()


def malleable() -> str:
    """A good signature with its second half mirrored, which the curve's equation also accepts."""
    signed = token(body=good(jti="malleable"))
    text, _, sign = signed.rpartition(".")
    values = signature("ES384", text.encode())
    mirrored = (ORDER_OF_P384 - int.from_bytes(values[48:], "big")).to_bytes(48, "big")
    del sign
    return f"{text}.{packed(values[:48] + mirrored)}"


def header_cases() -> Iterator[TokenCase]:
    """1 to 3 and 37 to 44; the good ones show that the others fail for their fault alone."""
    plain = token(body=good(jti="plain"))
    yield TokenCase(1, "no header", "no-token", ())
    yield TokenCase(2, "Basic", "no-token", (f"Basic {CANARY}",))
    yield TokenCase(3, "two headers", "no-token", (f"Bearer {plain}", f"Bearer {plain}"))
    yield TokenCase(3, "one header", "", (f"Bearer {plain}",))
    for name in ("none", "None", "nOnE", ""):
        yield head(37, f"alg {name}", "header", "none", alg=name)
    yield head(38, "HS256 with the public key", "header", "HS256", alg="HS256", kid="rsa")
    yield head(38, "HS256 labelled RS384", "signature", "HS256", algorithm="RS384")
    yield head(39, "RS256 where it is not agreed", "header", algorithm="RS256")
    yield head(40, "P-256 key labelled ES384", "signature", "ES256", kid="small")
    yield head(40, "EC key with RS384", "signature", "RS384", alg="RS384", kid="ec")
    start = plain.rpartition(".")[0]
    yield bearer(41, "signature of zeros", "signature", f"{start}.{packed(bytes(96))}")
    yield bearer(41, "no signature", "signature", f"{start}.")
    yield bearer(41, "signature of the order", "signature", f"{start}.{packed(ORDER_OF_P384.to_bytes(48, 'big') * 2)}")
    yield bearer(41, "signature a byte longer", "signature", f"{start}.{packed(bytes(97))}")
    yield bearer(41, "mirrored signature is the same token", "", malleable())
    own = ec_jwk("own", ec_key(P256))
    yield head(42, "its own key", "signature", "ES256", jwk=own)
    for name in ("x5u", "x5c"):
        yield head(42, f"{name} of its own", "signature", "ES256", **{name: [f"https://{CANARY}.example/key.pem"]})
    for address in (
        f"https://{CANARY}.example/jwks.json",
        f"{ISSUER}@evil.example/jwks.json",
        "http://ehr.example/jwks.json",
        "file:///etc/passwd",
    ):
        yield head(43, f"jku {address[:30]}", "header", jku=address)
    yield head(44, "no kid", "malformed", kid=...)
    for kid in ("", f"../{CANARY}", f"ec' or '{CANARY}", "ec\n", "twin"):
        yield head(44, f"kid {kid!r:.8}", "unknown-key", kid=kid)
    yield head(44, "kid of 10 KB", "unknown-key", kid="k" * 10_000)


def claim_cases() -> Iterator[TokenCase]:
    """46 to 54."""
    plain = token(body=good(jti="plain"))
    for issuer in (f"https://{CANARY}.example", f"{ISSUER}/", ISSUER.upper(), ""):
        yield body(46, f"iss {issuer[-8:]}", "unknown-issuer", iss=issuer)
    for other in (7, [ISSUER], None):
        yield body(46, f"iss {other!r:.6}", "malformed", iss=other)
    there = f"{SERVICE}{VIEW}"
    audiences: tuple[Any, ...] = (
        f"{SERVICE}/cds-services/ln-order-sign",
        f"{SERVICE}/cds-services",
        [],
        f"{there}x",
        there[:-1],
        f"https://{CANARY}.example/?{there}",
        f"{there}/",
    )
    for place, audience in enumerate(audiences):
        yield body(47, f"aud {place}", "audience", aud=audience)
    yield body(47, "aud an array with ours", "", aud=["https://other.example", there])
    for name, changes in TIMES.items():
        yield body(48, name, "time", **changes)
    yield body(48, "ended 59 s ago", "", exp=NOW - 59, iat=NOW - 300)
    yield body(48, "made in 59 s", "", iat=NOW + 59)
    for name in ("exp", "iat"):
        yield body(48, f"no {name}", "claims", **{name: ...})
        yield body(48, f"{name} a text", "claims", **{name: str(NOW)})
    yield bearer(48, "exp 1e400", "claims", token(body=raw(str(NOW + 300), "1e400")))
    yield body(49, "nbf to come", "time", nbf=NOW + 61)
    yield body(50, "no jti", "claims", jti=...)
    for jti in ("", "j" * 10_000, 7, None):
        yield body(50, f"jti {jti!r:.6}", "claims", jti=jti)
    yield head(51, "no typ", "malformed", typ=...)
    for name, change in EXTENDED.items():
        yield head(51, name, "header", **{name: change})
    yield bearer(51, "JWE", "malformed", "a.b.c.d.e")
    pieces = plain.split(".")
    for name, text in {
        "two segments": ".".join(pieces[:2]),
        "four segments": f"{plain}.{CANARY}",
        "bad base64": f"!{plain}",
        "not ASCII": f"{pieces[0]}é.{pieces[1]}.{pieces[2]}",
        "20 KB": plain + "A" * 20_000,
    }.items():
        yield bearer(52, name, "malformed", text)
    yield bearer(52, "padding", "malformed", f"{pieces[0]}=.{pieces[1]}.{pieces[2]}")
    yield bearer(52, "space inside", "malformed", f"{pieces[0]} .{pieces[1]}.{pieces[2]}")
    deep = b'{"iss":' + b"[" * 5000 + b"]" * 5000 + b"}"
    yield bearer(53, "deep claims", "malformed", token(body=deep))
    deep_beside = raw("{", '{"x":' + "[" * 3000 + "]" * 3000 + ",")
    yield bearer(53, "a deep claim of no interest", "malformed", token(body=deep_beside))
    yield body(54, "another tenant", "tenant", tenant=CANARY)
    yield body(54, "no tenant", "tenant", tenant=...)


EXTENDED: dict[str, Any] = {"typ": "at+jwt", "crit": ["exp"], "b64": False, "zip": "DEF"}
TIMES: dict[str, dict[str, Any]] = {
    "ended": {"exp": NOW - 60, "iat": NOW - 300},
    "30 years": {"exp": NOW + 946_080_000},
    "longer than agreed": {"exp": NOW + 901},
    "made to come": {"iat": NOW + 61, "exp": NOW + 300},
    "ends before it was made": {"iat": NOW, "exp": NOW},
}

KEYS = {
    "keys": [
        *(ec_jwk(), rsa_jwk(), ec_jwk("small", ec_key(P256))),
        *(ec_jwk("twin"), rsa_jwk("twin")),
    ]
}
CASES = (*header_cases(), *claim_cases())
