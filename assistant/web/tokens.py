"""Signed tokens: who a request comes from, proved before any model reads a word.

A shop signs a token for its own customer with the claims `iss`, `aud`, `sub` = the customer's id, `iat` and
`exp`: with a secret that both sides know (HS256, `token_secret`), or with a private key that only the shop has
(RS256 or EdDSA, `token_public_key` is the other half). Strangers get a visitor token from the server itself,
signed with its own secret, with the further claim `kind` = "visitor".

The algorithm follows from the key that is configured, never from the token: a public key is no HS256 secret, and
where there is one, the server's own secret vouches for visitors only.
"""

import os
import secrets
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from assistant.clock import Clock
from assistant.errors import AssistantError, OperatorError
from assistant.ids import CustomerId, new_id
from assistant.settings import Settings

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

ISSUER = "shop"
AUDIENCE = "shop-assistant"
_OWN_ALGORITHM = "HS256"
_SHORTEST_RSA_BITS = 2048
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


@dataclass(frozen=True)
class PublicKey:
    """The public half of the key that a shop signs with, and the one algorithm that goes with it."""

    algorithm: Literal["RS256", "EdDSA"]
    key: "RSAPublicKey | Ed25519PublicKey"

    @classmethod
    def load(cls, pem_or_path: str) -> "PublicKey":
        """Read a key.

        Args:
            pem_or_path: a public key in PEM form, or the path of a file that holds one.

        Raises:
            OperatorError: it is none, or one that is too weak.
        """
        from cryptography.exceptions import UnsupportedAlgorithm
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
        from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
        from cryptography.hazmat.primitives.serialization import load_pem_public_key

        fix = "give token_public_key a public key in PEM form (openssl pkey -in private.pem -pubout) or its path"
        try:
            pem = pem_or_path if "BEGIN" in pem_or_path else Path(pem_or_path).expanduser().read_text(encoding="ascii")
            key = load_pem_public_key(pem.encode())
        except (OSError, ValueError, UnsupportedAlgorithm) as error:
            raise OperatorError(f"token_public_key can't be read: {error}", fix=fix) from None
        if isinstance(key, RSAPublicKey) and key.key_size >= _SHORTEST_RSA_BITS:
            return cls("RS256", key)
        if isinstance(key, Ed25519PublicKey):
            return cls("EdDSA", key)
        raise OperatorError("token_public_key is neither Ed25519 nor RSA of 2048 bits or more", fix=fix)


class Tokens:
    """Signs and verifies tokens.

    Args:
        secret: at least 32 bytes; without a public key it is shared by the shop and the assistant.
        clock: decides when a token expires.
        public_key: of the shop; customers' tokens are then signed by the shop alone.
        issuer: that tokens must name.
        audience: that tokens must be meant for.
    """

    def __init__(
        self,
        secret: str,
        clock: Clock,
        *,
        public_key: PublicKey | None = None,
        issuer: str = ISSUER,
        audience: str = AUDIENCE,
    ) -> None:
        if len(secret.encode()) < _SHORTEST_SECRET:
            raise OperatorError(
                f"token_secret has fewer than {_SHORTEST_SECRET} bytes and could be guessed",
                fix="export ASSISTANT_TOKEN_SECRET=$(openssl rand -hex 32)",
            )
        self._secret = secret
        self._clock = clock
        self._public_key = public_key
        self._issuer = issuer
        self._audience = audience

    @classmethod
    def from_settings(cls, settings: Settings, clock: Clock) -> "Tokens":
        """Tokens under the configured keys; a secret that is not given is made once in `data_dir`."""
        given = settings.token_secret.get_secret_value()
        return cls(
            given or _kept_secret(settings.data_dir / "token.secret"),
            clock,
            public_key=PublicKey.load(settings.token_public_key) if settings.token_public_key else None,
            issuer=settings.token_issuer,
            audience=settings.token_audience,
        )

    @property
    def signs_customers(self) -> bool:
        """Whether customers' tokens can be signed here; with a public key only the shop can."""
        return self._public_key is None

    def for_customer(self, customer_id: CustomerId, lifetime: timedelta = CUSTOMER_LIFETIME) -> str:
        """A token that proves its bearer to be the customer.

        Raises:
            OperatorError: only the shop can sign it.
        """
        if not self.signs_customers:
            raise OperatorError(
                "customers' tokens are signed with the shop's private key, which is not here",
                fix="let the shop sign them, or unset token_public_key",
            )
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
            own = self._public_key is None or jwt.get_unverified_header(token).get("alg") == _OWN_ALGORITHM
            key, algorithm = (self._secret, _OWN_ALGORITHM) if own else self._key_of_the_shop()
            claims: dict[str, Any] = jwt.decode(
                token,
                key,
                algorithms=[algorithm],
                issuer=self._issuer,
                audience=self._audience,
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
        if own and self._public_key is not None and kind != "visitor":
            raise InvalidToken("the token is not signed with the shop's key")
        return Identity(kind, claims["sub"])

    def _key_of_the_shop(self) -> "tuple[RSAPublicKey | Ed25519PublicKey, str]":
        assert self._public_key is not None
        return self._public_key.key, self._public_key.algorithm

    def _sign(self, identity: Identity, lifetime: timedelta) -> str:
        import jwt

        now = self._clock.now()
        claims = {
            "iss": self._issuer,
            "aud": self._audience,
            "sub": identity.subject,
            "kind": identity.kind,
            "iat": int(now.timestamp()),
            "exp": int((now + lifetime).timestamp()),
        }
        return jwt.encode(claims, self._secret, algorithm=_OWN_ALGORITHM)


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
