"""Logs without personal data: what is logged is masked for good, and traces name places, never values."""

import json
import logging
import traceback
from collections.abc import MutableMapping
from datetime import UTC, datetime
from typing import Any

from assistant.text.masking import Masker, mask_for_good

_FRAMES = 12


def trace_of(error: BaseException, masker: Masker | None = None) -> str:
    """Where an error came from, and its masked message; without the values of variables.

    Args:
        error: with its traceback.
        masker: of the conversation in which it happened; knows the customer's name.
    """
    frames = traceback.extract_tb(error.__traceback__)[-_FRAMES:]
    places = " < ".join(f"{frame.name} ({frame.filename.rsplit('/', 1)[-1]}:{frame.lineno})" for frame in frames[::-1])
    words = masker.mask(str(error)) if masker else str(error)
    return f"{type(error).__name__}: {mask_for_good(words)} in {places}"


class MaskingFilter(logging.Filter):
    """Masks what a record says, and the messages of errors that it carries."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Mask `record`; it is always let through."""
        record.msg, record.args = mask_for_good(record.getMessage()), None
        if record.exc_info and record.exc_info[1] is not None:
            record.msg = f"{record.msg}: {trace_of(record.exc_info[1])}"
            record.exc_info = record.exc_text = None
        return True


class JsonFormatter(logging.Formatter):
    """One JSON object a line: when, how bad, who says it, and what."""

    def format(self, record: logging.LogRecord) -> str:
        """The line of a record."""
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        line = {"at": at, "level": record.levelname.lower(), "logger": record.name, "event": record.getMessage()}
        return json.dumps(line, ensure_ascii=False)


def log_as_json() -> None:
    """Let everything that is logged be one JSON object a line, still masked."""
    import structlog

    for handler in logging.getLogger().handlers:
        handler.setFormatter(JsonFormatter())
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
            _masked,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ]
    )


def configure_logs() -> None:
    """Put masking in front of everything that is logged, by the standard library and by structlog."""
    import structlog

    root = logging.getLogger()
    if not root.handlers:
        logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    for handler in root.handlers:
        if not any(isinstance(known, MaskingFilter) for known in handler.filters):
            handler.addFilter(MaskingFilter())
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="%Y-%m-%d %H:%M:%S", utc=False),
            _masked,
            structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback),
        ]
    )


def _masked(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    for key, value in event.items():
        if isinstance(value, str) and key not in ("timestamp", "at", "level"):
            event[key] = mask_for_good(value)
    return event
