"""What training produces: classifiers, and stages of each language; one file without pickles."""

import json
import logging
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from assistant.routing.detectors.apart import Apart, GramOdds
from assistant.routing.detectors.blend import Blend
from assistant.routing.detectors.detector import Matrix, Scores
from assistant.routing.detectors.few import CLASSIFIER, KERNEL, Few
from assistant.routing.detectors.kernel import Kernel
from assistant.routing.detectors.lexical import Lexical
from assistant.routing.detectors.linear import Linear
from assistant.routing.detectors.named import Named
from assistant.routing.fusion.pool import Pool
from assistant.routing.fusion.scope import Scope
from assistant.text.language import Language

_LOG = logging.getLogger(__name__)
_LEXICAL = ("idf", "weights", "bias")
_ODDS = ("asking", "parting")
_NAMED = ("names", "owners", "mean")
_ENOUGH = 0.75
_ENOUGH_OF_FEW = 0.9
"""A stage that gives an intent this probability isn't followed by the next one. Where there were many examples to
learn from, the next one changed nothing for the better above the lower bound, nor where a text is surely out of
scope: three of four messages that it read before it reads no more. Catalogues with few examples gain up to .9."""


@dataclass(frozen=True)
class Stage:
    """A step of deciding: which encoders have been heard, and how what they say is read.

    Args:
        encoders: all that have been heard at the end of this stage.
        pool: fuses their votes.
        scope: tells what is no business of the shop.
        figures: on held-back examples: `accuracy`, `coverage` at an error of 8 %, `calibration_error`.
    """

    encoders: tuple[str, ...]
    pool: Pool
    scope: Scope
    figures: Mapping[str, float]

    @property
    def enough(self) -> float:
        """The probability of an intent that settles it."""
        return _ENOUGH_OF_FEW if self._of_few else _ENOUGH

    @property
    def _of_few(self) -> bool:
        return any(name.startswith(KERNEL) for name in self.pool.weights)

    def settled(self, pooled: Scores, outside: Scores, enough: float | None = None) -> NDArray[np.bool_]:
        """Whether the next stage would be asked in vain, by text.

        Args:
            pooled: log-probabilities of shape (n, classes), "out of scope" last.
            outside: probability of being out of scope, shape (n,).
            enough: instead of the stage's own.
        """
        sure = np.exp(pooled[:, :-1].max(axis=1)) >= (self.enough if enough is None else enough)
        far = outside >= (np.inf if self._of_few else self.scope.far)
        return np.asarray(sure | far, dtype=np.bool_)


