"""How far a run is: a live line with pass, fail, error and time left; now and then a plain line when piped."""

import logging
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from assistant.evaluation.suites.running.results import Result
    from assistant.evaluation.suites.running.run import Outcome

_PLAIN_S = 5.0


@contextmanager
def quiet() -> Iterator[None]:
    """Keep warnings of the assistant's out of the display while cases are run; results tell what was wrong."""
    import structlog

    kept = structlog.get_config()["wrapper_class"]
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    before = logging.root.manager.disable
    logging.disable(logging.WARNING)
    try:
        yield
    finally:
        logging.disable(before)
        structlog.configure(wrapper_class=kept)


class RunProgress:
    """Tells on standard error; a context manager.

    Args:
        total: results that there will be.
    """

    def __init__(self, total: int) -> None:
        self._total = total
        self._live = sys.stderr.isatty()
        self._began = self._told = time.monotonic()

    def __enter__(self) -> "RunProgress":
        if self._live:
            from rich.console import Console
            from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

            self._bar = Progress(
                TextColumn("{task.description}"),
                BarColumn(),
                MofNCompleteColumn(),
                TextColumn("[green]{task.fields[passed]} pass[/] [red]{task.fields[failed]} fail[/]"),
                TextColumn("[yellow]{task.fields[broken]} error[/]"),
                TimeRemainingColumn(),
                console=Console(stderr=True),
                transient=True,
            )
            self._task = self._bar.add_task("cases", total=self._total, passed=0, failed=0, broken=0)
            self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._live:
            self._bar.stop()

    def __call__(self, result: "Result", outcome: "Outcome") -> None:
        """A result has come."""
        counts = outcome.counts
        done, broken = sum(counts.values()), counts["error"] + counts["invalid"]
        if self._live:
            self._bar.update(self._task, completed=done, passed=counts["pass"], failed=counts["fail"], broken=broken)
            return
        now = time.monotonic()
        if now - self._told < _PLAIN_S and done < self._total:
            return
        self._told = now
        left = (now - self._began) * (self._total - done) / max(1, done)
        typer.echo(
            f"{done} of {self._total}: {counts['pass']} pass, {counts['fail']} fail, {broken} error, {left:.0f} s left",
            err=True,
        )
