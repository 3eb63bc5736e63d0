"""Forgetting in the chat: what is asked for is told first, and only the customer's yes to it deletes anything."""

import re
from functools import lru_cache
from pathlib import Path
from typing import Any

from assistant.conversation.reading.signals import plain, signals
from assistant.conversation.showing.texts import ReplyTexts
from assistant.conversation.state import Asked, ConversationState
from assistant.conversation.turn import Served, Turn
from assistant.ids import CustomerId
from assistant.memory.forgetting import Forgetting
from assistant.memory.memory import Memory
from assistant.memory.records import Fact
from assistant.routing.decision import RoutedIntent, SlotValue
from assistant.text.prompts import PromptLibrary

INTENT = "forget_me"
_EVERYTHING = "everything"
_ANSWER = "answer"
_SURE = 1.0


def answer_to_forget(asked: Asked, turn: Turn) -> RoutedIntent | None:
    """The message as a yes or no to "shall I delete this?"; None when it is neither."""
    message = turn.incoming.text
    yes = signals().affirms(message, INTENT) or plain(message) == plain(asked.labels[0])
    no = signals().declines(message) or plain(message) == plain(asked.labels[1])
    if yes == no:
        return None
    turn.state.to_forget = asked.options if yes else ()
    slot = SlotValue(name=_ANSWER, value="yes" if yes else "no", words=message)
    return RoutedIntent(intent=INTENT, agent="account", probability=_SURE, words=asked.utterance, slots=(slot,))


class ForgetTalk:
    """Serves "forget that", "forget my shoe size" and "forget everything about me".

    Args:
        memory: knows the facts.
        forgetting: deletes.
        prompts: reply texts.
    """

    def __init__(self, memory: Memory, forgetting: Forgetting, prompts: PromptLibrary) -> None:
        self._memory = memory
        self._forgetting = forgetting
        self._prompts = prompts

    def serve(self, intent: RoutedIntent, turn: Turn) -> Served | None:
        """The answer to a wish to be forgotten, or None when it is none, or one that the pages answer."""
        shown, turn.state.shown_facts = turn.state.shown_facts, ()
        if turn.customer is None:
            return None
        customer_id = turn.customer.customer_id
        if intent.intent == INTENT and (answer := intent.slot(_ANSWER)):
            return (
                self._done(intent, turn, customer_id) if answer == "yes" else Served(intent, reply=("forget_kept", {}))
            )
        words = plain(intent.words)
        facts = self._memory.facts(customer_id, turn.language)
        if _matches("that", words):
            told = self._memory.told_in(customer_id, turn.conversation_id)
            meant = [fact for fact in facts if _name(fact) in shown] or [
                fact for fact in facts if fact.message_id in told
            ]
            if meant or intent.intent == INTENT:
                return self._ask(intent, turn, meant)
            return None
        if intent.intent not in (INTENT, "what_do_you_know", "privacy") or not _matches("drop", words):
            return None
        if _matches("how", words):
            return None
        named = [kind for kind, pattern in _kinds().items() if pattern.search(words)]
        if named and _matches("mine", words) and not _matches("everything", words):
            meant = [fact for fact in facts if fact.kind in named]
            if meant or intent.intent != INTENT:
                return self._ask(intent, turn, meant)
        if intent.intent != INTENT or (_matches("account", words) and not _matches("data", words)):
            return None
        return self._ask(intent, turn, None)

    def _ask(self, intent: RoutedIntent, turn: Turn, facts: list[Fact] | None) -> Served:
        """Say what would be deleted; None means everything."""
        if facts is not None and not facts:
            return Served(intent, reply=("forget_nothing", {}))
        texts = ReplyTexts(self._prompts, turn.language)
        labels = (texts.word("forget", "yes"), texts.word("forget", "no"))
        options = (_EVERYTHING,) if facts is None else tuple(map(_name, facts))
        turn.state.asked = Asked(
            kind="forget", options=options, labels=labels, utterance=turn.masker.mask(intent.words)
        )
        variables: dict[str, object] = {"facts": [str(fact) for fact in facts or ()], "everything": facts is None}
        return Served(intent, reply=("forget_ask", variables), quick_replies=labels)

    def _done(self, intent: RoutedIntent, turn: Turn, customer_id: CustomerId) -> Served:
        what, turn.state.to_forget = turn.state.to_forget, ()
        if _EVERYTHING in what:
            self._forgetting.request(customer_id)
            turn.state = ConversationState(proved=turn.state.proved)
            turn.masker, turn.history, turn.remembered = turn.masker.fresh(), (), ()
        else:
            self._forgetting.forget_facts(customer_id, [_parts(name) for name in what])
        return Served(intent, reply=("forget_done", {"everything": _EVERYTHING in what}))


def fact_names(facts: tuple[Fact, ...]) -> tuple[str, ...]:
    """Names by which a conversation remembers which facts it has shown."""
    return tuple(map(_name, facts))


def _name(fact: Fact) -> str:
    return f"{fact.kind}:{fact.value}"


def _parts(name: str) -> tuple[str, str]:
    kind, _, value = name.partition(":")
    return kind, value


def _matches(name: str, words: str) -> bool:
    return _compiled(name).search(words) is not None


@lru_cache(maxsize=16)
def _compiled(name: str) -> re.Pattern[str]:
    return _any_of(_patterns()[name])


@lru_cache(maxsize=1)
def _kinds() -> dict[str, re.Pattern[str]]:
    return {kind: _any_of(patterns) for kind, patterns in _patterns()["kinds"].items()}


def _any_of(patterns: list[str]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns), re.IGNORECASE)


@lru_cache(maxsize=1)
def _patterns() -> dict[str, Any]:
    import yaml

    found: dict[str, Any] = yaml.safe_load(Path(__file__).with_name("forgetting.yaml").read_text(encoding="utf-8"))
    return found
