"""Tokens prove who asks; nothing else does."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import jwt
import pytest

from assistant.clock import FixedClock
from assistant.errors import OperatorError
from assistant.ids import CustomerId
from assistant.settings import Settings
from assistant.web.tokens import AUDIENCE, ISSUER, InvalidToken, Tokens

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
