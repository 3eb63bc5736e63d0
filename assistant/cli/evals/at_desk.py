"""Puts the copilot of a house into the situations of a suite."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from assistant.cli.parts import Parts
    from assistant.clock import FixedClock
    from assistant.evaluation.suites.cases.forms import CopilotCase
    from assistant.evaluation.suites.running.bench import Bench
    from assistant.evaluation.suites.running.seen import Seen


def at_desk(house: "Parts", clock: "FixedClock", bench: "Bench") -> "Callable[[CopilotCase], Seen]":
    """What the house's copilot makes of a situation, in a shop that is as new."""
    from assistant.copilot.bench import DeskBench
    from assistant.copilot.bench_cases import DeskCase
    from assistant.evaluation.suites.running.seen import CaseImpossible, Seen, SeenDesk, SeenTurn

    desk = DeskBench(house, clock)

    def look(case: "CopilotCase") -> Seen:
        bench.reset()
        fields = case.model_dump(by_alias=True, include={"say", "then", "customer", "language", "step"})
        try:
            found = desk.look(DeskCase.model_validate({**fields, "name": case.behaviour, "file": case.file}))
        except ValueError as error:
            raise CaseImpossible(str(error)) from error
        turn = SeenTurn(
            say="\n".join((*case.say, *case.then)),
            text=found.draft.text,
            language=found.draft.language,
            rung=found.draft.rung,
            milliseconds=found.draft.milliseconds,
        )
        told = SeenDesk(step=found.step, facts=found.facts, unverified=found.unverified, unsupported=found.unsupported)
        return Seen(turns=(turn,), desk=told)

    return look
