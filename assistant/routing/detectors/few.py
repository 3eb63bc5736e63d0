"""What only catalogues with few examples learn: from intents' names, and from all encoders put together.

Measured at five and ten examples an intent on three public sets: a name counts like one more example (one to two
points), the two classifiers over blended vectors add half a point to a point and a half, and what is near the names
(see `named`) a tenth to four tenths. With thousands of examples none of it adds anything, and all cost time, so such
catalogues do without.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field

import numpy as np

from assistant.routing.detectors.blend import Blend, blend_name, fit_blend
from assistant.routing.detectors.detector import Matrix, Scores
from assistant.routing.detectors.kernel import Kernel, fit_kernel
from assistant.routing.detectors.linear import Linear
from assistant.routing.detectors.named import Named, fit_named
from assistant.routing.intents.catalogue import LANGUAGES, Catalogue
from assistant.routing.intents.intent import Example

MOST_EXAMPLES = 2500
FEWEST_NAMED = 20
"""Names of fewer intents are no measure of anything else: what is near to some of them is read as before."""
CLASSIFIER = "classifier:"
KERNEL = "kernel:"
NAMES = "names:"
PROFILE = "profile:"
"""Beginnings of detectors' names; the encoders' names follow."""

Fit = Callable[[Matrix, np.ndarray], Linear]


@dataclass(frozen=True)
class Few:
    """Classifiers over blended vectors, by the encoders put together ("minilm+use"); empty for many examples."""

    blends: Mapping[str, Blend] = field(default_factory=dict)
    linear: Mapping[str, Linear] = field(default_factory=dict)
    kernels: Mapping[str, Kernel] = field(default_factory=dict)
    named: Mapping[str, Named] = field(default_factory=dict)

    def votes(
        self, heard: tuple[str, ...], vectors: Mapping[str, Matrix], counted: Collection[str] | None = None
    ) -> dict[str, Scores]:
        """Log-probabilities of shape (n, classes) by each classifier over the encoders `heard`.

        Args:
            counted: the detectors that are asked; None for all.
        """
        together = blend_name(heard)
        if together not in self.blends:
            return {}
        blend = self.blends[together]
        rows = blend.of({name: vectors[name] for name in heard})
        votes: dict[str, Scores] = {}
        kernel, names, profile, classifier = (f"{kind}{together}" for kind in (KERNEL, NAMES, PROFILE, CLASSIFIER))
        if _counts(kernel, counted):
            votes[kernel] = self.kernels[together].log_probabilities(rows, blend.slices())
        if together in self.named and (_counts(names, counted) or _counts(profile, counted)):
            votes |= zip((names, profile), self.named[together].log_probabilities(rows), strict=True)
        if together in self.linear and _counts(classifier, counted):
            votes[classifier] = self.linear[together].log_probabilities(rows)
        return votes


def _counts(detector: str, counted: Collection[str] | None) -> bool:
    return counted is None or detector in counted


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
    names: np.ndarray,
    classes: int,
    fit: Fit,
) -> tuple[Few, dict[str, Scores]]:
    """Train them.

    Args:
        combinations: encoders that are heard together, and the rows that all of them read.
        vectors: by encoder, one row for each example.
        labels: and `folds` of the examples; fold -1 is for those that are never held back.
        names: marks the intents' names among the examples.
        fit: fits a linear classifier to rows and their labels.

    Returns:
        what was learned, and by detector the votes on each example as if it had been held back.
    """
    blends: dict[str, Blend] = {}
    linear: dict[str, Linear] = {}
    kernels: dict[str, Kernel] = {}
    named: dict[str, Named] = {}
    votes: dict[str, Scores] = {}
    for heard, taught in combinations.items():
        together, own, of_names = blend_name(heard), labels[taught], names[taught]
        blend = fit_blend({name: vectors[name][taught[folds[taught] >= 0]] for name in heard})
        rows = blend.of({name: vectors[name][taught] for name in heard})
        blends[together] = blend
        found: dict[str, Scores] = {}
        kernels[together], found[KERNEL] = fit_kernel(rows, own.tolist(), classes, blend.slices())
        if of_names.any() and len(np.unique(own[of_names])) >= FEWEST_NAMED:
            around = blend.around_their_centre(rows[of_names])
            named[together], found[NAMES], found[PROFILE] = fit_named(
                rows, own, folds[taught] >= 0, around, own[of_names], classes
            )
        if len(heard) > 1:
            linear[together] = fit(rows, own)
            found[CLASSIFIER] = np.zeros((len(taught), classes))
            for fold in range(int(folds.max()) + 1):
                test = folds[taught] == fold
                if test.any() and not test.all():
                    found[CLASSIFIER][test] = fit(rows[~test], own[~test]).log_probabilities(rows[test])
        for beginning, scores in found.items():
            votes[f"{beginning}{together}"] = np.zeros((len(labels), classes))
            votes[f"{beginning}{together}"][taught] = scores
    return Few(blends, linear, kernels, named), votes
