"""The checks of `assistant doctor`, one function each."""

from collections.abc import Callable, Iterator
from typing import Literal, NamedTuple

from assistant.cli.parts import Parts
from assistant.errors import AssistantError, OperatorError


class Finding(NamedTuple):
    """What one check found. `fix` is a command or a setting; empty when nothing is to be done."""

    name: str
    state: Literal["ok", "warning", "failed"]
    detail: str
    fix: str = ""


def run_checks(parts: Parts) -> list[Finding]:
    """All findings; a check that breaks is itself a finding."""
    checks: list[tuple[str, Callable[[Parts], Iterator[Finding]]]] = [
        ("settings", _settings),
        ("database", _database),
        ("shop", _shop),
        ("embeddings", _embeddings),
        ("pages", _pages),
        ("intents", _intents),
        ("local model", _local_model),
        ("hosted model", _hosted_model),
        ("ladder", _ladder),
        ("voice and photo", _media),
    ]
    findings: list[Finding] = []
    for name, check in checks:
        try:
            findings += list(check(parts))
        except OperatorError as error:
            findings.append(Finding(name, "failed", error.message, error.fix))
        except (AssistantError, OSError, ValueError, RuntimeError) as error:
            findings.append(Finding(name, "failed", f"{type(error).__name__}: {error}", "see the log"))
    return findings


def _settings(parts: Parts) -> Iterator[Finding]:
    settings = parts.settings
    yield Finding("settings", "ok", f"data in {settings.data_dir}, models in {settings.models_dir}")
    private = ("127.", "10.", "192.168.", "localhost", "[::1]")
    if settings.chroma_url and not any(mark in settings.chroma_url for mark in private):
        yield Finding(
            "chroma address", "warning", f"{settings.chroma_url} is not private", "keep Chroma on a private network"
        )


def _database(parts: Parts) -> Iterator[Finding]:
    from sqlalchemy import text

    with parts.database.read() as session:
        session.execute(text("SELECT 1"))
    yield Finding("database", "ok", f"{parts.database.engine.url.render_as_string(hide_password=True)}")


def _shop(parts: Parts) -> Iterator[Finding]:
    if not parts.shop.loaded():
        yield Finding("shop", "failed", "no shop is loaded", "assistant shop seed")
        return
    info = parts.shop.info()
    counts = f"{info.customers} customers, {info.products} products, {info.orders} orders, prices in {info.currency}"
    yield Finding("shop", "ok", f"{info.kind}: {counts}")


def _embeddings(parts: Parts) -> Iterator[Finding]:
    vector = parts.embeddings.embed_query("where is my order")
    yield Finding("embeddings", "ok", f"{len(vector)} dimensions, {parts.embeddings.fingerprint[:16]}")


def _pages(parts: Parts) -> Iterator[Finding]:
    count = parts.knowledge.count()
    if count == 0:
        yield Finding("pages", "failed", "no passage is indexed", "assistant knowledge sync")
    else:
        yield Finding("pages", "ok", f"{count} passages")


def _intents(parts: Parts) -> Iterator[Finding]:
    yield Finding("intents", "ok", f"{len(parts.catalogue.names())} intents")


def _local_model(parts: Parts) -> Iterator[Finding]:
    name = parts.settings.local_model
    if name == "none":
        yield Finding("local model", "warning", "switched off", "set ASSISTANT_LOCAL_MODEL")
        return
    path = parts.store.path(name)
    yield Finding("local model", "ok", f"{name}: {path}")


def _hosted_model(parts: Parts) -> Iterator[Finding]:
    settings = parts.settings
    if not settings.hosted_base_url:
        yield Finding("hosted model", "ok", "none is set; the local model comes first")
        return
    from langchain_core.messages import HumanMessage

    from assistant.models.hosted.chat_model import hosted_model

    hosted_model(settings).invoke([HumanMessage("Say ok.")], max_tokens=2)
    yield Finding("hosted model", "ok", f"{settings.hosted_model} at {settings.hosted_base_url} answers")


def _media(parts: Parts) -> Iterator[Finding]:
    settings = parts.settings
    if not (settings.photo or settings.voice_model):
        yield Finding("voice and photo", "ok", "switched off; docs/voice-and-photo.md says how to switch them on")
        return
    from assistant.media.reader import MediaReader

    reader = MediaReader(settings, parts.prompts)
    try:
        reader.warm_up()
    finally:
        reader.close()
    spoken = f"; understood when spoken: {', '.join(reader.languages)}" if reader.languages else ""
    yield Finding("voice and photo", "ok", f"reads {', '.join(reader.media_types)}{spoken}")


def _ladder(parts: Parts) -> Iterator[Finding]:
    states = parts.ladder.states()
    words = ", ".join(f"{name}: breaker {state}" for name, state in states.items()) or "no model"
    state: Literal["ok", "warning"] = "ok" if states else "warning"
    yield Finding("ladder", state, f"{words}; below it: answers without a model, then a person")
