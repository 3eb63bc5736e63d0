"""The examples of a catalogue as training looks at them, and which of them a slow encoder reads."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assistant.routing.detectors.detector import OUT, Matrix
from assistant.routing.detectors.encoders import EncoderPlan
from assistant.routing.detectors.few import names_as_examples
from assistant.routing.intents.catalogue import LANGUAGES, Catalogue
from assistant.routing.intents.intent import Example
from assistant.routing.learning.chosen import MOST_READ, Chosen, covering, evenly
from assistant.routing.learning.school import Labels, folds_of


@dataclass(frozen=True)
class ExampleTable:
    """The examples, and arrays with a place for each.

    Args:
        names: the classes, "out of scope" last.
        examples: those of the catalogue, and after them intents' names where examples are few.
        languages: of the examples.
        labels: their classes.
        said: marks those that people say, which the intents' names are not.
        judged: marks those that are held back in turn.
        folds: see `folds_of`; -1 for those that are never held back.
    """

    names: tuple[str, ...]
    examples: tuple[Example, ...]
    languages: NDArray[np.str_]
    labels: Labels
    said: NDArray[np.bool_]
    judged: NDArray[np.bool_]
    folds: Labels

    @classmethod
    def of(cls, catalogue: Catalogue, corrections: Collection[Example] = ()) -> "ExampleTable":
        """The examples of a catalogue; `corrections` are those of them that are never held back."""
        names = (*catalogue.names(), OUT)
        examples = (*catalogue.examples, *names_as_examples(catalogue))
        said = np.arange(len(examples)) < len(catalogue.examples)
        languages = np.array([example.language for example in examples])
        labels: Labels = np.array([names.index(example.intent) for example in examples])
        later = set(corrections)
        judged = said & np.array([example not in later for example in examples])
        folds = np.full(len(examples), -1)
        folds[judged] = folds_of(labels[judged], languages[judged])
        return cls(names, examples, languages, labels, said, judged, folds)

    def of_plan(self, plan: EncoderPlan, encoder: str) -> NDArray[np.bool_]:
        """Marks those in a language that an encoder is heard for."""
        return np.asarray(np.isin(self.languages, plan.languages(encoder)))

    def chosen(self, vectors: Mapping[str, Matrix], plan: EncoderPlan) -> Chosen:
        """Those that encoders of later stages read where there are many, by the vectors of the first stage."""
        read, typical = np.zeros(len(self.labels), dtype=bool), np.zeros(len(self.labels), dtype=bool)
        for language in LANGUAGES:
            rows = np.flatnonzero(self.languages == language)
            if not len(rows):
                continue
            outside = self.labels[rows] == len(self.names) - 1
            inside, around = rows[~outside], rows[outside]
            quick = plan.first(language)
            joined = join([vectors[name][inside] for name in quick])
            most = MOST_READ[min(len(quick), max(MOST_READ))]
            read[inside], typical[inside] = covering(joined, self.labels[inside], most)
            some = around[evenly(len(around))]
            read[some] = typical[some] = True
        return Chosen(read, typical)


def join(parts: list[Matrix]) -> Matrix:
    """Vectors of several encoders put together, of length 1."""
    return np.asarray(np.concatenate(parts, axis=1) / np.sqrt(len(parts)), dtype=np.float32)
