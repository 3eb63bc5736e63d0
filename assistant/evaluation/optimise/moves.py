"""Small changes of a prompt: other instructions, an example more or less, examples in another order."""

import random
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from assistant.evaluation.suites.running.results import Result

_EXAMPLE = re.compile(r'^- ["“]')
_MARK = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)


@dataclass(frozen=True)
class Candidate:
    """A prompt file's whole text, and how it came from the one that the search began with."""

    text: str
    how: str = "as it is"


def neighbours(
    candidate: Candidate,
    *,
    instructions: Sequence[str] = (),
    examples: Sequence[str] = (),
    count: int,
    draw: random.Random,
) -> list[Candidate]:
    """At most `count` prompts that differ from this one in one thing, drawn at random.

    Args:
        candidate: a prompt with front matter.
        instructions: to stand in for its first paragraph.
        examples: lines to be added to its examples (lines that begin with `- "`), where it has any.
        count: of what is returned.
        draw: decides which, where there are more.
    """
    found = {made.text: made for made in _all(candidate, instructions, examples) if made.text != candidate.text}
    every = list(found.values())
    return every if len(every) <= count else draw.sample(every, count)


def first_paragraph(text: str) -> str:
    """The instructions of a prompt: its first paragraph, without examples."""
    return _paragraph(_split(text)[1])


def keeps_marks(old: str, new: str) -> bool:
    """Whether a rewriting keeps every variable and include."""
    return sorted(_MARK.findall(old)) == sorted(_MARK.findall(new))


def examples_of(results: Iterable[Result]) -> tuple[str, ...]:
    """Example lines of what customers said and which tool was rightly called for it, from results that passed."""
    lines: dict[str, None] = {}
    for result in results:
        for turn in result.seen.turns if result.status == "pass" and result.seen else ():
            for tool in turn.tools[:1]:
                if tool.ok and '"' not in turn.say and "\n" not in turn.say:
                    told = ", ".join(f'{name}="{value}"' for name, value in tool.arguments.items())
                    lines[f'- "{turn.say}" -> {tool.name}({told})'] = None
    return tuple(lines)


def _all(candidate: Candidate, instructions: Sequence[str], examples: Sequence[str]) -> Iterator[Candidate]:
    head, body = _split(candidate.text)
    old = _paragraph(body)
    for number, words in enumerate(instructions, start=1):
        if keeps_marks(old, words):
            yield Candidate(head + body.replace(old, words.strip(), 1), f"instructions {number}")
    lines = body.split("\n")
    places = [at for at, line in enumerate(lines) if _EXAMPLE.match(line)]
    if not places:
        return
    for at in places:
        yield Candidate(head + "\n".join([*lines[:at], *lines[at + 1 :]]), f"without {lines[at][2:]}")
    last = places[-1] + 1
    for line in examples:
        if line not in lines:
            yield Candidate(head + "\n".join([*lines[:last], line, *lines[last:]]), f"with {line[2:]}")
    if len(places) > 1:
        turned = list(lines)
        for at, other in zip(places, [*places[1:], places[0]], strict=True):
            turned[at] = lines[other]
        yield Candidate(head + "\n".join(turned), "examples in another order")


def _split(text: str) -> tuple[str, str]:
    """Front matter with its marks, and the body."""
    at = text.index("\n---\n", 4) + len("\n---\n")
    return text[:at], text[at:]


def _paragraph(body: str) -> str:
    """The lines before the first blank one, before examples, and before anything that is a block of the template."""
    lines: list[str] = []
    for line in body.split("\n"):
        if not line.strip() or _EXAMPLE.match(line) or line.startswith("{%") or line.rstrip().endswith("xamples:"):
            break
        lines.append(line)
    return "\n".join(lines)
