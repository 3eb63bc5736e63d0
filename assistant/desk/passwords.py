"""Passwords as salted scrypt hashes (RFC 7914), with the parameters that OWASP's cheat sheet names."""

import hashlib
import hmac
import secrets

from assistant.errors import OperatorError

MIN_CHARS = 10
_N, _R, _P = 2**15, 8, 3
_MAXMEM = 64 * 1024 * 1024


def hash_password(password: str) -> str:
    """The hash to store, with its salt and parameters.

    Raises:
        OperatorError: the password is too short.
    """
    if len(password) < MIN_CHARS:
        raise OperatorError(
            f"the password has fewer than {MIN_CHARS} characters", fix="choose a longer one, such as four words"
        )
    salt = secrets.token_bytes(16)
    return f"scrypt${_N}${_R}${_P}${salt.hex()}${_derive(password, salt, _N, _R, _P).hex()}"


def is_password(password: str, stored: str) -> bool:
    """Whether `password` is the one that `stored` was made from; takes as long either way."""
    _, n, r, p, salt, expected = stored.split("$")
    derived = _derive(password, bytes.fromhex(salt), int(n), int(r), int(p))
    return hmac.compare_digest(derived, bytes.fromhex(expected))


def nobodys_hash() -> str:
    """A hash that no password has, to spend the same time on a name that doesn't exist."""
    return f"scrypt${_N}${_R}${_P}${'00' * 16}${'00' * 32}"


def _derive(password: str, salt: bytes, n: int, r: int, p: int) -> bytes:
    return hashlib.scrypt(password.encode("utf-8", "surrogatepass"), salt=salt, n=n, r=r, p=p, maxmem=_MAXMEM, dklen=32)
