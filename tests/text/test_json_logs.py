"""A server's log as JSON: one object a line, still without personal data."""

import io
import json
import logging

import pytest

from assistant.text.logs import JsonFormatter, MaskingFilter


@pytest.fixture
def log() -> tuple[logging.Logger, io.StringIO]:
    out = io.StringIO()
    handler = logging.StreamHandler(out)
    handler.setFormatter(JsonFormatter())
    handler.addFilter(MaskingFilter())
    logger = logging.Logger("web")
    logger.addHandler(handler)
    return logger, out


def test_every_line_is_an_object_and_masked(log: tuple[logging.Logger, io.StringIO]) -> None:
    logger, out = log
    logger.warning("a letter of %s\nwas odd", "kim.lee@example.com")
    try:
        raise ValueError("no such customer: kim.lee@example.com")
    except ValueError:
        logger.exception("it failed")
    lines = [json.loads(line) for line in out.getvalue().splitlines()]
    assert [(line["level"], line["logger"]) for line in lines] == [("warning", "web"), ("error", "web")]
    assert "ValueError" in lines[1]["event"]
    assert "kim.lee" not in out.getvalue()
