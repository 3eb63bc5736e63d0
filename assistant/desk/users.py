"""Accounts of the desk: added and disabled on the command line, never on the web."""

import re

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from assistant.clock import Clock
from assistant.desk.passwords import hash_password, is_password, nobodys_hash
from assistant.desk.records import DeskUser, Role, UserId
from assistant.errors import OperatorError
from assistant.ids import new_id
from assistant.storage.desk_tables import DeskSessionRow, DeskUserRow
from assistant.storage.engine import Database
from assistant.text.language import Language

_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,31}")


class DeskUsers:
    """The people who may sign in.

    Args:
        database: holds the accounts.
        clock: tells when one was made or disabled.
    """

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def add(self, name: str, role: Role, password: str, *, display_name: str = "", language: Language = "en") -> UserId:
        """Make an account.

        Raises:
            OperatorError: the name is taken or not usable, or the password is too short.
        """
        key = name.strip().lower()
        if not _NAME.fullmatch(key):
            raise OperatorError(
                f"{name!r} can't be a name", fix="use 2 to 32 of a-z, 0-9, dot, dash and underscore, such as amy.lin"
            )
        row = DeskUserRow(
            user_id=new_id("user"),
            name=key,
            display_name=display_name.strip() or key,
            role=role,
            language=language,
            password_hash=hash_password(password),
            created_at=self._clock.now(),
            disabled_at=None,
        )
        try:
            with self._database.write() as session:
                session.add(row)
        except IntegrityError as error:
            raise OperatorError(
                f"there is a user {key!r} already", fix=f"assistant desk user password {key}, or choose another name"
            ) from error
        return UserId(row.user_id)

    def all(self) -> tuple[DeskUser, ...]:
        """Every account, by name, disabled ones too."""
        with self._database.read() as session:
            return tuple(map(user_of, session.scalars(select(DeskUserRow).order_by(DeskUserRow.name))))

    def get(self, user_id: UserId) -> DeskUser | None:
        """The account of this id, or None."""
        with self._database.read() as session:
            row = session.get(DeskUserRow, user_id)
            return None if row is None else user_of(row)

    def set_password(self, name: str, password: str) -> None:
        """Give an account another password; all its browsers are signed out.

        Raises:
            OperatorError: there is no such account, or the password is too short.
        """
        hashed = hash_password(password)
        self._change(name, password_hash=hashed)

    def disable(self, name: str) -> None:
        """Lock an account; all its browsers are signed out at once.

        Raises:
            OperatorError: there is no such account.
        """
        self._change(name, disabled_at=self._clock.now())

    def enable(self, name: str) -> None:
        """Unlock an account.

        Raises:
            OperatorError: there is no such account.
        """
        self._change(name, disabled_at=None)

    def set_language(self, user_id: UserId, language: Language) -> None:
        """Remember in which language somebody works."""
        with self._database.write() as session:
            row = session.get(DeskUserRow, user_id)
            if row is not None:
                row.language = language

    def authenticate(self, name: str, password: str) -> DeskUser | None:
        """Whose name and password these are; None tells nothing of which of them was wrong."""
        with self._database.read() as session:
            row = session.scalars(select(DeskUserRow).where(DeskUserRow.name == name.strip().lower())).first()
        right = is_password(password, row.password_hash if row else nobodys_hash())
        return user_of(row) if row is not None and right and row.disabled_at is None else None

    def _change(self, name: str, **values: object) -> None:
        with self._database.write() as session:
            row = session.scalars(select(DeskUserRow).where(DeskUserRow.name == name.strip().lower())).first()
            if row is None:
                raise OperatorError(f"there is no user {name!r}", fix="assistant desk user list")
            for field, value in values.items():
                setattr(row, field, value)
            session.execute(delete(DeskSessionRow).where(DeskSessionRow.user_id == row.user_id))


def user_of(row: DeskUserRow) -> DeskUser:
    """The record of an account."""
    return DeskUser.model_validate(
        {
            "user_id": row.user_id,
            "name": row.name,
            "display_name": row.display_name,
            "role": row.role,
            "language": row.language,
            "disabled": row.disabled_at is not None,
        }
    )
