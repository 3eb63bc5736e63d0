"""Whether a sentence of a model says something that its passages say: a signal for what holds no number or name.

A sentence is supported when a sentence of the passages shares most of its words, or lies near it in meaning. On
the shop's own pages, the nearest sentence of an unrelated passage has a cosine of .32 (95th percentile, both
languages) and of another section of the same page .55 (en) and .51 (zh); rewordings by hand lie between .53 and
.77. Between the bounds a language model is asked, if there is one that gives probabilities; else the stricter
bound counts. The signal can't tell a negation: `polarity` does.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from assistant.conversation.grounding.polarity import tokens
from assistant.text.sentences import split_sentences

if TYPE_CHECKING:
    from langchain_core.embeddings import Embeddings

    from assistant.models.ladder import ModelLadder
    from assistant.text.prompts import PromptLibrary

_SAME_WORDS = 0.6
_NEAR = 0.55
_FAR = 0.35
_YES, _NO = "yes", "no"


class Entailment:
    """Judges sentences beside the sentences of their sources.

    Args:
        embeddings: compares sentences, also across languages.
        ladder: asked where the distance doesn't tell.
        prompts: holds `check/entailed`.
    """

    def __init__(self, embeddings: "Embeddings", ladder: "ModelLadder", prompts: "PromptLibrary") -> None:
        self._embeddings = embeddings
        self._ladder = ladder
        self._prompts = prompts

    def support(self, text: str, sources: Sequence[str]) -> list[tuple[str, float]]:
        """The sentences of `text`, each with how far the nearest of `sources` says it: 0 not at all, 1 in its words.

        Args:
            text: without citation marks.
            sources: sentences.
        """
        import numpy as np

        said = split_sentences(text)
        if not said or not sources:
            return [(sentence, 0.0) for sentence in said]
        vectors = np.asarray(self._embeddings.embed_documents([*said, *sources]), dtype=np.float32)
        near = vectors[: len(said)] @ vectors[len(said) :].T
        known = [tokens(source) for source in sources]
        found = []
        for sentence, row in zip(said, near, strict=True):
            words = tokens(sentence)
            shared = max((len(words & other) / len(words) for other in known), default=0.0) if words else 0.0
            found.append((sentence, 1.0 if shared >= _SAME_WORDS else min(1.0, max(0.0, float(row.max())))))
        return found

    def unsupported(self, text: str, sources: Sequence[str]) -> list[str]:
        """The sentences of `text` that no source says."""
        wrong = []
        for sentence, support in self.support(text, sources):
            if support < _FAR or (support < _NEAR and not self._entailed(sentence, sources)):
                wrong.append(sentence)
        return wrong

    def _entailed(self, sentence: str, sources: Sequence[str]) -> bool:
        """What a local model says of a sentence that the embeddings leave open; no without one."""
        if self._ladder.states().get("local", "open") == "open":
            return False
        asked = self._prompts.render("check/entailed", sources=list(sources), sentence=sentence)
        scored = self._ladder.score_choices(asked, [_YES, _NO])
        return scored is not None and scored.probabilities[_YES] > scored.probabilities[_NO]
