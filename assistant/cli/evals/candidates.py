"""Runs cases with candidates for one prompt: a copy of the prompts, with a version for each candidate."""

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from assistant.cli.evals.models import Chosen
    from assistant.cli.parts import Parts
    from assistant.evaluation.optimise.moves import Candidate
    from assistant.evaluation.suites.cases.forms import Case
    from assistant.evaluation.suites.running.results import Run
    from assistant.models.ladder import ModelLadder


class CandidateBench:
    """Runs cases with candidates.

    Args:
        parts: the operator's; neither their prompts nor their data are touched.
        model: that is asked.
        path: of the prompt, below the prompts.
        folder: empty; may be deleted afterwards.
    """

    def __init__(self, parts: "Parts", model: "Chosen", path: str, folder: Path) -> None:
        self._model = model
        self._path = path
        self._folder = folder
        prompts = folder / "prompts"
        for name, file in parts.prompt_versions.get("current").files.items():
            (prompts / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, prompts / name)
        own = parts.with_settings(prompts_dir=prompts, prompts_version="base", data_dir=folder / "data")
        vars(own)["embeddings"] = parts.embeddings
        self._parts = own
        self._names: dict[str, str] = {}
        self._runs = 0

    @contextmanager
    def ladder(self) -> "Iterator[ModelLadder]":
        """The model by itself; it is freed afterwards, for the benches load their own."""
        ladder = self._model.ladder() or self._parts.with_settings(**self._model.changes).ladder
        try:
            yield ladder
        finally:
            ladder.close()

    def name_of(self, candidate: "Candidate") -> str:
        """The version that stands for a candidate, made where there is none yet."""
        if candidate.text not in self._names:
            name = f"c{len(self._names)}"
            made = self._parts.prompt_versions.new(name, note=candidate.how, paths=(self._path,))
            assert made.folder is not None, "a new version has a folder"
            (made.folder / self._path).write_text(candidate.text, encoding="utf-8")
            self._names[candidate.text] = name
        return self._names[candidate.text]

    def shares(self, candidates: "Sequence[Candidate]", cases: "Sequence[Case]") -> list[float]:
        """The shares of cases that pass; a candidate with errors of its own passes nothing."""
        passed: dict[str, int] = {}
        for result in self.run(candidates, cases).results():
            passed[result.prompts] = passed.get(result.prompts, 0) + (result.status == "pass")
        return [passed.get(self.name_of(each), 0) / len(cases) for each in candidates]

    def run(self, candidates: "Sequence[Candidate]", cases: "Sequence[Case]") -> "Run":
        """Run cases with candidates; what was run before comes from the cache."""
        from assistant.cli.evals.benches import PartsBenches
        from assistant.cli.evals.places import cache_of
        from assistant.evaluation.suites.running.fingerprint import code_hash, digest, folder_hash
        from assistant.evaluation.suites.running.matrix import Matrix, Prompts
        from assistant.evaluation.suites.running.results import Manifest, Runs
        from assistant.evaluation.suites.running.run import Runner
        from assistant.text.prompt_lint import lint

        parts, versions, code = self._parts, self._parts.prompt_versions, code_hash()
        names = [self.name_of(each) for each in candidates]
        sound = [name for name in names if not any(f.level == "error" for f in lint(versions, name))]
        matrix = Matrix(
            cases=tuple(cases),
            prompts=tuple(Prompts(name, versions.get(name).hash) for name in sound),
            models=(self._model.model,),
            repeat=1,
            world=digest([code, folder_hash(parts.settings.knowledge_dir), ""]),
        )
        self._runs += 1
        run = Runs(self._folder / "runs").new(f"r{self._runs}")
        manifest = Manifest(
            suites=(),
            prompts={each.name: each.hash for each in matrix.prompts},
            models={self._model.model.name: self._model.model.fingerprint},
            repeat=1,
            cases="",
            count=len(cases),
            thresholds={},
            started=parts.clock.now(),
            code=code,
        )
        run.begin(manifest)
        with PartsBenches(parts, {self._model.model.name: self._model}) as benches:
            Runner(run, cache_of(parts), benches)(matrix)
        return run
