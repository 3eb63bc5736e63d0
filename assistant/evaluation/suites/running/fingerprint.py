"""What the outcome of a case depends on, as hashes: whoever changes any of it gets new results, and nobody else."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from assistant.evaluation.suites.cases.forms import Case, CopilotCase
from assistant.settings import PROJECT_DIR, Settings

_CODE = PROJECT_DIR / "assistant"
_NOT_CODE = ("cli/", "web/", "evaluation/", "insight/")
_STILL_CODE = ("evaluation/suites/running/", "evaluation/dialogue_run")
_NOT_SETTINGS = {
    "data_dir", "cache_dir", "prompts_dir", "prompts_version", "knowledge_dir", "database_url", "chroma_url",
    "hosted_api_key", "token_secret", "token_public_key", "token_issuer", "token_audience", "host", "port",
    "local_threads", "model_source", "demo_sign_in",
}  # fmt: skip
"""Settings that no outcome depends on, or that are hashed by what they name."""
_EXPECTED = {
    "expect",
    "end",
    "never",
    "behaviour",
    "note",
    "tags",
    "wont_say",
    "step",
    "facts",
    "claims",
    "draft",
    "not",
}
"""Fields of a case that say what is expected: whoever changes them needs no new run."""


def code_hash() -> str:
    """Of everything under `assistant/` that takes part in a turn."""
    kinds = (".py", ".yaml", ".txt", ".json")
    found = {path.relative_to(_CODE).as_posix(): path for path in _CODE.rglob("*") if path.suffix in kinds}
    return files_hash(
        {name: path for name, path in found.items() if not name.startswith(_NOT_CODE) or name.startswith(_STILL_CODE)}
    )


def folder_hash(folder: Path) -> str:
    """Of all files below a folder."""
    return files_hash({p.relative_to(folder).as_posix(): p for p in folder.rglob("*") if p.is_file()})


def files_hash(files: Mapping[str, Path]) -> str:
    """Of paths and contents, as 16 hexadecimal digits."""
    return digest((name, hashlib.sha256(files[name].read_bytes()).hexdigest()) for name in sorted(files))


def settings_of(settings: Settings) -> dict[str, Any]:
    """The settings that an outcome may depend on."""
    return settings.model_dump(mode="json", exclude=_NOT_SETTINGS)


def stimulus(case: Case) -> dict[str, Any]:
    """What a case does, without what it expects; the reference actions are done too, and belong to it."""
    told = _without_expected(case.model_dump(mode="json", by_alias=True))
    told["actions"] = case.model_dump(mode="json", by_alias=True).get("end", {}).get("actions", [])
    told["judge"] = _judged(case)
    return dict(told)


def digest(value: Iterable[object] | Mapping[str, object]) -> str:
    """16 hexadecimal digits over plain data."""
    plain = value if isinstance(value, Mapping) else list(value)
    return hashlib.sha256(json.dumps(plain, sort_keys=True, ensure_ascii=False).encode()).hexdigest()[:16]


def _judged(case: Case) -> list[list[str]]:
    if isinstance(case, CopilotCase):
        return []
    turns = getattr(case, "turns", None)
    wanted = [turn.expect for turn in turns] if turns else [case.expect]  # type: ignore[union-attr]
    return [list(expect.judge) for expect in wanted]


def _without_expected(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_expected(item) for key, item in value.items() if key not in _EXPECTED}
    return [_without_expected(item) for item in value] if isinstance(value, list) else value
