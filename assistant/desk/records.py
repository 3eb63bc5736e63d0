"""What the desk hands out: frozen records."""

from datetime import datetime
from typing import Literal, NewType

from assistant.ids import ConversationId, CustomerId
from assistant.shop.records import Record
from assistant.text.language import Language

UserId = NewType("UserId", str)
HandoffId = NewType("HandoffId", str)

Role = Literal["agent", "lead", "engineer", "admin"]
Right = Literal["watch", "answer", "figures", "audit"]
Ending = Literal["solved", "unsolved", "handed_back"]

Reason = Literal["solved", "quick", "unsolved", "slow", "misunderstood", "person", "other"]
REASONS: tuple[Reason, ...] = ("solved", "quick", "unsolved", "slow", "misunderstood", "person", "other")
"""Why a customer rates a conversation as they do; `person`: they wanted one."""

ROLES: tuple[Role, ...] = ("agent", "lead", "engineer", "admin")
RIGHTS: dict[Role, frozenset[Right]] = {
    "agent": frozenset({"watch", "answer"}),
    "lead": frozenset({"watch", "answer", "figures", "audit"}),
    "engineer": frozenset({"watch", "figures"}),
    "admin": frozenset({"watch", "answer", "figures", "audit"}),
}
"""What each role may do: look at conversations, write to customers, see figures, see who did what."""


class DeskUser(Record):
    """Somebody who works at the desk."""

    user_id: UserId
    name: str
    display_name: str
    role: Role
    language: Language = "en"
    disabled: bool = False

    def may(self, right: Right) -> bool:
        """Whether their role has a right."""
        return right in RIGHTS[self.role]


class Colleague(Record):
    """Somebody to whom a conversation can be passed on; `present` where they were active within the last minutes."""

    user_id: UserId
    display_name: str
    present: bool


class Note(Record):
    """What somebody at the desk wrote for their colleagues; no customer ever sees it."""

    note_id: str
    by: str
    text: str
    at: datetime


class Case(Record):
    """A conversation that waits for a person or that one has, as the queue shows it.

    Attributes:
        waited_s: seconds since it was handed over, to the claim or to now.
        customer: their name; empty for a stranger.
        last_words: what the customer wrote last, two messages at most.
        unread: messages of the customer's since the last answer of a person.
        passed_on_by: the colleague who gave it to the one who has it, if one did.
        predicted: foreseen probability that the customer is dissatisfied; None where nobody foresees it.
    """

    handoff_id: HandoffId
    conversation_id: ConversationId
    customer_id: CustomerId | None
    customer: str = ""
    status: Literal["waiting", "claimed", "closed"]
    reason: str
    language: Language
    sentiment: str
    urgency: str
    created_at: datetime
    waited_s: float
    claimed_by: UserId | None = None
    holder: str = ""
    passed_on_by: str = ""
    last_words: str = ""
    unread: int = 0
    predicted: float | None = None


class QueueState(Record):
    """What a customer may know of their wait, honestly: nothing is promised that isn't so.

    Attributes:
        status: `none` (the assistant answers), `waiting`, `claimed` or `closed`.
        ahead: conversations that were handed over before this one and still wait.
        staffed: whether somebody at the desk was active within the last minutes.
        agent: the name of the person who has the conversation.
        rated: whether the customer has rated it.
    """

    status: Literal["none", "waiting", "claimed", "closed"]
    ahead: int = 0
    staffed: bool = False
    agent: str = ""
    rated: bool = False
