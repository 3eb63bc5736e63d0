"""Tokens prove who asks; nothing else does."""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from assistant.clock import FixedClock
from assistant.errors import OperatorError
from assistant.ids import CustomerId
from assistant.settings import Settings
from assistant.web.tokens import AUDIENCE, ISSUER, InvalidToken, PublicKey, Tokens

NOW = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
SECRET = "s" * 32


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(NOW)


def claims(**changes: object) -> dict[str, object]:
    now = int(NOW.timestamp())
    return {"iss": ISSUER, "aud": AUDIENCE, "sub": "sara_1", "iat": now, "exp": now + 600, **changes}


def test_a_customers_token_names_the_customer(clock: FixedClock) -> None:
    tokens = Tokens(SECRET, clock)
    identity = tokens.verify(tokens.for_customer(CustomerId("sara_1")))
    assert (identity.customer_id, identity.owner) == ("sara_1", "customer:sara_1")


def test_a_visitors_token_names_no_customer(clock: FixedClock) -> None:
    tokens = Tokens(SECRET, clock)
    one, other = (tokens.verify(tokens.for_visitor()) for _ in range(2))
    assert one.customer_id is None
    assert one.owner != other.owner


def test_a_visitor_cannot_collide_with_a_customer_of_the_same_id(clock: FixedClock) -> None:
    token = jwt.encode(claims(sub="sara_1", kind="visitor"), SECRET, algorithm="HS256")
    assert Tokens(SECRET, clock).verify(token).owner == "visitor:sara_1"


def test_a_shop_may_sign_its_customers_tokens_itself(clock: FixedClock) -> None:
    token = jwt.encode(claims(), SECRET, algorithm="HS256")
    assert Tokens(SECRET, clock).verify(token).customer_id == "sara_1"


@pytest.mark.parametrize(
    "changes",
    [
        {"iss": "another shop"},
        {"aud": "another service"},
        {"exp": int(NOW.timestamp())},
        {"exp": "tomorrow"},
        {"exp": float("inf")},
        {"iat": int(NOW.timestamp()) + 3600},
        {"sub": ""},
        {"kind": "admin"},
        {"sub": None},
        {"exp": None},
    ],
)
def test_a_token_with_a_wrong_claim_is_refused(clock: FixedClock, changes: dict[str, object]) -> None:
    kept = {name: value for name, value in claims(**changes).items() if value is not None}
    with pytest.raises(InvalidToken):
        Tokens(SECRET, clock).verify(jwt.encode(kept, SECRET, algorithm="HS256"))


@pytest.mark.parametrize("token", ["", "abc", "a.b.c", "é.é.é"])
def test_what_is_no_token_is_refused(clock: FixedClock, token: str) -> None:
    with pytest.raises(InvalidToken):
        Tokens(SECRET, clock).verify(token)


def test_a_token_signed_with_another_secret_or_algorithm_is_refused(clock: FixedClock) -> None:
    tokens = Tokens(SECRET, clock)
    forged = [
        jwt.encode(claims(), "t" * 32, algorithm="HS256"),
        jwt.encode(claims(), "", algorithm="none"),
        jwt.encode(claims(), SECRET * 2, algorithm="HS512"),
    ]
    for token in forged:
        with pytest.raises(InvalidToken):
            tokens.verify(token)


def test_a_token_expires_by_the_clock(clock: FixedClock) -> None:
    tokens = Tokens(SECRET, clock)
    token = tokens.for_customer(CustomerId("sara_1"), timedelta(minutes=5))
    clock.advance(timedelta(minutes=4, seconds=59))
    tokens.verify(token)
    clock.advance(timedelta(seconds=1))
    with pytest.raises(InvalidToken, match="expired"):
        tokens.verify(token)


def test_a_short_secret_is_refused_with_the_command_that_makes_a_good_one(clock: FixedClock) -> None:
    with pytest.raises(OperatorError, match="openssl rand"):
        Tokens("short", clock)


