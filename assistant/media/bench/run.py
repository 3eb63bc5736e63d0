"""Customers speak, send photos and hostile files: what was understood, what was asked back, and what came of it."""

import re
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from assistant.conversation.reply import Incoming, Reply
from assistant.errors import CustomerError
from assistant.ids import ConversationId, CustomerId
from assistant.media.bench.clips import clips, sounds
from assistant.media.bench.hostile import hostile_files
from assistant.media.bench.receipts import receipts
from assistant.media.reader import MediaReader
from assistant.media.store import AttachmentStore
from assistant.media.voice.spoken import as_typed
from assistant.shop.records import Order
from assistant.text.language import Language

Progress = Callable[[str, int, int], object]


class House(Protocol):
    """The parts of the assistant that customers meet."""

    @property
    def settings(self) -> Any: ...
    @property
    def database(self) -> Any: ...
    @property
    def clock(self) -> Any: ...
    @property
    def shop(self) -> Any: ...
    @property
    def assistant(self) -> Any: ...


@dataclass
class Figures:
    """What was measured of one kind of file.

    Attributes:
        files: how many.
        understood: files that could be read; the others were answered with a sentence that says why not.
        named: files that name an order.
        read: of those, how many had its very number read.
        offered: how many had the right order offered for confirmation.
        asked_first: how many were asked back before any tool was called.
        ended: how many ended with the right order served, by a yes or, after a no, by the number that was typed.
        wrong: how many had anything done with an order that was not meant; must be 0.
        served: files that name no order and were answered.
        errors: word errors, and words (voice).
        seconds: of reading, one a file.
        missed: what went wrong, for people.
    """

    files: int = 0
    understood: int = 0
    named: int = 0
    read: int = 0
    offered: int = 0
    asked_first: int = 0
    ended: int = 0
    wrong: int = 0
    served: int = 0
    errors: tuple[int, int] = (0, 0)
    seconds: list[float] = field(default_factory=list)
    missed: list[str] = field(default_factory=list)

    @property
    def p50(self) -> float:
        """The median of the seconds for reading a file."""
        return round(statistics.median(self.seconds), 3) if self.seconds else 0.0

    @property
    def word_errors(self) -> float:
        """Wrong, missing and added words by words said."""
        wrong, words = self.errors
        return wrong / words if words else 0.0

    @property
    def handled(self) -> int:
        """Files that ended as they should: the right order, an answer, or an honest sentence."""
        return self.ended + self.served


