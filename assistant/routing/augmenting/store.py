"""What a model has written already, on disk: a run that was broken off goes on where it stopped.

In the folder: `made.jsonl`, the raw answers; `kept.jsonl`, `{"text", "intent"}` a line, for `train --also`;
`refused.jsonl`, the others and why; `examples.yaml`, what was kept in the form of the catalogue's files.
"""

import json
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from assistant.errors import OperatorError
from assistant.routing.augmenting.acceptance import Paraphrase, Verdict
from assistant.routing.augmenting.paraphrases import Request, Writes, ask

MADE, KEPT, REFUSED, YAML = "made.jsonl", "kept.jsonl", "refused.jsonl", "examples.yaml"

Progress = Callable[[int, int], None]
"""Called with the requests that are answered and those there are."""


class AnswerFile:
    """The answers to requests.

    Args:
        folder: where the file `made.jsonl` lies, or will.
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder / MADE
        self._answers: dict[str, list[str]] = {}
        if self._path.is_file():
            for line in self._path.read_text(encoding="utf-8").splitlines():
                try:
                    answer = json.loads(line)
                    self._answers[str(answer["request"])] = [str(text) for text in answer["texts"]]
                except (ValueError, KeyError, TypeError):
                    continue  # the line that was being written when the run was broken off

    def fill(self, requests: Sequence[Request], model: Writes, progress: Progress | None = None) -> list[Paraphrase]:
        """Ask for what has not been answered yet; all paraphrases, in the order of the requests.

        Raises:
            ModelUnavailable: no model answers; what was answered until then stays.
            OperatorError: the file can't be written.
        """
        found = []
        for number, request in enumerate(requests, 1):
            if request.key not in self._answers:
                self._add(request, ask(model, request))
            if progress:
                progress(number, len(requests))
            found += [Paraphrase(text, request.intent, request.language) for text in self._answers[request.key]]
        return found

    def _add(self, request: Request, texts: list[str]) -> None:
        line = {"request": request.key, "intent": request.intent, "language": request.language, "texts": texts}
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            ragged = self._path.is_file() and not self._path.read_bytes().endswith(b"\n")
            with self._path.open("a", encoding="utf-8") as file:
                file.write("\n" * ragged + json.dumps(line, ensure_ascii=False) + "\n")
        except OSError as error:
            raise OperatorError(f"{self._path} can't be written: {error.strerror}", fix="pass another --out") from error
        self._answers[request.key] = texts


def write_verdicts(folder: Path, verdicts: Iterable[Verdict]) -> None:
    """Write `kept.jsonl`, `refused.jsonl` and `examples.yaml`.

    Raises:
        OperatorError: the folder can't be written.
    """
    import yaml

    kept: list[dict[str, Any]] = []
    refused: list[dict[str, Any]] = []
    examples: dict[str, dict[str, list[str]]] = {}
    for (text, intent, language), why in verdicts:
        if why:
            refused.append({"text": text, "intent": intent, "why": why})
            continue
        kept.append({"text": text, "intent": intent})
        examples.setdefault(intent, {}).setdefault(language, []).append(text)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, entries in ((KEPT, kept), (REFUSED, refused)):
            lines = [json.dumps(entry, ensure_ascii=False) + "\n" for entry in entries]
            (folder / name).write_text("".join(lines), encoding="utf-8")
        told = yaml.safe_dump({"examples": examples}, allow_unicode=True, sort_keys=False, width=10_000)
        (folder / YAML).write_text(told, encoding="utf-8")
    except OSError as error:
        raise OperatorError(f"{folder} can't be written: {error.strerror}", fix="pass another --out") from error
