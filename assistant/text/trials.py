"""Trials of prompts in service: a share of conversations is answered with a candidate version.

Who gets the candidate is told by a hash of who they are and of the trial's salt (Kohavi, Tang and Xu 2020, ch. 4): the
same customer always gets the same, on every server, and nobody has to remember it.
"""

import hashlib
import json
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Literal

from assistant.errors import OperatorError

Arm = Literal["base", "candidate"]


@dataclass(frozen=True)
class Trial:
    """A trial.

    Attributes:
        base: the version that is served to the others; `base_hash`: what it held when the trial began.
        candidate: the version that is tried; `candidate_hash`: what it held.
        share: of customers who get the candidate, between 0 and 1.
        salt: makes every trial draw anew.
        started: when; `stopped`: when it was ended, empty while it runs.
    """

    base: str
    base_hash: str
    candidate: str
    candidate_hash: str
    share: float
    salt: str
    started: str
    stopped: str = ""

    @property
    def running(self) -> bool:
        """Whether conversations are given the candidate."""
        return not self.stopped

    def arm_of(self, who: str) -> Arm:
        """What somebody gets, now and whenever they come back."""
        digest = hashlib.sha256(f"{self.salt}\0{who}".encode()).digest()
        return "candidate" if int.from_bytes(digest[:8], "big") / 2**64 < self.share else "base"

    def arm_of_hash(self, prompts_hash: str | None) -> Arm | None:
        """What a message was answered with; None for neither."""
        return {self.base_hash: "base", self.candidate_hash: "candidate"}.get(prompts_hash or "")  # type: ignore[return-value]


class Trials:
    """The trials that there were, one line of JSON for each change; the last line counts.

    Args:
        path: of the file; need not exist.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._read: tuple[int, Trial | None] = (-1, None)

    def last(self) -> Trial | None:
        """The trial that runs, or the one that ran last; None where there never was one. Cheap: asked in each turn.

        Raises:
            OperatorError: the file can't be read.
        """
        try:
            changed = self._path.stat().st_mtime_ns
        except FileNotFoundError:
            return None
        if self._read[0] != changed:
            lines = [line for line in self._path.read_text(encoding="utf-8").splitlines() if line.strip()]
            try:
                self._read = (changed, Trial(**json.loads(lines[-1])) if lines else None)
            except (ValueError, TypeError) as error:
                raise OperatorError(f"{self._path} can't be read: {error}", fix=f"delete {self._path}") from error
        return self._read[1]

    def running(self) -> Trial | None:
        """The trial that runs."""
        last = self.last()
        return last if last and last.running else None

    def start(self, trial: Trial) -> None:
        """Begin a trial.

        Raises:
            OperatorError: another one is running, both versions hold the same, or the share is none.
        """
        if (now := self.running()) is not None:
            raise OperatorError(f"{now.candidate!r} is on trial already", fix="assistant prompts trial stop")
        if trial.base_hash == trial.candidate_hash:
            raise OperatorError(
                f"{trial.candidate!r} holds the same as what is served", fix="assistant prompts diff base"
            )
        if not 0 < trial.share < 1:
            raise OperatorError(f"a share of {trial.share:g} compares nothing", fix="--share 0.5")
        self._add(trial)

    def stop(self, at: datetime) -> Trial:
        """End the trial; from the next message on everybody gets what is served.

        Raises:
            OperatorError: none is running.
        """
        now = self.running()
        if now is None:
            raise OperatorError("no version is on trial", fix="assistant prompts trial start NAME")
        ended = replace(now, stopped=at.isoformat(timespec="seconds"))
        self._add(ended)
        return ended

    def _add(self, trial: Trial) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with self._path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(asdict(trial)) + "\n")
        self._read = (-1, None)
