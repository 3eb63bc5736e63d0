"""Which tool to call, or none: a decision of its own.

A small model's habit of starting a call with `{`, a code fence or a friendly sentence says little. So the
names of the tools and of "reply" are weighed against each other at the place where a call would name its
tool. The weights are calibrated by those which an empty question gets (contextual calibration, Zhao et al.
2021, arXiv 2102.09690), as such models favour certain names and places in the list whatever is asked.
"""

from collections.abc import Sequence

from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, SystemMessage, ToolMessage

from assistant.models.llama.decoding import Decoder, room_for
from assistant.models.llama.engine import LlamaEngine
from assistant.models.llama.format import CALL_NAME, CALL_OPEN, ChatFormat
from assistant.models.llama.sampling import Sampling, TokenSampler
from assistant.models.llama.scoring import normalised, score_texts
from assistant.models.llama.tools import REPLY, ToolUse

_EMPTY_QUESTIONS = ("N/A", "...", "")
_EMPTY_RESULT = "..."
_CALIBRATION = 0.5
_CALIBRATION_AFTER_RESULT = 1.0
_REPLY_AFTER_RESULT = 2.0
"""How much of the empty weights is taken off, and how much an answer in words gains once a tool has answered.

Set by hand on 16 questions and 10 conversations with results, with five tools in two orders, by the default
model: after results 8 and 7 of 10 were right, where plain weights had 7 and 4. Of the questions 13
were right under a one-line system prompt, 12 and 13 under a page of real instructions, and 12 and 11 under a
page of noise (plain weights: 12, 12; 10, 10). The questions that were chosen by are those that were measured
on, so expect less elsewhere: examples in the agent's prompt help more than any weight.
"""


class ToolDecision:
    """Decides for one model; keeps the weights that empty questions got.

    Args:
        engine: the loaded model.
        chat_format: how conversations are written for it.
    """

    def __init__(self, engine: LlamaEngine, chat_format: ChatFormat) -> None:
        self._engine = engine
        self._format = chat_format
        self._priors: dict[tuple[str, tuple[str, ...], str], list[float]] = {}

    def decide(
        self, out: Decoder, messages: Sequence[BaseMessage], suffix: str, use: ToolUse, *, again: bool
    ) -> str | None:
        """The name of the tool to call, or None to answer in words.

        Args:
            out: has written the beginning of a call, up to the tool's name.
            messages: the conversation.
            suffix: the text that describes the tools.
            use: the tools; calibrated before.
            again: whether a call stands in this answer already; None means that it was the last one then.
        """
        names = _names(use)
        scores = self._weigh(out, names)
        if not again:
            after = _answered_tool(messages, use)
            weight = _CALIBRATION_AFTER_RESULT if after else _CALIBRATION
            prior = self._priors[suffix, tuple(names), after]
            scores = [score - weight * usual for score, usual in zip(scores, prior, strict=True)]
            scores[-1] += _REPLY_AFTER_RESULT if after else 0.0
        allowed = names if use.kind == "auto" or again else names[:-1]
        best = max(allowed, key=lambda name: scores[names.index(name)])
        return None if best == REPLY else best

    def calibrate(self, messages: Sequence[BaseMessage], suffix: str, use: ToolUse) -> None:
        """Weigh the names once for an empty question or, after a result, for an empty result of that tool.

        Done once per set of tools, under the system message that is met first. Changes the engine's context,
        so it comes before the prompt itself.

        Raises:
            PromptTooLong: the tools alone fill the context.
        """
        names, after = _names(use), _answered_tool(messages, use)
        key = (suffix, tuple(names), after)
        if key in self._priors:
            return
        tails: list[list[BaseMessage]] = [[HumanMessage(question)] for question in _EMPTY_QUESTIONS]
        if after:
            call = AIMessage("", tool_calls=[{"name": after, "args": {}, "id": "empty"}])
            tails = [[HumanMessage(_EMPTY_QUESTIONS[0]), call, ToolMessage(_EMPTY_RESULT, tool_call_id="empty")]]
        system = [message for message in messages[:1] if isinstance(message, SystemMessage)]
        found: list[list[float]] = []
        for tail in tails:
            prompt = self._format.tokens([*system, *tail], system_suffix=suffix)
            room = room_for(self._engine, prompt)
            _, logits = self._engine.prepare(prompt)
            out = Decoder(self._engine, logits, TokenSampler(self._engine, Sampling()), room, lambda: None)
            out.force(CALL_OPEN + CALL_NAME, markup=True)
            found.append(self._weigh(out, names))
        self._priors[key] = [sum(column) / len(column) for column in zip(*found, strict=True)]

    def _weigh(self, out: Decoder, names: Sequence[str]) -> list[float]:
        sequences = [self._engine.tokenize(name) for name in names]
        ends = {self._engine.tokenize(text)[0] for text in ('"', '",', '"}')}
        return normalised(score_texts(self._engine, out.logits, sequences, sorted(ends), gap=12.0))


def _names(use: ToolUse) -> list[str]:
    return [*(spec.name for spec in use.tools), REPLY]


def _answered_tool(messages: Sequence[BaseMessage], use: ToolUse) -> str:
    """The tool whose result stands last in the conversation; "" when something else does."""
    if not messages or not isinstance(messages[-1], ToolMessage):
        return ""
    called = [call["name"] for m in messages if isinstance(m, AIMessage) for call in m.tool_calls]
    return called[-1] if called and called[-1] in _names(use) else ""
