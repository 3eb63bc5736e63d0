"""Which cases of the suites are run."""

import random
import re
from collections.abc import Collection, Sequence

from assistant.evaluation.suites.cases.forms import Case
from assistant.evaluation.suites.cases.yaml_lines import CaseError
from assistant.shop.records import Record


class Choice(Record):
    """Filters, of which a case must pass all.

    Attributes:
        tags: it must have all of these; with `-` before it, must not have it.
        match: a regular expression that its name or behaviour must hold.
        sample: at most so many cases, drawn at random, the same for the same seed.
        only: names; None for any.
    """

    tags: tuple[str, ...] = ()
    match: str = ""
    sample: int | None = None
    seed: int = 7
    only: frozenset[str] | None = None


def choose(cases: Sequence[Case], choice: Choice) -> tuple[Case, ...]:
    """The cases that are run, in the order of the files; a case of two suites once.

    Raises:
        CaseError: none is left, or `match` is no regular expression.
    """
    try:
        pattern = re.compile(choice.match, re.IGNORECASE)
    except re.error as error:
        raise CaseError(f"--match {choice.match!r}: {error}", fix="give a regular expression") from error
    unique = list({case.name: case for case in cases}.values())
    found = [case for case in unique if _passes(case, choice, pattern)]
    if choice.sample is not None and choice.sample < len(found):
        drawn = set(random.Random(choice.seed).sample(range(len(found)), choice.sample))
        found = [case for index, case in enumerate(found) if index in drawn]
    if not found:
        raise CaseError(f"none of {len(unique)} cases is left", fix="ask for less with --tag, --match or --…-from")
    return tuple(found)


def _passes(case: Case, choice: Choice, pattern: re.Pattern[str]) -> bool:
    own: Collection[str] = {*case.tags, case.kind, case.language}
    wanted = all((tag[1:] not in own) if tag.startswith("-") else (tag in own) for tag in choice.tags)
    named = choice.only is None or case.name in choice.only
    return wanted and named and bool(pattern.search(case.name) or pattern.search(case.behaviour))
