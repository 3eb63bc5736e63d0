"""What is done, how far, how long still: one line on the terminal that is rewritten, or now and then one in a log."""

import sys
import time

import typer

_REWRITE_S = 0.2
_LOG_S = 10.0


class ProgressLine:
    """Tells on standard error how far a long step is.

    Args:
        unit: what is counted, behind the numbers ("MB"); may be empty.
        digits: decimal places of the numbers.
    """

    def __init__(self, unit: str = "", digits: int = 0) -> None:
        self._terminal = sys.stderr.isatty()
        self._unit, self._digits = f" {unit}" if unit else "", digits
        self._title = ""
        self._began, self._first, self._shown = 0.0, 0.0, 0.0

    def show(self, title: str, done: float, total: float) -> None:
        """Say how far it is.

        Args:
            title: the step; another title begins another step.
            done: of `total`, in any unit.
        """
        now = time.monotonic()
        if title != self._title:
            self._title, self._began, self._first, self._shown = title, now, done, 0.0
        due = self._shown + (_REWRITE_S if self._terminal else _LOG_S)
        if now < due and (self._terminal or done < total):
            return
        self._shown = now
        share = f" ({100 * done / total:.0f} %)" if total else ""
        text = f"{title}: {done:,.{self._digits}f} of {total:,.{self._digits}f}{self._unit}{share}"
        text += _left(done - self._first, total - done, now - self._began)
        typer.echo(f"\r\x1b[2K{text}" if self._terminal else text, err=True, nl=not self._terminal)

    def end(self) -> None:
        """Leave the line."""
        if self._terminal and self._shown:
            typer.echo("\r\x1b[2K", err=True, nl=False)


def _left(gained: float, missing: float, seconds: float) -> str:
    if gained <= 0 or missing <= 0 or seconds < 1:
        return ""
    return f", {seconds * missing / gained:,.0f} s left"
