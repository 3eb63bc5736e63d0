"""receive: limits, who and where, language, masking of personal data, and signals of injection."""

import re

import structlog

from assistant.clock import Clock, Deadline
from assistant.conversation.reply import Incoming, OnEvent
from assistant.conversation.showing.texts import ReplyTexts
from assistant.conversation.state import ConversationState
from assistant.conversation.turn import Turn
from assistant.errors import CustomerError
from assistant.ids import ConversationId, CustomerId, TurnId, new_id
from assistant.settings import Settings
from assistant.shop.records import Customer
from assistant.shop.service import Shop
from assistant.storage.conversation_tables import ConversationRow
from assistant.storage.engine import Database
from assistant.text.han import simplified
from assistant.text.injections import injection_signals
from assistant.text.language import detect_language, has_han
from assistant.text.masking import Account, Masker
from assistant.text.prompts import PromptLibrary

_MASK = re.compile(r"<[A-Z]+_\d+>")
_ENGLISH = re.compile(
    r"\b(?:a|an|the|i|i'?m|i'?d|my|me|you|your|it|is|are|was|do|does|did|can|could|will|would|what|where|when|why|how"
    r"|who|which|and|or|but|not|no|yes|to|for|of|in|on|with|please|want|need|one|this|that|thanks?|change|cancel|return"
    r"|order|refund|exchange|send|back|go|ahead|by|only|just|all|both|instead|actually)\b",
    re.IGNORECASE,
)
"""Words without which hardly an English sentence is made."""


class Receive:
    """The first stage of a turn.

    Args:
        settings: limits.
        database: where conversations are kept.
        shop: knows the customer.
        prompts: texts of errors for customers.
        clock: tells how long an identification counts.
    """

    def __init__(
        self, settings: Settings, database: Database, shop: Shop, prompts: PromptLibrary, clock: Clock
    ) -> None:
        self._clock = clock
        self._settings = settings
        self._database = database
        self._shop = shop
        self._prompts = prompts

    def __call__(self, incoming: Incoming, deadline: Deadline, on_event: OnEvent) -> Turn:
        """Begin a turn.

        Raises:
            CustomerError: the message is empty or too long, or the conversation is another customer's.
        """
        said = incoming.text.strip()
        text = self._shop.in_shop_words(simplified(said))
        spoken = detect_language(text, default=incoming.language or "en")
        texts = ReplyTexts(self._prompts, spoken)
        if not text:
            raise CustomerError(texts.say("empty_message"))
        if len(text) > self._settings.message_max_chars:
            raise CustomerError(texts.say("too_long", limit=self._settings.message_max_chars))
        conversation = self._conversation(incoming, texts)
        state = ConversationState.model_validate(conversation.state) if conversation else ConversationState()
        state.handed_off = conversation is not None and conversation.status == "handed_off"
        customer_id = incoming.customer_id or self._proved(state)
        customer = self._shop.customer(customer_id) if customer_id else None
        known = conversation.language if conversation else (customer.language if customer else "en")
        default = incoming.language or ("zh" if known == "zh" else "en")
        masker = Masker(state.masks, account_of(customer) if customer else None)
        masked = masker.mask(text)
        words = _MASK.sub(" ", masked).strip()  # an address is written alike in all languages
        turn_id, signals = TurnId(new_id("turn")), injection_signals(text)
        if signals:
            structlog.get_logger().warning("injection signals", turn_id=turn_id, signals=signals)
        return Turn(
            incoming=incoming.model_copy(update={"text": text}),
            turn_id=turn_id,
            conversation_id=ConversationId(conversation.conversation_id if conversation else new_id("conv")),
            is_new=conversation is None,
            deadline=deadline,
            on_event=on_event,
            language=default if conversation and tells_no_language(words) else detect_language(words, default=default),
            customer=customer,
            state=state,
            masker=masker,
            masked=masked,
            signals=signals,
            said=said if said != text else "",
        )

    def _conversation(self, incoming: Incoming, texts: ReplyTexts) -> ConversationRow | None:
        if incoming.conversation_id is None:
            return None
        with self._database.read() as session:
            row = session.get(ConversationRow, incoming.conversation_id)
        if row is None or not _may_go_on(row, incoming):
            raise CustomerError(texts.say("no_conversation"))
        return row

    def _proved(self, state: ConversationState) -> CustomerId | None:
        """Who was identified in the conversation, while that counts."""
        proved = state.proved
        return proved.customer_id if proved and self._clock.now() < proved.until else None


def _may_go_on(row: ConversationRow, incoming: Incoming) -> bool:
    """Whether the conversation is this customer's, or the stranger's who was identified in it."""
    if row.customer_id in (None, incoming.customer_id):
        return True
    proved = ConversationState.model_validate(row.state).proved
    return incoming.customer_id is None and proved is not None and proved.customer_id == row.customer_id


def account_of(customer: Customer) -> Account:
    """What of a customer's account no model may see."""
    home = customer.address
    return Account(
        first_name=customer.first_name,
        last_name=customer.last_name,
        streets=(home.address1, home.address2),
        codes=(home.zip,),
        ids=(customer.customer_id,),
    )


def tells_no_language(text: str) -> bool:
    """A brand, a number, an address or an "ok" in the midst of a conversation: people write these in any language."""
    return not has_han(text) and (len(text.split()) <= 2 or _ENGLISH.search(text) is None)
