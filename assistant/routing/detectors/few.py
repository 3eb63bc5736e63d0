"""What only catalogues with few examples learn: from intents' names, and from all encoders put together.

Measured at five and ten examples an intent on three public sets: a name counts like one more example (one to two
points), and the two classifiers over blended vectors add half a point to a point and a half. With thousands of
examples neither adds anything, and both cost time, so such catalogues do without.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np

from assistant.routing.detectors.blend import Blend, blend_name, fit_blend
from assistant.routing.detectors.detector import Matrix, Scores
from assistant.routing.detectors.kernel import Kernel, fit_kernel
from assistant.routing.detectors.linear import Linear
from assistant.routing.intents.catalogue import LANGUAGES, Catalogue
from assistant.routing.intents.intent import Example

MOST_EXAMPLES = 2500
CLASSIFIER = "classifier:"
KERNEL = "kernel:"
"""Beginnings of detectors' names; the encoders' names follow."""

Fit = Callable[[Matrix, np.ndarray], Linear]


@dataclass(frozen=True)
class Few:
    """Classifiers over blended vectors, by the encoders put together ("minilm+use"); empty for many examples."""

    blends: Mapping[str, Blend] = field(default_factory=dict)
    linear: Mapping[str, Linear] = field(default_factory=dict)
    kernels: Mapping[str, Kernel] = field(default_factory=dict)

    def votes(self, heard: tuple[str, ...], vectors: Mapping[str, Matrix]) -> dict[str, Scores]:
        """Log-probabilities of shape (n, classes) by each classifier over the encoders `heard`."""
        together = blend_name(heard)
        if together not in self.blends:
            return {}
        blend = self.blends[together]
        rows = blend.of({name: vectors[name] for name in heard})
        votes = {f"{KERNEL}{together}": self.kernels[together].log_probabilities(rows, blend)}
        if together in self.linear:
            votes[f"{CLASSIFIER}{together}"] = self.linear[together].log_probabilities(rows)
        return votes


def names_as_examples(catalogue: Catalogue) -> tuple[Example, ...]:
    """Each intent's label, in the languages that it has examples in; none where there are examples enough."""
    if len(catalogue.examples) > MOST_EXAMPLES:
        return ()
    return tuple(
        Example(intent.label(language), intent.name, language)
        for intent in catalogue
        for language in LANGUAGES
        if intent.examples[language]
    )


def learn_few(
    combinations: Mapping[tuple[str, ...], np.ndarray],
    vectors: Mapping[str, Matrix],
    labels: np.ndarray,
    folds: np.ndarray,
    classes: int,
    fit: Fit,
) -> tuple[Few, dict[str, Scores]]:
    """Train them.

    Args:
        combinations: encoders that are heard together, and the rows that all of them read.
        vectors: by encoder, one row for each example.
        labels: and `folds` of the examples; fold -1 is for those that are never held back.
        fit: fits a linear classifier to rows and their labels.

    Returns:
        what was learned, and by detector the votes on each example as if it had been held back.
    """
    blends: dict[str, Blend] = {}
    linear: dict[str, Linear] = {}
    kernels: dict[str, Kernel] = {}
    votes: dict[str, Scores] = {}
    for heard, taught in combinations.items():
        together = blend_name(heard)
        blend = fit_blend({name: vectors[name][taught[folds[taught] >= 0]] for name in heard})
        rows = blend.of({name: vectors[name][taught] for name in heard})
        blends[together] = blend
        kernels[together], left_out = fit_kernel(rows, labels[taught].tolist(), classes, blend)
        votes[f"{KERNEL}{together}"] = np.zeros((len(labels), classes))
        votes[f"{KERNEL}{together}"][taught] = left_out
        if len(heard) > 1:
            linear[together] = fit(rows, labels[taught])
            votes[f"{CLASSIFIER}{together}"] = np.zeros((len(labels), classes))
            for fold in range(int(folds.max()) + 1):
                test = folds[taught] == fold
                if test.any() and not test.all():
                    held = fit(rows[~test], labels[taught][~test]).log_probabilities(rows[test])
                    votes[f"{CLASSIFIER}{together}"][taught[test]] = held
    return Few(blends, linear, kernels), votes
