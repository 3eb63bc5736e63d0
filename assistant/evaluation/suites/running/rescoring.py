"""Old transcripts held against new expectations."""

from collections.abc import Iterator, Mapping

from assistant.evaluation.suites.assertions.verdict import problems
from assistant.evaluation.suites.cases.forms import Case
from assistant.evaluation.suites.running.results import Result, Run
from assistant.shop.records import Record


class Rescored(Record):
    """How many results there are, became another, and are of cases that are no more (they stay as they are)."""

    results: int
    changed: int
    gone: int


def rescored(run: Run, cases: Mapping[str, Case]) -> Rescored:
    """Write a run's results anew, by what the cases expect now."""
    counts = {"results": 0, "changed": 0, "gone": 0}

    def anew() -> Iterator[Result]:
        for result in run.results():
            counts["results"] += 1
            case = cases.get(result.case)
            counts["gone"] += case is None
            if case is None or result.seen is None:
                yield result
                continue
            found = tuple(problems(case, result.seen))
            fresh = result.model_copy(update={"problems": found, "status": "fail" if found else "pass"})
            counts["changed"] += fresh != result
            yield fresh

    run.replace(anew())
    return Rescored(**counts)
