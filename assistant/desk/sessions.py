"""Signed-in browsers: a random key in a cookie, its hash in the table, and a token against forged forms."""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import delete

from assistant.clock import Clock
from assistant.desk.records import DeskUser, UserId
from assistant.desk.users import user_of
from assistant.storage.desk_tables import DeskSessionRow, DeskUserRow
from assistant.storage.engine import Database

LIFETIME = timedelta(hours=12)
IDLE = timedelta(hours=2)
_TOUCH = timedelta(minutes=1)


@dataclass(frozen=True)
class DeskSession:
    """A browser that is signed in: who, and the token that its forms must carry."""

    user: DeskUser
    csrf: str
    key: str

    def owns(self, csrf: str) -> bool:
        """Whether a form came from this browser's own pages."""
        return hmac.compare_digest(self.csrf.encode(), csrf.encode())


class DeskSessions:
    """Starts, finds and ends sessions.

    Args:
        database: holds them.
        clock: tells when they end: 12 hours after they began, or 2 hours after the last request.
    """

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def start(self, user_id: UserId) -> str:
        """A new session's key, for the cookie; it is told nowhere else."""
        token, now = secrets.token_urlsafe(32), self._clock.now()
        row = DeskSessionRow(
            session_key=_hashed(token),
            user_id=user_id,
            csrf=secrets.token_urlsafe(24),
            created_at=now,
            seen_at=now,
            expires_at=now + LIFETIME,
        )
        with self._database.write() as session:
            session.execute(delete(DeskSessionRow).where(DeskSessionRow.expires_at < now))
            session.add(row)
        return token

    def find(self, token: str) -> DeskSession | None:
        """The session of a cookie, while it lasts and its user is not disabled."""
        now, key = self._clock.now(), _hashed(token)
        with self._database.read() as session:
            row = session.get(DeskSessionRow, key)
            user = session.get(DeskUserRow, row.user_id) if row is not None else None
        if row is None or user is None or user.disabled_at is not None:
            return None
        if row.expires_at <= now or row.seen_at + IDLE <= now:
            return None
        if row.seen_at + _TOUCH <= now:
            with self._database.write() as session:
                fresh = session.get(DeskSessionRow, key)
                if fresh is not None:
                    fresh.seen_at = now
        return DeskSession(user_of(user), row.csrf, key)

    def end(self, token: str) -> None:
        """Sign a browser out."""
        with self._database.write() as session:
            session.execute(delete(DeskSessionRow).where(DeskSessionRow.session_key == _hashed(token)))


def _hashed(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
