"""Signed tokens: who a request comes from, proved before any model reads a word.

A shop signs a token for its own customer (HS256, the shared secret of `token_secret`) with the claims
`iss` = "shop", `aud` = "shop-assistant", `sub` = the customer's id, `iat` and `exp`. Strangers get a visitor
token from the server itself, with the further claim `kind` = "visitor".
"""

import os
import secrets
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, Literal

from assistant.clock import Clock
from assistant.errors import AssistantError, OperatorError
from assistant.ids import CustomerId, new_id
from assistant.settings import Settings

ALGORITHMS = ("HS256",)
ISSUER = "shop"
AUDIENCE = "shop-assistant"
CUSTOMER_LIFETIME = timedelta(hours=12)
VISITOR_LIFETIME = timedelta(days=1)
_SHORTEST_SECRET = 32


class InvalidToken(AssistantError):
    """A token that is forged, expired, malformed or meant for someone else."""


@dataclass(frozen=True)
class Identity:
    """Who a request comes from: a customer of the shop, or a visitor who has not signed in."""

    kind: Literal["customer", "visitor"]
    subject: str

    @property
    def customer_id(self) -> CustomerId | None:
        """The customer's id; None for a visitor."""
        return CustomerId(self.subject) if self.kind == "customer" else None

    @property
    def owner(self) -> str:
        """The name under which this identity owns conversations; kinds can't collide."""
        return f"{self.kind}:{self.subject}"


class Tokens:
    """Signs and verifies tokens.

    Args:
        secret: at least 32 bytes, shared by the shop and the assistant.
        clock: decides when a token expires.
    """

    def __init__(self, secret: str, clock: Clock) -> None:
        if len(secret.encode()) < _SHORTEST_SECRET:
            raise OperatorError(
                f"token_secret has fewer than {_SHORTEST_SECRET} bytes and could be guessed",
                fix="export ASSISTANT_TOKEN_SECRET=$(openssl rand -hex 32)",
            )
        self._secret = secret
        self._clock = clock

    @classmethod
    def from_settings(cls, settings: Settings, clock: Clock) -> "Tokens":
        """Tokens under the configured secret, or under one that is made once in `data_dir`."""
        given = settings.token_secret.get_secret_value()
        return cls(given or _kept_secret(settings.data_dir / "token.secret"), clock)

    def for_customer(self, customer_id: CustomerId, lifetime: timedelta = CUSTOMER_LIFETIME) -> str:
        """A token that proves its bearer to be the customer."""
        return self._sign(Identity("customer", customer_id), lifetime)

    def for_visitor(self, lifetime: timedelta = VISITOR_LIFETIME) -> str:
        """A token for a stranger, so that nobody else reads their conversation."""
        return self._sign(Identity("visitor", new_id("visitor")), lifetime)

    def verify(self, token: str) -> Identity:
        """Who the token was signed for.

        Raises:
            InvalidToken: wrong signature, algorithm, issuer or audience; a claim is missing; or it has expired.
        """
        import jwt

        try:
            claims: dict[str, Any] = jwt.decode(
                token,
                self._secret,
                algorithms=list(ALGORITHMS),
                issuer=ISSUER,
                audience=AUDIENCE,
                options={"require": ["sub", "exp", "iat", "iss", "aud"], "verify_exp": False, "verify_iat": False},
            )
            expires, issued = int(claims["exp"]), int(claims["iat"])
        except (jwt.InvalidTokenError, ValueError, TypeError, OverflowError) as error:
            raise InvalidToken(f"the token is not valid: {error}") from error
        now = self._clock.now().timestamp()
        if expires <= now:
            raise InvalidToken("the token has expired")
        if issued > now + 60:
            raise InvalidToken("the token is from the future")
        kind = claims.get("kind", "customer")
        if kind not in ("customer", "visitor") or not claims["sub"]:
            raise InvalidToken("the token names nobody that this server knows")
        return Identity(kind, claims["sub"])

    def _sign(self, identity: Identity, lifetime: timedelta) -> str:
        import jwt

        now = self._clock.now()
        claims = {
            "iss": ISSUER,
            "aud": AUDIENCE,
            "sub": identity.subject,
            "kind": identity.kind,
            "iat": int(now.timestamp()),
            "exp": int((now + lifetime).timestamp()),
        }
        return jwt.encode(claims, self._secret, algorithm=ALGORITHMS[0])


def _kept_secret(path: Path) -> str:
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = path.with_name(f"{path.name}.{secrets.token_hex(8)}")
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(secrets.token_hex(32))
        with suppress(FileExistsError):  # whoever links first decides; the second process reads the same secret
            os.link(fresh, path)
        fresh.unlink()
    return path.read_text(encoding="ascii").strip()
