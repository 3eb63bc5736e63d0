"""Proposed intents as a file that a person looks through, and one of them taken into the catalogue by their yes.

A proposal's name and label come from the words that its messages have more often than others (class-based tf-idf;
Grootendorst 2022), its examples from the messages themselves, masked. Nothing is served by it until it is accepted.
"""

import re
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from assistant.errors import OperatorError
from assistant.insight.behaviour.discovery import Found
from assistant.routing.intents.catalogue import LANGUAGES, Catalogue
from assistant.routing.intents.lint import lint
from assistant.text.language import Language, detect_language
from assistant.text.masking import mask_for_good
from assistant.text.segment import terms

_EXAMPLES = 40
_NAME_WORDS = 3
_STEM = 4
"""Letters of English words that are forms of one word: "apply" and "application" say the same in a name."""
_FOR_PEOPLE = ("messages", "unserved", "nearest_intent", "margin")
"""What stands in a proposal for who looks it through, and in no catalogue."""
_WORD = re.compile(r"[a-z]{3,}")


def proposals_of(found: Found, texts: Sequence[str], stop_words: frozenset[str] = frozenset()) -> list[dict[str, Any]]:
    """Entries as a catalogue file has them, in the order of the groups, each with what a person must look at.

    Args:
        found: the groups.
        texts: of all messages.
        stop_words: English words that name nothing.
    """
    grouped = [[texts[row] for row in group.all] for group in found.proposed]
    keywords = _keywords(grouped, stop_words)
    entries: list[dict[str, Any]] = []
    used: set[str] = set()
    for group, members, words in zip(found.proposed, grouped, keywords, strict=True):
        examples: dict[Language, list[str]] = {language: [] for language in LANGUAGES}
        for text in dict.fromkeys(mask_for_good(member) for member in members):
            examples[detect_language(text)].append(text)
        base = "_".join(word for word in words if word.isascii())[:40] or f"group_{len(entries) + 1}"
        name = base if base not in used else f"{base}_{len(entries) + 1}"
        used.add(name)
        shown = {language: (examples[language] or examples[_other(language)])[:2] for language in LANGUAGES}
        entries.append(
            {
                "name": name,
                "label": {"en": " ".join(words).capitalize(), "zh": shown["zh"][0]},
                "description": {
                    "en": f"The customer asks something like {' or '.join(map(repr, shown['en']))}.",
                    "zh": f"顾客问类似这样的问题：{'；'.join(shown['zh'])}。",
                },
                "direct": "search_knowledge",
                "examples": {language: found_texts[:_EXAMPLES] for language, found_texts in examples.items()},
                "messages": len(members),
                "unserved": len(group.members),
                "nearest_intent": group.nearest,
                "margin": group.margin,
            }
        )
    return entries


def write_proposals(entries: Sequence[dict[str, Any]], path: Path) -> None:
    """Write the proposal file, whole or not at all."""
    head = (
        "# Proposed intents. Look them through, correct labels, descriptions and examples, then accept one by name:\n"
    )
    head += f"#   assistant insight discover --proposals {path} --accept NAME\n"
    body = yaml.safe_dump({"proposals": list(entries)}, allow_unicode=True, sort_keys=False, width=110)
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".part")
    draft.write_text(head + body, encoding="utf-8")
    draft.replace(path)


def accept(name: str, path: Path, intents_dir: Path, agent: str = "faq") -> Path:
    """Take a proposal into the catalogue, in a file of its own; the file is returned.

    Raises:
        OperatorError: there is no such proposal, or the catalogue would have errors with it; nothing is written then.
    """
    entry = _proposed(name, path)
    kept = {key: value for key, value in entry.items() if key not in _FOR_PEOPLE}
    target = intents_dir / f"discovered_{name}.yaml"
    if name in Catalogue.load(intents_dir):
        raise OperatorError(f"there is an intent {name!r} already", fix=f"give it another name in {path}")
    missing = [language for language in LANGUAGES if not kept.get("examples", {}).get(language)]
    if missing:
        languages = " and ".join({"en": "English", "zh": "Chinese"}[language] for language in missing)
        raise OperatorError(
            f"{name!r} has no example in {languages}, and customers write in both languages",
            fix=f"write some under its examples in {path}",
        )
    content = yaml.safe_dump({"agent": agent, "intents": [kept]}, allow_unicode=True, sort_keys=False, width=110)
    target.write_text(content, encoding="utf-8")
    try:
        errors = [
            f"{found.where}: {found.what}" for found in lint(Catalogue.load(intents_dir)) if found.level == "error"
        ]
    except OperatorError as error:
        errors = [str(error)]
    if errors:
        target.unlink()
        raise OperatorError(f"{name!r} doesn't fit the catalogue: {'; '.join(errors)}", fix=f"correct it in {path}")
    return target


def _proposed(name: str, path: Path) -> dict[str, Any]:
    try:
        entries = yaml.safe_load(path.read_text(encoding="utf-8"))["proposals"]
        found = {str(entry["name"]): dict(entry) for entry in entries}
    except FileNotFoundError:
        raise OperatorError(f"there are no proposals in {path}", fix="assistant insight discover FILE") from None
    except (yaml.YAMLError, KeyError, TypeError) as error:
        raise OperatorError(f"{path} is no proposal file: {error}", fix="assistant insight discover FILE") from error
    if name not in found:
        raise OperatorError(f"there is no proposal {name!r}", fix=f"use one of {', '.join(found) or 'none'}")
    return found[name]


def _keywords(grouped: Sequence[Sequence[str]], stop_words: frozenset[str]) -> list[list[str]]:
    counts = [Counter(word for text in members for word in set(_words(text, stop_words))) for members in grouped]
    overall: Counter[str] = sum(counts, Counter())
    mean = np.mean([sum(count.values()) for count in counts]) if counts else 1.0
    named = []
    for count, members in zip(counts, grouped, strict=True):
        scores = {word: n / len(members) * np.log(1 + mean / overall[word]) for word, n in count.items()}
        ranked = sorted(scores, key=lambda word: (-round(float(scores[word]), 6), word))
        best = list({word.rstrip("s")[:_STEM] if word.isascii() else word: word for word in reversed(ranked)}.values())
        best = [word for word in ranked if word in best][:_NAME_WORDS]
        named.append(_in_order(best, members, stop_words) or ["other"])
    return named


def _in_order(words: Sequence[str], members: Sequence[str], stop_words: frozenset[str]) -> list[str]:
    """Words in the order in which messages mostly say them."""
    said = [_words(text, stop_words) for text in members]
    places = {word: [text.index(word) / len(text) for text in said if word in text] for word in words}
    return sorted(words, key=lambda word: (round(float(np.mean(places[word])), 3), word))


def _words(text: str, stop_words: frozenset[str]) -> list[str]:
    if detect_language(text) == "zh":
        return [word for word in terms(text) if len(word) > 1]
    return [word for word in _WORD.findall(text.lower()) if word not in stop_words]


def _other(language: Language) -> Language:
    return "zh" if language == "en" else "en"
