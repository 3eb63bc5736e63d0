"""Codes: six digits, kept as a salted hash, good once, for minutes, and for a few guesses.

A guess is counted in the same statement that allows it, so that many at the same moment don't get more of them.
"""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from sqlalchemy import CursorResult, func, select, update

from assistant.clock import Clock
from assistant.ids import ConversationId, CustomerId, new_id
from assistant.storage.engine import Database
from assistant.storage.identity_tables import IdentityCodeRow

DIGITS = 6
_CODES_AN_HOUR = 5
_HOUR = timedelta(hours=1)
_SCRYPT = {"n": 2**12, "r": 8, "p": 1, "dklen": 32}

Outcome = Literal["right", "wrong", "expired", "used_up"]


@dataclass(frozen=True)
class Checked:
    """How a guess ended; `customer_id` is whom a right one identifies."""

    outcome: Outcome
    customer_id: CustomerId | None = None


@dataclass(frozen=True)
class CodeBook:
    """Makes and checks codes.

    Args:
        database: remembers them.
        clock: tells when they expire.
        lifetime: of a code.
        guesses: that a code allows.
    """

    database: Database
    clock: Clock
    lifetime: timedelta
    guesses: int

    def issue(self, conversation_id: ConversationId, address: str, customer_id: CustomerId | None) -> str | None:
        """A new code; older ones of the conversation no longer count.

        Args:
            conversation_id: in which it may be typed.
            address: that it goes to; so many an hour are made for each, whether or not it is a customer's.
            customer_id: whom it identifies; None makes a code that nobody gets and that is never right.

        Returns:
            The code, or None where too many were made within the hour.
        """
        now, code, salt = self.clock.now(), f"{secrets.randbelow(10**DIGITS):0{DIGITS}}", secrets.token_hex(16)
        key = hashlib.sha256(address.strip().lower().encode()).hexdigest()
        with self.database.write() as session:
            query = select(func.count()).where(
                IdentityCodeRow.address_key == key, IdentityCodeRow.created_at > now - _HOUR
            )
            if (session.scalar(query) or 0) >= _CODES_AN_HOUR:
                return None
            older = update(IdentityCodeRow).where(
                IdentityCodeRow.conversation_id == conversation_id, IdentityCodeRow.used_at.is_(None)
            )
            session.execute(older.values(used_at=now))
            session.add(
                IdentityCodeRow(
                    code_id=new_id("code"),
                    conversation_id=conversation_id,
                    address_key=key,
                    customer_id=customer_id,
                    salt=salt,
                    code_hash=_hash(code, salt),
                    attempts=0,
                    created_at=now,
                    expires_at=now + self.lifetime,
                )
            )
        return code

    def check(self, conversation_id: ConversationId, code: str) -> Checked:
        """Whether this is the code that was sent for the conversation; a right one counts once."""
        now = self.clock.now()
        open_ = (IdentityCodeRow.conversation_id == conversation_id, IdentityCodeRow.used_at.is_(None))
        with self.database.write() as session:
            row = session.scalars(select(IdentityCodeRow).where(*open_)).first()
            if row is None or row.expires_at <= now:
                return Checked("expired")
            counted = session.execute(
                update(IdentityCodeRow)
                .where(IdentityCodeRow.code_id == row.code_id, *open_, IdentityCodeRow.attempts < self.guesses)
                .values(attempts=IdentityCodeRow.attempts + 1)
            )
            if not _one(counted):
                return Checked("used_up")
            right = hmac.compare_digest(_hash(code, row.salt), row.code_hash) and row.customer_id is not None
            if not right:
                return Checked("wrong")
            used = session.execute(
                update(IdentityCodeRow).where(IdentityCodeRow.code_id == row.code_id, *open_).values(used_at=now)
            )
            return Checked("right", CustomerId(row.customer_id or "")) if _one(used) else Checked("expired")


def _one(result: object) -> bool:
    return isinstance(result, CursorResult) and result.rowcount == 1


def _hash(code: str, salt: str) -> str:
    return hashlib.scrypt(code.encode(), salt=bytes.fromhex(salt), **_SCRYPT).hex()
