"""Drafts: greeting, answer, next step and end, each sentence with the record or the passage that it rests on.

Code puts a draft together from checked parts; a model, where one is set up, only helps to choose and word what pages
say (as it does for the assistant's own answers). The whole is held against its sources by the same check.
"""

import re
from collections.abc import Sequence

from assistant.conversation.grounding.check import Check
from assistant.conversation.grounding.spans import MARK, numbered, spans_of
from assistant.conversation.reading.signals import signals
from assistant.conversation.showing.texts import ReplyTexts
from assistant.conversation.slots.choice import value_said
from assistant.conversation.turn import Part
from assistant.copilot.records import Draft, DraftSentence, Origin, Tone
from assistant.copilot.requests import Wanted
from assistant.copilot.situation import Situation
from assistant.copilot.wording import RULES, Worded
from assistant.copilot.words import CopilotWords
from assistant.text.language import has_han
from assistant.text.sentences import sentence_bounds

_ASKED_IN_ANSWER = frozenset({"ask_which_order"})
_BLANK_LINES = re.compile(r"\n\s*\n\s*")
_SPACES = re.compile(r"[ \t]+(?=[,.!?。，！？]|$)", re.MULTILINE)


class Drafter:
    """Puts drafts together in one language.

    Args:
        words: of that language.
        texts: the shop's words in it.
        check: refuses what no source supports.
    """

    def __init__(self, words: CopilotWords, texts: ReplyTexts, check: Check) -> None:
        self._words = words
        self._texts = texts
        self._check = check

    def draft(self, situation: Situation, wanted: Wanted, worded: Sequence[Worded], step: str, tone: Tone) -> Draft:
        """A draft of one tone.

        Args:
            situation: the conversation.
            wanted: what the customer wants, and how they feel.
            worded: the answers, request by request, in this language.
            step: key of the next step.
            tone: how it is said; what is said stays the same, except that `shorter` leaves courtesies out.
        """
        pieces: list[list[DraftSentence]] = []
        origins: list[Origin] = []
        if tone != "shorter" and step != "close":
            pieces.append(self._courtesy(self._opening(situation, wanted, tone)))
        pieces += [
            self._sentences(self._cut(one.part, tone), one, origins)
            for one in (worded if step != "close" else ())
            if one.part is not None
        ]
        if ending := self._ending(worded, step, tone):
            pieces.append(self._courtesy(ending))
        sentences = [
            sentence.model_copy(update={"lead": "\n\n" if number else ""}) if index == 0 else sentence
            for number, piece in enumerate(piece for piece in pieces if piece)
            for index, sentence in enumerate(piece)
        ]
        text = "".join(sentence.lead + sentence.text for sentence in sentences)
        own = [message.text for message in situation.of_customer]
        unsupported = self._check.unsupported(text, [*(origin.text for origin in origins), *own])
        return Draft(
            text=text,
            language=self._words.language,
            tone=tone,
            sentences=tuple(sentences),
            origins=tuple(origins),
            unsupported=unsupported,
            after=situation.of_customer[-1].message_id if situation.of_customer else "",
        )

    def _opening(self, situation: Situation, wanted: Wanted, tone: Tone) -> list[str]:
        suffix = "_friendlier" if tone == "friendlier" else ""
        customer = situation.customer
        if customer is None:
            found = [self._words.say("draft", f"hello_stranger{suffix}")]
        else:
            name = customer.name if has_han(customer.name) or self._words.language == "zh" else customer.first_name
            found = [self._words.say("draft", f"hello{suffix}", name=name)]
        if tone != "firmer" and wanted.sentiment in ("angry", "unhappy"):
            found.append(self._words.say("draft", f"sorry_{wanted.sentiment}"))
        return found

    def _ending(self, worded: Sequence[Worded], step: str, tone: Tone) -> list[str]:
        found: list[str] = []
        asked = step in _ASKED_IN_ANSWER and any(one.part is not None for one in worded)
        if self._words.has("offers", step) and not asked:
            found.append(self._words.say("offers", _known(step, worded)))
        if not found and not asked and tone != "shorter":
            found.append(self._words.say("draft", f"end_{tone}" if tone in ("friendlier", "firmer") else "end"))
        elif tone == "friendlier" and step != "close":
            found.append(self._words.say("draft", "end_friendlier"))
        return found

    def _cut(self, part: Part, tone: Tone) -> Part:
        """The part; where it shall be shorter and quotes pages, its first paragraph."""
        if tone != "shorter" or not part.passages:
            return part
        return Part(text=part.text.split("\n\n")[0], passages=part.passages, sources=part.sources)

    def _courtesy(self, said: Sequence[str]) -> list[DraftSentence]:
        lead = "" if self._words.language == "zh" else " "
        return [DraftSentence(text=text[start:end], lead=lead) for text in said for start, end in sentence_bounds(text)]

    def _sentences(self, part: Part, worded: Worded, origins: list[Origin]) -> list[DraftSentence]:
        masker = worded.looked.turn.masker
        checked, citations = numbered(part, [])
        text = masker.unmask(checked.text)
        tools = {outcome.name: outcome.text for outcome in worded.looked.outcomes}
        found: list[DraftSentence] = []
        before = 0
        for span in spans_of(text, checked.sources, masker.unmask):
            rests: list[int] = []
            for number in span.citations:
                cited = citations[number - 1]
                label = ", ".join(filter(None, (cited.title, cited.heading)))
                rests.append(_place(origins, "passage", label, cited.text, cited.passage_id))
            rests += [self._place_tool(origins, t, tools.get(t, ""), checked, worded) for t in span.tools]
            lead = _BLANK_LINES.sub("\n\n", MARK.sub("", text[before : span.start]))
            before = span.end
            words = _SPACES.sub("", MARK.sub("", text[span.start : span.end])).strip()
            if words:
                found.append(DraftSentence(text=words, origins=tuple(rests), lead=lead))
        return found

    def _place_tool(self, origins: list[Origin], tool: str, text: str, part: Part, worded: Worded) -> int:
        said = "\n".join(source.text for source in part.sources if source.tool == tool)
        order = worded.looked.order
        if tool == RULES:
            return _place(origins, "rule", self._words.say("origins", "rules"), said)
        if order is not None:
            return _place(origins, "record", self._words.say("origins", "order", order_id=order.order_id), text or said)
        label = self._words.say("tools", tool) if self._words.has("tools", tool) else tool
        return _place(origins, "record", label, text or said)


def _known(step: str, worded: Sequence[Worded]) -> str:
    """The offer of a step, less what the customer has said already: nobody is asked twice what is damaged."""
    if step != "report_damage":
        return step
    said = " ".join(one.looked.request.words for one in worded)
    told, wish = signals().tells_damage(said), value_said("wish", said) is not None
    return "report_damage_all" if told and wish else "report_damage_wish" if told else step


def _place(origins: list[Origin], kind: str, label: str, text: str, passage_id: str = "") -> int:
    origin = Origin.model_validate({"kind": kind, "label": label, "text": text, "passage_id": passage_id})
    if origin not in origins:
        origins.append(origin)
    return origins.index(origin)
