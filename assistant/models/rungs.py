"""The ladder that the settings ask for: hosted first, then local; each with its breaker."""

from assistant.models.ladder import LadderRung, ModelLadder
from assistant.models.store.model_store import ModelStore
from assistant.settings import Settings

_LOCAL_FAIR_S = 8.0


def build_ladder(settings: Settings, store: ModelStore) -> ModelLadder:
    """The models of the settings. Nothing is loaded or connected before the first call.

    A local model whose file is missing leaves the ladder without that rung; `assistant doctor` says so.
    """
    from assistant.errors import OperatorError
    from assistant.models.breaker import Breaker

    rungs: list[LadderRung] = []
    if settings.hosted_base_url:
        from assistant.models.hosted.chat_model import hosted_model

        breaker = Breaker("hosted", settings.breaker_failures, settings.breaker_reset_s)
        rungs.append(
            LadderRung(
                name="hosted", model=hosted_model(settings), breaker=breaker, timeout_s=settings.hosted_timeout_s
            )
        )
    if settings.local_model != "none":
        from assistant.models.llama.chat_model import LlamaCppChatModel

        try:
            path = store.path(settings.local_model)
        except OperatorError as error:
            import structlog

            structlog.get_logger().warning("no local model", reason=error.message, fix=error.fix)
            return ModelLadder(rungs=tuple(rungs))
        breaker = Breaker("local", settings.breaker_failures, settings.breaker_reset_s)
        model = LlamaCppChatModel(
            model_path=path,
            model_name=settings.local_model,
            n_ctx=settings.local_context,
            n_threads=settings.local_threads,
            max_tokens=256,
            prompts_dir=settings.prompts_dir,
        )
        rungs.append(LadderRung(name="local", model=model, breaker=breaker, fair_s=_LOCAL_FAIR_S))
    return ModelLadder(rungs=tuple(rungs))


def warm_up(ladder: ModelLadder, prompt: str) -> None:
    """Load the local model, where there is one, with the prompt that is asked first."""
    from langchain_core.messages import SystemMessage

    from assistant.models.llama.chat_model import LlamaCppChatModel

    for rung in ladder.rungs:
        if isinstance(rung.model, LlamaCppChatModel):
            rung.model.warm_up([SystemMessage(prompt)])
