"""What simulated customers write, and what each of them was answered."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

Kind = Literal["direct", "faq", "change"]
FAQ = (
    "Can I return headphones I opened?",
    "How long does delivery take?",
    "Which payment methods do you take?",
    "拆封的耳机可以退吗？",
    "What does the warranty cover?",
)
TURNS_A_CONVERSATION = 10


@dataclass
class Asked:
    """One message: what was sent under which id, and how it ended. `confirms` is a proposal that it says yes to.

    `seconds` is from the first attempt to the whole answer; `told` are refusals on the way ("come back later").
    """

    text: str
    kind: Kind
    message_id: str
    conversation_id: str = ""
    confirms: str = ""
    answer: str | None = None
    proposal_id: str = ""
    seconds: float = 0.0
    told: list[str] = field(default_factory=list)


@dataclass
class Customer:
    """A simulated customer: whose token, whose orders, and what they wrote so far.

    Args:
        customer_id: of the shop.
        token: proves it.
        orders: numbers of their own orders.
        to_cancel: those of them that they cancel, one after another.
        seed: decides what they write and when.
    """

    customer_id: str
    token: str
    orders: Sequence[str]
    seed: int
    to_cancel: list[str] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.random = random.Random(self.seed)

    def next(self) -> Asked:
        """The next message; most are about an order, some about the shop's policies, a few change something."""
        number = len(self.asked)
        waiting = self.asked[-1].proposal_id if self.asked else ""
        kind: Kind
        if waiting:
            text, kind = "Yes, go ahead", "change"
        elif self.to_cancel and self.random.random() < 0.3:
            text, kind = f"Please cancel my order {self.to_cancel.pop()}, I no longer need it", "change"
        elif not self.orders or self.random.random() < 0.25:
            text, kind = self.random.choice(FAQ), "faq"
        else:
            order = self.random.choice(self.orders)
            text, kind = self.random.choice((f"Where is my order {order}?", f"订单 {order} 到哪了？")), "direct"
        begins = number % TURNS_A_CONVERSATION == 0 and not waiting
        conversation_id = "" if begins else self.asked[-1].conversation_id
        message = Asked(text, kind, f"m{self.seed:06d}-{number:06d}", conversation_id, confirms=waiting)
        self.asked.append(message)
        return message