def test_the_secret_is_made_once_and_only_its_owner_may_read_it(clock: FixedClock, tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path / "new", cache_dir=tmp_path)
    token = Tokens.from_settings(settings, clock).for_customer(CustomerId("sara_1"))
    assert Tokens.from_settings(settings, clock).verify(token).customer_id == "sara_1"
    files = list((tmp_path / "new").iterdir())
    assert [file.name for file in files] == ["token.secret"]
    assert files[0].stat().st_mode & 0o777 == 0o600


# tokens that the shop signs with a private key


def rsa() -> tuple[Any, str]:
    return _pair(generate_private_key(65537, 2048))


def ed25519() -> tuple[Any, str]:
    return _pair(Ed25519PrivateKey.generate())


def _pair(private: Any) -> tuple[Any, str]:
    pem = private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return private, pem.decode()


@pytest.mark.parametrize(("make", "algorithm"), [(rsa, "RS256"), (ed25519, "EdDSA")])
def test_a_shop_may_keep_its_key_to_itself(
    clock: FixedClock, tmp_path: Path, make: Callable[[], tuple[Any, str]], algorithm: str
) -> None:
    private, pem = make()
    file = tmp_path / "shop.pem"
    file.write_text(pem)
    for given in (pem, str(file)):
        settings = Settings(data_dir=tmp_path, token_public_key=given, token_issuer="lumora", token_audience="chat")
        tokens = Tokens.from_settings(settings, clock)
        good = claims(iss="lumora", aud="chat")
        assert tokens.verify(jwt.encode(good, private, algorithm=algorithm)).customer_id == "sara_1"
        assert tokens.verify(tokens.for_visitor()).customer_id is None
        for wrong in ({"iss": "shop"}, {"aud": "shop-assistant"}, {"exp": int(NOW.timestamp())}):
            with pytest.raises(InvalidToken):
                tokens.verify(jwt.encode(good | wrong, private, algorithm=algorithm))


@pytest.mark.parametrize(("make", "other"), [(rsa, ed25519), (ed25519, rsa)])
def test_a_public_key_is_no_secret_and_fixes_the_algorithm(
    clock: FixedClock, make: Callable[[], tuple[Any, str]], other: Callable[[], tuple[Any, str]]
) -> None:
    private, pem = make()
    stranger, _ = make()
    another, _ = other()
    tokens = Tokens(SECRET, clock, public_key=PublicKey.load(pem))
    with_pem = hmac_signed(claims(), pem.encode())
    forged = [
        with_pem,
        hmac_signed(claims(kind="visitor"), pem.encode()),
        hmac_signed(claims(), pem.strip().encode()),
        jwt.encode(claims(), SECRET, algorithm="HS256"),  # the server's own secret vouches for visitors only
        jwt.encode(claims(), "", algorithm="none"),
        jwt.encode(claims(), stranger, algorithm="RS256" if make is rsa else "EdDSA"),
        jwt.encode(claims(), another, algorithm="EdDSA" if make is rsa else "RS256"),
    ]
    if make is rsa:
        forged += [jwt.encode(claims(), private, algorithm=name) for name in ("RS512", "PS256")]
    for token in forged:
        with pytest.raises(InvalidToken):
            tokens.verify(token)
    with pytest.raises(OperatorError, match="private key"):
        tokens.for_customer(CustomerId("sara_1"))


def hmac_signed(payload: dict[str, object], secret: bytes) -> str:
    """What an attacker makes of a public key; libraries refuse to sign so."""
    parts = [_base64(json.dumps(part).encode()) for part in ({"alg": "HS256", "typ": "JWT"}, payload)]
    signature = hmac.new(secret, ".".join(parts).encode(), hashlib.sha256).digest()
    return ".".join([*parts, _base64(signature)])


def _base64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


@pytest.mark.parametrize("given", ["no such file", "-----BEGIN PUBLIC KEY-----\nabc\n-----END PUBLIC KEY-----"])
def test_a_key_that_can_not_be_used_is_refused_with_what_would_work(given: str) -> None:
    with pytest.raises(OperatorError, match="token_public_key"):
        PublicKey.load(given)


def test_a_weak_key_is_refused() -> None:
    with pytest.raises(OperatorError, match="2048"):
        PublicKey.load(_pair(generate_private_key(65537, 1024))[1])
