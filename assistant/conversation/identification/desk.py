"""Asking a stranger who they are, reading what they answer, and going on to what they had asked for."""

import logging
from dataclasses import dataclass
from datetime import timedelta

from assistant.clock import Clock
from assistant.conversation.identification.codes import CodeBook
from assistant.conversation.identification.reading import address_in, asks_again, claims_to_be, code_in, name_zip_in
from assistant.conversation.identification.senders import CodeSender
from assistant.conversation.reading.signals import signals
from assistant.conversation.showing.texts import ReplyTexts
from assistant.conversation.state import Identifying, Proved
from assistant.conversation.turn import Served, Turn
from assistant.routing.decision import RoutedIntent
from assistant.settings import Settings
from assistant.shop.records import Customer
from assistant.shop.service import Shop

log = logging.getLogger(__name__)

HANDOFF = "could not prove who they are"


@dataclass(frozen=True)
class IdentificationDesk:
    """Identifies strangers in a chat.

    Args:
        settings: which ways are open, and how many wrong answers are allowed.
        shop: knows the customers.
        codes: makes and checks codes.
        sender: brings codes to their readers; None where no codes are sent.
        clock: tells how long an identification counts.
    """

    settings: Settings
    shop: Shop
    codes: CodeBook
    sender: CodeSender | None
    clock: Clock

    def begin(self, intent: RoutedIntent, turn: Turn) -> Served:
        """A stranger asked for something private: ask who they are, and keep what they asked for."""
        before = turn.state.identifying
        if before is not None and before.failed:
            name = "handoff_waiting" if turn.state.handed_off else "identify/failed"
            return Served(intent, reply=(name, {}), handoff="" if turn.state.handed_off else HANDOFF)
        if self.sender is None and not self.settings.identity_by_name_zip:
            return Served(intent, reply=("sign_in", {}))
        served_now = turn.decision.intents if turn.decision else ()
        kept = tuple(request for request in before.requests if request in served_now) if before else ()
        state = before or Identifying()
        turn.state.identifying = state.model_copy(update={"requests": (*kept, intent)})
        return Served(intent, reply=self._question())

    def understand(self, turn: Turn, texts: ReplyTexts) -> Served | None:
        """Read a message as the answer to the question who they are.

        Returns:
            What to say, or None where the message is about something else. Once they are known, `turn.customer` is
            set, and what they had asked for is to be served after it.
        """
        state, text = turn.state.identifying, turn.incoming.text
        if state is None or state.failed or turn.customer is not None or not state.requests:
            return None
        about = state.requests[0]
        if address := address_in(text) if self.sender is not None else None:
            return self._send(address, about, turn, texts)
        if state.code_sent and (code := code_in(text)):
            return self._check(code, about, turn)
        if state.code_sent and asks_again(text):
            return Served(about, reply=("identify/again", {}))
        if self.settings.identity_by_name_zip and (named := name_zip_in(text)):
            customer = self.shop.customer_by_name_zip(named.first_name, named.last_name, named.zip)
            return self._known(customer, turn) if customer else self._wrong("identify/wrong_name", about, turn)
        if self.sender is not None and not self.settings.identity_by_name_zip and name_zip_in(text):
            return Served(about, reply=("identify/only_by_code", {}))
        if claims_to_be(text) and not signals().asks(text):
            return Served(about, reply=("identify/no_proof", self._question()[1]))
        if signals().declines(text) or signals().drops(text) == "":
            turn.state.identifying = None
            return Served(about, reply=("identify/dropped", {}))
        return None

    def _question(self) -> tuple[str, dict[str, object]]:
        ways = {"by_code": self.sender is not None, "by_name": self.settings.identity_by_name_zip}
        return "identify/who", dict(ways)

    def _send(self, address: str, about: RoutedIntent, turn: Turn, texts: ReplyTexts) -> Served:
        """Send a code where the address is a customer's; say the same where it isn't."""
        state = turn.state.identifying
        assert state is not None
        assert self.sender is not None
        customer = self.shop.customer_by_email(address)
        code = self.codes.issue(turn.conversation_id, address, customer.customer_id if customer else None)
        if code is None:
            return self._give_up(about, turn)
        minutes = self.settings.identity_code_minutes
        if customer is not None:
            letter = texts.say("identify/letter", code=code, minutes=minutes, shop_name=self.settings.shop_name)
            try:
                self.sender.send(customer.email, letter)
            except OSError:  # the answer must not tell that there was something to send
                log.exception("a code could not be sent")
        turn.state.identifying = state.model_copy(update={"code_sent": True})
        return Served(about, reply=("identify/code_sent", {"address": address, "minutes": minutes}))

    def _check(self, code: str, about: RoutedIntent, turn: Turn) -> Served:
        checked = self.codes.check(turn.conversation_id, code)
        if checked.outcome == "right" and checked.customer_id is not None:
            return self._known(self.shop.customer(checked.customer_id), turn)
        if checked.outcome == "used_up":
            return self._give_up(about, turn)
        if checked.outcome == "expired":
            return Served(about, reply=("identify/expired", {}))
        return self._wrong("identify/wrong_code", about, turn)

    def _known(self, customer: Customer, turn: Turn) -> Served:
        until = self.clock.now() + timedelta(hours=self.settings.identity_hours)
        turn.customer = customer
        turn.state.proved = Proved(customer_id=customer.customer_id, until=until)
        return Served(None, reply=("identify/known", {}))

    def _wrong(self, reply: str, about: RoutedIntent, turn: Turn) -> Served:
        state = turn.state.identifying
        assert state is not None
        attempts = state.attempts + 1
        if attempts >= self.settings.identity_attempts:
            return self._give_up(about, turn)
        turn.state.identifying = state.model_copy(update={"attempts": attempts})
        return Served(about, reply=(reply, {}))

    def _give_up(self, about: RoutedIntent, turn: Turn) -> Served:
        turn.state.identifying = Identifying(requests=(about,), failed=True)
        return Served(about, reply=("identify/failed", {}), handoff=HANDOFF)
