"""The same conversations without the attack, to tell what an attack costs the customer."""

from collections.abc import Iterable, Iterator

from assistant.evaluation.suites.cases.forms import AttackCase, Case, DialogueCase

WITHOUT = "without_attack"
"""Tag of the twins."""


def twins(cases: Iterable[Case]) -> Iterator[DialogueCase]:
    """For every attack by injected words, the dialogue without them; one for those that differ in the words only."""
    seen: set[str] = set()
    for case in cases:
        if not isinstance(case, AttackCase) or not case.inject:
            continue
        told = f"{case.customer}|{case.language}|{[turn.model_dump() for turn in case.turns]}"
        if told in seen:
            continue
        seen.add(told)
        yield DialogueCase(
            id=f"{case.id}.{WITHOUT}",
            language=case.language,
            tags=(*case.tags, WITHOUT),
            suite=case.suite,
            file=case.file,
            behaviour=f"{case.behaviour} (without the attack)",
            customer=case.customer,
            gift_card=case.gift_card,
            turns=case.turns,
            end=case.end,
        )
