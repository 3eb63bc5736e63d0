"""The desk's parts in one place, over one database."""

from dataclasses import dataclass
from functools import cached_property

from assistant.clock import Clock
from assistant.desk.audit import DeskAudit
from assistant.desk.drafts import DraftBook
from assistant.desk.figures import FREE, Figures, TokenPrices
from assistant.desk.notes import Notes
from assistant.desk.queue import DeskQueue, Foresees
from assistant.desk.sessions import DeskSessions
from assistant.desk.talk import Talk
from assistant.desk.users import DeskUsers
from assistant.storage.engine import Database


@dataclass(frozen=True)
class Desk:
    """What people at the desk work with.

    Args:
        database: holds all of it.
        clock: tells the time.
        prices: of the hosted model's tokens.
        foresees: ranks the queue; see `DeskQueue`.
    """

    database: Database
    clock: Clock
    prices: TokenPrices = FREE
    foresees: Foresees | None = None

    @cached_property
    def users(self) -> DeskUsers:
        """The accounts."""
        return DeskUsers(self.database, self.clock)

    @cached_property
    def sessions(self) -> DeskSessions:
        """The signed-in browsers."""
        return DeskSessions(self.database, self.clock)

    @cached_property
    def queue(self) -> DeskQueue:
        """Which conversations wait, and who has which."""
        return DeskQueue(self.database, self.clock, self.foresees)

    @cached_property
    def talk(self) -> Talk:
        """Messages between people and customers."""
        return Talk(self.database, self.clock)

    @cached_property
    def notes(self) -> Notes:
        """What colleagues wrote for each other."""
        return Notes(self.database, self.clock)

    @cached_property
    def audit(self) -> DeskAudit:
        """Who saw and did what."""
        return DeskAudit(self.database, self.clock)

    @cached_property
    def drafts(self) -> DraftBook:
        """The copilot's drafts, and what became of them."""
        return DraftBook(self.database, self.clock)

    @cached_property
    def figures(self) -> Figures:
        """The lead's figures."""
        return Figures(self.database, self.clock, self.prices)