class MediaBench:
    """Sends files through the whole chat.

    Args:
        house: a practice house with a sample shop and its pages.
        reader: reads the files.
        progress: told of each file.
    """

    def __init__(self, house: House, reader: MediaReader, progress: Progress = lambda *_: None) -> None:
        self._house = house
        self._reader = reader
        self._progress = progress
        settings = house.settings
        self._store = AttachmentStore(house.database, settings.attachments_dir, house.clock)

    def voice(self, count: int | None = None) -> Figures:
        """Speak thirty clips, or the first `count` of every kind."""
        found = Figures()
        made = clips(self._orders())
        chosen = made if count is None else (*made[:count], *made[20 : 20 + count])
        for clip, sound in sounds(chosen):
            self._progress("voice notes", found.files, len(chosen))
            owner = CustomerId(clip.order.customer_id if clip.order else self._orders()[0].customer_id)
            text = self._one(found, sound, "en", owner, clip.order, "")
            heard = _words(text or "")
            wanted = _words(as_typed(clip.typed))
            found.errors = (found.errors[0] + _distance(heard, wanted), found.errors[1] + len(wanted))
        return found

    def photo(self, count: int | None = None) -> Figures:
        """Send 32 receipts, or the first `count`."""
        found = Figures()
        made = receipts(self._orders(), self._house.settings.shop_name)
        for receipt in made[:count]:
            self._progress("photos", found.files, len(made[:count]))
            question = "Where is this order?" if receipt.language == "en" else "这个订单到哪了？"
            owner = CustomerId(receipt.order.customer_id)
            note = f"turned {receipt.turn}, blurred {receipt.blur}{', smudged' if receipt.smudged else ''}"
            self._one(found, receipt.content, receipt.language, owner, receipt.order, question, note)
        return found

    def hostile(self) -> tuple[int, list[str]]:
        """Send ten hostile files; how many were refused with a sentence, and the names of those that were not."""
        taken = []
        names = list(hostile_files())
        for place, (name, content) in enumerate(names):
            self._progress("hostile files", place, len(names))
            try:
                self._reader.read(content, "en")
            except CustomerError:
                continue
            taken.append(name)
        return len(names) - len(taken), taken

    def _one(
        self,
        found: Figures,
        content: bytes,
        language: Language,
        customer: CustomerId,
        order: Order | None,
        question: str,
        note: str = "",
    ) -> str | None:
        """One file through the chat; returns what was read in it."""
        found.files += 1
        found.named += order is not None
        started = time.perf_counter()
        try:
            reading = self._reader.read(content, language)
        except CustomerError as error:
            found.seconds.append(time.perf_counter() - started)
            found.missed.append(f"{note or (order.order_id if order else '')}: {error}")
            if order is None:
                found.served += 1
            else:  # the customer was asked to type, and does
                self._typed(found, customer, order, None, language)
            return None
        found.seconds.append(reading.seconds)
        found.understood += 1
        talk = _Talk(self._house, customer, language)
        attachment_id = self._store.put(reading, f"customer:{customer}", customer)
        words = question or reading.text
        attached = self._store.take(attachment_id, f"customer:{customer}", words)
        reply = talk.say(words, attached)
        if order is None:
            found.served += bool(reply.text) and not _crashed(reply)
            return reading.text
        exact = order.order_id in reading.values.orders
        found.read += exact
        if not exact:
            found.missed.append(
                f"{note or order.order_id}: read {', '.join(reading.values.orders)} in {reading.text!r}"
            )
        found.asked_first += not reply.tools and reply.proposal is None
        labels = reply.quick_replies
        if order.order_id in reply.text or order.order_id in labels:
            found.offered += 1
            yes = order.order_id if order.order_id in labels else labels[0] if labels else "yes"
            self._end(found, talk.say(yes), order)
        else:
            found.missed.append(f"{note or reading.text}: read {reading.values.orders}, asked {reply.text[:80]!r}")
            self._typed(found, customer, order, talk, language)
        return reading.text

    def _typed(
        self, found: Figures, customer: CustomerId, order: Order, talk: "_Talk | None", language: Language
    ) -> None:
        """The customer types what was not understood."""
        if talk is None:
            talk = _Talk(self._house, customer, language)
            order_is = f"Where is order {order.order_id}?" if language == "en" else f"订单 {order.order_id} 到哪了？"
            self._end(found, talk.say(order_is), order)
            return
        talk.say("No" if language == "en" else "不对")
        self._end(found, talk.say(order.order_id), order)

    def _end(self, found: Figures, reply: Reply, order: Order) -> None:
        named = set(re.findall(r"#W\d{7}", f"{reply.text} {reply.proposal.order_id if reply.proposal else ''}"))
        called = {str(call.arguments.get("order_id")) for call in reply.tools if call.arguments.get("order_id")}
        proposed = reply.proposal.order_id if reply.proposal else None
        found.wrong += bool((called | {proposed}) - {order.order_id, None})
        about = order.order_id in named | called or _asks_on(reply)
        found.ended += bool(about) and not _crashed(reply)
        if not about:
            found.missed.append(f"after the yes to {order.order_id}: {reply.text[:100]!r}")

    def _orders(self) -> tuple[Order, ...]:
        customers = self._house.shop.customers(12)
        found = [order for c in customers for order in self._house.shop.orders(c.customer_id)[:2]]
        return tuple(found)


class _Talk:
    """One conversation."""

    def __init__(self, house: House, customer: CustomerId, language: Language) -> None:
        self._house = house
        self._customer = customer
        self._language = language
        self._conversation: ConversationId | None = None

    def say(self, text: str, attached: Any = None) -> Reply:
        """One message."""
        incoming = Incoming(
            text=text,
            customer_id=self._customer,
            conversation_id=self._conversation,
            language=self._language,
            attached=attached,
        )
        reply: Reply = self._house.assistant.ask(incoming)
        self._conversation = reply.conversation_id
        return reply


def _asks_on(reply: Reply) -> bool:
    """Whether the assistant goes on with a change and asks for what is still missing."""
    asks = reply.text.rstrip().endswith(("?", "？")) or bool(reply.quick_replies)
    return bool(reply.decision.intents) and not reply.handoff and asks


def _crashed(reply: Reply) -> bool:
    return reply.decision.outcome == "out_of_scope" and reply.handoff and not reply.decision.votes


def _words(text: str) -> list[str]:
    return re.findall(r"[a-z0-9']+", text.lower())


def _distance(one: Sequence[str], other: Sequence[str]) -> int:
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        diagonal, row[0] = row[0], i
        for j, b in enumerate(other, 1):
            diagonal, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, diagonal + (a != b))
    return row[-1]
