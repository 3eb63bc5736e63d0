"""Models as they are written on the command line: `none`, `local`, `hosted:NAME`, `local+local_words=true`."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter, ValidationError

from assistant.evaluation.suites.cases.yaml_lines import CaseError
from assistant.evaluation.suites.running.fingerprint import digest, settings_of
from assistant.evaluation.suites.running.matrix import Model
from assistant.settings import Settings

if TYPE_CHECKING:
    from assistant.cli.parts import Parts
    from assistant.models.ladder import ModelLadder

_PATIENCE_S = 180.0
"""A turn's time while cases are run: a busy machine must not decide what is right."""


@dataclass(frozen=True)
class Chosen:
    """A model with the settings that choose it; `attacker` is the scripted model that obeys whoever attacks."""

    model: Model
    attacker: bool = False
    changes: dict[str, Any] = field(default_factory=dict)

    def ladder(self) -> "ModelLadder | None":
        """The ladder, where it isn't the one of the settings."""
        if not self.attacker:
            return None
        from assistant.models.attacker import ObedientAttacker
        from assistant.models.breaker import Breaker
        from assistant.models.ladder import LadderRung, ModelLadder

        return ModelLadder(rungs=(LadderRung(name="local", model=ObedientAttacker(), breaker=Breaker("local")),))


def chosen(parts: "Parts", written: str) -> Chosen:
    """The model of these words.

    Raises:
        CaseError: there is no such model or setting, or the model can't be reached from the settings.
    """
    head, *extra = written.split("+")
    kind, _, name = head.partition(":")
    changes: dict[str, Any] = {"turn_deadline_s": _PATIENCE_S}
    if kind not in ("none", "local", "hosted", "attacker"):
        raise CaseError(f"there is no model {written!r}", fix="--models none, local, local:NAME, hosted or attacker")
    if kind != "hosted":
        changes["hosted_base_url"] = ""
    elif not parts.settings.hosted_base_url:
        raise CaseError("no hosted model is set up", fix="set hosted_base_url, hosted_api_key and hosted_model")
    if kind != "local":
        changes["local_model"] = "none"
    elif parts.settings.local_model == "none" and not name:
        changes["local_model"] = Settings.model_fields["local_model"].default
    if name:
        changes["local_model" if kind == "local" else "hosted_model"] = name
    for each in extra:
        changes |= _setting(each)
    settings = parts.settings.model_copy(update=changes)
    weights: list[object] = []
    if kind == "local":
        path = parts.store.path(settings.local_model)
        weights = [path.name, path.stat().st_size]
    told = digest([kind, settings_of(settings), weights, settings.hosted_base_url])
    return Chosen(Model(written, told), kind == "attacker", changes)


def _setting(written: str) -> dict[str, Any]:
    name, _, value = written.partition("=")
    known = Settings.model_fields.get(name)
    if known is None or known.annotation is None:
        raise CaseError(f"there is no setting {name!r}", fix="assistant eval run --models local+local_words=true")
    try:
        return {name: TypeAdapter[Any](known.annotation).validate_python(value)}
    except ValidationError as error:
        raise CaseError(
            f"{name} can't be {value!r}: {error.errors()[0]['msg']}", fix=f"see {name} in settings"
        ) from error