@dataclass(frozen=True)
class Trained:
    """Everything that was learned.

    Args:
        names: the classes, "out of scope" last.
        linear: classifier by encoder and language.
        few: classifiers of catalogues with few examples.
        lexical: by language.
        stages: by language, cheapest first; the next one is entered only where this one is unsure.
        vectors: by language, the examples' vectors (of the first stage's encoders, put together).
        held_back: by language, as which class each example was read by detectors that had not seen it.
        apart: by language, what tells requests of one message apart; none where there were few examples.
    """

    names: tuple[str, ...]
    linear: Mapping[tuple[str, Language], Linear]
    few: Few
    lexical: Mapping[Language, Lexical]
    stages: Mapping[Language, tuple[Stage, ...]]
    vectors: Mapping[Language, Matrix]
    held_back: Mapping[Language, NDArray[np.int64]] = field(default_factory=dict)
    apart: Mapping[Language, Apart] = field(default_factory=dict)

    def votes(
        self,
        language: Language,
        heard: tuple[str, ...],
        new: tuple[str, ...],
        vectors: Mapping[str, Matrix],
        counted: Collection[str] | None = None,
    ) -> dict[str, Scores]:
        """Log-probabilities of shape (n, classes) by each classifier over sentence vectors at the end of a stage.

        Args:
            heard: the encoders that have been heard.
            new: those of them that were not heard before this stage.
            vectors: by encoder, n rows.
            counted: those over several encoders that are asked; None for all.
        """
        alone = {f"{CLASSIFIER}{name}": self.linear[name, language].log_probabilities(vectors[name]) for name in new}
        return alone | self.few.votes(heard, vectors, counted)

    def as_kept(self) -> "Trained":
        """The same with vectors as exact as they are kept, so that it answers as it will when it is read again."""
        return replace(self, vectors={lang: _kept(rows).astype(np.float32) for lang, rows in self.vectors.items()})

    def save(self, path: Path) -> None:
        """Write to `path` in one step; a folder that can't be written to costs a training at the next start."""
        arrays: dict[str, Any] = {f"vectors/{lang}": _kept(rows) for lang, rows in self.vectors.items()}
        arrays |= {f"held/{lang}": classes.astype(np.int16) for lang, classes in self.held_back.items()}
        for (encoder, language), linear in self.linear.items():
            arrays |= {f"linear/{encoder}/{language}/{field}": array for field, array in asdict(linear).items()}
        for language, lexical in self.lexical.items():
            arrays |= {f"lexical/{language}/{field}": getattr(lexical, field) for field in _LEXICAL}
        for language, apart in self.apart.items():
            arrays |= {f"several/{language}/{field}": getattr(apart.several, field) for field in _LEXICAL}
            arrays |= {f"{name}/{language}/weights": getattr(apart, name).weights for name in _ODDS}
        for together, blend in self.few.blends.items():
            arrays |= {f"blend/{together}/{encoder}": mean for encoder, mean in blend.means.items()}
            arrays |= {f"emphasis/{together}/{encoder}": matrix for encoder, matrix in blend.emphasis.items()}
        for together, joint in self.few.linear.items():
            arrays |= {f"joint/{together}/{field}": array for field, array in asdict(joint).items()}
        for together, kernel in self.few.kernels.items():
            arrays |= {f"kernel/{together}/{field}": array for field, array in asdict(kernel).items()}
        for together, named in self.few.named.items():
            arrays |= {f"named/{together}/{field}": getattr(named, field) for field in _NAMED}
            arrays |= {f"profile/{together}/{field}": array for field, array in asdict(named.kernel).items()}
        meta = {
            "names": self.names,
            "blends": {together: list(blend.means) for together, blend in self.few.blends.items()},
            "joint": list(self.few.linear),
            "named": list(self.few.named),
            "linear": list(self.linear),
            "held": list(self.held_back),
            "lexical": {language: list(lexical.rows) for language, lexical in self.lexical.items()},
            "apart": {
                language: [list(apart.several.rows), *([list(o.rows), o.bias] for o in (apart.asking, apart.parting))]
                for language, apart in self.apart.items()
            },
            "stages": {language: [asdict(stage) for stage in stages] for language, stages in self.stages.items()},
        }
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            draft = path.with_suffix(".part.npz")
            np.savez(draft, meta=np.array(json.dumps(meta)), **arrays)
            draft.replace(path)
        except OSError as error:
            _LOG.warning("what the router learned is not kept, %s can't be written: %s", path, error)

    @classmethod
    def load(cls, path: Path) -> "Trained | None":
        """Read from `path`; None where there is no file or it can't be read."""
        try:
            with np.load(path, allow_pickle=False) as file:
                meta = json.loads(str(file["meta"]))
                fields = ("weights", "bias", "mean")
                linear = {
                    (name, lang): Linear(**{f: file[f"linear/{name}/{lang}/{f}"] for f in fields})
                    for name, lang in meta["linear"]
                }
                few = Few(
                    {
                        n: Blend(*({e: file[f"{kind}/{n}/{e}"] for e in parts} for kind in ("blend", "emphasis")))
                        for n, parts in meta["blends"].items()
                    },
                    {n: Linear(**{f: file[f"joint/{n}/{f}"] for f in fields}) for n in meta["joint"]},
                    {n: _kernel(file, f"kernel/{n}") for n in meta["blends"]},
                    {
                        n: Named(**{f: file[f"named/{n}/{f}"] for f in _NAMED}, kernel=_kernel(file, f"profile/{n}"))
                        for n in meta["named"]
                    },
                )
                lexical: dict[Language, Lexical] = {
                    lang: Lexical(_numbered(grams), **{f: file[f"lexical/{lang}/{f}"] for f in _LEXICAL})
                    for lang, grams in meta["lexical"].items()
                }
                apart: dict[Language, Apart] = {
                    lang: Apart(
                        Lexical(_numbered(grams), **{f: file[f"several/{lang}/{f}"] for f in _LEXICAL}),
                        *(
                            GramOdds(_numbered(known), file[f"{name}/{lang}/weights"], bias)
                            for name, (known, bias) in zip(_ODDS, odds, strict=True)
                        ),
                    )
                    for lang, (grams, *odds) in meta["apart"].items()
                }
                vectors = {language: file[f"vectors/{language}"].astype(np.float32) for language in meta["stages"]}
                held = {language: file[f"held/{language}"].astype(np.int64) for language in meta["held"]}
        except FileNotFoundError:
            return None
        except (OSError, ValueError, KeyError) as error:
            _LOG.warning("the router is trained again, %s can't be read: %s", path, error)
            return None
        stages = {language: tuple(_stage(stage) for stage in found) for language, found in meta["stages"].items()}
        return cls(tuple(meta["names"]), linear, few, lexical, stages, vectors, held, apart)


def _kept(vectors: Matrix) -> NDArray[np.float16]:
    return vectors.astype(np.float16)


def _kernel(file: Mapping[str, Matrix], at: str) -> Kernel:
    return Kernel(file[f"{at}/examples"], file[f"{at}/dual"])


def _numbered(grams: list[str]) -> dict[str, int]:
    return {gram: row for row, gram in enumerate(grams)}


def _stage(data: dict[str, Any]) -> Stage:
    scope = data["scope"]
    return Stage(
        encoders=tuple(data["encoders"]),
        pool=Pool(data["pool"]["weights"]),
        scope=Scope(tuple(scope["coefficients"]), scope["bias"], scope["threshold"]),
        figures=data["figures"],
    )
