"""What happened in a case, as lines of text."""

from collections.abc import Iterator

from assistant.evaluation.suites.running.results import Result
from assistant.evaluation.suites.running.seen import SeenTurn


def transcript(result: Result, *, prompts: bool = False) -> Iterator[str]:
    """The lines: what was said, how it was read and why, what was called, and what is not as expected.

    Args:
        result: of one case.
        prompts: whether to tell what models were asked.
    """
    where = f"{result.prompts} {result.prompts_hash}, {result.model}, repeat {result.repeat + 1}"
    yield f"{result.status.upper()}  {result.case}  ({where})"
    yield f"  {result.behaviour}"
    yield from (f"  WRONG: {problem}" for problem in result.problems)
    for number, turn in enumerate(result.seen.turns if result.seen else (), start=1):
        yield from _turn(number, turn, prompts)
    if result.seen and result.seen.touched:
        yield f"  changed at the end: {', '.join(result.seen.touched)}"


def _turn(number: int, turn: SeenTurn, prompts: bool) -> Iterator[str]:
    yield f"  {number}. customer: {turn.say}"
    read = ", ".join(f"{each.intent} {each.probability:.2f} {each.slots or ''}".strip() for each in turn.intents)
    yield f"     {turn.outcome} {read}{' or '.join(turn.readings) if turn.outcome == 'ambiguous' else ''}".rstrip()
    for detector, scores in turn.votes:
        yield f"       {detector}: {', '.join(f'{name} {share:.2f}' for name, share in scores) or 'nothing'}"
    for tool in turn.tools:
        yield f"     {'called' if tool.ok else 'refused'} {tool.name} {tool.arguments}"
    if turn.proposal:
        yield f"     proposed {turn.proposal['kind']}: {turn.proposal['title']}"
    yield from (f"     cited {citation.page}, {citation.heading}" for citation in turn.citations)
    yield from (f"   | {line}" for line in turn.text.splitlines())
    if turn.changed:
        yield "     the shop was changed"
    if turn.handoff:
        yield "     a person takes over"
    yield f"     {turn.milliseconds:.0f} ms, {turn.model_calls} model calls, rung {turn.rung}"
    for verdict in turn.verdicts:
        yield f"     judge: {'yes' if verdict.holds else 'no'} to {verdict.statement!r}: {verdict.reason}"
    if prompts:
        yield from (f"     > {line}" for prompt in turn.prompts for line in ["-- asked --", *prompt.splitlines()])
