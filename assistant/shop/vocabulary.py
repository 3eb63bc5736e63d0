"""The words of shopping in both languages: concepts for search, and how options and attributes are said."""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from assistant.text.language import Language, has_han

_WORD = re.compile(r"[a-z0-9]+(?:\.[0-9]+)?")
_ANY_NAME = ("yes", "no", "none")
_MEASURE = re.compile(r"^([\d.,]+(?:\s*[-–x×]\s*[\d.,]+)*)\s*([A-Za-z]+)$")


@dataclass(frozen=True)
class Vocabulary:
    """What `vocabulary.yaml` says, ready for looking up.

    Attributes:
        concepts: phrase (English: stemmed words joined without spaces) to the concepts that it names.
        kinds: those concepts that say what a product is.
        han_length: length of the longest Chinese phrase, in characters.
        known_words: stemmed English words of all phrases, for mending typing errors.
        labels: values in Chinese that are only shown, or chosen among; search doesn't know them.
        spoken: what customers call values, beside their names.
        families: a plain colour to the shades that customers call so too ("grey" is said of "charcoal").
        other_meanings: Chinese words that hold the short form of a colour ("蓝") and mean none ("蓝牙").
        called: other names that customers give a value of an option.
        kind_phrases: the words for each kind, as they stand in the file.
    """

    concepts: dict[str, frozenset[str]]
    kinds: frozenset[str]
    han_length: int
    known_words: frozenset[str]
    stop_words: frozenset[str]
    names: dict[str, str]
    words: dict[str, str]
    units: dict[str, str]
    labels: dict[str, str]
    spoken: dict[str, list[str]]
    families: dict[str, list[str]]
    other_meanings: frozenset[str]
    called: dict[str, list[str]]
    kind_phrases: dict[str, list[str]]

    def phrases(self, kind: str) -> tuple[str, ...]:
        """The English words for a kind of product, and the last of each ("vacuum" of "robot vacuum")."""
        english = [phrase for phrase in self.kind_phrases.get(kind, ()) if phrase.isascii()]
        return tuple(dict.fromkeys((*english, *(phrase.split()[-1] for phrase in english))))

    def name(self, name: str, language: Language) -> str:
        """An option's or attribute's name in `language`."""
        return self.names.get(name.lower(), name) if language == "zh" else name

    def value(self, value: str, language: Language) -> str:
        """An option's or attribute's value in `language`: "black" is 黑色, "30 hours" is 30 小时."""
        if language == "en":
            return value
        parts = re.split(r"(,\s+|\s/\s)", value)
        return "".join("、" if part.strip() == "," else self._one(part) for part in parts)

    def options(self, options: dict[str, str], language: Language) -> str:
        """Options in one phrase: "black, 256 GB" or "黑色，256 GB"."""
        said = (self._option(name, value, language) for name, value in options.items())
        return ("，" if language == "zh" else ", ").join(said)

    def _option(self, name: str, value: str, language: Language) -> str:
        """A value; with its option's name where it says nothing by itself ("backlight: none")."""
        said = self.value(value, language)
        if value.lower() not in _ANY_NAME:
            return said
        return f"{self.name(name, language)}{'：' if language == 'zh' else ': '}{said}"

    def _one(self, text: str) -> str:
        if text.lower() in self.words:
            return self.words[text.lower()]
        if text.lower() in self.labels:
            return self.labels[text.lower()]
        match = _MEASURE.match(text)
        unit = match and (self.units.get(match.group(2).lower()) or self.units.get(stem(match.group(2).lower())))
        return f"{match.group(1)} {unit}" if match and unit else text


def stem(word: str) -> str:
    """An English word without its plural ending."""
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 4 and word.endswith(("ches", "shes", "xes", "sses", "zes")):
        return word[:-2]
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        return word[:-1]
    return word


def english_words(text: str) -> list[str]:
    """Latin words and numbers of `text`, in lower case, without plural endings."""
    return [stem(word) for word in _WORD.findall(fold(text))]


def fold(text: str) -> str:
    """Full-width forms made plain, lower case, apostrophes dropped."""
    return unicodedata.normalize("NFKC", text).lower().replace("'", "").replace("’", "")


@lru_cache(maxsize=1)
def vocabulary() -> Vocabulary:
    """The vocabulary of the package, read once."""
    import yaml

    data = yaml.safe_load(Path(__file__).with_name("vocabulary.yaml").read_text(encoding="utf-8"))
    concepts: dict[str, set[str]] = {}
    for concept, phrases in {**data["kinds"], **data["qualities"]}.items():
        for phrase in phrases:
            key = fold(phrase) if has_han(phrase) else "".join(english_words(phrase))
            concepts.setdefault(key, set()).add(concept)
    stop_words = frozenset(stem(w) for w in data["stop_words"]["en"].split()) | set(data["stop_words"]["zh"].split())
    for english, chinese in data["words"].items():
        if stem(english) in stop_words:
            continue
        named = concepts.setdefault("".join(english_words(english)), set()) or {english}
        concepts["".join(english_words(english))] = named
        for spoken in {chinese, chinese.removesuffix("色") if len(chinese) > 2 else chinese}:
            concepts.setdefault(spoken, set()).update(named)
    phrases = [phrase for group in (*data["kinds"].values(), *data["qualities"].values()) for phrase in group]
    return Vocabulary(
        concepts={key: frozenset(found) for key, found in concepts.items()},
        kinds=frozenset(data["kinds"]),
        han_length=max(len(key) for key in concepts if has_han(key)),
        known_words=frozenset(word for phrase in phrases for word in english_words(phrase)),
        stop_words=stop_words,
        names={**data["attribute_names"], **data["option_names"]},
        words=data["words"],
        units=data["units"],
        labels=data["labels"],
        spoken=data["spoken"],
        families=data["families"],
        other_meanings=frozenset(data["other_meanings"]),
        kind_phrases=data["kinds"],
        called={value.lower(): names for value, names in data["called"].items()},
    )
