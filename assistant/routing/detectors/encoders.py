"""Which encoders are heard for which language, and in which order.

First what takes a few milliseconds: MiniLM and USE for English, USE for Chinese (MiniLM can't read it). Where
they are unsure, a slower one is heard too: MPNet for English, or e5 where MPNet isn't there, e5 for Chinese.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from assistant.routing.intents.catalogue import LANGUAGES
from assistant.text.language import Language

_Stages = tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class EncoderPlan:
    """Stages of encoders by language."""

    stages: Mapping[Language, _Stages]

    def encoders(self) -> tuple[str, ...]:
        """All encoders of the plan."""
        return tuple(dict.fromkeys(name for lang in LANGUAGES for stage in self.stages[lang] for name in stage))

    def languages(self, encoder: str) -> list[Language]:
        """The languages that an encoder is heard for."""
        return [lang for lang in LANGUAGES if any(encoder in stage for stage in self.stages[lang])]

    def first(self, language: Language) -> tuple[str, ...]:
        """The encoders of the first stage."""
        return self.stages[language][0]

    def later(self) -> tuple[str, ...]:
        """The encoders that belong to no language's first stage."""
        first = {name for language in LANGUAGES for name in self.first(language)}
        return tuple(name for name in self.encoders() if name not in first)

    def heard(self, language: Language) -> _Stages:
        """All encoders that have been heard at the end of each stage."""
        stages = self.stages[language]
        return tuple(tuple(name for stage in stages[: end + 1] for name in stage) for end in range(len(stages)))

    def combinations(self) -> tuple[tuple[str, ...], ...]:
        """Every set of encoders that has been heard at the end of some stage of some language."""
        return tuple(dict.fromkeys(heard for lang in LANGUAGES for heard in self.heard(lang)))

    def describe(self) -> dict[str, list[list[str]]]:
        """The plan as plain data."""
        return {lang: [list(stage) for stage in self.stages[lang]] for lang in LANGUAGES}


def shop_plan(available: Mapping[str, object]) -> EncoderPlan:
    """The plan for those of the encoders that there are.

    Raises:
        ValueError: no encoder reads one of the languages.
    """
    slow = "mpnet" if "mpnet" in available else "e5"
    wanted: dict[Language, _Stages] = {"en": (("minilm", "use"), (slow,)), "zh": (("use",), ("e5",))}
    kept: dict[Language, _Stages] = {}
    for language, stages in wanted.items():
        found = tuple(tuple(name for name in stage if name in available) for stage in stages)
        kept[language] = tuple(stage for stage in found if stage)
        if not kept[language]:
            raise ValueError(f"no encoder among {sorted(available)} reads {language!r}")
    return EncoderPlan(kept)
