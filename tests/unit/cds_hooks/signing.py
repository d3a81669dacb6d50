"""Signed tokens made with `cryptography` alone, so that the verifier is not tested against itself."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from functools import cache
from typing import Any

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

Json = dict[str, Any]
ISSUER = "https://ehr.example"
SERVICE = "https://cds.example"
NOW = 1_800_000_000.0
P384 = ec.SECP384R1()
P256 = ec.SECP256R1()


@cache
def rsa_key(bits: int = 2048) -> rsa.RSAPrivateKey:
    """An RSA key."""
    return rsa.generate_private_key(public_exponent=65537, key_size=bits)


@cache
def ec_key(curve: ec.EllipticCurve) -> ec.EllipticCurvePrivateKey:
    """An EC key."""
    return ec.generate_private_key(curve)


def packed(raw: bytes) -> str:
    """Base64url without padding."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def number(value: int) -> str:
    """An integer as key sets write it."""
    return packed(value.to_bytes((value.bit_length() + 7) // 8, "big"))


def rsa_jwk(kid: str = "rsa", key: rsa.RSAPrivateKey | None = None, **members: Any) -> Json:
    """The public part of an RSA key."""
    public = (key or rsa_key()).public_key().public_numbers()
    return {"kty": "RSA", "kid": kid, "n": number(public.n), "e": number(public.e), **members}


def ec_jwk(kid: str = "ec", key: ec.EllipticCurvePrivateKey | None = None, **members: Any) -> Json:
    """The public part of an EC key."""
    chosen = key or ec_key(P384)
    public = chosen.public_key().public_numbers()
    size = (chosen.curve.key_size + 7) // 8
    curve = {256: "P-256", 384: "P-384"}[chosen.curve.key_size]
    x, y = (packed(part.to_bytes(size, "big")) for part in (public.x, public.y))
    return {"kty": "EC", "kid": kid, "crv": curve, "x": x, "y": y, **members}


def signature(algorithm: str, signed: bytes) -> bytes:
    """The signature of our keys for an algorithm."""
    if algorithm in ("RS384", "RS256"):
        digest = hashes.SHA384() if algorithm == "RS384" else hashes.SHA256()
        return rsa_key().sign(signed, padding.PKCS1v15(), digest)
    if algorithm in ("ES384", "ES256"):
        curve, digest, size = (P384, hashes.SHA384(), 48) if algorithm == "ES384" else (P256, hashes.SHA256(), 32)
        r, s = decode_dss_signature(ec_key(curve).sign(signed, ec.ECDSA(digest)))
        return r.to_bytes(size, "big") + s.to_bytes(size, "big")
    if algorithm == "HS256":
        pem = (
            rsa_key()
            .public_key()
            .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
        )
        return hmac.new(pem, signed, hashlib.sha256).digest()
    return b""


def claims(path: str = "/cds-services", **changes: Any) -> Json:
    """The claims of a good token; `...` removes one."""
    given = {
        "iss": ISSUER,
        "aud": SERVICE + path,
        "exp": NOW + 300,
        "iat": NOW,
        "jti": "one",
        **changes,
    }
    return {name: value for name, value in given.items() if value is not ...}


def header(algorithm: str = "ES384", **changes: Any) -> Json:
    """The header of a good token; `...` removes a member."""
    given = {"alg": algorithm, "kid": "rsa" if algorithm.startswith("RS") else "ec", "typ": "JWT", **changes}
    return {name: value for name, value in given.items() if value is not ...}


def token(head: Json | None = None, body: Json | bytes | None = None, *, sign_as: str = "") -> str:
    """A signed token."""
    head = header() if head is None else head
    content = body if isinstance(body, bytes) else json.dumps(claims() if body is None else body).encode()
    signed = f"{packed(json.dumps(head).encode())}.{packed(content)}"
    return f"{signed}.{packed(signature(sign_as or str(head.get('alg')), signed.encode()))}"
