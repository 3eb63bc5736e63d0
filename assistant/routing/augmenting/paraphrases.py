"""Other ways to say what an intent's examples say, written by a language model.

What the model writes is raw material: `acceptance` decides what the router may learn of it.
"""

import hashlib
import json
import random
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from assistant.routing.intents.catalogue import LANGUAGES, Catalogue
from assistant.text.language import Language
from assistant.text.prompts import PromptLibrary

SHOWN = 5
AT_ONCE = 10
"""Examples that one prompt shows, and messages that it asks for."""
_TOKENS = 40
_TEMPERATURE = 0.9
_NUMBER = re.compile(r"^\s*(?:[-*•]|[(（]?\d{1,3}\s*[.)）、:：])\s*")
_QUOTES = "\"'“”‘’「」『』`"


class Writes(Protocol):
    """A language model, or a ladder of them; `ModelUnavailable` where none answers."""

    def invoke(self, input: Any, config: Any = None, **kwargs: Any) -> Any:
        """A message whose `text` is the answer."""
        ...


@dataclass(frozen=True)
class Request:
    """One prompt's worth of paraphrases.

    Args:
        intent: what they should mean.
        prompt: that asks for them.
        count: how many it asks for.
        seed: of the model's random numbers.
    """

    intent: str
    language: Language
    prompt: str
    count: int
    seed: int

    @property
    def key(self) -> str:
        """Names the request: the same words and the same seed are the same request."""
        said = json.dumps([self.prompt, self.seed], ensure_ascii=False)
        return hashlib.sha256(said.encode()).hexdigest()[:24]


def requests_for(
    catalogue: Catalogue,
    prompts: PromptLibrary,
    count: int,
    *,
    seed: int = 0,
    intents: Iterable[str] | None = None,
    languages: Sequence[Language] = LANGUAGES,
) -> Iterator[Request]:
    """The prompts that ask for `count` paraphrases of each intent in each language that it has examples in.

    Args:
        seed: of the examples that are shown and of the model's random numbers.
        intents: those that are asked for; None for all.
    """
    wanted = None if intents is None else set(intents)
    for intent in catalogue:
        if wanted is not None and intent.name not in wanted:
            continue
        for language in languages:
            examples = intent.examples[language]
            if not examples:
                continue
            for number, start in enumerate(range(0, count, AT_ONCE)):
                drawn = random.Random(f"{seed} {number} {intent.name} {language}")
                shown = drawn.sample(examples, min(SHOWN, len(examples)))
                asked = min(AT_ONCE, count - start)
                prompt = prompts.render(
                    f"routing/paraphrase_{language}",
                    meaning=intent.description[language],
                    examples=shown,
                    count=asked,
                )
                yield Request(intent.name, language, prompt, asked, drawn.randrange(2**31))


def ask(model: Writes, request: Request) -> list[str]:
    """What the model writes, one message a line; fewer than asked for where it stops early.

    Raises:
        ModelUnavailable: no model answers.
    """
    answer = model.invoke(
        request.prompt, temperature=_TEMPERATURE, seed=request.seed, max_tokens=_TOKENS * request.count
    )
    return messages_in(str(answer.text))[: request.count]


def messages_in(answer: str) -> list[str]:
    """The numbered lines of an answer, without their numbers and quotes; all lines where none is numbered."""
    lines = [line for line in answer.splitlines() if line.strip()]
    numbered = [line for line in lines if _NUMBER.match(line)] or lines
    return [said for line in numbered if (said := _NUMBER.sub("", line).strip().strip(_QUOTES).strip())]
