"""Puts a router together from its parts; the only place of this room that knows all of them."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from assistant.routing.detectors.detector import SentenceEncoder
from assistant.routing.detectors.encoders import shop_plan
from assistant.routing.detectors.model_vote import ModelVote, ScoresChoices
from assistant.routing.detectors.nearest import MemoryIndex, NearestDetector
from assistant.routing.detectors.rules import OutsideDetector, RuleDetector
from assistant.routing.detectors.vectors import Progress
from assistant.routing.fusion.judge import Judge
from assistant.routing.fusion.prior import IntentPrior
from assistant.routing.intents.catalogue import Catalogue
from assistant.routing.intents.intent import Example
from assistant.routing.learning.corrections import CorrectionFile
from assistant.routing.learning.refits import Taught, as_examples
from assistant.routing.learning.trained import Trained
from assistant.routing.learning.training import train
from assistant.routing.reading.products import ProductWords
from assistant.routing.reading.slots import SlotFinder
from assistant.routing.reading.spelling import Spelling
from assistant.routing.reading.wording import Wording
from assistant.routing.renewal import Renewal
from assistant.routing.router import Router, Thresholds
from assistant.text.prompts import PromptLibrary


def build_router(
    catalogue: Catalogue,
    encoders: Mapping[str, SentenceEncoder],
    *,
    cache_dir: Path,
    prompts: PromptLibrary | None = None,
    model: ScoresChoices | None = None,
    products: Sequence[str] = (),
    thresholds: Thresholds | None = None,
    corrections: Path | None = None,
    taught: Taught | None = None,
    prior: IntentPrior | None = None,
) -> Router:
    """A router for the shop; trains it when the catalogue changed since it was last built.

    Args:
        encoders: by name, those of `assistant.models.embeddings`.
        cache_dir: what was learned is kept in its folder `router`.
        prompts: holds `routing/choose.md`; without it the model is never asked.
        model: anything with `score_choices`, such as the ladder.
        products: names of the shop's products, for slots.
        corrections: the file of what was learned since, see `corrections.py`; without it nothing is.
        taught: corrections, and those that became examples, whenever they did; instead of `corrections`.
        prior: says what a customer's behaviour makes likelier.
    """
    kept = (
        taught.corrections if taught is not None else CorrectionFile(corrections) if corrections is not None else None
    )
    words = ProductWords.of_shop(products)

    def judge() -> Judge:
        taken = as_examples(taught.refits.taken()) if taught is not None else ()
        return build_judge(catalogue, encoders, cache_dir=cache_dir, products=words, corrections=kept, taken=taken)

    renewal = Renewal(lambda: taught.refits.stamp, judge) if taught is not None else None
    finder = SlotFinder(catalogue.slots, words)
    vote = ModelVote(model, prompts, catalogue)
    return Router(
        catalogue, judge(), finder, vote, thresholds, renewal, prior, _spelling(catalogue, encoders, products)
    )


def _spelling(
    catalogue: Catalogue, encoders: Mapping[str, SentenceEncoder], products: Sequence[str]
) -> Spelling | None:
    """What mends words, where an encoder tells which there are."""
    words = getattr(encoders.get("minilm"), "words", None)
    return Spelling.of(catalogue, words(), products) if words is not None else None


def router_around(catalogue: Catalogue, judge: Judge) -> Router:
    """A router that knows no products and asks no language model: to measure what a judge reads."""
    return Router(
        catalogue, judge, SlotFinder(catalogue.slots, ProductWords.of_shop()), ModelVote(None, None, catalogue)
    )


def build_judge(
    catalogue: Catalogue,
    encoders: Mapping[str, SentenceEncoder],
    *,
    cache_dir: Path,
    products: ProductWords | None = None,
    corrections: CorrectionFile | None = None,
    taken: Sequence[Example] = (),
    keep: bool = True,
) -> Judge:
    """What reads messages for the router; see `build_router`.

    Args:
        taken: corrections that became examples.
        keep: whether what is learned is kept for the next time.
    """
    plan = shop_plan(encoders)
    trained = learn(catalogue, encoders, cache_dir, taken=taken, keep=keep)
    index = MemoryIndex(catalogue.with_examples(taken).examples, dict(trained.vectors))
    nearest = NearestDetector(trained.names, index, {lang: plan.first(lang) for lang in plan.stages})
    wording = Wording(products or ProductWords.of_shop())
    rules, outside = RuleDetector(catalogue), OutsideDetector(catalogue)
    return Judge(trained, encoders, wording, plan, rules, nearest, corrections, outside)


def learn(
    catalogue: Catalogue,
    encoders: Mapping[str, SentenceEncoder],
    cache_dir: Path,
    progress: Progress | None = None,
    *,
    taken: Sequence[Example] = (),
    keep: bool = True,
) -> Trained:
    """What the catalogue teaches, and corrections that became examples; quick when it was learned and kept before."""
    wording = Wording(ProductWords.of_shop())
    plan, folder = shop_plan(encoders), cache_dir / "router"
    return train(catalogue.with_examples(taken), encoders, wording, plan, folder, progress, taken, keep)
